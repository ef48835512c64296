"""Summaries: the text of model.summary() for small models, as files beside the Lua list."""

import os

from common import DATA, keras, write

DENSE = [("Dense", {"units": 32, "activation": "relu"}), ("Dropout", {"rate": 0.5}),
         ("Dense", {"units": 10, "activation": "softmax"})]
CNN = [("Conv2D", {"filters": 32, "kernel_size": 3, "activation": "relu"}),
       ("MaxPooling2D", {"pool_size": 2}), ("BatchNormalization", {}), ("Dropout", {"rate": 0.25}),
       ("Conv2D", {"filters": 64, "kernel_size": 3, "activation": "relu"}),
       ("GlobalAveragePooling2D", {}), ("Dense", {"units": 10, "activation": "softmax"})]
LONG = [("Dense", {"units": 2000, "name": "a_layer_with_a_rather_long_name_that_must_be_cut"}),
        *DENSE]
CASES = [
    ("summary_dense", DENSE, [20], {}, None, None),
    ("summary_dense_60", DENSE, [20], {"line_length": 60}, None, None),
    ("summary_dense_100", DENSE, [20], {"line_length": 100}, None, None),
    ("summary_dense_unbuilt", DENSE, None, {}, None, None),
    ("summary_dense_compiled", DENSE, [20], {}, "adam", None),
    ("summary_dense_trainable", DENSE, [20], {"show_trainable": True}, None, [0]),
    ("summary_cnn", CNN, [64, 64, 3], {}, None, None),
    ("summary_cnn_unbuilt", CNN, None, {}, None, None),
    ("summary_cnn_trainable", CNN, [64, 64, 3], {"show_trainable": True}, None, None),
    ("summary_long", LONG, [3000], {}, None, None),
    ("summary_empty", [], None, {}, None, None),
]


def text(layers, shape, options, optimizer, frozen):
    keras.utils.clear_session()
    made = [getattr(keras.layers, n)(**o) for n, o in layers]
    model = keras.Sequential(([keras.Input(tuple(shape))] if shape else []) + made)
    for i in frozen or []:
        model.layers[i].trainable = False
    if optimizer:
        model.compile(optimizer=optimizer, loss="categorical_crossentropy")
        model.optimizer.build(model.trainable_variables)
    out = []
    model.summary(print_fn=lambda s, **_: out.append(s), **options)
    assert "\x1b" not in out[0]
    return "".join(out)


cases = []
for name, layers, shape, options, optimizer, frozen in CASES:
    with open(os.path.join(DATA, name + ".txt"), "w", encoding="utf-8") as f:
        f.write(text(layers, shape, options, optimizer, frozen))
    cases.append({"name": name, "file": name + ".txt",
                  "layers": [{"layer": n, "options": o} for n, o in layers], "input_shape": shape,
                  "options": options, "optimizer": optimizer, "frozen": frozen})
write("summary", cases, """
Summaries: the file holds what model.summary(options) gives its print_fn on a terminal 80 columns wide.
input_shape absent: the model is not built. optimizer: compiled with it, its slots built. frozen: 0-based
positions of layers whose trainable is false.
""")
