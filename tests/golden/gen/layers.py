"""Layers: outputs, gradients and moving statistics for randomised weights, by family."""

import numpy as np
from common import rng, write
from layer_case import ABOUT, inputs, make

T = {"units": 3}
core = [
    make("Dense", T, inputs(4, 5)), make("Dense", {**T, "activation": "relu"}, inputs(4, 5)),
    make("Dense", {**T, "use_bias": False, "activation": "tanh"}, inputs(2, 3, 4)),
    make("Dense", {"units": 4, "activation": "softmax"}, inputs(3, 6)),
    make("Dense", {"units": 1, "activation": "sigmoid"}, inputs(3, 2, 2, 4)),
    *[make("Activation", {"activation": a}, inputs(3, 4)) for a in ("relu", "softmax", "tanh")],
    make("Flatten", {}, inputs(2, 3, 4)), make("Flatten", {}, inputs(5)),
    make("Flatten", {}, inputs(2, 2, 3, 2)),
    make("Flatten", {"data_format": "channels_first"}, inputs(2, 2, 3, 2)),
    make("Reshape", {"target_shape": [4, 3]}, inputs(2, 12)),
    make("Reshape", {"target_shape": [-1, 2]}, inputs(2, 3, 4)),
    make("Reshape", {"target_shape": [2, 3, -1, 1]}, inputs(2, 12)),
    make("Permute", {"dims": [2, 1]}, inputs(2, 3, 4)),
    make("Permute", {"dims": [3, 1, 2]}, inputs(2, 2, 3, 4)),
    make("Permute", {"dims": [2, 1, 3]}, inputs(2, 2, 3, 4)),
    make("RepeatVector", {"n": 3}, inputs(2, 4)), make("RepeatVector", {"n": 1}, inputs(2, 4)),
    make("RepeatVector", {"n": 5}, inputs(1, 3)),
    make("ReLU", {}, inputs(3, 5)), make("ReLU", {"max_value": 0.8}, inputs(3, 5)),
    make("ReLU", {"negative_slope": 0.2, "threshold": 0.3, "max_value": 1.0}, inputs(3, 5)),
    make("LeakyReLU", {}, inputs(3, 5)), make("LeakyReLU", {"negative_slope": 0.01}, inputs(3, 5)),
    make("LeakyReLU", {"negative_slope": 0.0}, inputs(3, 5)),
    make("Softmax", {}, inputs(3, 5)), make("Softmax", {"axis": 1}, inputs(2, 3, 4)),
    make("Softmax", {"axis": [1, 2]}, inputs(2, 3, 4)), make("Softmax", {"axis": -2}, inputs(2, 3, 4)),
    make("ZeroPadding1D", {}, inputs(2, 3, 2)), make("ZeroPadding1D", {"padding": 2}, inputs(2, 3, 2)),
    make("ZeroPadding1D", {"padding": [0, 3]}, inputs(2, 3, 2)),
    make("ZeroPadding1D", {"padding": [1, 2], "data_format": "channels_first"}, inputs(2, 2, 3)),
    make("ZeroPadding2D", {}, inputs(1, 2, 3, 2)),
    make("ZeroPadding2D", {"padding": [1, 2]}, inputs(1, 2, 3, 2)),
    make("ZeroPadding2D", {"padding": [[0, 1], [2, 0]]}, inputs(1, 2, 3, 2)),
    make("ZeroPadding2D", {"padding": [[0, 1], [2, 0]], "data_format": "channels_first"},
         inputs(1, 2, 3, 2)),
    make("ZeroPadding3D", {}, inputs(1, 2, 2, 1, 2)),
    make("ZeroPadding3D", {"padding": [1, 0, 2]}, inputs(1, 2, 2, 1, 2)),
    make("ZeroPadding3D", {"padding": [[0, 1], [1, 0], [0, 2]]}, inputs(1, 2, 2, 1, 2)),
]
ids = rng("ids").integers(0, 6, (2, 5)).astype("int32")
ids[0, 0] = 0
core += [make("Embedding", {"input_dim": 6, "output_dim": 3}, ids),
         make("Embedding", {"input_dim": 6, "output_dim": 2, "mask_zero": True}, ids),
         make("Embedding", {"input_dim": 7, "output_dim": 2}, ids.reshape(2, 5, 1)),
         make("Embedding", {"input_dim": 6, "output_dim": 4}, ids[0], "rank 1")]
