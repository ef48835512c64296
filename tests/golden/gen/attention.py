"""Attention, EinsumDense and masks: several inputs, masks, options of the call, several results."""

import jax
import numpy as np
from common import arr, keras, normal, rng, write
from layer_case import inputs, randomise

LISTS = ("Attention", "AdditiveAttention")  # called on a list


def mask(*shape, tag=""):
    """True and False at random, the first of each row True."""
    m = rng("mask" + str(shape) + tag).random(shape) < 0.6
    m[..., 0] = True
    return m


def named_masks(name, masks, tensors):
    """The masks as arguments: the query's goes into attention_mask, since MultiHeadAttention looks
    for it on the query only, where no gradient can be taken."""
    if not masks:
        return dict(tensors)
    if name == "Softmax":
        return {"mask": masks[0]}
    if name in LISTS:
        return {"mask": list(masks)}
    named = dict(tensors)
    for key, m in zip(("value_mask", "key_mask"), masks[1:]):
        if m is not None:
            named[key] = m
    if masks[0] is not None:
        rows = masks[0][:, :, None]
        named["attention_mask"] = named["attention_mask"] & rows if tensors else rows
    return named


def call(layer, xs, named, weights):
    args = [list(xs)] if type(layer).__name__ in LISTS else list(xs)
    y, _ = layer.stateless_call(weights, [v.value for v in layer.non_trainable_variables], *args,
                                **named)
    return list(y) if isinstance(y, (tuple, list)) else [y]


def carried(layer, xs, masks):
    """The mask of the first result when the inputs carry theirs."""
    values = [jax.numpy.asarray(x) for x in xs]
    for v, m in zip(values, masks or []):
        if m is not None:
            keras.src.backend.set_keras_mask(v, jax.numpy.asarray(m))
    y = layer(values) if type(layer).__name__ in LISTS else layer(*values)
    got = keras.src.backend.get_keras_mask(y)
    return None if got is None else arr(got)


def make(name, options, xs, masks=None, tensors=None, call_options=None, tag=None):
    r = rng(name + str(options) + str([x.shape for x in xs]) + str(call_options) + str(tag))
    layer = getattr(keras.layers, name)(**options)
    named = {k: v if isinstance(v, bool) else [m if m is None else jax.numpy.asarray(m) for m in v]
             if isinstance(v, list) else jax.numpy.asarray(v)
             for k, v in {**named_masks(name, masks, tensors or {}), **(call_options or {})}.items()}
    values = [jax.numpy.asarray(x) for x in xs]
    layer(*([values] if name in LISTS else values), **named)
    mask_out = carried(layer, xs, masks) if masks or name == "Masking" else None
    randomise(layer, r)
    trainable = [v.value for v in layer.trainable_variables]
    ws = [normal(r, *arr(y).shape) for y in call(layer, values, named, trainable)]

    def loss(tv, vs):
        ys = call(layer, vs, named, tv)
        return sum((w * y).sum() for w, y in zip(ws, ys)), ys

    grads, ys = jax.grad(loss, (0, 1), has_aux=True)(trainable, values)
    return {"name": name, "options": options, "tag": tag, "inputs": xs,
            "masks": masks and [False if m is None else m for m in masks],
            "call": call_options, "tensors": tensors,
            "weights": [{"path": "/".join(v.path.split("/")[1:]), "value": arr(v.value)}
                        for v in layer.weights],
            "w": ws, "outputs": [arr(y) for y in ys], "mask": mask_out,
            "weight_grads": [arr(g) for g in grads[0]], "input_grads": [arr(g) for g in grads[1]]}


def xs(*shapes):
    return [inputs(*s) for s in shapes]


ABOUT = """
Attention, EinsumDense, Masking, Softmax: a call on `inputs` that carry `masks` (false = none), with
options `call` and tensors by name. outputs, then weight_grads and input_grads
of the sum of w * output. mask: what the first output carries.
"""

