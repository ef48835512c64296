"""Activations: values, and gradients of sum(w * y), by name and options."""

import jax
import numpy as np
from common import arr, keras, normal, rng, write

# No kink of any activation lies on GRID, so that every back end has the same gradient there.
GRID = np.array([-1e4, -100, -30, -10, -7.3, -4.2, -3.1, -2.6, -2, -1.5, -1.1, -0.9, -0.7, -0.3,
                 -0.1, -1e-3, 1e-3, 0.1, 0.3, 0.7, 0.9, 1.1, 1.5, 2, 2.6, 3.1, 4.2, 5.7, 7.3, 10,
                 30, 80, 100, 1e4], "float32")
# Kinks and special points: values only.
EDGE = np.array([-6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 88, 1e30, -1e30], "float32")
ROWS = {
    "rows": lambda r: normal(r, 3, 4, scale=2),
    "large": lambda r: np.array([[1e4, -1e4, 0, 9999], [-100, -101, -102, -100.5],
                                 [88, 90, 3, -90]], "float32"),
    "block": lambda r: normal(r, 2, 4, 3, scale=2),
}

POINTWISE = [
    ("relu", {}), ("relu", {"negative_slope": 0.1, "max_value": 6.0, "threshold": 1.25}),
    ("relu", {"max_value": 1.25}), ("relu", {"negative_slope": 0.3}), ("relu", {"threshold": 0.2}),
    ("leaky_relu", {}), ("leaky_relu", {"negative_slope": 0.01}), ("relu6", {}),
    ("elu", {}), ("elu", {"alpha": 0.5}), ("selu", {}), ("celu", {}), ("celu", {"alpha": 2.0}),
    ("softplus", {}), ("softsign", {}), ("soft_shrink", {}), ("soft_shrink", {"threshold": 1.25}),
    ("hard_shrink", {}), ("hard_shrink", {"threshold": 1.25}), ("tanh_shrink", {}),
    ("threshold", {"threshold": 0.25, "default_value": -2.0}), ("sparse_plus", {}),
    ("squareplus", {}), ("squareplus", {"b": 1.0}), ("silu", {}), ("swish", {}), ("gelu", {}),
    ("gelu", {"approximate": True}), ("mish", {}), ("tanh", {}), ("hard_tanh", {}),
    ("sigmoid", {}), ("hard_sigmoid", {}), ("hard_silu", {}), ("hard_swish", {}),
    ("sparse_sigmoid", {}), ("log_sigmoid", {}), ("exponential", {}), ("linear", {}),
]
VECTOR = [("softmax", -1), ("softmax", 1), ("log_softmax", -1), ("log_softmax", 1),
          ("sparsemax", -1), ("glu", -1), ("glu", 1)]


def function(name):
    alias = {"swish": "silu", "hard_swish": "hard_silu"}
    return getattr(keras.activations, alias.get(name, name))


def make(name, options, x, edge=None):
    f = function(name)
    y = arr(f(x, **options))
    w = normal(rng(name + str(options) + str(x.shape)), *y.shape)
    grad = arr(jax.grad(lambda v: (w * f(v, **options)).sum())(jax.numpy.asarray(x)))
    case = {"name": name, "options": options, "x": x, "y": y, "w": w, "grad": grad}
    if edge is not None:
        case["edge_x"] = edge
        case["edge_y"] = arr(f(edge, **options))
    return case


cases = [make(n, o, GRID, EDGE) for n, o in POINTWISE]
for name, axis in VECTOR:
    options = {} if axis == -1 else {"axis": axis}
    for kind, inputs in ROWS.items():
        if (kind == "block") == (axis != -1):
            cases.append(make(name, options, inputs(rng("rows" + kind))))
write("activations", cases, """
Activations: y = f(x) and grad = d sum(w * y) / dx. edge_x, edge_y: kinks and extremes, values only.
""")
