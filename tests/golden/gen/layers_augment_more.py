"""More layers that change images, where nothing is left to chance: by their strengths, or since an image
is its own mirror, or a batch's only one."""

import numpy as np
from common import arr, keras, rng, uniform, write


def make(name, options, *shape, x=None):
    x = uniform(rng("augment" + str(shape)), 0, 255, *shape) if x is None else x
    layer = getattr(keras.layers, name)(**options)
    return {"name": name, "options": options, "x": x, "output": arr(layer(x, training=True))}


FIRST = {"data_format": "channels_first"}
half = uniform(rng("half"), 0, 255, 1, 4, 3, 2)
mirrored = np.concatenate([half, half[:, :, ::-1]], axis=2)
both = np.concatenate([mirrored, mirrored[:, ::-1]], axis=1)
CLAHE = "ContrastLimitedAdaptiveHistogramEqualization"
cases = [make(CLAHE, o, *s) for o, s in [
    ({"tile_grid_size": [2, 2]}, (2, 8, 6, 1)), ({"tile_grid_size": [2, 3], "clip_limit": 1.5}, (1, 7, 8, 2)),
    ({"tile_grid_size": [1, 2], "clip_limit": 0.0, "value_range": [0, 300]}, (5, 6, 3)),
    ({"tile_grid_size": [3, 2], **FIRST}, (1, 2, 9, 7))]]
cases += [make("RandomPerspective", o, *s) for o, s in [
    ({"scale": 0.0}, (1, 4, 5, 2)), ({"factor": 0.0}, (2, 4, 5, 1)), ({"scale": 0.0, **FIRST}, (1, 2, 4, 5))]]
cases += [make("MixUp", o, 1, 3, 4, 2) for o in ({}, {"alpha": 2.0}, FIRST)]
cases += [make("CutMix", o, 1, 3, 4, 2) for o in ({}, {"factor": [0.5, 0.7]}, FIRST)]
cases += [make("RandomElasticTransform", o, *s) for o, s in [
    ({"scale": 0.0, "value_range": [50, 200]}, (2, 4, 5, 1)), ({"factor": 0.0, **FIRST}, (1, 2, 4, 5))]]
cases += [make("RandAugment", {"num_ops": 0}, 1, 3, 4, 3)]
cases += [make("AugMix", o, *s) for o, s in [
    ({"chain_depth": 0}, (2, 3, 4, 3)), ({"chain_depth": 0, "value_range": [50, 200], "alpha": 0.5}, (3, 4, 3)),
    ({"factor": [0.0, 0.0], "num_chains": 1, "chain_depth": 0, "all_ops": False, **FIRST}, (1, 2, 4, 5))]]
cases += [make("RandomContrast", {"factor": [0.0, 0.0], **FIRST}, 1, 2, 4, 3)]
cases += [make("RandomShear", o, 1, 4, 5, 2) for o in (
    {}, {"x_factor": 0.0, "y_factor": 0.0, "fill_mode": "constant"}, {"interpolation": "nearest"})]
cases += [make("RandomFlip", {"mode": mode}, x=x) for mode, x in (
    ("horizontal", mirrored), ("vertical", both), ("horizontal_and_vertical", both))]
write("layers_augment_more", cases, __doc__)
