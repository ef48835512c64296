"""Training: histories of fits with the options of fit and compile: weights of samples, of steps and of
classes, masks, validation by epochs, steps and batches of its own, epochs cut by steps, several
outputs, metrics with weights.

Data and initial weights come from common.lcg_float. Each run is repeated in float64 (`double`), and
the script fails where rounding alone moves a loss by 3e-6 or more.
"""

import json
import subprocess
import sys

if "double" in sys.argv:
    import os

    os.environ["JAX_ENABLE_X64"] = "1"

import numpy as np
from common import keras, lcg_float, lcg_label, write

DOUBLE = "double" in sys.argv
if DOUBLE:
    keras.config.set_floatx("float64")
layers = keras.layers
ROWS, STEPS, FEATURES, CLASSES = 26, 5, 3, 4


def rule(seed, shape, scale=1.0, offset=0.0):
    """A tensor by formula, as the Lua file tells it and as numbers."""
    told = {"shape": list(shape), "lcg": {"seed": seed, "scale": scale, "offset": offset}}
    return told, lcg_float(seed, shape, scale, offset)


def labels(seed, shape):
    told = {"shape": list(shape), "dtype": "int32", "lcg": {"seed": seed, "classes": CLASSES}}
    return told, lcg_label(seed, int(np.prod(shape)), CLASSES).reshape(shape)


def dense():
    return keras.Sequential([keras.Input((FEATURES,)), layers.Dense(6, activation="tanh"),
                             layers.Dense(CLASSES, activation="softmax")])


def regression():
    return keras.Sequential([keras.Input((FEATURES,)), layers.Dense(5, activation="tanh"),
                             layers.Dense(2)])


def sequence():
    """A label for every step; the steps of zeros are masked."""
    return keras.Sequential([keras.Input((STEPS, FEATURES)), layers.Masking(),
                             layers.SimpleRNN(4, return_sequences=True),
                             layers.Dense(CLASSES, activation="softmax")])


def outputs():
    x = keras.Input((FEATURES,), name="x")
    h = layers.Dense(5, activation="tanh")(x)
    return keras.Model(x, [layers.Dense(CLASSES, activation="softmax", name="a")(h),
                           layers.Dense(2, name="b")(h)])


MODELS = {f.__name__: f for f in (dense, regression, sequence, outputs)}


def data(model):
    shape = [ROWS, STEPS, FEATURES] if model == "sequence" else [ROWS, FEATURES]
    told_x, x = rule(7, shape)
    told_y, y = labels(11, shape[:-1])
    told_t, t = rule(13, [ROWS, 2])
    if model == "sequence":
        for i in range(ROWS):
            x[i, STEPS - i % 3:] = 0
    if model == "regression":
        return told_x, told_t, x, t
    if model == "outputs":
        return told_x, {"a": told_y, "b": told_t}, x, [y, t]
    return told_x, told_y, x, y


def start(model):
    told = []
    for i, v in enumerate(model.weights):
        shape = tuple(v.shape)
        t, value = rule(1000 + i, shape, 0.5 if len(shape) > 1 else 1 / 16)
        v.assign(value)
        told.append(t)
    return told


def fit(model, tag, compiled, options, sample_weight=None, validation=False, on_batch=False):
    keras.utils.clear_session()
    net = MODELS[model]()
    weights = start(net)
    told_x, told_y, x, y = data(model)
    net.compile(**{"optimizer": keras.optimizers.SGD(0.1, momentum=0.5), **compiled})
    told_w = w = None
    if sample_weight:
        told_w, w = rule(17, sample_weight, 1.0, 1.0)
    if on_batch:
        history = {}
        for _ in range(3):
            for k, v in net.train_on_batch(x, y, sample_weight=w, return_dict=True, **options).items():
                history.setdefault(k, []).append(float(v))
    else:
        extra = {"validation_data": (x, y)} if validation else {}
        history = net.fit(x, y, sample_weight=w, shuffle=False, verbose=0, **options, **extra).history
    scores = net.evaluate(x, y, sample_weight=w, batch_size=8, verbose=0, return_dict=True)
    if "class_weight" in options:
        options = {**options, "class_weight": {str(k): v for k, v in options["class_weight"].items()}}
    return {"name": model, "tag": tag, "compiled": compiled, "options": options, "x": told_x,
            "y": told_y, "sample_weight": told_w, "validation": validation, "on_batch": on_batch,
            "initial": weights, "history": {k: np.array(v, "float64") for k, v in history.items()},
            "evaluate": {k: float(v) for k, v in scores.items()}}


