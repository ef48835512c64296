"""Losses: value, unreduced losses and gradient by predictions, also for extreme predictions."""

import jax
import numpy as np
from common import arr, keras, normal, rng, uniform, write

SHAPES = {"bc": (4, 5), "b1": (6, 1), "btc": (2, 3, 4)}


def probabilities(r, shape):
    return uniform(r, 0.03, 0.97, *shape)


def onehot(r, shape):
    return np.eye(shape[-1], dtype="float32")[r.integers(0, shape[-1], shape[:-1])]


def bits(r, shape):
    return r.integers(0, 2, shape).astype("float32")


def signs(r, shape):
    return 2 * bits(r, shape) - 1


def soft(r, shape):
    t = uniform(r, 0.1, 1, *shape)
    return t / t.sum(-1, keepdims=True)


def labels(r, shape):
    return r.integers(0, shape[-1], shape[:-1]).astype("int32")


def positive(r, shape):
    return uniform(r, 0.2, 3, *shape)


def real(r, shape):
    return normal(r, *shape, scale=1.5)


def make(name, options, y_true, y_pred, tag, sample_weight=None):
    loss = getattr(keras.losses, name)
    f = loss(**options)
    each = loss(**{**options, "reduction": None})
    value = lambda p: f(y_true, p, sample_weight=sample_weight)
    p = jax.numpy.asarray(y_pred)
    case = {"name": name, "options": options, "tag": tag, "y_true": y_true, "y_pred": y_pred}
    if sample_weight is not None:
        case["sample_weight"] = sample_weight
    case["value"] = arr(value(p))[()]
    case["each"] = arr(each(y_true, p))
    case["grad"] = arr(jax.grad(lambda v: value(v).sum())(p))
    return case


def spread(name, options, truth, pred, kinds=("bc", "btc"), weights=False):
    """One case per kind of shape, and one with sample weights."""
    out = []
    for kind in kinds:
        r, shape = rng(name + str(options) + kind), SHAPES[kind]
        t, p = truth(r, shape), pred(r, shape)
        out.append(make(name, options, t, p, kind))
        if weights and kind != "btc":
            w = uniform(r, 0, 2, shape[0])
            out.append(make(name, options, t, p, kind + "_weighted", w))
        if weights and kind == "btc":
            w = uniform(r, 0, 2, *shape[:2])
            out.append(make(name, options, t, p, kind + "_weighted", w))
    return out


P01 = np.array([[0, 1], [1, 0], [1e-8, 1 - 1e-8], [0.5, 0.5]], "float32")
T01 = np.array([[0, 1], [0, 1], [1, 0], [1, 0]], "float32")
WILD = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 9999], [100, -100, 50]], "float32")
TWILD = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]], "float32")
ALL = ("bc", "b1", "btc")

main = []
for name in ("MeanSquaredError", "MeanAbsoluteError"):
    main += spread(name, {}, real, real, ALL, weights=True)
    main += spread(name, {"reduction": "sum"}, real, real, ("bc",))
