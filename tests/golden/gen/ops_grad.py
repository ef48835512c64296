"""keras.ops with gradients: results, and the gradients of the weighted sum of all of their elements by
each argument of floats. One line per case: name, arguments, options. Groups may be named: ops_grad.py
ops_matrix."""

import sys

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


VALUES = {"_values": True}  # no gradient is compared


def signs(rows):
    """-1 where the largest element of a row is negative: knn's choice among equals, not LAPACK's."""
    largest = jnp.take_along_axis(rows, jnp.abs(rows).argmax(-1, keepdims=True), -1)
    return jnp.sign(largest)


def eigh(x):
    w, v = ops.eigh(x)
    return w, v * jnp.swapaxes(signs(jnp.swapaxes(v, -1, -2)), -1, -2)


def svd(x, full_matrices=True, compute_uv=True):
    if not compute_uv:
        return ops.svd(x, full_matrices, compute_uv)
    u, s, vh = ops.svd(x, full_matrices)
    sign = signs(vh)
    return u * jnp.swapaxes(sign, -1, -2), s, vh * sign


CHOSEN = {"eigh": eigh, "svd": svd}


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


# --- matrices ---
well = n(4, 4) + 3 * np.eye(4, dtype="float32")
MATRICES = [
    ("eigh", [n(4, 4)]), ("eigh", [n(2, 3, 3)]), ("eigh", [np.diag(np.array([3, -1, 2], "float32"))]),
    ("qr", [n(4, 3)]), ("qr", [n(2, 3, 3)]), ("qr", [n(3, 4)], VALUES), ("qr", [n(4, 2)], {"mode": "complete", **VALUES}),
    ("svd", [n(3, 3)]), ("svd", [n(4, 3)], {"full_matrices": False}), ("svd", [n(2, 3, 5)], {"full_matrices": False}),
    ("svd", [n(4, 3)], {"compute_uv": False}), ("pinv", [n(4, 3)]), ("pinv", [n(3, 4)]), ("pinv", [well]),
    ("lstsq", [n(5, 3), n(5, 2)]), ("lstsq", [n(5, 3), n(5)]), ("lstsq", [n(2, 4), n(2, 3)]),
    ("lu_factor", [n(3, 3)]), ("lu_factor", [n(4, 2)], VALUES), ("lu_factor", [well]),
    ("matrix_rank", [n(4, 3)], VALUES), ("matrix_rank", [np.outer(n(3), n(4))], VALUES),
    ("cholesky_inverse", [np.tril(n(3, 3)) + 2 * np.eye(3, dtype="float32")]),
]

