"""Histories: short fits of small models, one for every loss, metric, optimizer, schedule, regularizer
and constraint with their options, and for what training does to models: frozen, shared, masked,
recurrent, normalised, weighted, accumulated, clipped, averaged.

Data and initial weights come from common.lcg_float by the rules below, which the test repeats.
"""

import sys

import numpy as np
from common import arr, keras, lcg_float, lcg_label, write

ROWS, BATCH, EPOCHS = 14, 5, 3
tanh4 = ("Dense", {"units": 4, "activation": "tanh"})


def dense(units, activation=None, **options):
    return ("Dense", {"units": units, **({"activation": activation} if activation else {}), **options})


MODELS = {
    "linear": [tanh4, dense(2)],
    "sigmoid": [tanh4, dense(2, "sigmoid")],
    "softmax": [tanh4, dense(3, "softmax")],
    "logits": [tanh4, dense(3)],
    "softplus": [tanh4, dense(2, "softplus")],
    "unit": [tanh4, dense(3), ("UnitNormalization", {})],
    "frames": [tanh4, dense(18), ("Reshape", {"target_shape": [6, 3]})],
    "pixels": [tanh4, dense(12), ("Reshape", {"target_shape": [4, 3]}), ("Softmax", {})],
}


def targets(kind, shape):
    """Targets of a kind for outputs of a shape (rows, ..., units)."""
    k = lcg_label(11, int(np.prod(shape[:-1])), 12).reshape(shape[:-1])
    if kind == "numbers":
        return lcg_float(17, shape)
    if kind == "positive":
        return np.maximum(lcg_float(17, shape, 1.0, 1.0), np.float32(0.25))
    if kind == "bits":
        return (lcg_label(13, int(np.prod(shape)), 16) % 2).reshape(shape).astype("float32")
    if kind == "labels":
        return (k % shape[-1]).astype("int32")
    if kind == "ignored":
        return (k % (shape[-1] + 1) - 1).astype("int32")
    if kind == "one_hot":
        return np.eye(shape[-1], dtype="float32")[k % shape[-1]]
    if kind == "soft":
        return np.eye(shape[-1], dtype="float32")[k % shape[-1]] * np.float32(0.25) + np.float32(0.25)
    assert kind == "sequence"
    return (1 + lcg_label(13, shape[0] * 2, 2).reshape(shape[0], 2)).astype("int32")


def start(model):
    """Kernels within a half, biases within 1/16, gamma and the variance from 0 to 2."""
    for i, v in enumerate(model.weights):
        around_one = v.path.endswith(("gamma", "moving_variance"))
        scale = 0.5 if len(v.shape) > 1 else 1.0 if around_one else 0.0625
        v.assign(lcg_float(1000 + i, tuple(v.shape), scale, 1.0 if around_one else 0.0))


def made(module, told):
    """An object from a word or from {"class": name, ...options}."""
    if not isinstance(told, dict):
        return told
    options = {k: v for k, v in told.items() if k != "class"}
    if "learning_rate" in options:
        options["learning_rate"] = made(keras.optimizers.schedules, options["learning_rate"])
    if "inner_optimizer" in options:
        options["inner_optimizer"] = made(keras.optimizers, options["inner_optimizer"])
    return getattr(module, told["class"])(**options)


