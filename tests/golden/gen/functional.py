"""Functional models written as in Keras's guides: order and paths of weights, predictions, histories.

Weights are set by formula, so the file holds only what came of them. tests/lua/test_golden_functional.lua
draws the same models in Lua.
"""

import os

from common import DATA, keras, np, write

layers, ops = keras.layers, keras.ops
ROWS = 20


def lcg(seed, n):
    out, s = [], seed
    for _ in range(n):
        s = (1103515245 * s + 12345) % 2147483648
        out.append(s >> 7)
    return np.array(out, dtype="int64")


def numbers(seed, *shape):
    """Of -1 .. 1, exact in float32."""
    return (lcg(seed, int(np.prod(shape))) / 8388608.0 - 1).reshape(shape).astype("float32")


def labels(seed, classes, *shape):
    return (lcg(seed, int(np.prod(shape))) % classes).reshape(shape).astype("int32")


def toy_resnet():
    inputs = keras.Input(shape=(8, 8, 3), name="img")
    x = layers.Conv2D(4, 3, activation="relu")(inputs)
    block_1 = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(4, 3, activation="relu", padding="same")(block_1)
    x = layers.Conv2D(4, 3, activation="relu", padding="same")(x)
    block_2 = layers.add([x, block_1])
    x = layers.GlobalAveragePooling2D()(block_2)
    x = layers.Dense(6, activation="relu")(x)
    outputs = layers.Dense(3)(x)
    model = keras.Model(inputs, outputs, name="toy_resnet")
    model.compile(optimizer=keras.optimizers.Adam(0.01), metrics=["acc"],
                  loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model, numbers(1, ROWS, 8, 8, 3), labels(2, 3, ROWS), {}


def autoencoder():
    encoder_input = keras.Input(shape=(6,), name="original")
    x = layers.Dense(5, activation="tanh")(encoder_input)
    encoder = keras.Model(encoder_input, layers.Dense(2)(x), name="encoder")
    decoder_input = keras.Input(shape=(2,), name="encoded")
    x = layers.Dense(5, activation="tanh")(decoder_input)
    decoder = keras.Model(decoder_input, layers.Dense(6)(x), name="decoder")
    model_input = keras.Input(shape=(6,), name="img")
    model = keras.Model(model_input, decoder(encoder(model_input)), name="autoencoder")
    model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    x = numbers(3, ROWS, 6)
    return model, x, x, {}


def ensemble():
    def get_model():
        inputs = keras.Input(shape=(5,))
        return keras.Model(inputs, layers.Dense(1)(inputs))
    model1, model2, model3 = get_model(), get_model(), get_model()
    inputs = keras.Input(shape=(5,))
    outputs = layers.average([model1(inputs), model2(inputs), model3(inputs)])
    model = keras.Model(inputs=inputs, outputs=outputs)
    model.compile(optimizer="sgd", loss="mse")
    return model, numbers(4, ROWS, 5), numbers(5, ROWS, 1), {}


def tickets(loss, weights, metrics, weighted=None):
    title_input = keras.Input(shape=(None,), name="title")
    body_input = keras.Input(shape=(None,), name="body")
    tags_input = keras.Input(shape=(3,), name="tags")
    title = layers.Embedding(10, 4)(title_input)
    body = layers.Embedding(10, 4)(body_input)
    title = layers.GlobalAveragePooling1D()(title)
    body = layers.GlobalMaxPooling1D()(body)
    x = layers.concatenate([title, body, tags_input])
    priority = layers.Dense(1, name="priority")(x)
    department = layers.Dense(4, name="department")(x)
    model = keras.Model(inputs=[title_input, body_input, tags_input], outputs=[priority, department])
    model.compile(optimizer=keras.optimizers.RMSprop(1e-3), loss=loss, loss_weights=weights,
                  metrics=metrics, weighted_metrics=weighted)
    x = [labels(6, 10, ROWS, 5), labels(7, 10, ROWS, 7), labels(8, 2, ROWS, 3).astype("float32")]
    y = [labels(9, 2, ROWS, 1).astype("float32"), np.eye(4, dtype="float32")[labels(10, 4, ROWS)]]
    return model, x, y, {}


def tickets_list():
    return tickets([keras.losses.BinaryCrossentropy(from_logits=True),
                    keras.losses.CategoricalCrossentropy(from_logits=True)], [1.0, 0.2],
                   [["accuracy"], ["accuracy", "mae"]])


def tickets_named():
    return tickets({"priority": keras.losses.BinaryCrossentropy(from_logits=True),
                    "department": keras.losses.CategoricalCrossentropy(from_logits=True)},
                   {"priority": 1.0, "department": 0.2}, {"department": ["acc", "mse"]},
                   {"priority": ["mae"], "department": ["mse"]})


def tickets_weighted():
    model, x, y, _ = tickets("mse", None, ["mae", "mse"], [["mae"], None])
    return model, x, y, {"sample_weight": [numbers(11, ROWS) + 1, numbers(12, ROWS) + 1]}


def tickets_one_loss():
    model, x, y, _ = tickets([None, "mse"], None, None)
    return model, x, y, {}


def shared():
    embedding = layers.Embedding(12, 3)
    dense = layers.Dense(4, activation="tanh", name="both")
    a, b = keras.Input(shape=(4,), dtype="int32", name="a"), keras.Input(shape=(4,), dtype="int32",
                                                                        name="b")
    ea, eb = layers.Flatten()(embedding(a)), layers.Flatten()(embedding(b))
    difference = abs(dense(ea) - dense(eb))
    model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(difference))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model, [labels(13, 12, ROWS, 4), labels(14, 12, ROWS, 4)], \
        labels(15, 2, ROWS, 1).astype("float32"), {}


