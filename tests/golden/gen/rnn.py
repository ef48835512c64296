"""Recurrent layers and wrappers: outputs, states and gradients for randomised weights, with masks
and initial states; two batches in a row where the layer is stateful."""

import jax
import jax.numpy as jnp
import numpy as np
from common import arr, keras, normal, rng, write


def build(spec):
    """A layer from {class_name, config}; configs may hold such dicts, alone or in lists."""
    def value(v):
        if isinstance(v, dict) and "class_name" in v:
            return build(v)
        return [value(x) for x in v] if isinstance(v, list) else v

    return getattr(keras.layers, spec["class_name"])(
        **{k: value(v) for k, v in spec["config"].items()})


def randomise(layer, r):
    for v in layer.weights:
        v.assign(normal(r, *v.shape, scale=0.5))


def as_list(y):
    """Output and states; those of stacked cells stand in lists of their own."""
    return jax.tree_util.tree_leaves(y)


def keywords(case):
    out = {}
    if case.get("mask") is not None:
        out["mask"] = case["mask"]
    return out


def call(layer, x, states, case):
    if states:
        return layer(x, initial_state=list(states), **keywords(case))
    return layer(x, **keywords(case))


def gradients(layer, case):
    """Of sum over k of sum(w[k] outputs[k]) by the weights, x and the initial states."""
    states = [jnp.asarray(v) for v in case.get("initial", [])]
    fixed = [v.value for v in layer.non_trainable_variables]

    def f(tv, x, given):
        kw = keywords(case)
        if given:
            kw["initial_state"] = list(given)
        y, _ = layer.stateless_call(tv, fixed, x, **kw)
        return sum((w * v).sum() for w, v in zip(case["w"], as_list(y)))

    tv = [v.value for v in layer.trainable_variables]
    by_weights, by_x, by_states = jax.grad(f, (0, 1, 2))(tv, jnp.asarray(case["x"]), states)
    return [arr(g) for g in by_weights], [arr(by_x)] + [arr(g) for g in by_states]


def make(name, options, shape, mask=None, initial=(), tag=""):
    r = rng(name + str(options) + str(shape) + tag)
    x = normal(r, *shape)
    case = {"name": name, "options": options, "tag": tag, "x": x}
    if mask is not None:
        case["mask"] = np.array(mask, "bool")
    layer = build({"class_name": name, "config": options})
    layer(x)
    randomise(layer, r)
    if initial:
        case["initial"] = [normal(r, *s, scale=0.7) for s in initial]
    case["weights"] = [{"path": v.path.split("/", 1)[1], "value": arr(v.value)}
                       for v in layer.weights]
    stateful = options.get("stateful")
    if stateful:
        layer.reset_state()
    y = as_list(call(layer, x, case.get("initial"), case))
    case["outputs"] = [arr(v) for v in y]
    case["w"] = [normal(r, *v.shape) for v in y]
    if stateful:
        case["next_x"] = normal(r, *shape)
        case["next_outputs"] = [arr(v) for v in as_list(call(layer, case["next_x"], None, case))]
    else:
        case["weight_grads"], case["input_grads"] = gradients(layer, case)
    return case


def layer(kind, **config):
    return {"class_name": kind, "config": config}


ABOUT = """
Recurrent layers: outputs = output and states of layer(x, initial_state=initial, mask=mask), weight_grads and
input_grads (x, then the initial states) of the sum over k of sum(w[k] outputs[k]). Stateful layers: next_outputs
of a second call, on next_x.
"""
SEQ = {"return_sequences": True}
STATE = {"return_state": True}
BOTH = {**SEQ, **STATE}
ZERO = {"zero_output_for_mask": True}
RIGHT = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]
HOLES = [[0, 1, 0, 1, 1], [1, 0, 0, 1, 0]]
X = (2, 5, 2)
U = {"units": 3}


def family(name, n):
    """What all kinds have in common; n states."""
    h = [(2, 3)] * n
    return [make(name, U, X), make(name, {**U, **SEQ}, X), make(name, {**U, **BOTH}, X, initial=h),
            make(name, {**U, **BOTH, "go_backwards": True}, X),
            make(name, {**U, "use_bias": False, "activation": "relu"}, X),
            make(name, {**U, **BOTH}, X, RIGHT), make(name, {**U, **STATE}, X, RIGHT),
            make(name, {**U, **BOTH}, X, HOLES), make(name, {**U, **BOTH, **ZERO}, X, HOLES),
            make(name, {**U, **ZERO}, X, RIGHT),
            make(name, {**U, **SEQ, "go_backwards": True}, X, RIGHT),
            make(name, {**U, **BOTH}, X, [[1, 1, 0, 1, 0], [1, 1, 1, 1, 0]], h),
            make(name, {**U, **BOTH, "stateful": True}, X),
            make(name, {**U, "stateful": True, "use_bias": False}, X),
            make(name, {**U, **SEQ, "unroll": True}, X), make(name, {"units": 1}, (1, 1, 1))]


