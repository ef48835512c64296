"""Models of every kind of layer, for files that go between Keras and knn. Each entry of MODELS makes one."""
import keras
from keras import layers as L, ops

MODELS = {}


def model(make):
    MODELS[make.__name__] = make
    return make


def stack(name, shape, *layers, dtype=None):
    """A Sequential of layers that are made when it is asked for."""

    def make():
        made = [layer() for layer in layers]
        return keras.Sequential([keras.Input(shape, dtype=dtype), *made], name=name)

    MODELS[name] = make


def of(cls, *args, **kwargs):
    return lambda: getattr(L, cls)(*args, **kwargs)


def head():
    return [of("Flatten"), of("Dense", 2)]


stack("dense", (4,), of("Dense", 5, activation="relu", kernel_regularizer="l2"),
      of("Dense", 3, activation="gelu", use_bias=False, kernel_constraint="max_norm"), of("Dense", 2))
stack("activations", (4,), of("Dense", 4), of("LeakyReLU", negative_slope=0.2), of("Dense", 4), of("PReLU"),
      of("Dense", 4), of("ELU"), of("Dense", 4), of("ReLU", max_value=3.0), of("Dense", 3), of("Softmax"),
      of("Activation", "tanh"))
stack("einsum_dense", (3, 4), of("EinsumDense", "abc,cd->abd", output_shape=(3, 5), bias_axes="d"), *head())
stack("conv1d", (8, 3), of("Conv1D", 4, 3, padding="causal", dilation_rate=2), of("Conv1D", 4, 3, strides=2),
      of("MaxPooling1D"), *head())
stack("conv2d", (8, 8, 4), of("Conv2D", 4, 3, padding="same", groups=2), of("MaxPooling2D"),
      of("Conv2D", 3, (2, 3), strides=(1, 2)), of("AveragePooling2D", 2, padding="same"), *head())
stack("conv3d", (4, 4, 4, 2), of("Conv3D", 3, 2), of("MaxPooling3D", 2), *head())
stack("conv_transpose", (4, 4, 2), of("Conv2DTranspose", 3, 3, strides=2, padding="same"), *head())
stack("conv1d_transpose", (4, 2), of("Conv1DTranspose", 3, 3, strides=2), *head())
stack("conv3d_transpose", (3, 3, 3, 2), of("Conv3DTranspose", 2, 2), *head())
stack("depthwise", (6, 6, 3), of("DepthwiseConv2D", 3, depth_multiplier=2), *head())
stack("depthwise1d", (6, 3), of("DepthwiseConv1D", 3), *head())
stack("separable", (6, 6, 3), of("SeparableConv2D", 4, 3), *head())
stack("separable1d", (6, 3), of("SeparableConv1D", 4, 3), *head())
stack("pooling", (8, 8, 2), of("MaxPooling2D", 2), of("GlobalAveragePooling2D", keepdims=True),
      of("GlobalMaxPooling2D"), of("Dense", 2))
stack("global1d", (8, 3), of("AveragePooling1D", 2), of("GlobalMaxPooling1D"), of("Dense", 2))
stack("global3d", (4, 4, 4, 2), of("AveragePooling3D", 2), of("GlobalAveragePooling3D"), of("Dense", 2))
stack("adaptive", (8, 8, 2), of("AdaptiveAveragePooling2D", 4), of("AdaptiveMaxPooling2D", 2), *head())
stack("batch_normalization", (4,), of("Dense", 4), of("BatchNormalization", momentum=0.9), of("Dense", 2))
stack("layer_normalization", (4,), of("LayerNormalization"), of("Dense", 4), of("UnitNormalization"), of("Dense", 2))
stack("group_normalization", (4, 4, 4), of("GroupNormalization", groups=2), *head())
stack("rms_normalization", (6,), of("RMSNormalization"), of("Dense", 2))
stack("spectral_normalization", (4,), lambda: L.SpectralNormalization(L.Dense(3)), of("Dense", 2))
stack("normalization", (3,), of("Normalization", mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]), of("Dense", 2))
stack("regularization", (4, 4), of("Dropout", 0.3), of("SpatialDropout1D", 0.2), of("GaussianNoise", 0.1),
      of("GaussianDropout", 0.1), of("AlphaDropout", 0.1), of("ActivityRegularization", l2=0.01), *head())
