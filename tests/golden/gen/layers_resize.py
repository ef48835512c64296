"""Layers on images that draw nothing: resizing, the middle part, another scale."""

from common import rng, write
from layer_case import ABOUT, inputs, make

FIRST = {"data_format": "channels_first"}
R = {"height": 3, "width": 5}
sized = [make("Resizing", {**R, **o}, inputs(*s)) for o, s in [
    ({}, (1, 4, 4, 2)), ({}, (6, 4, 2)), ({"interpolation": "nearest"}, (1, 7, 3, 2)),
    ({"interpolation": "bicubic"}, (1, 4, 8, 1)), ({"interpolation": "lanczos3"}, (1, 4, 8, 1)),
    ({"interpolation": "lanczos5", "antialias": True}, (1, 8, 9, 1)),
    ({"antialias": True}, (1, 7, 9, 2)), ({"antialias": True, "interpolation": "bicubic"}, (1, 7, 9, 2)),
    ({"crop_to_aspect_ratio": True}, (1, 7, 5, 2)), ({"crop_to_aspect_ratio": True, **FIRST}, (1, 2, 3, 9)),
    ({"pad_to_aspect_ratio": True, "fill_value": 0.5}, (1, 7, 5, 2)),
    ({"pad_to_aspect_ratio": True, **FIRST}, (1, 2, 3, 9)), ({"pad_to_aspect_ratio": True}, (2, 4, 3))]]
# bicubic gives numbers beyond 0 .. 255; none lies in the middle between two integers
bytes_ = rng("bytes").integers(0, 256, (1, 5, 7, 2)).astype("uint8")
sized += [make("Resizing", {**R, "interpolation": i}, bytes_) for i in ("nearest", "bilinear", "bicubic")]
sized += [make("CenterCrop", {"height": h, "width": w, **o}, inputs(*s)) for h, w, o, s in [
    (2, 3, {}, (1, 5, 4, 2)), (2, 2, {}, (5, 5, 1)), (4, 3, FIRST, (1, 2, 4, 5)), (6, 4, {}, (1, 4, 5, 2)),
    (3, 8, {}, (1, 4, 5, 2))]]
sized += [make("Rescaling", o, inputs(2, 3)) for o in (
    {"scale": 0.5}, {"scale": 2.0, "offset": -1.0}, {"scale": [1.0, 2.0, 0.5], "offset": [1.0, 0.0, -1.0]})]
sized += [make("Rescaling", {"scale": 1 / 255}, bytes_)]
write("layers_resize", sized, ABOUT)
