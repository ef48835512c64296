"""A model saved by Keras whose vocabularies stand beside its config, and what it predicts."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np  # noqa: E402
from common import DATA, keras, rng, write  # noqa: E402

import tensorflow as tf  # noqa: E402

L = keras.layers
corpus = ["the cat sat", "the dog sat on the mat", "größe zählt", "a cat"]
text = keras.Input((), dtype="string", name="text")
number = keras.Input((), dtype="int64", name="number")
words = L.TextVectorization(output_sequence_length=5)
words.adapt(corpus)
shares = L.TextVectorization(output_mode="tf_idf", max_tokens=14, pad_to_max_tokens=True)
shares.adapt(corpus)
whole = L.StringLookup(output_mode="one_hot")
whole.adapt(np.array(corpus))
codes = L.IntegerLookup(output_mode="one_hot")
codes.adapt(np.array([[7], [7], [-3], [11]]))
x = L.GlobalMaxPooling1D()(L.Embedding(14, 3)(words(text)))
inner = keras.Sequential([keras.Input((), dtype="string"), whole], name="inner")
y = L.Dense(2, name="scores")(L.Concatenate()([x, shares(text), inner(text), codes(number)]))
model = keras.Model([text, number], y)
r = rng("saved text")
model.set_weights([r.standard_normal(w.shape).astype("float32") for w in model.get_weights()])
path = os.path.join(DATA, "saved_text.keras")
model.save(path)
texts = ["the cat", "dog & mat on größe", "", "a cat"]
numbers = np.array([7, 5, -3, 11], "int64")
out = model([tf.constant(texts), tf.constant(numbers)]).numpy()
strings = np.empty(len(texts), dtype=object)
strings[:] = [t.encode() for t in texts]
write("saved_text", [{"file": "saved_text.keras", "text": strings, "number": numbers, "output": out}], """
What the model in saved_text.keras predicts.
""")
print(os.path.getsize(path), "bytes")
