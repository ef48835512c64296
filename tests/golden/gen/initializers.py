"""Initializers: exact values of the deterministic ones; the law each random one must follow.

Each law is worked out from Keras's own compute_fans and is checked here against a large sample.
"""

import math

import numpy as np
from common import arr, keras, write
from keras.src.initializers.random_initializers import compute_fans

SHAPES = [(20,), (12, 30), (30, 12), (3, 3, 4, 8), (5, 6, 7), (2, 3, 3, 2, 4)]
CORRECTION = 0.87962566103423978  # standard deviation of N(0, 1) cut at 2


def exact(name, options, shape):
    value = arr(getattr(keras.initializers, name)(**options)(shape=shape))
    return {"name": name, "options": options, "kind": "exact", "value": value}


def law(kind, mean, spread):
    """uniform: values in [low, high); normal: mean and stddev; truncated: also low and high."""
    if kind == "uniform":
        low, high = mean
        return {"kind": kind, "low": low, "high": high, "mean": (low + high) / 2,
                "stddev": (high - low) / math.sqrt(12)}
    if kind == "truncated":
        return {"kind": kind, "low": mean - 2 * spread, "high": mean + 2 * spread, "mean": mean,
                "stddev": spread * CORRECTION}
    return {"kind": kind, "mean": mean, "stddev": spread}


def scaling(scale, mode, distribution, shape):
    fan_in, fan_out = compute_fans(shape)
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    v = scale / max(1.0, fan)
    fans = {"fan_in": fan_in, "fan_out": fan_out}
    if distribution == "uniform":
        limit = math.sqrt(3 * v)
        return {**law("uniform", (-limit, limit), None), **fans}
    if distribution == "untruncated_normal":
        return {**law("normal", 0.0, math.sqrt(v)), **fans}
    return {**law("truncated", 0.0, math.sqrt(v) / CORRECTION), **fans}


def check(name, options, shape, want):
    """A sample of Keras must have the mean, deviation and range that the case states."""
    init = getattr(keras.initializers, name)
    sample = np.concatenate([arr(init(seed=s, **options)(shape=shape)).ravel()
                             for s in range(max(8, 20000 // int(np.prod(shape))))])
    n = sample.size
    assert abs(sample.mean() - want["mean"]) < 6 * want["stddev"] / math.sqrt(n), name
    assert abs(sample.std() / want["stddev"] - 1) < 5 / math.sqrt(n), (name, shape)
    if "low" in want:
        assert sample.min() >= want["low"] * (1 + 1e-6), name
        assert sample.max() <= want["high"] * (1 + 1e-6), name
        assert sample.max() > want["mean"] + 0.9 * (want["high"] - want["mean"]), name


def random(name, options, shape, want):
    check(name, options, shape, want)
    return {"name": name, "options": options, "shape": list(shape), **want}


cases = [
    exact("Zeros", {}, (2, 3)), exact("Ones", {}, (2, 3)), exact("Constant", {}, (2, 2)),
    exact("Constant", {"value": -1.5}, (3, 2)), exact("Identity", {}, (3, 3)),
    exact("Identity", {"gain": 0.5}, (2, 4)), exact("Identity", {}, (4, 2)),
    exact("STFT", {}, (8, 1, 5)), exact("STFT", {"side": "imag", "scaling": "spectrum"}, (8, 1, 5)),
    exact("STFT", {"window": None, "scaling": None, "periodic": True}, (6, 1, 5)),
    exact("STFT", {"window": "hamming", "periodic": True}, (8, 1, 9)),
]
for options in ({}, {"mean": 1.0, "stddev": 0.2}):
    mean, stddev = options.get("mean", 0.0), options.get("stddev", 0.05)
    cases.append(random("RandomNormal", options, (12, 30), law("normal", mean, stddev)))
    cases.append(random("TruncatedNormal", options, (12, 30), law("truncated", mean, stddev)))
for options in ({}, {"minval": -2.0, "maxval": 1.0}):
    bounds = options.get("minval", -0.05), options.get("maxval", 0.05)
    cases.append(random("RandomUniform", options, (12, 30), law("uniform", bounds, None)))
for shape in SHAPES:
    for name, scale, mode, distribution in (
            ("GlorotUniform", 1, "fan_avg", "uniform"), ("GlorotNormal", 1, "fan_avg", "normal"),
            ("LecunUniform", 1, "fan_in", "uniform"), ("LecunNormal", 1, "fan_in", "normal"),
            ("HeUniform", 2, "fan_in", "uniform"), ("HeNormal", 2, "fan_in", "normal")):
        cases.append(random(name, {}, shape, scaling(scale, mode, distribution, shape)))
for mode in ("fan_in", "fan_out", "fan_avg"):
    for distribution in ("truncated_normal", "untruncated_normal", "uniform"):
        options = {"scale": 1.7, "mode": mode, "distribution": distribution}
        cases.append(random("VarianceScaling", options, (3, 3, 4, 8),
                            scaling(1.7, mode, distribution, (3, 3, 4, 8))))
cases.append(random("VarianceScaling", {}, (12, 30),
                    scaling(1.0, "fan_in", "truncated_normal", (12, 30))))
for shape, gain in (((6, 4), 1.0), ((4, 6), 1.0), ((3, 3, 2, 5), 0.5), ((5, 5), 2.0)):
    rows, cols = int(np.prod(shape[:-1])), shape[-1]
    q = arr(keras.initializers.Orthogonal(gain=gain, seed=1)(shape=shape)).reshape(rows, cols)
    gram = "columns" if rows >= cols else "rows"
    product = q.T @ q if gram == "columns" else q @ q.T
    assert np.allclose(product, gain**2 * np.eye(min(rows, cols)), atol=1e-5)
    cases.append({"name": "Orthogonal", "options": {} if gain == 1 else {"gain": gain},
                  "shape": list(shape), "kind": "orthogonal", "rows": rows, "cols": cols,
                  "gain": gain, "gram": gram})
write("initializers", cases, """
Initializers. kind = exact: value. uniform, normal, truncated: mean, stddev (of the values drawn, not
the option), low and high where the law is bounded. orthogonal: as a rows x cols matrix Q its columns
(Q'Q) or rows (QQ') are orthogonal with squared length gain^2.
""")