SPARSE = "sparse_categorical_crossentropy"
ONE = {"loss": SPARSE, "metrics": ["accuracy"]}
WEIGHTED = {"loss": SPARSE, "metrics": ["accuracy"], "weighted_metrics": ["accuracy", SPARSE]}
TWO = {"loss": {"a": SPARSE, "b": "mse"}, "loss_weights": {"a": 1.0, "b": 0.3},
       "metrics": {"a": ["accuracy"], "b": ["mae"]}}
REG = {"loss": "mse", "metrics": ["mae"]}
B8 = {"batch_size": 8, "epochs": 3}
cases = [
    fit("dense", "last batch", ONE, B8),
    fit("dense", "weights", WEIGHTED, B8, [ROWS]),
    fit("dense", "weights in a column", WEIGHTED, B8, [ROWS, 1]),
    fit("dense", "classes", WEIGHTED, {**B8, "class_weight": {0: 1.0, 1: 2.0, 3: 0.5}}),
    fit("dense", "split", ONE, {**B8, "validation_split": 0.3}),
    fit("dense", "split with weights", WEIGHTED, {**B8, "validation_split": 0.3}, [ROWS]),
    fit("dense", "validation in batches of its own", ONE, {**B8, "validation_batch_size": 5},
        validation=True),
    fit("dense", "validation in steps", ONE, {**B8, "validation_steps": 2}, validation=True),
    fit("dense", "validation every second epoch", ONE, {**B8, "epochs": 4, "validation_freq": 2},
        validation=True),
    fit("dense", "validation after some epochs", ONE, {**B8, "epochs": 4, "validation_freq": [1, 4]},
        validation=True),
    fit("dense", "epochs cut by steps", ONE, {**B8, "steps_per_epoch": 2, "epochs": 4}),
    fit("dense", "steps that make a pass", ONE, {"steps_per_epoch": 4, "epochs": 2}),
    fit("dense", "later epochs", ONE, {**B8, "initial_epoch": 1}),
    fit("dense", "steps together", {**ONE, "steps_per_execution": 2}, B8),
    fit("dense", "eagerly", {**ONE, "run_eagerly": True}, B8),
    fit("regression", "weights", {**REG, "weighted_metrics": ["mae"]}, B8, [ROWS]),
    fit("regression", "a loss with a weight", {**REG, "loss_weights": 0.25}, B8),
    fit("regression", "cross entropy is picked by shapes", {"loss": "mae", "metrics": ["mse"]}, B8),
    fit("sequence", "masks", ONE, B8),
    fit("sequence", "masks and weights of steps", WEIGHTED, B8, [ROWS, STEPS]),
    fit("outputs", "by name", TWO, B8),
    fit("outputs", "by position", {"loss": [SPARSE, "huber"], "loss_weights": [0.5, 2.0],
                                   "metrics": [["accuracy"], ["mse"]]}, B8),
    fit("outputs", "one loss only", {"loss": [SPARSE, None], "metrics": [["accuracy"], None]}, B8),
    fit("dense", "single batches", WEIGHTED, {"class_weight": {0: 1.0, 1: 2.0, 3: 0.5}},
        on_batch=True),
    fit("dense", "single batches with weights", WEIGHTED, {}, [ROWS], on_batch=True),
]

if DOUBLE:
    print(json.dumps([list(c["history"]["loss"]) for c in cases]))
    sys.exit()

double = json.loads(subprocess.run([sys.executable, __file__, "double"], check=True,
                                   stdout=subprocess.PIPE).stdout.splitlines()[-1])
for case, exact in zip(cases, double):
    moved = float(np.max(np.abs(case["history"]["loss"] / np.array(exact) - 1)))
    assert moved < 3e-6, (case["tag"], moved)

write("training", cases, """
Histories of fit (or of train_on_batch, three times, each batch by itself) with shuffle = false, and
evaluate after it in batches of 8, with the weights. A model of that name is built by the test. Rows of x of the
sequence: the last i mod 3 steps of row i are zeros. class_weight's keys are labels.
A tensor with `lcg` is offset + scale (k / 2^23 - 1), k from golden.lcg(seed).
""")
