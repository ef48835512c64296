"""Metrics: state and result after each of three batches (the last one smaller); resolved names."""

import numpy as np
from common import arr, keras, normal, rng, uniform, write
from keras.src.trainers.compile_utils import get_metric

BATCHES = (5, 5, 3)


def make(name, options, truth, pred, tag, weights=None):
    r = rng(name + str(options) + tag)
    metric = getattr(keras.metrics, name)(**options)
    batches = []
    for n in BATCHES:
        t, p = truth(r, n), pred(r, n)
        w = weights(r, n) if weights else None
        metric.update_state(t, p, sample_weight=w)
        batches.append({"y_true": t, "y_pred": p, "sample_weight": w,
                        "result": arr(metric.result()).astype("float32"),
                        "state": [arr(v.value) for v in metric.variables]
                        if name != "AUC" or options.get("num_thresholds", 200) < 20 else None})
    metric.reset_state()
    return {"name": name, "options": options, "tag": tag, "log_name": metric.name,
            "state_names": [v.name for v in metric.variables], "batches": batches}


def real(*shape):
    return lambda r, n: normal(r, n, *shape)


def prob(*shape):
    return lambda r, n: uniform(r, 0.02, 0.98, n, *shape)


def coarse(*shape):
    """Probabilities in steps of 1/8: many ties, and values on thresholds."""
    return lambda r, n: (r.integers(0, 9, (n, *shape)) / 8).astype("float32")


def bits(*shape):
    return lambda r, n: r.integers(0, 2, (n, *shape)).astype("float32")


def label(classes, *shape):
    return lambda r, n: r.integers(0, classes, (n, *shape)).astype("int32")


def onehot(classes, *shape):
    return lambda r, n: np.eye(classes, dtype="float32")[r.integers(0, classes, (n, *shape))]


def weight(*shape):
    return lambda r, n: uniform(r, 0, 2, n, *shape)


M = []
for name in ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "LogCoshError"):
    M += [make(name, {}, real(3), real(3), "b3"), make(name, {}, real(1), real(1), "b1"),
          make(name, {}, real(3), real(3), "b3_weighted", weight())]
M.append(make("MeanSquaredError", {}, real(4, 2), real(4, 2), "btc"))
M.append(make("MeanSquaredError", {}, real(4, 2), real(4, 2), "btc_weighted", weight(4)))
M += [make("Accuracy", {}, label(3, 1), label(3, 1), "b1"),
      make("BinaryAccuracy", {}, bits(1), prob(1), "b1"),
      make("BinaryAccuracy", {}, bits(1), coarse(1), "b1_ties"),
      make("BinaryAccuracy", {"threshold": 0.7}, bits(4), prob(4), "b4"),
      make("BinaryAccuracy", {}, bits(1), prob(1), "b1_weighted", weight()),
      make("CategoricalAccuracy", {}, onehot(4), prob(4), "b4"),
      make("CategoricalAccuracy", {}, onehot(4), coarse(4), "b4_ties"),
      make("CategoricalAccuracy", {}, onehot(3, 2), prob(2, 3), "btc"),
      make("CategoricalAccuracy", {}, onehot(4), prob(4), "b4_weighted", weight()),
      make("SparseCategoricalAccuracy", {}, label(4), prob(4), "b"),
      make("SparseCategoricalAccuracy", {}, label(4, 1), prob(4), "b1"),
      make("SparseCategoricalAccuracy", {}, label(3, 2), prob(2, 3), "bt"),
      make("SparseCategoricalAccuracy", {}, label(4), prob(4), "b_weighted", weight()),
      make("TopKCategoricalAccuracy", {}, onehot(8), prob(8), "b8"),
      make("TopKCategoricalAccuracy", {"k": 2}, onehot(6), coarse(6), "b6_ties"),
      make("TopKCategoricalAccuracy", {"k": 2}, onehot(6), prob(6), "b6_weighted", weight()),
      make("SparseTopKCategoricalAccuracy", {}, label(8), prob(8), "b"),
      make("SparseTopKCategoricalAccuracy", {"k": 2}, label(5, 1), coarse(5), "b1_ties"),
      make("SparseTopKCategoricalAccuracy", {"k": 2}, label(3, 4), prob(4, 3), "bt")]
