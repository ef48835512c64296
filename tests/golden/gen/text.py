"""Layers on strings. They exist in Keras on TensorFlow only, so this generator runs on that back end."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np  # noqa: E402
from common import keras, write  # noqa: E402

import tensorflow as tf  # noqa: E402


def strings(x):
    """An array of bytes; str is encoded."""
    a = np.array(x, dtype=object)
    flat = [v.encode() if isinstance(v, str) else v for v in a.ravel()]
    out = np.empty(a.size, dtype=object)
    out[:] = flat
    return out.reshape(a.shape)


def tensor(x):
    return tf.constant(x)


def make(name, options, x, adapt=None, tag=None):
    layer = getattr(keras.layers, name)(**options)
    if adapt is not None:
        layer.adapt(tensor(adapt))
    inputs = [tensor(v) for v in x] if isinstance(x, list) else tensor(x)
    y = layer(inputs)
    y = y.numpy() if hasattr(y, "numpy") else np.array(y)
    found = {}
    if name in ("StringLookup", "TextVectorization"):
        found = {"vocabulary": [str(v).encode() for v in layer.get_vocabulary()]}
    return {"name": name, "options": options, "tag": tag, "adapt": adapt, "x": x, "output": y, **found}


texts = strings(["The cat sat on the mat.", "A dog & a cat; the DOG!", "", "mat -- mat (mat) dog's",
                 "Größe ÄÖ naïve\u00a0space \u3000 été", "tab\tnew\nline\vvt\fff\rcr", "it's a well-known e.g. x_y"])
odd = strings([b"A\xff\xfe B\x00c", b"\xe2\x82 z\xed\xa0\x80", b"\xc0\xaf \xf0\x9f\x98 q", b"\xf0\x9f\x98\x80!", b"\xf4\x90\x80\x80",
               "word " * 40])
T = "TextVectorization"
cases = [make(T, o, texts, texts) for o in (
    {}, {"max_tokens": 6}, {"output_sequence_length": 4}, {"output_sequence_length": 12}, {"standardize": "lower"},
    {"standardize": "strip_punctuation"}, {"standardize": None}, {"split": "character"}, {"split": None},
    {"ngrams": 2}, {"ngrams": (2, 3)}, {"ngrams": 3, "split": "character", "max_tokens": 20},
    {"output_mode": "multi_hot"}, {"output_mode": "count", "ngrams": 2, "max_tokens": 9},
    {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "max_tokens": 40, "pad_to_max_tokens": True},
    {"output_mode": "multi_hot", "max_tokens": 5, "pad_to_max_tokens": True})]
cases += [make(T, {**o}, texts[:, None], texts, tag="column") for o in (
    {}, {"split": None}, {"output_mode": "count", "split": None})]
cases += [make(T, {"vocabulary": ["a", "cat", "dog", "q", "\ufffd"], **o}, odd) for o in (
    {}, {"split": "character"}, {"output_mode": "count", "split": "character"}, {"standardize": None, "split": "character"},
    {"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0, 0.25, 3.0]})]
cases += [make(T, {"vocabulary": ["[UNK]", "a", "cat"], "output_mode": "tf_idf", "idf_weights": [0.9, 0.5, 1.0]}, texts),
          make(T, {"vocabulary": ["", "[UNK]", "a", "cat"]}, texts),
          make(T, {"vocabulary": ["cat sat", "cat"], "ngrams": (2,), "output_sequence_length": 3}, texts),
          make(T, {"vocabulary": ["a", "b"], "split": None, "output_sequence_length": 3}, strings([["a", "x"], ["", "b"]]))]

words = strings([["a", "c", "d", "d"], ["d", "z", "b", "z"], ["", "b", "a", "zz top"]])
L = "StringLookup"
V = {"vocabulary": ["a", "b", "c", "d"]}
cases += [make(L, {**V, **o}, words) for o in (
    {}, {"num_oov_indices": 3}, {"num_oov_indices": 5, "salt": 7}, {"num_oov_indices": 5, "salt": [7, 8]},
    {"mask_token": ""}, {"mask_token": "d", "vocabulary": ["a", "b"]}, {"output_mode": "one_hot"},
    {"output_mode": "multi_hot"}, {"output_mode": "count", "mask_token": ""}, {"output_mode": "count", "num_oov_indices": 2},
    {"output_mode": "tf_idf", "idf_weights": [0.25, 0.75, 0.6, 0.4]},
    {"output_mode": "multi_hot", "max_tokens": 8, "pad_to_max_tokens": True},
    {"vocabulary": ["[UNK]", "a", "b"]}, {"vocabulary": ["", "[UNK]", "a", "b"], "mask_token": ""})]
cases += [make(L, {**V, **o}, words[0], tag="list") for o in (
    {}, {"output_mode": "one_hot"}, {"output_mode": "multi_hot"}, {"output_mode": "count"})]
cases += [make(L, {**V, "output_mode": "one_hot"}, words[:, :1], tag="column"),
          make(L, {**V, "output_mode": "multi_hot"}, words.reshape(3, 2, 2), tag="rank 3")]
cases += [make(L, {**V, "invert": True, **o}, np.array([[0, 1, 2], [5, 6, 99]], "int64")) for o in (
    {}, {"mask_token": ""}, {"num_oov_indices": 2, "oov_token": "?"})]
cases += [make(L, o, words, words) for o in (
    {}, {"max_tokens": 4}, {"mask_token": "d", "num_oov_indices": 2}, {"output_mode": "tf_idf"}, {"oov_token": "a"},
    {"output_mode": "tf_idf", "max_tokens": 9, "pad_to_max_tokens": True})]
cases += [make(L, {}, words[1], words[1], tag="adapt a list")]

lengths = strings(["", "a", "abc", "abcd", "abcdefgh", "x" * 16, "y" * 17, "y" * 32, "z" * 33, "z" * 64, "w" * 65, "v" * 128,
                   "u" * 200, b"\x00\xff", "größe", "the quick brown fox jumps over the lazy dog, twice, and then once more"])
cases += [make("Hashing", {"num_bins": 1000003, **o}, lengths) for o in (
    {}, {"salt": 133}, {"salt": [3, 1 << 40]}, {"mask_value": "abc"})]
cases += [make("Hashing", {"num_bins": 4, **o}, words) for o in (
    {"output_mode": "one_hot"}, {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"mask_value": ""})]

names, numbers = strings(["A", "B", "A", "", "long " * 20]), np.array([101, 101, -102, 0, 2**62], "int64")
cases += [make("HashedCrossing", {"num_bins": n, **o}, x) for n, o, x in (
    (5, {}, [names, numbers]), (1000003, {}, [names, numbers]), (1000003, {}, [numbers, names]),
    (1000003, {}, [numbers, numbers[::-1].copy(), names]), (7, {"output_mode": "one_hot"}, [names, numbers]),
    (7, {"output_mode": "one_hot"}, [names[:, None], numbers[:, None]]), (11, {}, [names[:, None], numbers[:, None]]))]
write("text", cases, """
Layers on strings: output = layer(x) after adapt(adapt), and the vocabulary then. Strings are bytes.
""")
