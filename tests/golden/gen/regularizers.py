"""Regularizers: penalty and its gradient."""

import jax
from common import arr, keras, normal, rng, write

CASES = [
    ("L1", {}), ("L1", {"l1": 0.3}), ("L2", {}), ("L2", {"l2": 0.2}),
    ("L1L2", {}), ("L1L2", {"l1": 0.1, "l2": 0.02}), ("L1L2", {"l2": 0.5}),
    ("OrthogonalRegularizer", {}), ("OrthogonalRegularizer", {"factor": 0.1, "mode": "columns"}),
]
cases = []
for name, options in CASES:
    for shape in ((4, 3), (2, 3, 2), (5,)):
        if name == "OrthogonalRegularizer" and len(shape) != 2:
            continue
        x = jax.numpy.asarray(normal(rng("regularizer" + str(shape)), *shape))
        f = getattr(keras.regularizers, name)(**options)
        cases.append({"name": name, "options": options, "x": arr(x), "value": arr(f(x))[()],
                      "grad": arr(jax.grad(f)(x))})
write("regularizers", cases, "Regularizers: value = r(x) and grad = d value / dx.")