def run(name, model, y, loss, optimizer="sgd", metrics=(), weighted=(), layers=None, input_shape=(5,),
        compile=None, fit=None, x=None, frozen=None, weights=False):
    keras.utils.clear_session()
    net = keras.Sequential([keras.Input(tuple(input_shape)),
                            *[getattr(keras.layers, n)(**o) for n, o in layers or MODELS[model]]])
    start(net)
    if frozen is not None:
        net.layers[frozen].trainable = False
    data = (lcg_label(7, ROWS * input_shape[0], x).reshape(ROWS, *input_shape).astype("int32")
            if x else lcg_float(7, (ROWS, *input_shape)))
    out = net.compute_output_shape((ROWS, *input_shape))
    true = targets(y, out)
    net.compile(loss=made(keras.losses, loss), optimizer=made(keras.optimizers, optimizer),
                metrics=[made(keras.metrics, m) for m in metrics],
                weighted_metrics=[made(keras.metrics, m) for m in weighted], jit_compile=False,
                **(compile or {}))
    w = lcg_float(19, (ROWS,), 1.0, 1.0) if weights else None
    history = net.fit(data, true, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0,
                      sample_weight=w, **(fit or {})).history
    final = net.weights[0]
    return {"name": name, "model": model, "y": y, "loss": loss, "optimizer": optimizer,
            "metrics": list(metrics) or None, "weighted_metrics": list(weighted) or None,
            "layers": layers, "input_shape": list(input_shape) if tuple(input_shape) != (5,) else None,
            "compile": compile, "fit": fit, "x": x, "frozen": frozen, "weights": weights or None,
            "history": {k: np.array(v, "float32") for k, v in history.items()},
            "final": arr(final.value).ravel()[:6].astype("float32"),
            "last": arr(net.trainable_weights[-1].value).ravel()[:6].astype("float32")}


def c(name, **options):
    return {"class": name, **options}


def title(told):
    if not isinstance(told, dict):
        return told
    return told["class"] + "".join(" %s=%s" % (k, title(v)) for k, v in told.items() if k != "class")


# --- losses ---------------------------------------------------------------------------------------

LOSSES = [("linear", "numbers", n) for n in
          ("mse", "mae", "huber", "log_cosh", "cosine_similarity", c("Huber", delta=0.3),
           c("MeanSquaredError", reduction="sum"), c("CosineSimilarity", axis=-1),
           "mean_squared_error", "MeanAbsoluteError")]
LOSSES += [("softplus", "positive", n) for n in ("mape", "msle", "poisson")]
LOSSES += [("linear", "bits", n) for n in ("hinge", "squared_hinge")]
LOSSES += [("sigmoid", "bits", n) for n in
           ("bce", "binary_focal_crossentropy", "dice", "tversky", c("BinaryCrossentropy", label_smoothing=0.2),
            c("BinaryFocalCrossentropy", apply_class_balancing=True, alpha=0.3, gamma=1.5, label_smoothing=0.1),
            c("Tversky", alpha=0.3, beta=0.7), c("Dice", axis=[1]))]
LOSSES += [("linear", "bits", c("BinaryCrossentropy", from_logits=True)),
           ("linear", "bits", c("BinaryFocalCrossentropy", from_logits=True, gamma=1.0))]
LOSSES += [("softmax", "one_hot", n) for n in
           ("categorical_crossentropy", "categorical_focal_crossentropy", "categorical_hinge",
            c("CategoricalCrossentropy", label_smoothing=0.2),
            c("CategoricalFocalCrossentropy", alpha=[0.2, 0.3, 0.5], gamma=1.0, label_smoothing=0.1))]
LOSSES += [("logits", "one_hot", c("CategoricalCrossentropy", from_logits=True)),
           ("logits", "one_hot", c("CategoricalFocalCrossentropy", from_logits=True)),
           ("softmax", "soft", "kld")]
LOSSES += [("softmax", "labels", n) for n in
           ("sparse_categorical_crossentropy", c("CategoricalGeneralizedCrossEntropy"),
            c("CategoricalGeneralizedCrossEntropy", q=0.8))]
LOSSES += [("logits", "labels", c("SparseCategoricalCrossentropy", from_logits=True)),
           ("logits", "ignored", c("SparseCategoricalCrossentropy", from_logits=True, ignore_class=-1)),
           ("pixels", "labels", "sparse_categorical_crossentropy"),
           ("unit", "labels", c("Circle", gamma=8.0)),
           ("unit", "labels", c("Circle", gamma=4.0, margin=0.25, remove_diagonal=False)),
           ("frames", "sequence", "ctc")]
def losses_group():
    losses = [run("%s %s %s" % (m, y, title(l)), m, y, l) for m, y, l in LOSSES]
    for reduction in ("sum", "mean_with_sample_weight", "mean"):
        losses.append(run("weighted " + reduction, "linear", "numbers", c("MeanSquaredError", reduction=reduction),
                          weights=True))
    losses.append(run("weighted ignored", "logits", "ignored", c("SparseCategoricalCrossentropy", from_logits=True,
                                                                 ignore_class=-1), weights=True))
    losses.append(run("weighted focal", "sigmoid", "bits", "binary_focal_crossentropy", weights=True))
    return losses


