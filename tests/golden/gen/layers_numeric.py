"""Numbers and class numbers before training: statistics, bins, hashes, vocabularies."""

import numpy as np
from common import arr, keras, normal, rng, write


def make(name, options, x, adapt=None, weights=None, tag=None):
    layer = getattr(keras.layers, name)(**options)
    if adapt is not None:
        layer.adapt(adapt)
    call = {"count_weights": weights} if weights is not None else {}
    y = arr(layer(x, **call))
    found = {}
    if name == "IntegerLookup":
        found = {"vocabulary": [int(v) for v in layer.get_vocabulary()]}
    if name == "Discretization":
        found = {"boundaries": [float(v) for v in layer.bin_boundaries]}
    if name == "Normalization" and adapt is not None:
        found = {"weights": [arr(v) for v in layer.weights[:2]]}
    return {"name": name, "options": options, "tag": tag, "adapt": adapt, "x": x, "count_weights": weights,
            "output": y, **found}


def data(*shape):
    return normal(rng("numeric" + str(shape)), *shape, scale=2.0) + np.float32(1)


ids = rng("numeric ids").integers(0, 6, (4, 5)).astype("int32")
tall = rng("numeric tall").geometric(0.2, (30, 4)).astype("int64")

cases = [make("Normalization", o, data(*s), data(9, *s[1:])) for o, s in [
    ({}, (3, 4)), ({"axis": None}, (3, 4)), ({"axis": 1}, (2, 3, 4)), ({"axis": [1, -1]}, (2, 3, 4)),
    ({"invert": True}, (3, 4)), ({"axis": None, "invert": True}, (2, 3))]]
cases += [make("Normalization", o, data(*s)) for o, s in [
    ({"mean": 3.0, "variance": 2.0}, (3, 4)), ({"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 0.0]}, (2, 3)),
    ({"axis": [1, 2], "mean": [1.0, 2.0], "variance": [4.0, 2.0]}, (2, 3, 2)), ({}, (2, 3)),
    ({"axis": None, "mean": 1.0, "variance": 9.0, "invert": True}, (2, 3))]]

edges = np.array([[-1.0, 0.0, 0.5], [2.0, 3.0, 1.0]], "float32")
cases += [make("Discretization", {"bin_boundaries": [0.0, 1.0, 2.0], **o}, edges) for o in (
    {}, {"output_mode": "one_hot"}, {"output_mode": "multi_hot"}, {"output_mode": "count"})]
cases += [make("Discretization", o, data(3, 4), data(*s)) for o, s in [
    ({"num_bins": 4}, (40,)), ({"num_bins": 3, "epsilon": 0.1}, (50, 2)), ({"num_bins": 5}, (3,)),
    ({"num_bins": 7, "epsilon": 0.05}, (101,)), ({"num_bins": 2, "output_mode": "one_hot"}, (10,))]]

T = {"num_tokens": 6}
cases += [make("CategoryEncoding", {**T, **o}, x) for o, x in [
    ({}, ids), ({"output_mode": "one_hot"}, ids), ({"output_mode": "count"}, ids), ({}, ids[0]),
    ({"output_mode": "one_hot"}, ids[0]), ({"output_mode": "one_hot"}, ids[:, :1]),
    ({"output_mode": "binary"}, ids)]]
cases += [make("CategoryEncoding", {**T, "output_mode": "count"}, ids, weights=data(4, 5))]

some = np.array([[0, 1, -1, 12], [123, -4567, 12345678, 987654321], [2**31, -2**40, 2**62, -2**63],
                 [99999999, 12345678901234567, -12345678901234567, 7]], "int64")
cases += [make("Hashing", {"num_bins": 1000003, **o}, some, tag=t) for o, t in [
    ({}, "fast"), ({"salt": 133}, "one salt"), ({"salt": [3, 1 << 40]}, "two salts"), ({"mask_value": 12}, "mask")]]
cases += [make("Hashing", {"num_bins": 3, **o}, ids) for o in (
    {}, {"output_mode": "one_hot"}, {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"mask_value": 0})]

V = {"vocabulary": [12, 3, 45]}
unknown = np.array([[12, 45, 7], [100, 3, 12]], "int64")
cases += [make("IntegerLookup", {**V, **o}, unknown) for o in (
    {}, {"num_oov_indices": 3}, {"num_oov_indices": 4, "oov_method": "farmhash"},
    {"num_oov_indices": 4, "oov_method": "farmhash", "salt": 7}, {"mask_token": 7},
    {"output_mode": "multi_hot"}, {"output_mode": "one_hot"}, {"output_mode": "count", "mask_token": 7},
    {"output_mode": "multi_hot", "max_tokens": 6, "pad_to_max_tokens": True},
    {"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0]},
    {"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0], "num_oov_indices": 2, "max_tokens": 8,
     "pad_to_max_tokens": True}, {"vocabulary": [0, -1, 8, 9], "mask_token": 0})]
cases += [make("IntegerLookup", {**V, "invert": True, **o}, np.arange(6).reshape(2, 3)) for o in (
    {}, {"mask_token": 0}, {"num_oov_indices": 2, "oov_token": -9})]
cases += [make("IntegerLookup", o, tall[:3], tall) for o in (
    {}, {"max_tokens": 5}, {"mask_token": 1, "num_oov_indices": 2}, {"output_mode": "tf_idf"},
    {"output_mode": "count", "max_tokens": 6})]
write("layers_numeric", cases, """
Layers that look at data: output = layer(x, count_weights) after adapt(adapt), with what they found:
vocabulary, boundaries, or weights (mean, variance).
""")