for name in ("Precision", "Recall"):
    M += [make(name, {}, bits(1), prob(1), "b1"), make(name, {}, bits(1), coarse(1), "b1_ties"),
          make(name, {}, bits(3), prob(3), "b3_weighted", weight()),
          make(name, {"thresholds": 0.3}, bits(1), prob(1), "b1"),
          make(name, {"thresholds": [0.25, 0.5, 0.9]}, bits(1), coarse(1), "b1_ties"),
          make(name, {"thresholds": [0.0, 0.25, 0.5, 0.75, 1.0]}, bits(2), coarse(2), "b2_ties"),
          make(name, {"top_k": 2}, onehot(5), prob(5), "b5"),
          make(name, {"class_id": 1}, onehot(3), prob(3), "b3"),
          make(name, {"class_id": 2, "top_k": 1}, onehot(3), prob(3), "b3"),
          make(name, {"thresholds": [0.2, 0.6], "class_id": 0}, onehot(3), prob(3), "b3")]
for options in ({}, {"num_thresholds": 5}, {"num_thresholds": 2},
                {"curve": "PR"}, {"curve": "PR", "num_thresholds": 7},
                {"summation_method": "minoring", "num_thresholds": 11},
                {"summation_method": "majoring", "num_thresholds": 11},
                {"curve": "PR", "summation_method": "minoring", "num_thresholds": 11},
                {"curve": "PR", "summation_method": "majoring", "num_thresholds": 11},
                {"thresholds": [0.2, 0.35, 0.9]}):
    M += [make("AUC", options, bits(1), prob(1), "b1"),
          make("AUC", options, bits(1), coarse(1), "b1_ties")]
M += [make("AUC", {"num_thresholds": 50}, bits(1), prob(1), "b1_weighted", weight()),
      make("AUC", {"from_logits": True}, bits(1), real(1), "b1_logits"),
      make("AUC", {"multi_label": True, "num_thresholds": 9}, bits(3), prob(3), "b3"),
      make("AUC", {"multi_label": True, "num_labels": 3, "label_weights": [1.0, 2.0, 0.5],
                   "num_thresholds": 9}, bits(3), prob(3), "b3")]
for name in ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"):
    M.append(make(name, {"thresholds": [0.3, 0.7]}, bits(1), prob(1), "b1"))