# --- metrics --------------------------------------------------------------------------------------

METRICS = [("linear", "numbers", "mse", n) for n in
           ("mse", "mae", "root_mean_squared_error", "log_cosh_error", "cosine_similarity",
            c("R2Score"), c("R2Score", class_aggregation="variance_weighted_average"),
            "pearson_correlation", "concordance_correlation", "MeanSquaredError")]
METRICS += [("softplus", "positive", "mse", n) for n in ("mape", "msle", "poisson")]
METRICS += [("linear", "bits", "hinge", n) for n in ("hinge", "squared_hinge")]
METRICS += [("softmax", "one_hot", "categorical_crossentropy", n) for n in
            ("categorical_hinge", "accuracy", "categorical_accuracy", "categorical_crossentropy",
             c("TopKCategoricalAccuracy", k=2), c("F1Score", average="macro"),
             c("F1Score", average="weighted", threshold=0.4), c("FBetaScore", average="micro", beta=2.0),
             c("OneHotIoU", num_classes=3, target_class_ids=[0, 2]), c("OneHotMeanIoU", num_classes=3),
             c("Precision", top_k=1), c("Recall", class_id=1, thresholds=0.4))]
METRICS += [("softmax", "soft", "kld", "kl_divergence")]
METRICS += [("softmax", "labels", "sparse_categorical_crossentropy", n) for n in
            ("accuracy", "sparse_categorical_accuracy", "sparse_categorical_crossentropy",
             c("SparseTopKCategoricalAccuracy", k=2),
             c("MeanIoU", num_classes=3, sparse_y_pred=False),
             c("IoU", num_classes=3, target_class_ids=[1], sparse_y_pred=False))]
METRICS += [("sigmoid", "bits", "bce", n) for n in
            ("accuracy", "binary_crossentropy", c("BinaryAccuracy", threshold=0.45), "auc",
             c("AUC", curve="PR"), c("AUC", curve="PRGAIN", num_thresholds=20),
             c("AUC", multi_label=True, summation_method="minoring"), "precision", "recall",
             "true_positives", "true_negatives", "false_positives", "false_negatives",
             c("SensitivityAtSpecificity", specificity=0.5), c("SpecificityAtSensitivity", sensitivity=0.5),
             c("PrecisionAtRecall", recall=0.5), c("RecallAtPrecision", precision=0.5),
             c("BinaryIoU", threshold=0.48))]

def metrics_group():
    metrics = [run("%s %s %s" % (m, y, title(n)), m, y, l, metrics=[n], fit={"validation_split": 0.25})
               for m, y, l, n in METRICS]
    for n in ("mae", c("R2Score"), "cosine_similarity"):
        metrics.append(run("weighted " + title(n), "linear", "numbers", "mse", weighted=[n], weights=True))
    for n in ("accuracy", c("AUC", num_thresholds=50), "precision", c("F1Score", average="macro", threshold=0.5)):
        metrics.append(run("weighted " + title(n), "sigmoid", "bits", "bce", weighted=[n], weights=True))
    return metrics


# --- optimizers, schedules ------------------------------------------------------------------------

NAMES = ["SGD", "RMSprop", "Adam", "AdamW", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Adafactor", "Lamb",
         "Muon", "ScheduleFreeAdamW"]