write("layers_core", core, ABOUT)

K = {"filters": 4, "kernel_size": 3}
C1 = [(K, (2, 8, 3)), ({**K, "strides": 2, "padding": "same"}, (2, 8, 3)),
      ({**K, "strides": 2, "padding": "same"}, (2, 7, 3)), ({**K, "padding": "causal"}, (2, 6, 2)),
      ({**K, "padding": "causal", "dilation_rate": 2}, (2, 7, 2)),
      ({**K, "padding": "causal", "strides": 2}, (2, 7, 2)),
      ({**K, "dilation_rate": 3, "padding": "same"}, (1, 9, 2)), ({**K, "groups": 2}, (2, 6, 4)),
      ({"filters": 6, "kernel_size": 2, "groups": 3, "padding": "same"}, (2, 5, 3)),
      ({"filters": 3, "kernel_size": 4, "strides": 3, "use_bias": False}, (2, 11, 2)),
      ({"filters": 2, "kernel_size": 1, "activation": "relu"}, (2, 5, 3)),
      ({"filters": 2, "kernel_size": 2, "strides": 4}, (2, 10, 2)),
      ({**K, "data_format": "channels_first", "padding": "same", "activation": "tanh"}, (2, 3, 6))]
write("layers_conv1d", [make("Conv1D", o, inputs(*s)) for o, s in C1], ABOUT)

C2 = [(K, (2, 5, 6, 2)), ({**K, "padding": "same", "activation": "relu"}, (2, 4, 5, 2)),
      ({**K, "padding": "same", "strides": 2}, (1, 6, 6, 2)),
      ({**K, "padding": "same", "strides": 2}, (1, 5, 7, 2)),
      ({"filters": 2, "kernel_size": [2, 3], "strides": [1, 2]}, (2, 5, 7, 2)),
      ({"filters": 2, "kernel_size": [4, 1], "strides": [3, 1], "padding": "same"}, (2, 7, 3, 1)),
      ({"filters": 3, "kernel_size": 3, "dilation_rate": 2}, (1, 7, 6, 2)),
      ({"filters": 3, "kernel_size": 2, "dilation_rate": [1, 3], "padding": "same"}, (1, 4, 6, 2)),
      ({**K, "groups": 2}, (1, 5, 4, 4)),
      ({"filters": 6, "kernel_size": 2, "groups": 3, "padding": "same", "strides": 2}, (1, 5, 4, 3)),
      ({"filters": 3, "kernel_size": 1, "use_bias": False}, (2, 3, 3, 4)),
      ({"filters": 2, "kernel_size": 1, "strides": 2, "padding": "same"}, (1, 5, 5, 3)),
      ({"filters": 3, "kernel_size": 5, "padding": "same"}, (1, 3, 4, 2)),
      ({**K, "data_format": "channels_first"}, (1, 2, 5, 4)),
      ({"filters": 4, "kernel_size": 2, "strides": 2, "padding": "same", "groups": 2,
        "data_format": "channels_first"}, (2, 2, 5, 3))]
write("layers_conv2d", [make("Conv2D", o, inputs(*s)) for o, s in C2], ABOUT)

C3 = [({"filters": 2, "kernel_size": 2}, (1, 3, 4, 3, 2)),
      ({"filters": 2, "kernel_size": 3, "padding": "same", "activation": "relu"}, (1, 3, 4, 3, 1)),
      ({"filters": 2, "kernel_size": [2, 1, 3], "strides": [2, 1, 2], "padding": "same"},
       (1, 5, 3, 4, 2)),
      ({"filters": 2, "kernel_size": 2, "dilation_rate": 2}, (1, 4, 3, 5, 1)),
      ({"filters": 4, "kernel_size": 2, "groups": 2, "use_bias": False}, (1, 3, 3, 3, 2)),
      ({"filters": 2, "kernel_size": 2, "data_format": "channels_first"}, (1, 2, 3, 3, 3))]