def other_gates(name):
    return [make(name, {**U, **SEQ, "recurrent_activation": "hard_sigmoid"}, X),
            make(name, {**U, "activation": "softsign", "recurrent_activation": "tanh"}, X)]


write("rnn_simple", family("SimpleRNN", 1), ABOUT)
write("rnn_lstm", family("LSTM", 2) + other_gates("LSTM"), ABOUT)
write("rnn_gru", family("GRU", 1) + other_gates("GRU") + [
    make("GRU", {**U, **BOTH, "reset_after": False}, X),
    make("GRU", {**U, **BOTH, "reset_after": False, "use_bias": False}, X, RIGHT)], ABOUT)


def cell(kind, name, **config):
    return layer(kind, name=name, **config)


def wrap(kind, **config):
    return {"layer": layer(kind, name="inner", **config)}


G3, L2 = cell("GRUCell", "a", units=3), cell("LSTMCell", "b", units=2)
S3 = cell("SimpleRNNCell", "c", units=3, activation="softsign")
more = [
    make("RNN", {"cell": G3, **BOTH}, X), make("RNN", {"cell": L2}, X, RIGHT),
    make("RNN", {"cell": [S3, L2], **BOTH}, X), make("RNN", {"cell": [L2, G3], **SEQ}, X, RIGHT),
    make("RNN", {"cell": [G3, S3], "go_backwards": True, **STATE}, X),
    make("RNN", {"cell": L2, **BOTH, "stateful": True}, X),
    make("Bidirectional", wrap("LSTM", units=2), X),
    make("Bidirectional", wrap("LSTM", units=2, **BOTH), X, initial=[(2, 2)] * 4),
    make("Bidirectional", {**wrap("GRU", units=2, **SEQ), "merge_mode": "sum"}, X, HOLES),
    make("Bidirectional", {**wrap("SimpleRNN", units=2, **SEQ), "merge_mode": "mul"}, X),
    make("Bidirectional", {**wrap("LSTM", units=2), "merge_mode": "ave"}, X, RIGHT),
    make("Bidirectional", {**wrap("GRU", units=2, **BOTH), "merge_mode": None}, X),
    make("Bidirectional", {"layer": layer("GRU", name="f", units=2, **SEQ),
                           "backward_layer": layer("SimpleRNN", name="g", units=2, **SEQ,
                                                   go_backwards=True)}, X),
    make("Bidirectional", {"layer": layer("RNN", name="r", cell=G3)}, X),
    make("TimeDistributed", wrap("Dense", units=2, activation="tanh"), X),
    make("TimeDistributed", wrap("Conv1D", filters=2, kernel_size=2), (2, 3, 4, 2)),
    make("TimeDistributed", wrap("LSTM", units=2), (2, 3, 4, 2)),
    make("TimeDistributed", wrap("Flatten"), (2, 3, 2, 2)),
    make("TimeDistributed", wrap("Dense", units=2), X, RIGHT)]
write("rnn_more", more, ABOUT)

# No masks: Keras's back ends fail on them here.
F = {"filters": 2, "kernel_size": 2}
C1, C2 = (2, 3, 4, 2), (2, 3, 3, 4, 1)
conv = [
    make("ConvLSTM1D", F, C1), make("ConvLSTM1D", {**F, **BOTH, "padding": "same"}, C1),
    make("ConvLSTM1D", {**F, **SEQ, "strides": 2, "use_bias": False}, C1),
    make("ConvLSTM1D", {**F, "data_format": "channels_first", **STATE}, (2, 3, 2, 4)),
    make("ConvLSTM2D", F, C2),
    make("ConvLSTM2D", {**F, **SEQ, "kernel_size": [2, 3], "padding": "same", "dilation_rate": [1, 2],
                        "go_backwards": True}, C2),
    make("ConvLSTM2D", {**F, **BOTH, "stateful": True}, C2),
    make("ConvLSTM2D", {**F, "recurrent_activation": "hard_sigmoid"}, C2),
    make("ConvLSTM3D", {"filters": 1, "kernel_size": 2}, (1, 2, 2, 3, 2, 1)),
    make("ConvLSTM3D", {"filters": 1, "kernel_size": 2, "padding": "same", **BOTH},
         (1, 2, 2, 2, 2, 2)),
    make("ConvLSTM3D", {"filters": 2, "kernel_size": [1, 2, 1], "strides": [1, 1, 2]},
         (1, 2, 2, 2, 2, 1))]
write("rnn_conv", conv, ABOUT)
