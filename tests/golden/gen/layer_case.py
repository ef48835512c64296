"""What the generators of layers share: a case made of a layer with randomised weights."""

import jax
import numpy as np
from common import arr, keras, normal, rng, uniform

DIFFERS = ("BatchNormalization", "SpectralNormalization")  # training mode computes something else
RANDOM = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
          "GaussianDropout", "AlphaDropout")  # training mode draws


def randomise(layer, r):
    for v in layer.weights:
        shape = tuple(v.shape)
        if v.name in ("moving_variance", "moving_stddev", "renorm_stddev"):
            v.assign(uniform(r, 0.3, 2, *shape))
        elif v.name == "gamma":
            v.assign(uniform(r, 0.5, 1.5, *shape))
        else:
            v.assign(normal(r, *shape, scale=0.5))


def run(layer, x, w, training, mask=None):
    """Output, gradients of sum(w * y) by x (if float) and by trainable weights, new statistics."""
    trainable = [v.value for v in layer.trainable_variables]
    fixed = [v.value for v in layer.non_trainable_variables]
    floating = x.dtype == np.float32
    mode = {"training": training} if type(layer).__name__ in DIFFERS + RANDOM else {}
    if mask is not None:
        mode["mask"] = jax.numpy.asarray(mask)

    def f(tv, v):
        y, after = layer.stateless_call(tv, fixed, v, **mode)
        return (w * y).sum(), (y, after)

    argnums = (0, 1) if floating else (0,)
    grads, (y, after) = jax.grad(f, argnums, has_aux=True)(trainable, jax.numpy.asarray(x))
    out = {"output": arr(y), "weight_grads": [arr(g) for g in grads[0]]}
    if floating:
        out["input_grad"] = arr(grads[1])
    if training and layer.non_trainable_variables:
        out["fixed_after"] = [arr(v) for v in after]
    return out


def made(option):
    """A layer that is an option: {"class_name": .., "config": {..}}."""
    if not isinstance(option, dict) or "class_name" not in option:
        return option
    return getattr(keras.layers, option["class_name"])(**option["config"])


def make(name, options, x, tag=None, mask=None):
    r = rng(name + str(options) + str(x.shape) + str(tag))
    layer = getattr(keras.layers, name)(**{k: made(v) for k, v in options.items()})
    layer.build(x.shape)
    randomise(layer, r)
    w = normal(r, *arr(layer(x, training=False) if name in DIFFERS else layer(x)).shape)
    case = {"name": name, "options": options, "tag": tag, "x": x,
            "weights": [{"name": v.name, "trainable": bool(v.trainable), "value": arr(v.value)}
                        for v in layer.weights],
            "w": w, "call_mask": mask, **run(layer, x, w, False, mask)}
    if name in DIFFERS:
        case["training"] = run(layer, x, w, True, mask)
    if name in RANDOM:
        case["random"] = True
    if options.get("mask_zero"):
        case["mask"] = arr(layer.compute_mask(x))
    return case


def inputs(*shape):
    return normal(rng("input" + str(shape)), *shape)


ABOUT = """
Layers: output = layer(x) in inference mode, weight_grads (trainable weights, in order) and input_grad of
sum(w * output). Training mode gives the same unless there is a table `training`, whose fixed_after are
the non-trainable weights after the call; `random` says that training draws. call_mask: given to the
call. mask: what compute_mask gives.
"""