# --- elements ---
holes = n(3, 5)
holes[0, 1] = holes[2, 3] = holes[2, 0] = np.nan
bits, shifts = ints([12, 6, -7], [3, 0, 255]), ints(1, 3, 0)
ELEMENTS = [
    ("scatter", [ints([0, 1], [2, 0], [0, 1]), n(3), [3, 2]]), ("scatter", [ints([1], [3]), n(2, 3), [4, 3]]),
    ("scatter_update", [n(3, 4), ints([0, 1], [2, 3]), n(2)]), ("scatter_update", [n(4, 2), ints([1], [3]), n(2, 2)]),
    *[("scatter_update", [n(4), ints([1], [3], [1]), n(3)], {"reduction": how}) for how in ("add", "max", "min")],
    ("scatter_update", [n(4), ints([1], [3], [1]), n(3)], {"reduction": "mul", **VALUES}),
    ("slice_update", [n(4, 5), [1, 2], n(2, 3)]), ("erfinv", [np.array([-0.99, -0.5, 0, 0.3, 0.9, 0.9999], "float32")]),
    ("nextafter", [n(4), n(4)], VALUES), ("gcd", [ints(12, 18, 0), ints(8, -27, 5)], VALUES), ("lcm", [ints(4, 6), ints(6, -4)], VALUES),
    *[(name, [bits, shifts], VALUES) for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift")],
    ("bitwise_invert", [bits], VALUES), ("nanargmax", [holes], {"axis": 1, **VALUES}), ("nanargmin", [holes], VALUES),
    ("nanquantile", [holes, 0.3], {"axis": 1, **VALUES}), ("nanquantile", [holes, 0.6], {"method": "nearest", **VALUES}),
    ("nanmedian", [holes], {"axis": 0, "keepdims": True, **VALUES}), ("nanpercentile", [holes, 40.0], {"axis": 1, "method": "midpoint", **VALUES}),
    ("histogram", [n(30)], {"bins": 6, **VALUES}), ("histogram", [n(30)], {"bins": 4, "range": (-1.0, 1.0), **VALUES}),
    ("nonzero", [ints([0, 2, 0], [1, 0, 3])], VALUES), ("unique", [ints([3, 1, 3], [2, 1, 1])], VALUES),
    ("categorical_crossentropy", [np.eye(3, dtype="float32")[[0, 2]], np.abs(n(2, 3))]),
    ("categorical_crossentropy", [np.eye(3, dtype="float32")[[0, 2]], n(2, 3)], {"from_logits": True}),
    ("sparse_categorical_crossentropy", [ints(0, 2), np.abs(n(2, 3))]),
    ("sparse_categorical_crossentropy", [ints(1, 0, 2), n(3, 3)], {"from_logits": True}),
    ("binary_crossentropy", [np.array([0, 1, 1], "float32"), np.array([0.2, 0.9, 0.4], "float32")]),
    ("binary_crossentropy", [np.array([0, 1, 1], "float32"), n(3)], {"from_logits": True}), ("psnr", [n(2, 3), n(2, 3), 2.0]),
    ("batch_normalization", [n(2, 3, 4), n(4), np.abs(n(4))], {"axis": -1, "offset": n(4), "scale": n(4)}),
    ("layer_normalization", [n(2, 3, 4), n(4), n(4)]), ("layer_normalization", [n(2, 3, 4), n(3, 4), n(3, 4)], {"axis": [1, 2]}),
    ("rms_normalization", [n(3, 4), n(4)]), ("i0", [3 * n(5)]), ("kaiser", [6, 4.0], VALUES),
    ("view_as_real", [[n(2, 3), n(2, 3)]]), ("polar", [np.abs(n(3)), n(3)]),
    *[("correlate", [n(*a), n(*b)], {"mode": mode}) for mode in ("valid", "same", "full") for a, b in (((7,), (3,)), ((6,), (4,)), ((3,), (8,)))],
    ("unfold", [n(2, 2, 5, 6), [2, 3]], {"stride": 2, "padding": 1}), ("unfold", [n(1, 1, 5, 5), 2], {"dilation": 2}),
    ("fold", [n(2, 12, 9), [5, 6], [2, 3]], {"stride": 2, "padding": 1}), ("fold", [n(1, 4, 9), 5, 2], {"dilation": 2}),
    ("depthwise_conv", [n(2, 6, 2), n(3, 2, 2)], {"padding": "same", "strides": 2}),
    ("depthwise_conv", [n(1, 2, 5, 4), n(2, 2, 2, 1)], {"data_format": "channels_first"}),
    ("separable_conv", [n(1, 5, 5, 2), n(3, 3, 2, 2), n(1, 1, 4, 3)], {"dilation_rate": 2}),
]


def weights(k, y):
    """0.3 .. 1, another one for each element and result."""
    i = jnp.arange(y.size).reshape(y.shape)
    return 0.3 + 0.7 * ((i * 7 + k * 3 + 5) % 11) / 11


def made(name, args, options=None):
    options = dict(options or {})
    values = options.pop("_values", False)
    f = CHOSEN.get(name) or getattr(ops, name)
    flat, tree = jax.tree.flatten(args)
    floats = [i for i, a in enumerate(flat) if isinstance(a, np.ndarray) and a.dtype == np.float32]

    def results(*xs):
        given = list(flat)
        for i, x in zip(floats, xs):
            given[i] = x
        given = [tuple(a) if isinstance(a, list) else a for a in jax.tree.unflatten(tree, given)]
        if name == "view_as_real":
            given = [jax.lax.complex(*given[0])]
        y = f(*given, **{k: tuple(v) if isinstance(v, list) else v for k, v in options.items()})
        if name == "polar":
            y = [jnp.real(y), jnp.imag(y)]
        return list(y) if isinstance(y, (tuple, list)) else [y]

    def loss(*xs):
        return sum(jnp.sum(weights(k, y) * y) for k, y in enumerate(results(*xs)))

    xs = [flat[i] for i in floats]
    if values:
        return {"name": name, "args": args, "options": options, "results": [arr(y) for y in results(*xs)],
                "by": [], "gradients": []}
    gradients = jax.grad(loss, argnums=tuple(range(len(xs))))(*xs)
    return {"name": name, "args": args, "options": options, "results": [arr(y) for y in results(*xs)],
            "by": floats, "gradients": [arr(g) for g in gradients]}


ABOUT = """keras.ops: results of name(args, options), and the gradients by its arguments `by` (from 0; those
in lists count too) of the sum over the results k, from 0, and their elements i of (0.3 + 0.7 ((7 i + 3 k + 5) mod 11) / 11) y[i]."""
for group, cases in (("ops_sequence", SEQUENCES), ("ops_matrix", MATRICES), ("ops_element", ELEMENTS)):
    if group in (sys.argv[1:] or [group]):
        write(group, [made(*c) for c in cases], ABOUT)
