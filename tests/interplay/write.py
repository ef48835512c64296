"""write.py OUT [NAME...]: every model, or those named, with randomised weights, trained for a step: NAME.keras and, beside it, NAME.npz with
inputs, predictions, targets and the losses of two steps more; and NAME.h5 in the older layout, where Keras reads that back."""
import os
import sys
import numpy as np
import keras
from models import MODELS, OPTIMIZERS, RANDOM, packed, structures

out = sys.argv[1]


def flat(x):
    return keras.tree.flatten(x)


def inputs(model, rng):
    shapes = [(8,) + tuple(t.shape[1:]) for t in model.inputs]
    kinds = [t.dtype for t in model.inputs]
    return [rng.integers(0, 10, s).astype("int32") if k == "int32" else rng.standard_normal(s).astype("float32")
            for s, k in zip(shapes, kinds)]


def write_legacy(model, file):
    """Calls of ops do not survive in the older layout."""
    try:
        model.save(file)
        keras.saving.load_model(file, compile=False)
    except Exception:
        if os.path.exists(file):
            os.remove(file)


def write(number, name):
    rng = np.random.default_rng(number)
    keras.utils.clear_session()
    keras.utils.set_random_seed(number + 1)
    model = MODELS[name]()
    for w in model.weights:
        if w.dtype == "float32" and "seed" not in w.path and "normalization" not in name:
            w.assign(w.numpy() + 0.1 * rng.standard_normal(w.shape).astype("float32"))
    model.compile(loss="mse", optimizer=OPTIMIZERS[number % len(OPTIMIZERS)](), jit_compile=False)
    x = inputs(model, rng)
    feed = packed(structures(model)[0], x)
    predicted = flat(model.predict(feed, verbose=0))
    y = [rng.standard_normal(p.shape).astype("float32") for p in predicted]
    target = packed(structures(model)[1], y)
    model.train_on_batch(feed, target)
    model.save(f"{out}/{name}.keras")
    write_legacy(model, f"{out}/{name}.h5")
    predicted = flat(model.predict(feed, verbose=0))
    losses = []
    if name not in RANDOM:
        for _ in range(2):
            losses.append(float(model.train_on_batch(feed, target, return_dict=True)["loss"]))
    arrays = {f"x{i}": v for i, v in enumerate(x)} | {f"p{i}": np.asarray(v) for i, v in enumerate(predicted)}
    arrays |= {f"y{i}": v for i, v in enumerate(y)} | {"losses": np.array(losses, "float64")}
    np.savez(f"{out}/{name}.npz", **arrays)


failed = 0
with open(f"{out}/models.txt", "w") as listing:
    for number, name in enumerate(MODELS):
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        try:
            write(number, name)
            listing.write(name + "\n")
        except Exception as error:
            failed += 1
            print(f"not ok - Keras makes {name}\n# {type(error).__name__}: {str(error)[:300]}")
sys.exit(failed > 0)
