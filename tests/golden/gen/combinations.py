"""Combinations: fits of small models that use many parts at once: normalisation, pooling, padding,
regularizers, constraints, clipping, averaged weights, accumulated gradients, weighted metrics.

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
from common import arr, keras, lcg_float, lcg_label, write

DOUBLE = "double" in sys.argv
if DOUBLE:
    keras.config.set_floatx("float64")

ROWS, BATCH, EPOCHS = 26, 8, 3


def conf(name, **options):
    return {"class_name": name, "config": options}


# name, input shape, layers, loss, optimizer and options, metrics, weighted metrics, classes (0 for
# numbers)
MODELS = [
    ("normalised", [7], [
        ("Dense", {"units": 9, "activation": "gelu", "kernel_regularizer": conf("L2", l2=0.05)}),
        ("BatchNormalization", {"momentum": 0.8, "scale": False}),
        ("Dense", {"units": 6, "activation": "selu",
                   "kernel_constraint": conf("MaxNorm", max_value=0.7)}),
        ("BatchNormalization", {"center": False, "epsilon": 0.01}),
        ("Dense", {"units": 4, "activation": "softmax", "bias_regularizer": "l2"})],
     "categorical_crossentropy", "SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True,
                                         "clipnorm": 0.5},
     ["accuracy", "AUC"], ["accuracy", "mse"], 4),
    ("image", [9, 8, 2], [
        ("Conv2D", {"filters": 5, "kernel_size": 3, "padding": "same", "activation": "silu",
                    "kernel_regularizer": conf("L1L2", l1=0.001, l2=0.01)}),
        ("BatchNormalization", {}),
        ("MaxPooling2D", {"pool_size": 2, "padding": "same"}),
        ("Conv2D", {"filters": 6, "kernel_size": [2, 3], "dilation_rate": 2, "padding": "same",
                    "activation": "tanh"}),
        ("AveragePooling2D", {"pool_size": 2, "strides": 1}),
        ("GlobalAveragePooling2D", {}),
        ("Dense", {"units": 3, "activation": "softmax"})],
     "sparse_categorical_crossentropy", "RMSprop", {"learning_rate": 0.002, "centered": True,
                                                    "momentum": 0.5},
     ["accuracy", "sparse_top_k_categorical_accuracy"], ["sparse_categorical_crossentropy"], 3),
    ("sequence", [10, 3], [
        ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "causal", "activation": "softplus"}),
        ("ZeroPadding1D", {"padding": [0, 2]}), ("ELU", {"alpha": 0.7}),
        ("Conv1D", {"filters": 5, "kernel_size": 2, "strides": 2, "activation": "mish"}),
        ("AveragePooling1D", {"pool_size": 2}), ("Permute", {"dims": [2, 1]}), ("Flatten", {}),
        ("Dense", {"units": 1, "activation": "sigmoid", "kernel_constraint": "unit_norm"})],
     "binary_crossentropy", "Adam", {"learning_rate": 0.003, "use_ema": True, "ema_momentum": 0.5,
                                     "ema_overwrite_frequency": 2},
     ["accuracy", "Precision", "Recall"], ["AUC"], 2),
    ("regression", [6], [
        ("Dense", {"units": 8, "activation": "softsign", "activity_regularizer": "l2"}),
        ("RepeatVector", {"n": 3}), ("LeakyReLU", {}), ("Flatten", {}),
        ("Dense", {"units": 2, "use_bias": False, "kernel_regularizer": "orthogonal_regularizer"})],
     "huber", "AdamW", {"learning_rate": 0.004, "amsgrad": True, "global_clipnorm": 0.4,
                        "gradient_accumulation_steps": 2},
     ["mse", "mae"], ["mae"], 0),
    ("volume", [5, 4, 4, 1], [
        ("Conv3D", {"filters": 3, "kernel_size": 2, "activation": "elu"}),
        ("ZeroPadding3D", {"padding": 1}), ("MaxPooling3D", {"pool_size": 2}),
        ("Reshape", {"target_shape": [-1, 3]}),
        ("Softmax", {}), ("GlobalMaxPooling1D", {}),
        ("Dense", {"units": 3, "activation": "softmax", "kernel_constraint": "min_max_norm"})],
     "kl_divergence", "Adagrad", {"learning_rate": 0.02, "weight_decay": 0.01, "clipvalue": 0.1},
     ["accuracy", "kl_divergence"], [], 3),
]


def rule(seed, shape, scale=1.0, offset=0.0):
    told = {"shape": list(shape), "lcg": {"seed": seed, "scale": scale, "offset": offset}}
    return told, lcg_float(seed, shape, scale, offset)


def targets(loss, classes):
    if not classes:
        return rule(17, [ROWS, 2])
    label = lcg_label(11, ROWS, classes)
    told = {"shape": [ROWS], "dtype": "int32", "lcg": {"seed": 11, "classes": classes}}
    if loss == "binary_crossentropy":
        return told, label.astype("float32").reshape(-1, 1)
    return told, label if loss.startswith("sparse") else np.eye(classes, dtype="float32")[label]


def start(model):
    told = []
    for i, v in enumerate(model.weights):
        around_one = v.path.endswith(("gamma", "moving_variance"))
        scale = 0.5 if len(v.shape) > 1 else 1.0 if around_one else 0.0625
        t, value = rule(1000 + i, tuple(v.shape), scale, 1.0 if around_one else 0.0)
        v.assign(value)
        told.append({"name": "/".join(v.path.split("/")[-2:]), **t})
    return told


def run(name, shape, layers, loss, optimizer, options, metrics, weighted, classes):
    keras.utils.clear_session()
    model = keras.Sequential([keras.Input(tuple(shape)),
                              *[getattr(keras.layers, n)(**o) for n, o in layers]])
    weights = start(model)
    told_x, x = rule(7, [ROWS, *shape])
    told_y, y = targets(loss, classes)
    told_w, w = rule(13, [ROWS], 1.0, 1.0)
    model.compile(loss=loss, optimizer=getattr(keras.optimizers, optimizer)(**options),
                  metrics=list(metrics), weighted_metrics=list(weighted))
    history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0,
                        validation_split=0.25, sample_weight=w).history
    return {"name": name, "input_shape": shape,
            "layers": [{"layer": n, "options": o} for n, o in layers], "loss": loss,
            "optimizer": optimizer, "options": options, "metrics": metrics,
            "weighted_metrics": weighted, "batch_size": BATCH, "epochs": EPOCHS,
            "validation_split": 0.25, "x": told_x, "labels": told_y, "sample_weight": told_w,
            "initial": weights, "history": {k: np.array(v, "float64") for k, v in history.items()},
            "predict": arr(model.predict(x[:5], verbose=0)).astype("float32"),
            "final": [arr(v.value).ravel()[:8].astype("float32") for v in model.weights]}


cases = [run(*m) for m in MODELS]
if DOUBLE:
    print(json.dumps([list(c["history"]["loss"]) for c in cases]))
    sys.exit()

double = json.loads(subprocess.run([sys.executable, __file__, "double"], check=True,
                                   stdout=subprocess.PIPE).stdout.splitlines()[-1])
for case, exact in zip(cases, double):
    case["rounding"] = float(np.max(np.abs(case["history"]["loss"] / np.array(exact) - 1)))
    print(case["name"], "rounding moves the history by %.1e" % case["rounding"])
    assert case["rounding"] < 3e-6

write("combinations", cases, """
Combinations: fit with shuffle = false and sample weights; the validation part is the tail of the
data. predict: outputs for the first five rows; final: the first eight numbers of each weight.
Labels are one-hot for categorical_crossentropy and kl_divergence, a column of 0 and 1 for
binary_crossentropy; in a regression `labels` are the targets. Tensors with `lcg`: see fit.lua.
""")