M += [make("BinaryCrossentropy", {}, bits(1), prob(1), "b1"),
      make("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, bits(2), real(2), "b2"),
      make("CategoricalCrossentropy", {}, onehot(3), prob(3), "b3"),
      make("SparseCategoricalCrossentropy", {}, label(3), prob(3), "b"),
      make("KLDivergence", {}, prob(3), prob(3), "b3"),
      make("Hinge", {}, bits(2), real(2), "b2"),
      make("CosineSimilarity", {}, real(3), real(3), "b3"),
      make("F1Score", {"threshold": 0.5}, bits(3), prob(3), "b3"),
      make("F1Score", {"average": "macro"}, onehot(3), prob(3), "b3"),
      make("R2Score", {}, real(2), real(2), "b2"),
      make("MeanIoU", {"num_classes": 3}, label(3), label(3), "b")]

S = []
for average in (None, "micro", "macro", "weighted"):
    S += [make("F1Score", {"average": average, "threshold": 0.4}, bits(3), prob(3), "b3"),
          make("F1Score", {"average": average}, onehot(3), coarse(3), "b3_ties"),
          make("FBetaScore", {"average": average, "beta": 2.0, "threshold": 0.6}, bits(4), prob(4),
               "b4_weighted", weight())]
S += [make("R2Score", {"class_aggregation": None}, real(3), real(3), "b3"),
      make("R2Score", {"class_aggregation": "variance_weighted_average"}, real(3), real(3), "b3"),
      make("R2Score", {}, real(2), real(2), "b2_weighted", weight()),
      make("R2Score", {"num_regressors": 2}, real(1), real(1), "b1"),
      make("R2Score", {"num_regressors": 100}, real(1), real(1), "b1_few")]
for name in ("PearsonCorrelation", "ConcordanceCorrelation"):
    S += [make(name, {}, real(4), real(4), "b4"), make(name, {}, real(4), real(4), "b4_weighted", weight()),
          make(name, {"axis": 1}, real(5, 2), real(5, 2), "btc")]
for name, value in (("SensitivityAtSpecificity", "specificity"), ("SpecificityAtSensitivity", "sensitivity"),
                    ("PrecisionAtRecall", "recall"), ("RecallAtPrecision", "precision")):
    S += [make(name, {value: 0.5, "num_thresholds": 9}, bits(1), coarse(1), "b1_ties"),
          make(name, {value: 0.7, "num_thresholds": 11}, bits(2), prob(2), "b2_weighted", weight()),
          make(name, {value: 0.4, "num_thresholds": 1}, bits(1), prob(1), "b1"),
          make(name, {value: 0.6, "num_thresholds": 12, "class_id": 1}, onehot(3), prob(3), "b3")]


def whole(*shape):
    return lambda r, n: r.integers(0, 4, (n, *shape)).astype("float32")


S += [make("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, label(3), label(3), "b"),
      make("IoU", {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}, label(3, 4), label(3, 4),
           "bt"),
      make("IoU", {"num_classes": 3, "target_class_ids": [0, 1], "sparse_y_pred": False}, label(3, 2),
           prob(2, 3), "btc"),
      make("MeanIoU", {"num_classes": 3}, label(3, 4), label(3, 4), "bt_weighted", whole(4)),
      make("MeanIoU", {"num_classes": 3, "dtype": "float32"}, label(3), label(3), "b_weighted", weight()),
      make("MeanIoU", {"num_classes": 4, "ignore_class": 3}, label(4), label(5), "b_outside"),
      make("MeanIoU", {"num_classes": 3, "sparse_y_true": False, "sparse_y_pred": False}, onehot(3, 2),
           prob(2, 3), "btc"),
      make("BinaryIoU", {}, bits(4), coarse(4), "b4_ties"),
      make("BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, bits(4), prob(4), "b4"),
      make("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 2]}, onehot(3), prob(3), "b3"),
      make("OneHotIoU", {"num_classes": 3, "target_class_ids": [1], "sparse_y_pred": True}, onehot(3, 2),
           label(3, 2), "btc"),
      make("OneHotMeanIoU", {"num_classes": 3}, onehot(3, 4), prob(4, 3), "btc"),
      make("OneHotMeanIoU", {"num_classes": 3, "ignore_class": 1}, onehot(3), prob(3), "b3")]

for curve in ("PR", "PRGAIN"):
    S.append(make("AUC", {"curve": curve, "num_thresholds": 9, "summation_method": "majoring"}, bits(2),
                  prob(2), "b2_weighted", weight()))
S += [make("AUC", {"label_weights": [1.0, 2.0], "num_thresholds": 9}, bits(2), prob(2), "b2"),
      make("AUC", {"curve": "PRGAIN", "num_thresholds": 9}, bits(1), prob(1), "b1"),
      make("AUC", {"curve": "PR", "multi_label": True, "num_thresholds": 9}, bits(2), prob(2), "b2"),
      make("Poisson", {}, prob(2), prob(2), "b2_weighted", weight()),
      make("MeanAbsolutePercentageError", {}, prob(2), prob(2), "b2"),
      make("MeanSquaredLogarithmicError", {}, prob(2), prob(2), "b2"),
      make("SquaredHinge", {}, bits(2), real(2), "b2"),
      make("CategoricalHinge", {}, onehot(3), real(3), "b3"),
      make("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, onehot(3), real(3),
           "b3_weighted", weight()),
      make("SparseCategoricalCrossentropy", {"ignore_class": 1}, label(3), prob(3), "b_ignored"),
      make("CosineSimilarity", {"axis": 1}, real(3, 2), real(3, 2), "btc")]

NAMES = []
for t, p in (((4, 1), (4, 1)), ((4,), (4, 1)), ((4, 3), (4, 3)), ((4,), (4, 3)), ((4, 1), (4, 3)),
             ((4, 2), (4, 2, 3)), ((4, 2, 1), (4, 2, 3)), ((4, 2, 3), (4, 2, 3)), ((4, 3), (4, 1))):
    found = get_metric("accuracy", np.zeros(t), np.zeros(p))
    NAMES.append({"y_true": list(t), "y_pred": list(p), "metric": type(found).__name__})
M_MORE = [m for m in M if m["name"] in ("Precision", "Recall", "AUC") or "Positives" in m["name"]
          or "Negatives" in m["name"]]
M_MAIN = [m for m in M if not any(m is other for other in M_MORE)]
ABOUT = """
Metrics: three batches are fed one after another; each holds the result and the state after it (float32
tensors, in the order of state_names). state is left out for AUC with 20 thresholds or more.
"""
write("metrics", M_MAIN, ABOUT + "accuracy: the class that \"accuracy\" stands for, by shapes.",
      {"accuracy": NAMES})
write("metrics_confusion", M_MORE, ABOUT)
half = len(S) // 2
write("metrics_scores", S[:half], ABOUT)
write("metrics_rest", S[half:], ABOUT)
