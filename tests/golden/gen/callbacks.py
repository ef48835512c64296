"""Callbacks: what they decide over sequences of logs, and what they write.

A case drives one callback of Keras by hand: on_epoch_end with the logs of each epoch. Told are the
epochs (from 1) after which something happened.
"""

import inspect
import os
import tempfile

import numpy as np
from common import keras, write

SEQUENCES = {
    "falling": [5, 4, 3, 2.5, 2.4, 2.39, 2.389, 2.388, 2.387, 2.386],
    "valley": [5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5],
    "flat": [1.0] * 10,
    "saw": [3, 1, 2.9, 0.9, 2.8, 0.85, 2.7, 0.84, 2.6, 0.839],
    "rising": [0.1, 0.2, 0.4, 0.5, 0.55, 0.5, 0.56, 0.57, 0.571, 0.58],
    "nan": [3, 2, float("nan"), float("nan"), 1.5, 1.6, 1.7, 1.8, 1.9, 2.0],
}


def model():
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    net.compile(loss="mse", optimizer=keras.optimizers.SGD(0.1), metrics=["mae"])
    net.stop_training = False
    return net


def start(callback):
    callback.set_model(model())
    callback.set_params({"epochs": 20, "steps": 1, "verbose": 0})
    callback.on_train_begin()
    return callback


def early_stopping(sequence, options):
    callback = start(keras.callbacks.EarlyStopping(monitor="val_x", **options))
    waits, stopped = [], None
    for epoch, value in enumerate(SEQUENCES[sequence]):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {"val_x": value})
        waits.append(callback.wait)
        if callback.model.stop_training:
            stopped = epoch + 1
            break
    return {"name": "EarlyStopping", "options": options, "sequence": np.array(SEQUENCES[sequence]),
            "waits": waits, "stopped": stopped,
            "best": None if callback.best is None else float(callback.best),
            "best_epoch": callback.best_epoch + 1 if callback.best is not None else None}


def reduce_lr(sequence, options):
    callback = start(keras.callbacks.ReduceLROnPlateau(monitor="val_x", **options))
    rates = []
    for epoch, value in enumerate(SEQUENCES[sequence]):
        callback.on_epoch_end(epoch, {"val_x": value})
        rates.append(float(keras.ops.convert_to_numpy(callback.model.optimizer.learning_rate)))
    return {"name": "ReduceLROnPlateau", "options": options,
            "sequence": np.array(SEQUENCES[sequence]), "rates": np.array(rates)}


def checkpoint(sequence, options):
    saved = []
    callback = start(keras.callbacks.ModelCheckpoint(
        "net-{epoch:02d}-{val_x:.2f}.weights.h5", monitor="val_x", save_weights_only=True, **options))
    callback.model.save_weights = lambda path, overwrite: saved.append(path)
    for epoch, value in enumerate(SEQUENCES[sequence]):
        callback.on_epoch_begin(epoch)
        for batch in range(3):
            callback.on_train_batch_end(batch, {"val_x": value})
        callback.on_epoch_end(epoch, {"val_x": value})
    return {"name": "ModelCheckpoint", "options": options, "sequence": np.array(SEQUENCES[sequence]),
            "saved": saved}


def csv_logger(records, options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.csv")
        callback = start(keras.callbacks.CSVLogger(path, **options))
        for epoch, logs in enumerate(records):
            callback.on_epoch_end(epoch, dict(logs))
        callback.on_train_end()
        with open(path, newline="") as file:
            text = file.read()
    return {"name": "CSVLogger", "options": options, "records": records, "text": text}


def signature(name):
    told = []
    for p in list(inspect.signature(getattr(keras.callbacks, name).__init__).parameters.values())[1:]:
        if p.kind is p.VAR_KEYWORD:
            continue
        required = p.default is inspect.Parameter.empty
        told.append({"name": p.name, "required": required or None,
                     "default": None if required else p.default})
    return {"name": "signature", "options": {}, "class": name, "params": told}


SIGNATURES = ["BackupAndRestore", "CSVLogger", "EarlyStopping", "LearningRateScheduler",
              "ModelCheckpoint", "ReduceLROnPlateau", "RemoteMonitor", "SwapEMAWeights",
              "TerminateOnNaN"]
STOPPING = [("falling", {}), ("valley", {}), ("valley", {"patience": 2}), ("valley", {"patience": 3}),
            ("flat", {"patience": 3}), ("saw", {"patience": 2, "mode": "min"}),
            ("saw", {"patience": 1, "min_delta": 0.05}),
            ("rising", {"patience": 2, "mode": "max", "min_delta": 0.01}),
            ("rising", {"patience": 2, "mode": "max", "baseline": 0.5}),
            ("rising", {"patience": 5, "mode": "max", "baseline": 0.45}),
            ("valley", {"patience": 2, "start_from_epoch": 4}),
            ("falling", {"patience": 3, "min_delta": -0.1}),
            ("valley", {"patience": 1, "start_from_epoch": 2, "baseline": 2.0}),
            ("nan", {"patience": 2}), ("nan", {"patience": 3})]
REDUCING = [("falling", {"patience": 2}), ("flat", {"patience": 2}),
            ("flat", {"patience": 1, "factor": 0.5, "cooldown": 2}),
            ("flat", {"patience": 1, "factor": 0.5, "min_lr": 0.02}),
            ("valley", {"patience": 2, "factor": 0.3, "min_delta": 0.2}),
            ("rising", {"patience": 2, "mode": "max", "min_delta": 0.05}),
            ("saw", {"patience": 1, "factor": 0.7, "cooldown": 1}), ("nan", {"patience": 2}),
            ("falling", {"patience": 1, "min_delta": 0.5, "cooldown": 3})]
SAVING = [("valley", {}), ("valley", {"save_best_only": True, "mode": "min"}),
          ("rising", {"save_best_only": True, "mode": "max"}),
          ("valley", {"save_best_only": True, "mode": "min", "initial_value_threshold": 2.2}),
          ("saw", {"save_freq": 4}), ("saw", {"save_freq": 3})]
LOGS = [{"loss": 0.5, "accuracy": 1 / 3}, {"loss": 1e-7, "accuracy": 1.0},
        {"loss": float("nan"), "accuracy": 1e20}]
LATE = [{"loss": 2.0}, {"loss": 1.5, "val_loss": 0.1}, {"val_loss": 3.0}]

# SEQUENCES name no metric of the model, so the modes are given, but for those that fall.
cases = [early_stopping(s, {"mode": "min", **o}) for s, o in STOPPING]
cases += [reduce_lr(s, {"mode": "min", **o}) for s, o in REDUCING]
cases += [checkpoint(s, {"mode": "min", **o}) for s, o in SAVING]
cases += [csv_logger(LOGS, {}), csv_logger(LATE, {"separator": ";"})]
cases += [signature(name) for name in SIGNATURES]

write("callbacks", cases, """
Callbacks, driven by the logs {val_x = sequence[epoch]}. EarlyStopping: waits after each epoch until
it stopped (epochs from 1). ReduceLROnPlateau: the rate after each epoch, 0.1 at first.
ModelCheckpoint: the paths that were saved, three batches to an epoch. CSVLogger: the file's text.
signature: names and defaults of the arguments of a class; None is left out.
""")
