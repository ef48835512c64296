"""Keras on TensorFlow, JAX or PyTorch."""
import os
import time


class Peer:
    def __init__(self, name, workload, threads, dropout):
        backend = {"keras_tf": "tensorflow"}.get(name, name.removeprefix("keras_"))
        os.environ["KERAS_BACKEND"] = backend
        if backend == "torch":
            import torch
            torch.set_num_threads(threads)
        if backend == "tensorflow":
            import tensorflow as tf
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(1)
        loss = {"tiny": "binary", "autoenc": "binary", "imdb_lstm": "binary", "gru_char": "sparse_categorical",
                "textformer": "sparse_categorical"}.get(workload, "categorical")
        optimizer = {"mlp": "sgd", "cnn64": "sgd", "mnist_mlp": "rmsprop"}.get(workload, "adam")
        self.model = make_model(workload, dropout)
        self.model.compile(loss=loss + "_crossentropy", optimizer=optimizer)

    def fit(self, x, y, batch):
        """Seconds."""
        start = time.perf_counter()
        self.model.fit(x, y, batch_size=batch, verbose=0)
        return time.perf_counter() - start

    def predictor(self, x):
        return lambda: self.model.predict_on_batch(x)

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def step_loss(self, x, y):
        self.model.reset_metrics()
        loss = self.model.train_on_batch(x, y)
        return float(loss[0] if isinstance(loss, (list, tuple)) else loss)


def make_model(workload, dropout):
    import keras
    from keras import layers as L

    def drop(rate):
        return L.Dropout(rate if dropout else 0)

    def conv(filters):
        return L.Conv2D(filters, 3, activation="relu")

    def pool():
        return L.MaxPooling2D(2)

    def relu(units):
        return L.Dense(units, "relu")

    def softmax(units):
        return L.Dense(units, "softmax")

    def sigmoid(units):
        return L.Dense(units, "sigmoid")

    if workload == "textformer":
        return textformer(keras, L, drop)
    if workload == "resnet50":
        return keras.applications.ResNet50(weights=None)
    if workload == "mobilenet":
        return keras.applications.MobileNetV2(weights=None)
    return keras.Sequential({
        "tiny": lambda: [L.Input((2,)), L.Dense(8, "tanh"), sigmoid(1)],
        "mlp": lambda: [L.Input((100,)), relu(64), softmax(10)],
        "seed_mlp": lambda: [L.Input((64,)), relu(128), drop(.5), relu(64), drop(.5), softmax(10)],
        "mnist_mlp": lambda: [L.Input((784,)), relu(512), drop(.2), relu(512), drop(.2), softmax(10)],
        "autoenc": lambda: [L.Input((784,)), relu(32), sigmoid(784)],
        "seed_cnn": lambda: [L.Input((64, 64, 3)), conv(32), pool(), drop(.25), conv(64), pool(), drop(.25),
                             L.Flatten(), relu(512), drop(.5), softmax(10)],
        "cnn64": lambda: [L.Input((64, 64, 3)), conv(32), conv(32), pool(), drop(.25), conv(64), conv(64), pool(),
                          drop(.25), L.Flatten(), relu(256), drop(.5), softmax(10)],
        "mnist_cnn": lambda: [L.Input((28, 28, 1)), conv(32), pool(), conv(64), pool(), L.Flatten(), drop(.5),
                              softmax(10)],
        "imdb_lstm": lambda: [L.Input((80,), dtype="int32"), L.Embedding(20000, 128), L.LSTM(128), sigmoid(1)],
        "gru_char": lambda: [L.Input((100,), dtype="int32"), L.Embedding(65, 64), L.GRU(256, return_sequences=True),
                             softmax(65)],
    }[workload]())


def textformer(keras, L, drop):
    class Position(L.Layer):
        def build(self, shape):
            self.table = self.add_weight(shape=shape[1:], initializer="zeros", name="table")

        def call(self, x):
            return x + self.table

    ids = L.Input((200,), dtype="int32")
    x = Position()(L.Embedding(20000, 32)(ids))
    seen = drop(.1)(L.MultiHeadAttention(2, 32)(x, x))
    x = L.LayerNormalization(epsilon=1e-6)(L.Add()([x, seen]))
    fed = drop(.1)(L.Dense(32)(L.Dense(32, "relu")(x)))
    x = L.LayerNormalization(epsilon=1e-6)(L.Add()([x, fed]))
    x = drop(.1)(L.GlobalAveragePooling1D()(x))
    x = drop(.1)(L.Dense(20, "relu")(x))
    return keras.Model(ids, L.Dense(2, "softmax")(x))
