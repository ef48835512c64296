"""Layers that change images at random, with strengths that leave nothing to chance."""

from common import arr, keras, uniform, write, rng


def make(name, options, *shape):
    x = uniform(rng("augment" + str(shape)), 0, 255, *shape)
    layer = getattr(keras.layers, name)(**options)
    return {"name": name, "options": options, "x": x, "output": arr(layer(x, training=True))}


FIRST = {"data_format": "channels_first"}
cases = [make("RandomRotation", {"factor": [f, f], **o}, *s) for f, o, s in [
    (0.1, {}, (1, 5, 4, 2)), (-0.07, {"fill_mode": "constant", "fill_value": 9.0}, (2, 4, 5, 1)),
    (0.3, {"fill_mode": "nearest"}, (4, 4, 2)), (0.2, {"fill_mode": "wrap", **FIRST}, (1, 2, 5, 4)),
    (0.07, {"interpolation": "nearest"}, (1, 6, 5, 1))]]
cases += [make("RandomTranslation", {"height_factor": [h, h], "width_factor": [w, w], **o}, *s)
          for h, w, o, s in [
              (0.3, -0.15, {}, (1, 5, 4, 2)), (0.2, 0.4, {"fill_mode": "constant"}, (4, 5, 1)),
              (-0.6, 0.7, {"fill_mode": "wrap", **FIRST}, (1, 2, 5, 4)), (1.0, -1.0, {}, (1, 3, 4, 1))]]
cases += [make("RandomZoom", {"height_factor": [h, h], **o}, *s) for h, o, s in [
    (0.3, {}, (1, 5, 4, 2)), (-0.4, {"width_factor": [0.2, 0.2]}, (5, 4, 2)),
    (0.5, {"fill_mode": "constant", "fill_value": 3.0, **FIRST}, (1, 2, 5, 4))]]
cases += [make("RandomBrightness", {"factor": [f, f], **o}, *s) for f, o, s in [
    (0.2, {}, (1, 3, 4, 2)), (-0.5, {}, (3, 4, 2)), (0.1, {"value_range": [0, 200]}, (1, 3, 4, 3))]]
cases += [make("RandomContrast", {"factor": f, **o}, *s) for f, o, s in [
    ([0.0, 0.0], {}, (1, 3, 4, 2)), ([0.0, 0.0], {"value_range": [50, 200]}, (2, 3, 4, 3))]]
cases += [make("RandomColorDegeneration", {"factor": [f, f], **o}, *s) for f, o, s in [
    (0.3, {}, (1, 3, 4, 3)), (1.0, FIRST, (2, 3, 2, 4)), (0.0, {}, (1, 3, 2, 3))]]
cases += [make("RandomSharpness", {"factor": [f, f], **o}, *s) for f, o, s in [
    (0.0, {}, (1, 4, 5, 2)), (0.9, {}, (2, 3, 4, 1)), (0.3, FIRST, (1, 2, 4, 5))]]
cases += [make("RandomInvert", {"factor": [1.0, 1.0], **o}, 1, 3, 4, 2) for o in (
    {}, {"value_range": [0, 200]}, FIRST)]
cases += [make("RandomGrayscale", {"factor": f, **o}, *s) for f, o, s in [
    (1.0, {}, (2, 3, 4, 3)), (0.0, {}, (1, 3, 4, 3)), (1.0, FIRST, (1, 3, 4, 2))]]
cases += [make("Solarization", o, *s) for o, s in [
    ({}, (1, 3, 4, 2)), ({"value_range": [0, 300]}, (2, 3, 4, 1)), ({}, (3, 4, 3))]]
cases += [make("AutoContrast", o, *s) for o, s in [
    ({}, (1, 3, 4, 2)), ({"value_range": [0, 300]}, (2, 3, 4, 3)), ({"value_range": [-10, 300]}, (1, 3, 4, 1))]]
cases += [make("RandomPosterization", {"factor": [f, f], **o}, *s) for f, o, s in [
    (1, {}, (1, 3, 4, 2)), (3, {"value_range": [0, 300]}, (2, 3, 4, 1)), (5, FIRST, (1, 2, 4, 3))]]
cases += [make("RandomSaturation", {"factor": [f, f], **o}, *s) for f, o, s in [
    (0.3, {}, (1, 3, 4, 3)), (0.5, {}, (2, 3, 2, 3)), (0.45, FIRST, (1, 3, 4, 2))]]
cases += [make("RandomHue", {"factor": [f, f], **o}, *s) for f, o, s in [
    (0.0, {}, (1, 3, 4, 3)), (1.0, {}, (2, 3, 2, 3)), (1.0, {"value_range": [0, 300], **FIRST}, (1, 3, 4, 2))]]
cases += [make("RandomColorJitter", o, 1, 3, 4, 3) for o in (
    {"brightness_factor": [0.1, 0.1]}, {"saturation_factor": [0.4, 0.4], "hue_factor": [1.0, 1.0]},
    {"brightness_factor": [-0.2, -0.2], "contrast_factor": [0.0, 0.0], "saturation_factor": [0.5, 0.5],
     "hue_factor": [0.0, 0.0], "value_range": [0, 250]})]
cases += [make("RandomGaussianBlur", {"factor": [1.0, 1.0], "sigma": [g, g], **o}, *s) for g, o, s in [
    (0.8, {}, (1, 4, 5, 2)), (1.0, {"kernel_size": [5, 3]}, (2, 4, 5, 1)), (0.4, FIRST, (1, 2, 4, 3)),
    (0.6, {"kernel_size": 1, "value_range": [50, 200]}, (1, 3, 4, 1))]]
cases += [make("RandomErasing", o, 1, 3, 4, 3) for o in (
    {"factor": [0.0, 0.0]}, {"factor": [1.0, 1.0], "scale": [1.0, 1.0], "fill_value": 9.0},
    {"factor": [1.0, 1.0], "scale": [1.0, 1.0], "fill_value": 300.0})]
cases += [make("RandomCrop", {"height": h, "width": w, **o}, *s) for h, w, o, s in [
    (3, 4, {}, (1, 3, 4, 2)), (4, 4, {}, (1, 3, 4, 2)), (6, 3, FIRST, (1, 2, 4, 5))]]
write("layers_augment", cases, """
Layers that change images at random, in training, with strengths that leave nothing to chance.
""")
