"""keras.ops: results for several shapes. One line per function: arguments and options."""

import numpy as np
from common import arr, keras, normal, rng, uniform, write

ops = keras.ops
r = rng("ops")


def n(*shape):
    return normal(r, *shape)


def i(high, *shape):
    return r.integers(0, high, shape).astype("int32")


holes = n(3, 4)
holes[0, 1] = holes[2, 3] = np.nan
wild = np.array([1.5, np.nan, np.inf, -np.inf], "float32")
rising = np.sort(n(6))
v = uniform
half_of = np.array([[1.5, 0, 0], [0.3, 1.2, 0], [-0.4, 0.7, 0.9]], "float32")
positive = half_of @ half_of.T

# name, arguments (arrays, numbers, lists), options; axis counts from 0
CASES = [
    ("cbrt", [n(3, 4)]), ("cbrt", [v(r, -9, 9, 5)]), ("exp2", [n(3, 4)]), ("exp2", [n(5)]),
    ("deg2rad", [n(3)]), ("rad2deg", [n(2, 3)]), ("sinc", [n(3, 4)]), ("sinc", [np.zeros(2, "float32")]),
    ("signbit", [n(3, 4)]), ("isneginf", [wild]), ("isposinf", [wild]), ("heaviside", [n(4), n(4)]),
    ("hypot", [n(3, 4), n(4)]), ("hypot", [n(2), n(2)]), ("logaddexp", [n(3, 4), n(3, 4)]),
    ("logaddexp", [n(3, 1), n(4)]), ("logaddexp2", [n(3), n(3)]), ("fmax", [wild, n(4)]), ("fmin", [wild, n(4)]),
    ("fmod", [n(3, 4), v(r, 0.5, 2, 4)]), ("divide_no_nan", [n(4), np.array([1, 0, 2, 0], "float32")]),
    ("ldexp", [n(3), i(4, 3)]), ("erfc", [n(3, 4)]), ("nan_to_num", [wild]),
    ("nan_to_num", [wild], {"nan": 1.0, "posinf": 2.0, "neginf": -3.0}), ("isclose", [n(3), n(3)]),
    ("isclose", [wild, wild], {"equal_nan": True}), ("allclose", [rising, rising]),
    ("saturate_cast", [n(4) * 300, "uint8"]), ("gelu", [n(3, 4)]), ("gelu", [n(3, 4)], {"approximate": False}),
    ("average", [n(3, 4)]), ("average", [n(3, 4)], {"axis": 1}), ("average", [n(3, 4)], {"axis": 1, "weights": v(r, 0.1, 1, 4)}),
    ("var", [n(3, 4)]), ("var", [n(2, 3, 4)], {"axis": [0, 2]}), ("std", [n(3, 4)], {"axis": 0, "keepdims": True}),
    ("ptp", [n(3, 4)]), ("ptp", [n(3, 4)], {"axis": 1}), ("count_nonzero", [i(3, 3, 4)]),
    ("count_nonzero", [i(3, 3, 4)], {"axis": 0}), ("norm", [n(3, 4)]), ("norm", [n(3, 4)], {"axis": 1}),
    ("norm", [n(3, 4)], {"ord": 1, "axis": 1}), ("norm", [n(5)], {"ord": 3}),
    ("norm", [n(2, 3, 4)], {"axis": -1, "keepdims": True}), ("normalize", [n(3, 4)]),
    ("normalize", [n(3, 4)], {"axis": 0, "order": 1}), ("nansum", [holes]), ("nansum", [holes], {"axis": 1}),
    ("nanprod", [holes], {"axis": 0}), ("nanmax", [holes], {"axis": 1}), ("nanmin", [holes]),
    ("nanmean", [holes], {"axis": 1}), ("nanvar", [holes], {"axis": 0}), ("nanstd", [holes]),
    ("nancumsum", [holes], {"axis": 1}), ("nancumprod", [holes], {"axis": 0}), ("cumsum", [n(3, 4)], {"axis": 1}),
    ("cumsum", [n(2, 3)]), ("cumprod", [n(3, 4)], {"axis": 0}),
    ("quantile", [n(3, 4), 0.3]), ("quantile", [n(3, 4), 0.3], {"axis": 1}),
    ("quantile", [n(3, 4), 0.6], {"axis": 0, "method": "nearest"}), ("quantile", [n(5), 0.3], {"method": "lower"}),
    ("quantile", [n(5), 0.3], {"method": "higher"}), ("quantile", [n(2, 3, 4), 0.4], {"axis": [0, 2], "keepdims": True}),
    ("median", [n(3, 4)]), ("median", [n(3, 5)], {"axis": 1}), ("median", [n(2, 4)], {"axis": 1, "keepdims": True}),
    ("in_top_k", [i(5, 4), n(4, 5), 2]), ("in_top_k", [i(3, 6), n(6, 3), 1]),
    ("ravel", [n(2, 3)]), ("moveaxis", [n(2, 3, 4), 0, 2], {"_axes": [1, 2]}), ("moveaxis", [n(2, 3, 4), 2, 0], {"_axes": [1, 2]}),
    ("swapaxes", [n(2, 3, 4), 0, 2], {"_axes": [1, 2]}), ("swapaxes", [n(2, 3, 4), -1, -2], {"_axes": [1, 2]}),
    ("fliplr", [n(2, 3)]), ("flipud", [n(2, 3)]), ("roll", [n(3, 4), 1]), ("roll", [n(3, 4), -1], {"axis": 1}),
    ("roll", [n(2, 5), 7], {"axis": 1}), ("rot90", [n(2, 3)]), ("rot90", [n(2, 3)], {"k": 2}), ("rot90", [n(2, 3)], {"k": 3}),
    ("hstack", [[n(2, 3), n(2, 2)]]), ("hstack", [[n(3), n(2)]]), ("vstack", [[n(3), n(3)]]), ("vstack", [[n(2, 3), n(1, 3)]]),
    ("dstack", [[n(2, 3), n(2, 3)]]), ("dstack", [[n(3), n(3)]]), ("append", [n(2), n(3)]), ("append", [n(2, 3), n(1, 3)], {"axis": 0}),
    ("unstack", [n(2, 3)]), ("unstack", [n(2, 3)], {"axis": 1}), ("array_split", [n(7), 3]), ("array_split", [n(2, 5), 2], {"axis": 1}),
    ("hsplit", [n(2, 4), 2]), ("vsplit", [n(4, 3), 2]), ("diff", [n(5)]), ("diff", [n(3, 4)], {"n": 2}), ("diff", [n(3, 4)], {"axis": 0}),
    ("meshgrid", [n(2), n(3)]), ("meshgrid", [n(2), n(3), n(2)], {"indexing": "ij"}),
    ("linspace", [0.0, 1.0], {"num": 5}), ("linspace", [0.0, 2.0], {"num": 4, "endpoint": False}), ("logspace", [0.0, 2.0], {"num": 3}),
    ("geomspace", [1.0, 8.0], {"num": 4}), ("eye", [3]), ("eye", [2, 4], {"k": 1}), ("tri", [3, 4], {"k": -1}), ("identity", [2]),
    ("tril", [n(3, 4)]), ("tril", [n(2, 3, 3)], {"k": 1}), ("triu", [n(3, 4)]), ("triu", [n(4, 3)], {"k": -1}),
    ("diagonal", [n(3, 4)]), ("diagonal", [n(3, 4)], {"offset": 1}), ("diagonal", [n(2, 3, 4)], {"offset": -1, "axis1": 1, "axis2": 2}),
    ("trace", [n(3, 3)]), ("trace", [n(2, 3, 4)], {"axis1": 1, "axis2": 2}), ("diagflat", [n(3)]), ("diagflat", [n(2)], {"k": -1}),
    ("diag", [n(3)], {"k": 1}), ("diag", [n(3, 3)], {"k": -1}), ("vander", [n(3)]), ("vander", [n(3)], {"N": 2, "increasing": True}),
    ("hamming", [5]), ("hanning", [6]), ("blackman", [5]), ("bartlett", [6]),
    ("tensordot", [n(2, 3, 4), n(3, 4, 5)]), ("tensordot", [n(2, 3), n(3, 4)], {"axes": 1}), ("tensordot", [n(2), n(3)], {"axes": 0}),
    ("inner", [n(3), n(3)]), ("inner", [n(2, 3), n(4, 3)]), ("outer", [n(3), n(2)]), ("outer", [n(2, 2), n(3)]),
    ("vdot", [n(2, 3), n(2, 3)]), ("kron", [n(2, 2), n(3, 2)]), ("kron", [n(2), n(2, 2)]), ("cross", [n(3), n(3)]), ("cross", [n(2, 3), n(2, 3)]),
    ("trapezoid", [n(5)]), ("trapezoid", [n(2, 4)], {"dx": 0.5}), ("trapezoid", [n(4), rising[:4]]), ("cdist", [n(3, 2), n(4, 2)]),
    ("corrcoef", [n(3, 5)]), ("segment_sum", [n(5, 2), np.array([0, 0, 1, 3, 1], "int32")], {"num_segments": 4}),
    ("segment_max", [n(5), np.array([0, 0, 1, 2, 1], "int32")], {"num_segments": 3}), ("segment_sum", [n(4), np.array([0, 2, 2, 1], "int32")], {"num_segments": 3}),
    ("bincount", [i(4, 8)]), ("bincount", [i(3, 5)], {"weights": n(5), "minlength": 5}), ("multi_hot", [i(4, 2, 3)], {"num_classes": 5}),
    ("searchsorted", [rising, n(4)]), ("searchsorted", [rising, rising[:3]], {"side": "right"}), ("isin", [i(5, 2, 3), i(5, 2)]),
    ("extract_sequences", [n(2, 9), 4, 2]), ("space_to_depth", [n(1, 4, 4, 2), 2]), ("depth_to_space", [n(1, 2, 2, 8), 2]),
    ("zeros_like", [n(2, 3)]), ("ones_like", [i(3, 2)]), ("full_like", [n(2), 3.0]),
    *[(a, [n(3, 4)]) for a in ("elu", "celu", "hard_sigmoid", "hard_silu", "leaky_relu", "relu6", "selu", "silu", "softsign",
                               "soft_shrink", "hard_shrink", "tanh_shrink", "squareplus", "sparse_plus", "sparsemax", "glu",
                               "log_softmax", "hard_tanh", "sparse_sigmoid")],
    *[("einsum", [s, *xs]) for s, *xs in [
        ("ij,jk->ik", n(2, 3), n(3, 4)), ("abc,cde->abde", n(2, 3, 4), n(4, 2, 3)), ("aecd,abcd->acbe", n(2, 3, 2, 4), n(2, 5, 2, 4)),
        ("acbe,aecd->abcd", n(2, 2, 5, 3), n(2, 3, 2, 4)), ("bij,bjk", n(2, 3, 4), n(2, 4, 2)), ("ii->i", n(3, 3)), ("iij->ji", n(2, 2, 3)),
        ("...ij,jk->...ik", n(2, 3, 4), n(4, 2)), ("i...,...j", n(2, 3), n(3, 4)), ("ij,jk,kl->il", n(2, 3), n(3, 4), n(4, 2)),
        ("ij,ik,i->jk", n(2, 3), n(2, 4), n(2)), ("ij,kl->i", n(2, 3), n(4, 5)), ("ba,cd->", n(2, 3), n(2, 2))]],
    ("solve", [n(3, 3) + 3 * np.eye(3, dtype="float32"), n(3, 2)]), ("solve", [n(2, 2, 2) + 3 * np.eye(2, dtype="float32"), n(2, 2, 1)]),
    ("det", [n(3, 3)]), ("det", [n(2, 2, 2)]), ("inv", [n(3, 3) + 3 * np.eye(3, dtype="float32")]), ("slogdet", [n(3, 3)]),
    ("cholesky", [positive]), ("logdet", [positive]), ("solve_triangular", [positive, n(3, 1)], {"lower": True}),
    ("dot_product_attention", [n(2, 3, 2, 4), n(2, 5, 2, 4), n(2, 5, 2, 4)]),
    ("dot_product_attention", [n(2, 4, 2, 4), n(2, 4, 1, 4), n(2, 4, 1, 4)], {"is_causal": True}),
    ("dot_product_attention", [n(1, 3, 1, 2), n(1, 3, 1, 2), n(1, 3, 1, 2)], {"scale": 0.3}),
]


def made(name, args, options=None):
    options = dict(options or {})
    axes = options.pop("_axes", None)
    y = getattr(ops, name)(*args, **{k: tuple(v) if isinstance(v, list) else v
                                     for k, v in options.items()})
    ys = list(y) if isinstance(y, (tuple, list)) else [y]
    return {"name": name, "args": args, "options": options, "axes": axes, "results": [arr(y) for y in ys]}


half = len(CASES) // 2
ABOUT = "keras.ops: results of name(args, options). axes: which arguments (from 0) are axes."
write("ops", [made(*c) for c in CASES[:half]], ABOUT)
write("ops_more", [made(*c) for c in CASES[half:]], ABOUT)
