"""Optimizers: two weights after each of five steps with given gradients; learning-rate schedules."""

import inspect

import numpy as np
from common import arr, keras, normal, rng, write

SHAPES = ((3, 2), (4,))
STEPS = 5
COMMON = [{"clipnorm": 0.5}, {"clipvalue": 0.3}, {"global_clipnorm": 0.8}, {"weight_decay": 0.05}]
MAIN = [
    ("SGD", [{}, {"learning_rate": 0.1, "momentum": 0.9},
             {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
             {"learning_rate": 0.1, "momentum": 0.8, "clipnorm": 0.5, "weight_decay": 0.1}]),
    ("RMSprop", [{}, {"rho": 0.7}, {"centered": True}, {"momentum": 0.9},
                 {"learning_rate": 0.01, "centered": True, "momentum": 0.5, "epsilon": 1e-3}]),
    ("Adam", [{}, {"amsgrad": True}, {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.95,
                                      "epsilon": 1e-3}]),
    ("AdamW", [{}, {"weight_decay": 0.1}, {"amsgrad": True, "learning_rate": 0.02}]),
    ("Adagrad", [{}, {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 1e-2}]),
]
WRAPPED = [("SGD", [{"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
                    {"gradient_accumulation_steps": 2, "learning_rate": 0.1},
                    {"loss_scale_factor": 10.0}]),
           ("Adam", [{"gradient_accumulation_steps": 2},
                     {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3}])]
MORE = ["Adamax", "Nadam", "Adadelta", "Adafactor", "Ftrl", "Lion", "Lamb", "Muon",
        "ScheduleFreeAdamW"]

r = rng("optimizers")
START = [normal(r, *s) for s in SHAPES]
GRADS = [[normal(r, *s, scale=0.6) for s in SHAPES] for _ in range(STEPS)]
GRADS[2][1][:2] = 0  # a zero gradient must leave no NaN


def make(name, options):
    weights = [keras.Variable(w, name="w%d" % i) for i, w in enumerate(START)]
    optimizer = getattr(keras.optimizers, name)(**options)
    steps = []
    for grads in GRADS:
        optimizer.apply([keras.ops.convert_to_tensor(g) for g in grads], weights)
        steps.append([arr(w.value) for w in weights])
    known = inspect.signature(getattr(keras.optimizers, name)).parameters
    return {"name": name, "options": options,
            "learning_rate": float(known["learning_rate"].default)
            if "learning_rate" not in options else None,
            "after": [np.stack([s[i] for s in steps]) for i in range(len(SHAPES))]}


ABOUT = """
Optimizers: weights start at `start`; step k applies grads[k]; after[i] has shape {steps, shape of weight
i}: weight i after each step. learning_rate: the default that was in force when options has none.
"""
EXTRA = {"start": START, "grads": [np.stack([g[i] for g in GRADS]) for i in range(len(SHAPES))]}
cases = [make(n, o) for n, variants in MAIN for o in variants + COMMON]
cases += [make(n, o) for n, variants in WRAPPED for o in variants]
write("optimizers", cases, ABOUT, EXTRA)

cases = [make(n, o) for n in MORE for o in [{}, {"learning_rate": 0.05, "clipnorm": 0.5}]]
cases += [make("Ftrl", {"l1_regularization_strength": 0.01, "l2_regularization_strength": 0.01,
                        "l2_shrinkage_regularization_strength": 0.01, "beta": 0.1}),
          make("Adafactor", {"relative_step": False, "learning_rate": 0.1}),
          make("Muon", {"rms_rate": None, "weight_decay": None}),
          make("Muon", {"nesterov": False, "ns_steps": 3})]
write("optimizers_more", cases, ABOUT, EXTRA)

S = keras.optimizers.schedules
STEP = [0, 1, 2, 5, 6, 10, 11, 12, 15, 20, 35, 100]
SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5,
                          "staircase": True}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5,
                          "staircase": True}),
    ("PiecewiseConstantDecay", {"boundaries": [5, 10], "values": [1.0, 0.5, 0.1]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01,
                         "power": 2.0}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "end_learning_rate": 0.01,
                         "power": 2.0, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.1}),
    ("CosineDecay", {"initial_learning_rate": 0.0, "decay_steps": 10, "warmup_target": 0.1,
                     "warmup_steps": 5}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 2.0,
                             "m_mul": 0.5, "alpha": 0.1}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5, "t_mul": 1.0}),
]
write("schedules", [{"name": n, "options": o,
                     "values": np.array([arr(getattr(S, n)(**o)(s)) for s in STEP], "float32")}
                    for n, o in SCHEDULES],
      "Learning-rate schedules: values[i] = schedule(step[i]), steps counted from 0.", {"step": STEP})