OPTIMIZERS = [c(n) for n in NAMES] + [c(n, learning_rate=0.05) for n in NAMES] + [
    c("Lion"), c("SGD", momentum=0.9), c("SGD", momentum=0.9, nesterov=True), c("RMSprop", centered=True),
    c("RMSprop", momentum=0.5, rho=0.7), c("Adam", amsgrad=True), c("Adam", beta_1=0.5, beta_2=0.9, epsilon=0.001),
    c("AdamW", weight_decay=0.1), c("Adagrad", initial_accumulator_value=0.5), c("Adafactor", relative_step=False),
    c("Adafactor", clip_threshold=0.5, beta_2_decay=-0.5), c("Muon", nesterov=False, ns_steps=3),
    c("Muon", adam_weight_decay=0.1, weight_decay=0.2, adam_lr_ratio=0.5),
    c("ScheduleFreeAdamW", warmup_steps=4, weight_decay=0.01),
    c("Ftrl", l1_regularization_strength=0.01, l2_regularization_strength=0.1, beta=0.1),
    c("Nadam", beta_1=0.5), c("Lamb", weight_decay=0.05), c("Adamax", epsilon=0.01),
    c("LossScaleOptimizer", inner_optimizer=c("SGD", learning_rate=0.1), initial_scale=8.0, dynamic_growth_steps=3)]
COMMON = [{"weight_decay": 0.1}, {"clipnorm": 0.1}, {"clipvalue": 0.05}, {"global_clipnorm": 0.1},
          {"use_ema": True, "ema_momentum": 0.8}, {"use_ema": True, "ema_overwrite_frequency": 2, "ema_momentum": 0.5},
          {"loss_scale_factor": 16.0}, {"gradient_accumulation_steps": 2},
          {"gradient_accumulation_steps": 3, "clipnorm": 0.1, "weight_decay": 0.1}]
OPTIMIZERS += [c(n, learning_rate=0.1 if n == "SGD" else 0.01, **o) for o in COMMON for n in ("SGD", "Adam")]
OPTIMIZERS += [c(n, learning_rate=0.01, global_clipnorm=0.1, gradient_accumulation_steps=2, use_ema=True)
               for n in ("Lamb", "Muon", "Adafactor", "Nadam")]
SCHEDULES = [
    c("ExponentialDecay", initial_learning_rate=0.2, decay_steps=4, decay_rate=0.5),
    c("ExponentialDecay", initial_learning_rate=0.2, decay_steps=4, decay_rate=0.5, staircase=True),
    c("InverseTimeDecay", initial_learning_rate=0.2, decay_steps=4, decay_rate=0.5),
    c("PiecewiseConstantDecay", boundaries=[2, 5], values=[0.2, 0.1, 0.05]),
    c("PolynomialDecay", initial_learning_rate=0.2, decay_steps=4, power=2.0),
    c("PolynomialDecay", initial_learning_rate=0.2, decay_steps=4, cycle=True),
    c("CosineDecay", initial_learning_rate=0.2, decay_steps=6, alpha=0.1),
    c("CosineDecay", initial_learning_rate=0.0, decay_steps=6, warmup_target=0.2, warmup_steps=3),
    c("CosineDecayRestarts", initial_learning_rate=0.2, first_decay_steps=3)]
OPTIMIZERS += [c("SGD", learning_rate=s) for s in SCHEDULES]
OPTIMIZERS.append(c("Adam", learning_rate=SCHEDULES[6], gradient_accumulation_steps=2))


def optimizers_group():
    return [run(title(o), "linear", "numbers", "mse", o) for o in OPTIMIZERS]


# --- models ---------------------------------------------------------------------------------------

SGD, ADAM = c("SGD", learning_rate=0.1), c("Adam", learning_rate=0.02)