def masked():
    ids = keras.Input(shape=(None,), dtype="int32", name="ids")
    x = layers.Embedding(6, 4, mask_zero=True)(ids)
    x = layers.Dense(3, activation="tanh")(x)
    steps = layers.Dense(2, activation="softmax", name="steps")(x)
    whole = layers.Dense(1, name="whole")(layers.GlobalAveragePooling1D()(x))
    model = keras.Model(ids, {"steps": steps, "whole": whole})
    model.compile(optimizer="sgd", loss={"steps": "sparse_categorical_crossentropy", "whole": "mse"},
                  metrics={"steps": ["accuracy"], "whole": ["mae"]},
                  weighted_metrics={"steps": ["sparse_categorical_crossentropy"]})
    y = {"steps": labels(17, 2, ROWS, 5), "whole": numbers(18, ROWS, 1)}
    return model, labels(16, 6, ROWS, 5), y, {"sample_weight": {
        "steps": numbers(19, ROWS, 5) + 1, "whole": numbers(20, ROWS) + 1}}


def crossed():
    a, b = keras.Input(shape=(2,), name="a"), keras.Input(shape=(2,), name="b")
    db1 = layers.Dense(2, name="db1")(b)
    da = layers.Dense(2, name="da")(a)
    db2 = layers.Dense(2, name="db2")(db1)
    x = layers.Add(name="sum")([db2, da]) * 2.0 + a
    model = keras.Model([a, b], layers.Dense(1, name="o")(x))
    model.compile(optimizer="sgd", loss="mse")
    return model, [numbers(21, ROWS, 2), numbers(22, ROWS, 2)], numbers(23, ROWS, 1), {}


def frozen():
    base_input = keras.Input(shape=(4,))
    x = layers.Dense(3)(base_input)
    x = layers.BatchNormalization()(x)
    base = keras.Model(base_input, x, name="base")
    base.trainable = False
    inputs = keras.Input(shape=(4,))
    outputs = layers.Dense(1)(base(inputs))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="sgd", loss="mse")
    return model, numbers(24, ROWS, 4), numbers(25, ROWS, 1), {}


SUMMARIES = {"": {}, "_nested": {"expand_nested": True}, "_trainable": {"show_trainable": True},
             "_all": {"expand_nested": True, "show_trainable": True, "line_length": 120}}


def summaries(name, model):
    kinds = {"autoencoder": ["", "_nested", "_all"], "crossed": ["", "_trainable"],
             "tickets_list": [""], "shared": [""], "ensemble": ["", "_nested"],
             "toy_resnet": [""], "frozen": ["", "_all"]}
    for kind in kinds.get(name, []):
        out = []
        model.summary(print_fn=lambda s, **_: out.append(s), **SUMMARIES[kind])
        with open(os.path.join(DATA, "summary_%s%s.txt" % (name, kind)), "w", encoding="utf-8") as f:
            f.write("".join(out))
    return kinds.get(name)


def values(result, names):
    if isinstance(result, dict):
        return [result[n] for n in sorted(result)]
    return list(result) if isinstance(result, (list, tuple)) else [result]


cases = []
for make in [toy_resnet, autoencoder, ensemble, tickets_list, tickets_named, tickets_weighted,
             tickets_one_loss, shared, masked, crossed, frozen]:
    keras.utils.clear_session()
    model, x, y, more = make()
    name = make.__name__
    for i, w in enumerate(model.weights):
        value = numbers(1000 + i, *w.shape) * 0.5
        w.assign(np.abs(value) + 0.5 if "variance" in w.path or "gamma" in w.path else value)
    kinds = summaries(name, model)
    predict = values(model.predict(x, verbose=0), None)
    history = model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0,
                        **more).history
    if name == "masked":  # jax hands the predictions of fit to the metrics without their masks
        history = {k: v for k, v in history.items() if k.endswith("loss")}
    evaluate = model.evaluate(x, y, batch_size=8, verbose=0, **more)
    cases.append({
        "name": name, "model": model.name, "layers": [l.name for l in model.layers],
        "paths": [w.path for w in model.weights], "shapes": [list(w.shape) for w in model.weights],
        "output_names": list(model.output_names), "summaries": kinds, "partial": name == "masked",
        "predict": [p[:3] for p in predict],
        "history": {k: np.array(v, dtype="float64") for k, v in history.items()},
        "evaluate": np.array(evaluate if isinstance(evaluate, list) else [evaluate],
                             dtype="float64"),
        "after": [p[:3] for p in values(model.predict(x, verbose=0), None)],
    })
write("functional", cases, """
Functional models: names of the layers in model.layers, paths and shapes of the weights, predictions for the
first three of 20 rows before and after three epochs in batches of 8, histories, evaluate. Weight i is
0.5 (k / 2^23 - 1), k from golden.lcg(1000 + i), or 0.5 + its absolute value if it is a gamma or a variance.
summaries: kinds of summary, in summary_<name><kind>.txt. partial: the history holds the losses only.
""")
