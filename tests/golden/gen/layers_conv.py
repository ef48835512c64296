"""Transposed, depthwise and separable convolution; every geometry of the transposed one."""

import numpy as np
from common import arr, keras, write
from layer_case import ABOUT, inputs, make

F = {"filters": 3, "kernel_size": 3}
T1 = [(F, (2, 4, 2)), ({**F, "strides": 2}, (2, 4, 2)),
      ({**F, "strides": 2, "padding": "same", "activation": "tanh"}, (2, 4, 2)),
      ({**F, "strides": 3, "output_padding": 1, "use_bias": False}, (1, 3, 2)),
      ({**F, "strides": 2, "output_padding": 1, "padding": "same"}, (1, 3, 2)),
      ({**F, "dilation_rate": 2, "padding": "same", "data_format": "channels_first"}, (1, 2, 4))]
T2 = [(F, (1, 3, 2, 2)), ({**F, "strides": 2, "padding": "same", "activation": "relu"}, (1, 2, 3, 2)),
      ({"filters": 2, "kernel_size": [2, 3], "strides": [2, 1], "output_padding": [1, 0]}, (1, 2, 3, 2)),
      ({"filters": 2, "kernel_size": 4, "strides": 2, "padding": "same", "data_format": "channels_first"},
       (1, 2, 2, 2)),
      ({"filters": 2, "kernel_size": 2, "dilation_rate": [1, 2], "use_bias": False}, (1, 2, 2, 2))]
T3 = [({"filters": 2, "kernel_size": 2}, (1, 2, 2, 1, 2)),
      ({"filters": 1, "kernel_size": [2, 1, 3], "strides": 2, "padding": "same"}, (1, 2, 1, 2, 2)),
      ({"filters": 2, "kernel_size": 2, "strides": [1, 2, 1], "data_format": "channels_first"},
       (1, 2, 2, 1, 2))]
write("layers_conv_transpose", [make("Conv%dDTranspose" % r, o, inputs(*s))
                                for r, t in ((1, T1), (2, T2), (3, T3)) for o, s in t], ABOUT)

D = {"kernel_size": 3}
cases = [make("DepthwiseConv1D", o, inputs(*s)) for o, s in [
    (D, (2, 5, 2)), ({**D, "depth_multiplier": 2, "strides": 2, "padding": "same"}, (2, 6, 2)),
    ({**D, "dilation_rate": 2, "padding": "same", "activation": "tanh", "use_bias": False}, (1, 5, 3)),
    ({"kernel_size": 2, "data_format": "channels_first", "depth_multiplier": 3}, (1, 2, 4))]]
cases += [make("DepthwiseConv2D", o, inputs(*s)) for o, s in [
    (D, (1, 4, 5, 2)), ({**D, "depth_multiplier": 2, "strides": 2, "padding": "same"}, (1, 4, 5, 2)),
    ({"kernel_size": [2, 1], "activation": "relu", "use_bias": False}, (1, 3, 3, 3)),
    ({"kernel_size": 2, "dilation_rate": 2, "data_format": "channels_first"}, (1, 2, 4, 3))]]
S = {"filters": 3, "kernel_size": 2}
cases += [make("SeparableConv1D", o, inputs(*s)) for o, s in [
    (S, (2, 5, 2)), ({**S, "strides": 2, "padding": "same", "depth_multiplier": 2}, (2, 5, 2)),
    ({**S, "dilation_rate": 2, "activation": "tanh", "use_bias": False}, (1, 5, 2)),
    ({**S, "data_format": "channels_first"}, (1, 2, 4))]]
cases += [make("SeparableConv2D", o, inputs(*s)) for o, s in [
    (S, (1, 3, 4, 2)), ({**S, "strides": 2, "padding": "same", "depth_multiplier": 2}, (1, 5, 4, 2)),
    ({**S, "dilation_rate": [2, 1], "activation": "relu", "use_bias": False}, (1, 4, 3, 2)),
    ({**S, "data_format": "channels_first", "padding": "same"}, (1, 2, 3, 3))]]
write("layers_depthwise", cases, ABOUT)


def scattered(n, k, s, d, padding, more):
    """Of 1 .. n and a kernel 1, 10, 100, ...: every digit of the result tells what came where."""
    x = np.arange(1, n + 1, dtype="float32").reshape(1, n, 1)
    w = (10.0 ** np.arange(k)).astype("float32").reshape(k, 1, 1)
    y = keras.ops.conv_transpose(x, w, s, padding, output_padding=more, dilation_rate=d)
    return [int(v) for v in arr(y).ravel()]


table = []
for k in (1, 2, 3, 4):
    for s, d in ((1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (1, 3)):
        for padding in ("valid", "same"):
            for more in (None, *range(s)):
                if more is None or k > 1 or padding == "valid":
                    table.append({"n": 3, "kernel": k, "strides": s, "dilation": d, "padding": padding,
                                  "output_padding": more, "output": scattered(3, k, s, d, padding, more)})
write("conv_transpose", table, """
Conv1DTranspose of 1 .. n with the kernel 1, 10, 100, ...: sizes, crops and output padding.
""")