Q, V, K = (2, 3, 4), (2, 5, 4), (2, 5, 4)
qm, vm = mask(2, 3), mask(2, 5)
am = mask(2, 3, 5, tag="attention")
M = {"num_heads": 2, "key_dim": 3}
G = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
S, C = {"return_attention_scores": True}, {"use_causal_mask": True}
cases = [
    make("MultiHeadAttention", M, xs(Q, V)),
    make("MultiHeadAttention", {**M, "value_dim": 2, "output_shape": 5}, xs((2, 3, 4), (2, 5, 3), (2, 5, 6)), None, None, S),
    make("MultiHeadAttention", {**M, "output_shape": [2, 3], "use_bias": False}, xs(Q, V), None, None, S),
    make("MultiHeadAttention", M, xs(Q, V), [qm, vm]),
    make("MultiHeadAttention", M, xs(Q, V), [qm, vm], None, S),
    make("MultiHeadAttention", M, xs(Q, V, K), [None, vm, mask(2, 5, tag="key")], None, C),
    make("MultiHeadAttention", M, xs(Q, V), None, {"attention_mask": am}, {**C, **S}),
    make("MultiHeadAttention", M, xs(Q, V), None, {"attention_mask": am}),
    make("MultiHeadAttention", M, xs(Q, Q), None, None, C),
    make("MultiHeadAttention", {**M, "sliding_window": 2}, xs(Q, V), None, None, C),
    make("MultiHeadAttention", {**M, "use_gate": True}, xs(Q, V), [None, vm]),
    make("MultiHeadAttention", {**M, "attention_axes": [2]}, xs((1, 2, 3, 4), (1, 2, 4, 4))),
    make("MultiHeadAttention", {**M, "attention_axes": [1, 2]}, xs((1, 2, 3, 4), (1, 2, 2, 4)), None, None, S),
]
write("attention_heads", cases, ABOUT)

cases = [
    make("GroupQueryAttention", G, xs(Q, V)),
    make("GroupQueryAttention", {**G, "num_key_value_heads": 1, "use_gate": True}, xs(Q, V), [qm, vm]),
    make("GroupQueryAttention", {**G, "use_bias": False}, xs(Q, V), None, None, {**C, **S}),
    make("GroupQueryAttention", {**G, "sliding_window": 2}, xs(Q, V), None, {"attention_mask": am}),
]
write("attention_grouped", cases, ABOUT)

cases = [
    make("Attention", {}, xs(Q, V)),
    make("Attention", {"use_scale": True}, xs(Q, (2, 5, 3), K), [qm, vm], None, S),
    make("Attention", {"score_mode": "concat", "use_scale": True}, xs(Q, V), [None, vm], None, C),
    make("Attention", {"score_mode": "concat"}, xs(Q, V), None, None, {**C, **S}),
    make("AdditiveAttention", {}, xs(Q, V)),
    make("AdditiveAttention", {}, xs(Q, V), [qm, vm], None, {**C, **S}),
    make("AdditiveAttention", {"use_scale": False}, xs(Q, (2, 5, 2), K), [qm, None]),
]
cases += [make("EinsumDense", o, xs(s)) for o, s in [
    ({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c"}, (2, 4)),
    ({"equation": "abc,cde->abde", "output_shape": [None, 3, 2], "bias_axes": "de",
      "activation": "relu"}, (2, 3, 4)),
    ({"equation": "abcd,cde->abe", "output_shape": [None, 3], "bias_axes": "e"}, (2, 3, 2, 4)),
    ({"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y"}, (2, 2, 3, 4)),
    ({"equation": "ab...,bc->ac...", "output_shape": 2, "bias_axes": "c"}, (2, 3, 2)),
    ({"equation": "abc,cd->adb", "output_shape": [2, None], "bias_axes": "d"}, (2, 3, 4))]]
holes = inputs(2, 4, 3)
holes[0, 2:] = 0
holes[1, 0] = 0.5
cases += [make("Masking", {}, [holes], tag="zeros"), make("Masking", {"mask_value": 0.5}, [holes], tag="halves"),
          make("Masking", {"mask_value": -1.0}, [holes], tag="none")]
cases += [make("Softmax", o, xs((2, 3, 4)), [m]) for o, m in [
    ({}, mask(2, 3, 4)), ({"axis": [1, 2]}, mask(2, 3, 4)), ({"axis": 1}, mask(1, 3, 4))]]
write("attention", cases, ABOUT)