write("layers_conv3d", [make("Conv3D", o, inputs(*s)) for o, s in C3], ABOUT)

pool = []
for name in ("MaxPooling", "AveragePooling"):
    pool += [make(name + "1D", o, inputs(*s)) for o, s in [
        ({"pool_size": 2}, (2, 6, 2)), ({"pool_size": 3, "strides": 2}, (2, 8, 2)),
        ({"pool_size": 3, "strides": 2, "padding": "same"}, (2, 6, 2)),
        ({"pool_size": 2, "padding": "same"}, (2, 5, 2)),
        ({"pool_size": 2, "strides": 1, "padding": "same"}, (1, 5, 2)),
        ({"pool_size": 2, "strides": 3}, (1, 8, 2)),
        ({"pool_size": 2, "data_format": "channels_first"}, (2, 3, 5))]]
    pool += [make(name + "2D", o, inputs(*s)) for o, s in [
        ({"pool_size": 2}, (2, 4, 5, 2)), ({"pool_size": [2, 3], "strides": [1, 2]}, (1, 4, 5, 2)),
        ({"pool_size": 3, "strides": 2, "padding": "same"}, (1, 5, 6, 2)),
        ({"pool_size": 2, "padding": "same"}, (1, 5, 3, 2)),
        ({"pool_size": 3, "strides": 1, "padding": "same"}, (1, 3, 3, 2)),
        ({"pool_size": 2, "data_format": "channels_first"}, (1, 2, 4, 5))]]
    pool += [make(name + "3D", o, inputs(*s)) for o, s in [
        ({"pool_size": 2}, (1, 4, 4, 3, 1)),
        ({"pool_size": [1, 2, 3], "strides": [1, 1, 2], "padding": "same"}, (1, 2, 3, 4, 2)),
        ({"pool_size": 2, "strides": 1}, (1, 3, 3, 2, 1)),
        ({"pool_size": 2, "padding": "same", "data_format": "channels_first"}, (1, 2, 3, 3, 2))]]
for kind in ("GlobalMaxPooling", "GlobalAveragePooling"):
    for rank, shape in ((1, (2, 5, 3)), (2, (2, 3, 4, 2)), (3, (2, 2, 3, 2, 2))):
        for options in ({}, {"keepdims": True}, {"data_format": "channels_first"}):
            pool.append(make("%s%dD" % (kind, rank), options, inputs(*shape)))
write("layers_pool", pool, ABOUT)

norm = [make("BatchNormalization", o, inputs(*s)) for o, s in [
    ({}, (6, 3)), ({"momentum": 0.8, "epsilon": 1e-5}, (5, 4)), ({"center": False}, (5, 3)),
    ({"scale": False}, (5, 3)), ({"center": False, "scale": False, "momentum": 0.5}, (5, 3)),
    ({}, (2, 3, 4, 3)), ({"axis": 1}, (2, 3, 4)), ({"axis": 1, "momentum": 0.9}, (2, 3, 2, 4)),
    ({"epsilon": 0.1}, (2, 5, 2)), ({}, (1, 3))]]
constant = make("BatchNormalization", {}, np.full((4, 2), 3, "float32"), "constant input")
norm.append(constant)
norm += [make("LayerNormalization", o, inputs(*s)) for o, s in [
    ({}, (3, 5)), ({"epsilon": 0.1}, (2, 3, 4)), ({"axis": [1, 2]}, (2, 3, 4)),
    ({"axis": [1, 3]}, (2, 3, 2, 4)), ({"axis": 1}, (2, 3, 4)), ({"center": False}, (3, 4)),
    ({"scale": False, "axis": [1]}, (2, 3, 2)), ({"scale": False, "center": False}, (3, 70)),
    ({"rms_scaling": True}, (3, 5))]]
write("layers_norm", norm, ABOUT)