def models_group():
    models = []
    for r in ("l1", "l2", c("L1", l1=0.05), c("L1L2", l1=0.02, l2=0.03), c("OrthogonalRegularizer", factor=0.1),
              c("OrthogonalRegularizer", factor=0.1, mode="columns")):
        told = r if isinstance(r, str) else {"class_name": r["class"],
                                             "config": {k: v for k, v in r.items() if k != "class"}}
        models.append(run("regularizer " + title(r), "", "numbers", "mse", SGD, layers=[
            dense(4, "tanh", kernel_regularizer=told), dense(2, bias_regularizer="l2", activity_regularizer="l2")]))
    for r in (c("MaxNorm", max_value=0.5), c("MinMaxNorm", min_value=0.7, max_value=0.9, rate=0.5), c("UnitNorm"),
              c("NonNeg"), c("MaxNorm", max_value=0.5, axis=1)):
        told = {"class_name": r["class"], "config": {k: v for k, v in r.items() if k != "class"}}
        models.append(run("constraint " + title(r), "", "numbers", "mse", SGD, layers=[
            dense(4, "tanh", kernel_constraint=told), dense(2, bias_constraint="non_neg")]))
    norm = [dense(4), ("BatchNormalization", {"momentum": 0.8}), ("Activation", {"activation": "tanh"}), dense(2)]
    models += [run("batch normalization", "", "numbers", "mse", SGD, layers=norm, fit={"validation_split": 0.25}),
               run("batch normalization, frozen", "", "numbers", "mse", SGD, layers=norm, frozen=1),
               run("layer normalization", "", "numbers", "mse", ADAM,
                   layers=[dense(4), ("LayerNormalization", {}), dense(2)]),
               run("first layer frozen", "linear", "numbers", "mse", ADAM, frozen=0),
               run("last layer frozen", "linear", "numbers", "mse", ADAM, frozen=1)]
    for n, o in (("SimpleRNN", {"units": 3}), ("LSTM", {"units": 3}), ("GRU", {"units": 3}),
                 ("LSTM", {"units": 3, "go_backwards": True})):
        models.append(run("recurrent " + n + (" backwards" if len(o) > 1 else ""), "", "numbers", "mse", ADAM,
                          layers=[(n, o), dense(2)], input_shape=(4, 3)))
    embed = ("Embedding", {"input_dim": 6, "output_dim": 3, "mask_zero": True})
    for n in ("LSTM", "GRU", "SimpleRNN"):
        models.append(run("masked " + n, "", "numbers", "mse", ADAM, layers=[embed, (n, {"units": 3}), dense(2)],
                          input_shape=(4,), x=6))
    steps = [embed, ("LSTM", {"units": 3, "return_sequences": True}), dense(2, "softmax")]
    models += [run("masked steps", "", "labels", "sparse_categorical_crossentropy", ADAM, ["accuracy"], layers=steps,
                   input_shape=(4,), x=6),
               run("masked steps, one-hot", "", "one_hot", "categorical_crossentropy", SGD, ["accuracy", "mse"],
                   layers=steps, input_shape=(4,), x=6),
               run("table without mask", "", "numbers", "mse", SGD, input_shape=(4,), x=6, layers=[
                   ("Embedding", {"input_dim": 6, "output_dim": 3}), ("GlobalAveragePooling1D", {}), dense(2)]),
               run("convolution", "", "labels", "sparse_categorical_crossentropy", SGD, ["accuracy"],
                   input_shape=(6, 2), layers=[("Conv1D", {"filters": 3, "kernel_size": 3, "activation": "relu"}),
                                               ("GlobalAveragePooling1D", {}), dense(3, "softmax")]),
               run("class weights", "softmax", "labels", "sparse_categorical_crossentropy", SGD, ["accuracy"],
                   ["accuracy"], fit={"class_weight": {0: 1.0, 1: 3.0, 2: 0.5}}),
               run("sample weights, validation", "linear", "numbers", "mse", ADAM, ["mae"], ["mae"], weights=True,
                   fit={"validation_split": 0.25})]
    return models


ABOUT = """
Histories: fit without shuffling, 14 rows in batches of 5, 3 epochs. Data, targets and initial weights by
the rules of gen/histories.py; final and last: the first numbers of the first weight and of the last
trainable one. {class = name, ...}: an object with its options.
"""
EXTRA = {"models": {k: [{"layer": n, "options": o} for n, o in v] for k, v in MODELS.items()}}


def told(cases):
    for case in cases:
        if case["layers"]:
            case["layers"] = [{"layer": n, "options": o} for n, o in case["layers"]]
        if case["fit"] and "class_weight" in case["fit"]:
            case["fit"] = {"class_weight": list(case["fit"]["class_weight"].values())}
    return cases


GROUPS = {"losses": losses_group, "metrics": metrics_group, "optimizers": optimizers_group, "models": models_group}
for group in sys.argv[1:] or GROUPS:
    write("histories_" + group, told(GROUPS[group]()), ABOUT, EXTRA)
