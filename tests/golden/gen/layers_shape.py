"""Layers that move, repeat or interpolate: cropping, up-sampling, adaptive pooling."""

from common import write
from layer_case import ABOUT, inputs, make

FIRST = {"data_format": "channels_first"}
moved = [make("Cropping1D", {"cropping": c}, inputs(2, 5, 2)) for c in (1, [0, 3], [2, 1])]
moved += [make("Cropping2D", o, inputs(1, 4, 5, 2)) for o in (
    {}, {"cropping": 1}, {"cropping": [1, 2]}, {"cropping": [[0, 1], [3, 0]]})]
moved += [make("Cropping2D", {"cropping": [[0, 1], [1, 0]], **FIRST}, inputs(1, 2, 3, 3))]
moved += [make("Cropping3D", o, inputs(1, 3, 4, 3, 2)) for o in (
    {}, {"cropping": [1, 0, 1]}, {"cropping": [[0, 1], [2, 0], [0, 0]]}, {"cropping": 1})]
moved += [make("UpSampling1D", o, inputs(2, 3, 2)) for o in ({}, {"size": 1}, {"size": 3})]
moved += [make("UpSampling2D", o, inputs(1, 2, 3, 2)) for o in (
    {}, {"size": [1, 3]}, FIRST, {"interpolation": "bilinear"}, {"interpolation": "bicubic", "size": [3, 2]},
    {"interpolation": "lanczos3", **FIRST}, {"interpolation": "lanczos5"})]
moved += [make("UpSampling3D", o, inputs(1, 2, 1, 2, 2)) for o in ({}, {"size": [1, 2, 3]}, FIRST)]
moved += [make("Identity", {}, inputs(*s)) for s in ((3,), (2, 3), (2, 2, 3))]
for kind in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
    moved += [make(kind + "1D", {"output_size": 3, **o}, inputs(2, 7, 4)) for o in ({}, FIRST)]
    moved += [make(kind + "1D", {"output_size": 5}, inputs(1, 3, 2))]
    moved += [make(kind + "2D", o, inputs(1, 5, 4, 3)) for o in (
        {"output_size": 2}, {"output_size": [3, 1]}, {"output_size": [2, 2], **FIRST})]
    moved += [make(kind + "3D", o, inputs(1, 3, 4, 2, 2)) for o in (
        {"output_size": 2}, {"output_size": [3, 2, 1]}, {"output_size": [2, 1, 2], **FIRST})]
write("layers_shape", moved, ABOUT)
