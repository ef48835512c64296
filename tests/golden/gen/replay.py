"""Replays: the first 50 training losses of an MLP and of a small CNN, and fit histories.

Data and initial weights come from common.lcg_float, so the files hold no big tensors. Each run is
repeated in float64 (`python replay.py double`, started by this script) to show how far rounding
alone moves the losses; the script fails where that is more than the agreement asked of knn.
"""

import json
import subprocess
import sys

if "double" in sys.argv:
    import os

    os.environ["JAX_ENABLE_X64"] = "1"

import numpy as np
from common import arr, keras, lcg_float, lcg_label, write

DOUBLE = "double" in sys.argv
if DOUBLE:
    keras.config.set_floatx("float64")
layers = keras.layers

STEPS = 50
BATCH = 16
BATCHES = 10  # step k (from 1) takes batch (k - 1) mod BATCHES, in order, without shuffling
OPTIMIZERS = [("SGD", {"learning_rate": 0.01}), ("SGD", {"learning_rate": 0.01, "momentum": 0.9}),
              ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
              ("RMSprop", {"learning_rate": 0.001}), ("Adam", {"learning_rate": 0.001})]

MLP = {"name": "mlp", "input_shape": [20], "classes": 5, "layers": [
    ("Dense", {"units": 32, "activation": "relu"}), ("Dense", {"units": 16, "activation": "relu"}),
    ("Dense", {"units": 5, "activation": "softmax"})]}
CNN = {"name": "cnn", "input_shape": [16, 16, 3], "classes": 10, "layers": [
    ("Conv2D", {"filters": 8, "kernel_size": 3, "activation": "relu"}),
    ("MaxPooling2D", {"pool_size": 2}),
    ("Conv2D", {"filters": 16, "kernel_size": 3, "activation": "relu"}),
    ("MaxPooling2D", {"pool_size": 2}), ("Flatten", {}),
    ("Dense", {"units": 32, "activation": "relu"}),
    ("Dense", {"units": 10, "activation": "softmax"})]}


def rule(seed, shape, scale=1.0, offset=0.0):
    """A tensor by formula, as the Lua file tells it and as numbers."""
    told = {"shape": list(shape), "lcg": {"seed": seed, "scale": scale, "offset": offset}}
    return told, lcg_float(seed, shape, scale, offset)


def start(model):
    """Initial weights: kernels within a power of two near Glorot's limit, biases within 1/16."""
    told = []
    for i, v in enumerate(model.weights):
        shape = tuple(v.shape)
        fan = np.prod(shape[:-1]) + np.prod(shape[:-2]) * shape[-1] if len(shape) > 1 else 0
        scale = float(2.0 ** np.round(np.log2(np.sqrt(6 / fan)))) if fan else 1 / 16
        t, value = rule(1000 + i, shape, scale)
        v.assign(value)
        told.append({"name": v.path.split("/", 1)[-1], **t})
    return told


def build(net):
    keras.utils.clear_session()
    made = [getattr(layers, n)(**o) for n, o in net["layers"]]
    return keras.Sequential([keras.Input(tuple(net["input_shape"])), *made])


def summarise(model):
    """Of each weight: sum, sum of squares (in double) and the first five numbers."""
    out = []
    for v in model.weights:
        w = arr(v.value).ravel()
        d = w.astype("float64")
        out.append({"sum": float(d.sum()), "squares": float((d * d).sum()),
                    "first": w[:5].astype("float32")})
    return out


def data(net, n, hot=True):
    told_x, x = rule(7, [n, *net["input_shape"]])
    label = lcg_label(11, n, net["classes"])
    told_y = {"shape": [n], "dtype": "int32", "lcg": {"seed": 11, "classes": net["classes"]}}
    y = np.eye(net["classes"], dtype="float32")[label] if hot else label
    return told_x, told_y, x, y


def replay(net, optimizer, options, loss="categorical_crossentropy"):
    hot = loss == "categorical_crossentropy"
    told_x, told_y, x, y = data(net, BATCH * BATCHES, hot)
    model = build(net)
    weights = start(model)
    model.compile(loss=loss, optimizer=getattr(keras.optimizers, optimizer)(**options))
    losses = []
    for k in range(STEPS):
        b = slice(k % BATCHES * BATCH, (k % BATCHES + 1) * BATCH)
        model.reset_metrics()
        losses.append(np.asarray(model.train_on_batch(x[b], y[b]), "float64"))
    return {"name": net["name"], "input_shape": net["input_shape"],
            "layers": [{"layer": n, "options": o} for n, o in net["layers"]],
            "loss": loss, "optimizer": optimizer, "options": options, "batch_size": BATCH,
            "batches": BATCHES, "x": told_x, "labels": told_y, "initial": weights,
            "losses": np.array(losses, "float64" if DOUBLE else "float32"),
            "final": summarise(model)}


