"""Models and layers of one's own: order and paths of weights, losses that layers add, masks that they make,
a train step of one's own. Weights are set by formula; tests/lua/test_golden_subclass.lua writes the same
classes in Lua.
"""

from common import keras, lcg_float, lcg_label, np, write

layers, ops = keras.layers, keras.ops
ROWS = 20


class Block(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.first = layers.Dense(units, activation="tanh")
        self.more = [layers.Dense(units), {"z": layers.Dense(units), "a": layers.Dense(2)}]

    def build(self, shape):
        self.late = layers.Dense(3)
        self.shift = self.add_weight(name="shift", shape=(1,), trainable=False)
        self.scale = self.add_weight(name="scale", shape=(3,), regularizer="l2")

    def call(self, x):
        x = self.more[0](self.first(x))
        return self.late(self.more[1]["a"](self.more[1]["z"](x))) * self.scale + self.shift


class Nested(keras.Model):
    def __init__(self):
        super().__init__(name="nested")
        self.block = Block(4)
        self.dense = layers.Dense(5)
        self.out = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(1)])

    def call(self, x):
        return self.out(self.block(self.dense(x)))


class Rate(layers.Layer):
    """Adds to the loss how far its input is from zero."""

    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate

    def call(self, x):
        self.add_loss(self.rate * ops.mean(ops.square(x)))
        return x


class Losses(keras.Model):
    def __init__(self):
        super().__init__(name="losses")
        self.hidden = layers.Dense(6, activation="tanh", activity_regularizer=keras.regularizers.L2(0.1))
        self.rate = Rate(0.3)
        self.out = layers.Dense(2, kernel_regularizer=keras.regularizers.L1(0.01))

    def call(self, x):
        return self.out(self.rate(self.hidden(x)))


class Tail(layers.Layer):
    """The steps behind the first, with their mask."""

    def call(self, x):
        return x[:, 1:]

    def compute_mask(self, x, mask=None):
        return mask[:, 1:]


class Masked(keras.Model):
    def __init__(self):
        super().__init__(name="masked")
        self.embedding = layers.Embedding(6, 3, mask_zero=True)
        self.tail = Tail()
        self.gru = layers.GRU(4)
        self.pool = layers.GlobalAveragePooling1D()
        self.out = layers.Dense(1)

    def call(self, x):
        x = self.tail(self.embedding(x))
        return self.out(ops.concatenate([self.gru(x), self.pool(x)], axis=-1))


def nested():
    return Nested(), lcg_float(1, (ROWS, 3)), lcg_float(2, (ROWS, 1)), ["mae"]


def losses():
    return Losses(), lcg_float(3, (ROWS, 4)), lcg_float(4, (ROWS, 2)), None


def masked():
    ids = np.maximum(lcg_label(5, ROWS * 5, 8).reshape(ROWS, 5) - 2, 0)
    ids[:, 1] = 1 + ids[:, 1] % 5
    return Masked(), ids.astype("int32"), lcg_float(6, (ROWS, 1)), None


cases = []
for make in [nested, losses, masked]:
    keras.utils.clear_session()
    model, x, y, metrics = make()
    model(x[:2])
    for i, w in enumerate(model.weights):
        w.assign(lcg_float(1000 + i, tuple(w.shape), 0.5))
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse", metrics=metrics)
    predict = model.predict(x, verbose=0)
    history = model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0).history
    evaluate = model.evaluate(x, y, batch_size=8, verbose=0)
    cases.append({
        "name": make.__name__, "layers": [l.name for l in model.layers],
        "paths": [w.path for w in model.weights], "shapes": [list(w.shape) for w in model.weights],
        "trainable": [w.trainable for w in model.weights], "predict": predict[:4],
        "history": {k: np.array(v, dtype="float64") for k, v in history.items()},
        "evaluate": np.array(evaluate if isinstance(evaluate, list) else [evaluate], dtype="float64"),
        "after": model.predict(x, verbose=0)[:4],
        "x": x, "y": y,
    })
write("subclass", cases, """
Models and layers of one's own: names of the layers, paths and shapes of the weights, predictions for the first
four of 20 rows before and after three epochs in batches of 8, histories, evaluate. Weight i is
0.5 (k / 2^23 - 1), k from golden.lcg(1000 + i).
""")
