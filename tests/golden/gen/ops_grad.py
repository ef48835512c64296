"""keras.ops with gradients: results, and the gradients of the weighted sum of all of their elements by
each argument of floats. One line per case: name, arguments, options."""

import jax
import jax.numpy as jnp
import numpy as np
from common import arr, keras, normal, rng, write

ops = keras.ops
r = rng("ops_grad")


def n(*shape):
    return normal(r, *shape)


def ints(*values):
    return np.array(values, "int32")


# --- signals and sequences ---
SEQUENCES = [
    ("ctc_loss", [ints([1, 2, 1, 0], [3, 3, 2, 1]), n(2, 9, 4), ints(3, 4), ints(9, 7)]),
    ("ctc_loss", [ints([1, 1, 1], [2, 0, 0], [0, 1, 0]), n(3, 6, 3), ints(3, 1, 0), ints(6, 6, 4)], {"mask_index": 2}),
    ("ctc_loss", [ints([4, 2, 2, 1, 3]), 3 * n(1, 12, 5), ints(5), ints(12)]),
    ("ctc_loss", [ints([1, 2, 3]), n(1, 3, 4), ints(3), ints(3)]),
]


def weights(k, y):
    """0.3 .. 1, another one for each element and result."""
    i = jnp.arange(y.size).reshape(y.shape)
    return 0.3 + 0.7 * ((i * 7 + k * 3 + 5) % 11) / 11


def made(name, args, options=None):
    options = options or {}
    floats = [i for i, a in enumerate(args) if isinstance(a, np.ndarray) and a.dtype == np.float32]

    def results(*xs):
        given = list(args)
        for i, x in zip(floats, xs):
            given[i] = x
        y = getattr(ops, name)(*given, **options)
        return list(y) if isinstance(y, (tuple, list)) else [y]

    def loss(*xs):
        return sum(jnp.sum(weights(k, y) * y) for k, y in enumerate(results(*xs)))

    xs = [args[i] for i in floats]
    gradients = jax.grad(loss, argnums=tuple(range(len(xs))))(*xs)
    return {"name": name, "args": args, "options": options, "results": [arr(y) for y in results(*xs)],
            "by": floats, "gradients": [arr(g) for g in gradients]}


ABOUT = """keras.ops: results of name(args, options), and the gradients by the arguments `by` (from 0) of
the sum over the results k, from 0, and their elements i of (0.3 + 0.7 ((7 i + 3 k + 5) mod 11) / 11) y[i]."""
write("ops_sequence", [made(*c) for c in SEQUENCES], ABOUT)