def fit(net, loss, optimizer, options, n=50, validation_split=0.2, sample_weight=False,
        class_weight=None):
    hot = loss == "categorical_crossentropy"
    told_x, told_y, x, y = data(net, n, hot)
    told_w, w = rule(13, [n], 1.0, 1.0) if sample_weight else (None, None)
    metrics = ["accuracy", "mae"] if hot else ["accuracy"]
    model = build(net)
    weights = start(model)
    model.compile(loss=loss, optimizer=getattr(keras.optimizers, optimizer)(**options),
                  metrics=metrics)
    history = model.fit(x, y, batch_size=BATCH, epochs=3, shuffle=False, verbose=0,
                        validation_split=validation_split, sample_weight=w,
                        class_weight=class_weight).history
    result = model.evaluate(x, y, batch_size=BATCH, verbose=0)
    predicted = model.predict(x[:5], verbose=0)
    return {"name": net["name"], "input_shape": net["input_shape"],
            "layers": [{"layer": n, "options": o} for n, o in net["layers"]],
            "loss": loss, "optimizer": optimizer, "options": options, "metrics": metrics,
            "batch_size": BATCH, "epochs": 3, "validation_split": validation_split,
            "x": told_x, "labels": told_y, "sample_weight": told_w,
            "class_weight": None if class_weight is None else list(class_weight.values()),
            "initial": weights,
            "history": {k: np.array(v, "float64") for k, v in history.items()},
            "evaluate": np.array(result, "float64"),
            "predict": arr(predicted).astype("float32"), "final": summarise(model)}


replays = [replay(net, n, o) for net in (MLP, CNN) for n, o in OPTIMIZERS]
replays.append(replay(MLP, "Adam", {"learning_rate": 0.001}, "sparse_categorical_crossentropy"))
SGD, ADAM = ("SGD", {"learning_rate": 0.05}), ("Adam", {"learning_rate": 0.01})
GENTLE = ("Adam", {"learning_rate": 0.001})  # at 0.01 rounding alone moves the CNN by 1e-4
SPARSE = "sparse_categorical_crossentropy"
fits = [fit(MLP, "categorical_crossentropy", *SGD), fit(MLP, "categorical_crossentropy", *ADAM),
        fit(CNN, "categorical_crossentropy", *GENTLE), fit(MLP, SPARSE, *ADAM),
        fit(MLP, "categorical_crossentropy", *ADAM, validation_split=0.0),
        fit(MLP, "categorical_crossentropy", *SGD, sample_weight=True),
        fit(MLP, SPARSE, *SGD, class_weight={0: 1.0, 1: 2.0, 2: 0.5, 3: 1.0, 4: 3.0})]

if DOUBLE:
    print(json.dumps({"replay": [list(r["losses"]) for r in replays],
                      "fit": [list(f["history"]["loss"]) for f in fits]}))
    sys.exit()

double = json.loads(subprocess.run([sys.executable, __file__, "double"], check=True,
                                   stdout=subprocess.PIPE).stdout.splitlines()[-1])
for case, exact in zip(replays, double["replay"]):
    case["rounding"] = float(np.max(np.abs(case["losses"] / np.array(exact) - 1)))
    print(case["name"], case["optimizer"], "rounding moves the losses by %.1e" % case["rounding"])
    assert case["rounding"] < 3e-6
for case, exact in zip(fits, double["fit"]):
    case["rounding"] = float(np.max(np.abs(case["history"]["loss"] / np.array(exact) - 1)))
    print(case["name"], case["optimizer"], "rounding moves the history by %.1e" % case["rounding"])
    assert case["rounding"] < 3e-6

LCG = """
A tensor with `lcg` is offset + scale (k / 2^23 - 1), k from golden.lcg(seed) in row-major order, which
float32 holds exactly; labels are k mod classes. golden.cases puts the data in.
rounding: largest relative distance of these float32 losses from the same run in float64.
final: of each weight after the last step its sum, sum of squares and first five numbers.
"""
write("replay", replays, """
Replays: 50 training steps; losses[k] is the loss of batch (k - 1) mod batches (k from 1), measured before
the update of step k. Labels are one-hot unless the loss is sparse_categorical_crossentropy.
""" + LCG.lstrip())
write("fit", fits, """
Fit histories: fit with shuffle = false; the validation part is the tail of the data. evaluate: loss and
metrics on all data after it; predict: outputs for the first five rows. class_weight[i]: of class i - 1.
""" + LCG.lstrip())
