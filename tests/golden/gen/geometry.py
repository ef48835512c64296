"""Geometry: output sizes of convolution and pooling, with outputs that give the padding away."""

import numpy as np
from common import arr, keras, write

ops = keras.ops


def size(kind, n, k, s, d, padding):
    """Keras's output size; 0 where Keras raises an error for an empty output."""
    try:
        if kind == "conv":
            layer = keras.layers.Conv1D(1, k, strides=s, dilation_rate=d, padding=padding)
        else:
            layer = keras.layers.MaxPooling1D(k, strides=s, padding=padding)
        return layer.compute_output_shape((1, n, 1))[1]
    except ValueError:
        return 0


def probe(kind, n, k, s, d, padding):
    x = np.arange(1, n + 1, dtype="float32").reshape(1, n, 1)
    if kind == "conv":
        kernel = np.ones((k, 1, 1), "float32")
        if padding == "causal":
            x = np.pad(x, ((0, 0), (d * (k - 1), 0), (0, 0)))
        y = ops.conv(x, kernel, s, "valid" if padding == "causal" else padding, dilation_rate=d)
    else:
        y = ops.average_pool(x, k, s, padding)
    return arr(y).ravel()


def row(kind, n, k, s, d, padding):
    out = max(size(kind, n, k, s, d, padding), 0)
    if out == 0:
        return [n, k, s, d, padding, 0]
    y = probe(kind, n, k, s, d, padding)
    assert len(y) == out, (kind, n, k, s, d, padding, len(y), out)
    return [n, k, s, d, padding, out, y[0], y[-1]]


CONV = [(n, k, s, d, p) for p in ("valid", "same", "causal") for n in (1, 2, 5, 8, 11)
        for k in (1, 2, 3, 5) for s in (1, 2, 3) for d in (1, 2, 3) if s == 1 or d == 1]
POOL = [(n, k, s, 1, p) for p in ("valid", "same") for n in (1, 2, 5, 8, 11) for k in (1, 2, 3, 5)
        for s in (1, 2, 3, 4)]
write("geometry", [{"kind": "conv", "rows": [row("conv", *c) for c in CONV]},
                   {"kind": "pool", "rows": [row("pool", *c) for c in POOL]}], """
Output sizes: rows {n, kernel or pool, stride, dilation, padding, output size, first, last}. first and
last are the ends of the output for x = 1, 2, .., n: of a convolution with ones (conv), of the average
(pool). Size 0 without ends: Keras refuses.
""")
