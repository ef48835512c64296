"""read.py OUT [NAME...]: Keras loads what knn saved again: the same configs, weights, optimizer state and predictions; it trains
on. From .h5 Keras itself takes no state of an optimizer, and some optimizers not at all."""
import os
import sys
import numpy as np
import keras
from models import MODELS, packed, structures

out = sys.argv[1]
failed = 0


def flat(x):
    return keras.tree.flatten(x)


def differences(a, b, path=""):
    """Where two configs differ; options that one of them leaves out are those that are off."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(set(a) | set(b)):
            yield from differences(a.get(key), b.get(key), f"{path}.{key}")
    elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{path}[{i}]")
    elif a != b:
        yield f"{path}: {a!r} became {b!r}"


def check_model(model, again):
    for text in differences(model.get_config(), again.get_config()):
        if "shared_object_id" not in text and "build_config" not in text:
            raise AssertionError(f"config{text}")
    for a, b in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy(), a.path)


def check_state(optimizer, again):
    for a, b in zip(optimizer.variables, again.variables, strict=True):
        if isinstance(optimizer, keras.optimizers.Adafactor) and a.path.endswith("velocity") and len(a.shape) > 1:
            continue  # made anew in each step
        np.testing.assert_allclose(a.numpy(), b.numpy(), 1e-6, 0, err_msg=a.path)


def check_predictions(again, data):
    x = [data[f"x{i}"] for i in range(len(again.inputs))]
    feed = packed(structures(again)[0], x)
    for i, p in enumerate(flat(again.predict(feed, verbose=0))):
        np.testing.assert_allclose(np.asarray(p, "float32"), data[f"p{i}"].astype("float32"), 1e-6, 1e-6)
    return feed


def check(name):
    model = keras.saving.load_model(f"{out}/{name}.keras")
    again = keras.saving.load_model(f"{out}/{name}.knn.keras")
    data = np.load(f"{out}/{name}.npz")
    check_model(model, again)
    check_state(model.optimizer, again.optimizer)
    feed = check_predictions(again, data)
    y = [data[f"y{i}"] for i in range(len(again.outputs))]
    again.train_on_batch(feed, packed(structures(again)[1], y))
    if os.path.exists(f"{out}/{name}.h5"):
        legacy = keras.saving.load_model(f"{out}/{name}.knn.h5", compile=False)
        check_model(model, legacy)
        check_predictions(legacy, data)


names = sys.argv[2:] or list(MODELS)
for name in names:
    try:
        check(name)
        print(f"ok - {name}")
    except Exception as error:
        failed += 1
        print(f"not ok - {name}\n# {type(error).__name__}: {str(error)[:600]}")
print(f"read: {len(names) - failed} passed, {failed} failed, 0 skipped")
sys.exit(failed > 0)
