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
    *[("fft", [[n(*shape), n(*shape)]]) for shape in ((8,), (2, 15), (2, 7), (12,))],
    *[(name, [[n(*shape), n(*shape)]]) for name in ("fft2", "ifft2") for shape in ((4, 6), (2, 3, 5))],
    ("rfft", [n(8)]), ("rfft", [n(2, 9)]), ("rfft", [n(2, 6)], {"fft_length": 10}), ("rfft", [n(2, 6)], {"fft_length": 4}),
    ("irfft", [[n(5), n(5)]]), ("irfft", [[n(2, 4), n(2, 4)]], {"fft_length": 7}),
    ("irfft", [[n(2, 4), n(2, 4)]], {"fft_length": 10}), ("irfft", [[n(2, 6), n(2, 6)]], {"fft_length": 4}),
    ("stft", [n(2, 20), 6, 2, 8]), ("stft", [n(20), 5, 3, 8], {"window": "hamming", "center": False}),
    ("stft", [n(2, 17), 6, 4, 6], {"window": None}), ("stft", [n(20), 4, 2, 9], {"window": np.array([0.5, 1, 1, 0.5], "float32")}),
    ("istft", [[n(2, 6, 5), n(2, 6, 5)], 8, 2, 8]), ("istft", [[n(6, 5), n(6, 5)], 6, 3, 8], {"window": "hamming"}),
    ("istft", [[n(2, 4, 5), n(2, 4, 5)], 8, 4, 8], {"window": None}), ("istft", [[n(5, 5), n(5, 5)], 8, 2, 8], {"length": 9}),
    ("istft", [[n(4, 5), n(4, 5)], 8, 4, 8], {"window": "hamming", "center": False}),
    ("extract_sequences", [n(2, 9), 4, 2]), ("extract_sequences", [n(7), 3, 1]),
]


def weights(k, y):
    """0.3 .. 1, another one for each element and result."""
    i = jnp.arange(y.size).reshape(y.shape)
    return 0.3 + 0.7 * ((i * 7 + k * 3 + 5) % 11) / 11


def made(name, args, options=None):
    options = options or {}
    flat, tree = jax.tree.flatten(args)
    floats = [i for i, a in enumerate(flat) if isinstance(a, np.ndarray) and a.dtype == np.float32]

    def results(*xs):
        given = list(flat)
        for i, x in zip(floats, xs):
            given[i] = x
        given = [tuple(a) if isinstance(a, list) else a for a in jax.tree.unflatten(tree, given)]
        y = getattr(ops, name)(*given, **options)
        return list(y) if isinstance(y, (tuple, list)) else [y]

    def loss(*xs):
        return sum(jnp.sum(weights(k, y) * y) for k, y in enumerate(results(*xs)))

    xs = [flat[i] for i in floats]
    gradients = jax.grad(loss, argnums=tuple(range(len(xs))))(*xs)
    return {"name": name, "args": args, "options": options, "results": [arr(y) for y in results(*xs)],
            "by": floats, "gradients": [arr(g) for g in gradients]}


ABOUT = """keras.ops: results of name(args, options), and the gradients by its arguments `by` (from 0; those
in lists count too) of the sum over the results k, from 0, and their elements i of (0.3 + 0.7 ((7 i + 3 k + 5) mod 11) / 11) y[i]."""
write("ops_sequence", [made(*c) for c in SEQUENCES], ABOUT)