stack("spatial_dropout", (4, 4, 2), of("SpatialDropout2D", 0.2), *head())
stack("reshaping", (4, 6), of("Reshape", (6, 4)), of("Permute", (2, 1)), of("Cropping1D", 1), of("ZeroPadding1D", 2),
      of("UpSampling1D", 2), *head())
stack("reshaping2d", (4, 4, 2), of("Cropping2D", ((1, 0), (0, 1))), of("ZeroPadding2D", 1),
      of("UpSampling2D", 2, interpolation="bilinear"), *head())
stack("reshaping3d", (3, 3, 3, 2), of("Cropping3D", 1), of("ZeroPadding3D", 1), of("UpSampling3D", 2), *head())
stack("repeat", (3,), of("RepeatVector", 4), lambda: L.TimeDistributed(L.Dense(2)), of("Flatten"), of("Dense", 2))
stack("embedding", (5,), of("Embedding", 10, 4, mask_zero=True), of("GlobalAveragePooling1D"), of("Dense", 2),
      dtype="int32")
stack("masking", (5, 3), of("Masking"), of("LSTM", 4), of("Dense", 2))
stack("simple_rnn", (5, 3), of("SimpleRNN", 4, return_sequences=True), of("SimpleRNN", 3, go_backwards=True),
      of("Dense", 2))
stack("gru", (5, 3), of("GRU", 4, return_sequences=True), of("GRU", 3, reset_after=False), of("Dense", 2))
stack("lstm", (5, 3), of("LSTM", 4, return_sequences=True, unit_forget_bias=False), of("LSTM", 3), of("Dense", 2))
stack("rnn_cells", (5, 3), lambda: L.RNN([L.GRUCell(3), L.LSTMCell(2), L.SimpleRNNCell(4)]), of("Dense", 2))
stack("bidirectional", (5, 3), lambda: L.Bidirectional(L.LSTM(3, return_sequences=True)),
      lambda: L.Bidirectional(L.GRU(2), merge_mode="sum"), of("Dense", 2))
stack("conv_lstm", (3, 5, 5, 2), of("ConvLSTM2D", 3, 3), *head())
stack("rescaling", (4, 4, 3), of("Rescaling", 0.5, offset=-1.0), of("Resizing", 3, 3), of("CenterCrop", 2, 2), *head())
stack("augmentation", (6, 6, 3), of("RandomFlip"), of("RandomRotation", 0.1), of("RandomZoom", 0.1),
      of("RandomTranslation", 0.1, 0.1), of("RandomContrast", 0.1), of("RandomBrightness", 0.1), *head())
stack("discretization", (3,), of("Discretization", bin_boundaries=[-0.5, 0.0, 0.5], output_mode="int"),
      lambda: L.CategoryEncoding(num_tokens=4, output_mode="multi_hot"), of("Dense", 2))
stack("initializers", (4,),
      lambda: L.Dense(4, kernel_initializer=keras.initializers.RandomNormal(stddev=0.3, seed=1),
                      bias_initializer=keras.initializers.Constant(0.1)),
      lambda: L.Dense(4, kernel_initializer=keras.initializers.Orthogonal(gain=0.5, seed=2)),
      lambda: L.Dense(4, kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_out", seed=3)),
      lambda: L.Dense(2, kernel_initializer="he_normal"))
stack("regularizers", (4,), lambda: L.Dense(4, kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02)),
      lambda: L.Dense(4, kernel_constraint=keras.constraints.MinMaxNorm(0.1, 1.0, axis=0),
                      bias_constraint="non_neg"),
      lambda: L.Dense(2, activity_regularizer="l1"))


@model
def merging():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    x = [L.Dense(3)(a), L.Dense(3)(b)]
    parts = [cls()(x) for cls in (L.Add, L.Subtract, L.Multiply, L.Average, L.Maximum, L.Minimum)]
    return keras.Model([a, b], L.Dense(2)(L.Concatenate()(parts + [L.Dot(axes=1)(x)])), name="merging")