main += spread("MeanSquaredError", {"reduction": "mean_with_sample_weight"}, real, real, ("bc",), True)
main += spread("BinaryCrossentropy", {}, bits, probabilities, ALL, weights=True)
main += spread("BinaryCrossentropy", {"label_smoothing": 0.2}, bits, probabilities, ALL)
main += spread("BinaryCrossentropy", {"from_logits": True}, bits, real, ALL)
main += spread("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, bits, real, ("b1",))
main.append(make("BinaryCrossentropy", {}, T01, P01, "extreme"))
main.append(make("BinaryCrossentropy", {"from_logits": True}, TWILD, WILD, "extreme"))
main += spread("CategoricalCrossentropy", {}, onehot, probabilities, weights=True)
main += spread("CategoricalCrossentropy", {}, soft, soft)
main += spread("CategoricalCrossentropy", {"label_smoothing": 0.2}, onehot, soft)
main += spread("CategoricalCrossentropy", {"from_logits": True}, onehot, real, weights=True)
main += spread("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, onehot, real)
main += spread("CategoricalCrossentropy", {"axis": 1}, onehot, probabilities, ("btc",))
main.append(make("CategoricalCrossentropy", {}, T01, P01, "extreme"))
main.append(make("CategoricalCrossentropy", {"from_logits": True}, TWILD, WILD, "extreme"))
main += spread("SparseCategoricalCrossentropy", {}, labels, probabilities, weights=True)
main += spread("SparseCategoricalCrossentropy", {"from_logits": True}, labels, real, weights=True)
main += spread("SparseCategoricalCrossentropy", {"ignore_class": 1}, labels, soft)
main += spread("SparseCategoricalCrossentropy", {"ignore_class": 0, "from_logits": True}, labels, real)
main.append(make("SparseCategoricalCrossentropy", {}, T01.argmax(1).astype("int32"), P01, "extreme"))
main.append(make("SparseCategoricalCrossentropy", {}, T01.argmax(1).astype("int32")[:, None], P01,
                 "extreme_b1"))
main.append(make("SparseCategoricalCrossentropy", {"from_logits": True},
                 TWILD.argmax(1).astype("int32"), WILD, "extreme"))
main += spread("KLDivergence", {}, soft, soft, weights=True)
# Away from the upper clip, where the gradient of a tie is a choice.
main.append(make("KLDivergence", {}, T01, np.minimum(P01, np.float32(0.999)), "extreme"))
main += spread("Hinge", {}, signs, real, ALL, weights=True)
main += spread("Hinge", {}, bits, probabilities, ("bc",))
main += spread("SquaredHinge", {}, signs, real, ALL)
main += spread("SquaredHinge", {}, bits, real, ("b1",))
main += spread("CategoricalHinge", {}, onehot, real, weights=True)
main += spread("Huber", {}, real, real, ALL, weights=True)
main += spread("Huber", {"delta": 0.3}, real, real, ("bc",))
main.append(make("Huber", {}, TWILD, WILD, "extreme"))
ABOUT = """
Losses: value = loss(y_true, y_pred[, sample_weight]), each = the same unreduced and unweighted,
grad = d value / d y_pred. tag: shape of y_pred (bc, b1, btc), weighted, or extreme.
"""
write("losses", main, ABOUT)

more = []
more += spread("MeanAbsolutePercentageError", {}, positive, real, weights=True)
more += spread("MeanSquaredLogarithmicError", {}, positive, positive)
more.append(make("MeanSquaredLogarithmicError", {}, np.array([[0, 1, 2]], "float32"),
                 np.array([[-1, -2, 3]], "float32"), "negative"))
more += spread("CosineSimilarity", {}, real, real)
more += spread("CosineSimilarity", {"axis": 1}, real, real, ("btc",))
more += spread("LogCosh", {}, real, real, ALL)
more.append(make("LogCosh", {}, TWILD, WILD, "extreme"))
more += spread("Poisson", {}, positive, positive, ALL)
more += spread("BinaryFocalCrossentropy", {}, bits, probabilities, ALL)
more += spread("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5,
                                           "label_smoothing": 0.1}, bits, probabilities, ("bc",))
more += spread("BinaryFocalCrossentropy", {"from_logits": True}, bits, real, ("bc",))
more += spread("CategoricalFocalCrossentropy", {}, onehot, soft)
more += spread("CategoricalFocalCrossentropy", {"from_logits": True, "gamma": 1.0}, onehot, real, ("bc",))
more += spread("CategoricalFocalCrossentropy", {"alpha": [0.1, 0.2, 0.3, 0.4], "label_smoothing": 0.1},
               onehot, soft, ("btc",))
more += spread("Dice", {}, bits, probabilities)
more += spread("Dice", {"axis": [1, 2]}, bits, probabilities, ("btc",))
more += spread("Tversky", {"alpha": 0.3, "beta": 0.7}, bits, probabilities)
more += spread("CategoricalGeneralizedCrossEntropy", {}, labels, soft, ("bc",))
more += spread("CategoricalGeneralizedCrossEntropy", {"q": 0.8}, labels, soft, ("bc",))


def unit(r, shape):
    v = normal(r, *shape)
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def circle_labels(r, shape):
    return r.integers(0, 3, shape[:1]).astype("int32")


for options in ({}, {"gamma": 10.0, "margin": 0.25}, {"remove_diagonal": False},
                {"reduction": "sum"}):
    r = rng("Circle" + str(options))
    more.append(make("Circle", options, circle_labels(r, (8, 4)), unit(r, (8, 4)), "labels"))
r = rng("Circle alone")
more.append(make("Circle", {}, np.array([0, 1, 1, 2], "int32"), unit(r, (4, 3)), "alone"))
more.append(make("Circle", {}, np.array([0, 1, 1, 2], "int32"), unit(r, (4, 3)), "alone_weighted",
                 uniform(r, 0, 2, 4)))
for tag, t in (("full", [[1, 2, 1], [3, 1, 2]]), ("filled", [[1, 1, 0], [2, 0, 0]])):
    r = rng("CTC" + tag)
    more.append(make("CTC", {}, np.array(t, "int32"), normal(r, 2, 7, 4), tag))
more.append(make("CTC", {}, np.array([[1, 2]], "int32"), normal(rng("CTC wild"), 1, 4, 3, scale=30), "wild"))
more += spread("Dice", {}, bits, probabilities, ("bc",), weights=False)
for name in ("Huber", "LogCosh", "Poisson", "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"):
    truth, pred = (onehot, soft) if "Categorical" in name else (positive, positive) if name == "Poisson" else (
        (bits, probabilities) if "Binary" in name else (real, real))
    for reduction in ("mean_with_sample_weight", "sum", None):
        more += spread(name, {"reduction": reduction}, truth, pred, ("bc",), weights=True)
for name in ("BinaryFocalCrossentropy", "Dice", "Tversky"):
    more.append(make(name, {}, T01, P01, "extreme"))
more.append(make("BinaryFocalCrossentropy", {"from_logits": True}, TWILD, WILD, "extreme"))
more.append(make("CategoricalFocalCrossentropy", {"from_logits": True}, TWILD, WILD, "extreme"))
more += spread("SparseCategoricalCrossentropy", {"ignore_class": -1, "reduction": "mean_with_sample_weight"},
               lambda r, shape: labels(r, shape) - (r.integers(0, 3, shape[:-1]) == 0), soft, weights=True)
half = len(more) // 2
write("losses_more", more[:half], ABOUT)
write("losses_rest", more[half:], ABOUT)