@model
def shared_nested():
    i = keras.Input((4,))
    inner = keras.Model(i, L.Dense(4, activation="relu")(i), name="inner")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = L.Dense(4)
    x, y = inner(shared(a)), inner(shared(b))
    return keras.Model({"a": a, "b": b}, {"sum": L.Dense(2, name="sum")(x + y), "twice": inner(y)},
                       name="shared_nested")


@model
def operators():
    a = keras.Input((4, 3))
    x = (a * 2.0 - 1.0) / 4.0 + ops.exp(-ops.square(a))
    x = ops.concatenate([x[:, 1:3], ops.expand_dims(ops.mean(x, axis=1), 1), x[:, -1:]], axis=1)
    x = ops.reshape(ops.transpose(x, (0, 2, 1)), (-1, 12))
    x = ops.maximum(x, 0.1) + ops.relu(x) + ops.softmax(x) + ops.sigmoid(x)
    return keras.Model(a, L.Dense(2)(x), name="operators")


@model
def inside_out():
    a = keras.Input((6,))
    body = keras.Sequential([L.Dense(4, activation="relu"), L.Dense(3)], name="body")
    y = body(a)
    return keras.Model(a, [L.Dense(2)(y), y], name="inside_out")


@model
def attention():
    a = keras.Input((5, 4))
    x = L.MultiHeadAttention(2, 3)(a, a, use_causal_mask=True)
    x = L.LayerNormalization()(x + a)
    x = L.Attention(use_scale=True)([x, a])
    x = L.AdditiveAttention()([x, a])
    x = L.GroupQueryAttention(4, 2, 1)(x, a)
    return keras.Model(a, L.Dense(2)(L.GlobalAveragePooling1D()(x)), name="attention")


@model
def states():
    a = keras.Input((5, 3))
    _, h, c = L.LSTM(4, return_state=True)(a)
    x = L.LSTM(4)(a, initial_state=[h, c])
    return keras.Model(a, L.Dense(2)(x), name="states")


@model
def masked():
    a = keras.Input((5,), dtype="int32")
    x = L.Embedding(10, 4, mask_zero=True)(a)
    x = L.LSTM(4, return_sequences=True)(x)
    return keras.Model(a, L.Dense(2)(L.GlobalAveragePooling1D()(x)), name="masked")


@model
def mixed():
    a = keras.Input((4,))
    x = L.Dense(4, activation="relu", dtype="mixed_bfloat16")(a)
    return keras.Model(a, L.Dense(2, dtype="float32")(x), name="mixed")


@model
def frozen():
    base = keras.Sequential([L.Dense(4, activation="relu"), L.BatchNormalization()], name="base")
    base.trainable = False
    return keras.Sequential([keras.Input((4,)), base, L.Dense(2)], name="frozen")


def schedule():
    return keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9)


OPTIMIZERS = [
    lambda: keras.optimizers.Adam(0.01),
    lambda: keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    lambda: keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    lambda: keras.optimizers.Adam(schedule(), amsgrad=True),
    lambda: keras.optimizers.AdamW(0.01, weight_decay=0.01),
    lambda: keras.optimizers.Adagrad(0.01),
    lambda: keras.optimizers.Adadelta(0.1),
    lambda: keras.optimizers.Adamax(0.01),
    lambda: keras.optimizers.Ftrl(0.01),
    lambda: keras.optimizers.Lion(0.001),
    lambda: keras.optimizers.Nadam(0.01),
    lambda: keras.optimizers.SGD(0.01, use_ema=True, clipnorm=1.0),
    lambda: keras.optimizers.Adam(0.01, gradient_accumulation_steps=2),
    lambda: keras.optimizers.Adafactor(0.01),
    lambda: keras.optimizers.Lamb(0.01),
]


def structures(model):
    """How inputs and outputs are given: one tensor, a list or a dict of them."""
    if isinstance(model, keras.Sequential):
        return model.inputs[0], model.outputs[0]
    return model._inputs_struct, model._outputs_struct


def packed(structure, values):
    """A flat list as the model takes it."""
    return keras.tree.pack_sequence_as(structure, values)


# What training does to these is a matter of chance, so only predictions are compared.
RANDOM = {"regularization", "spatial_dropout", "augmentation"}
