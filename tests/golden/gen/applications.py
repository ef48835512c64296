"""Architectures: checksums of the names of layers and of the paths and shapes of weights, and predictions with weights
by a formula."""

import zlib

import numpy as np
from common import arr, keras, write

MODELS = {
    "ResNet50": {"input_shape": (64, 64, 3)},
    "ResNet101": {},
    "ResNet152": {},
    "ResNet50V2": {"input_shape": (64, 64, 3)},
    "ResNet101V2": {},
    "ResNet152V2": {},
    "VGG16": {"input_shape": (32, 32, 3), "include_top": False, "pooling": "avg"},
    "VGG19": {"include_top": False},
    "MobileNet": {"input_shape": (64, 64, 3), "alpha": 0.5, "classes": 10},
    "MobileNetV2": {"input_shape": (65, 96, 3), "alpha": 0.35, "classes": 10},
    "DenseNet121": {"input_shape": (64, 64, 3), "classes": 10},
    "DenseNet169": {},
    "DenseNet201": {},
    "Xception": {"input_shape": (75, 75, 3), "classes": 10},
    "InceptionV3": {"input_shape": (96, 96, 3), "classes": 10, "include_top": False, "pooling": "max"},
    "InceptionResNetV2": {"input_shape": (75, 75, 3), "classes": 10},
    "MobileNetV3Small": {"input_shape": (65, 64, 3), "classes": 10},
    "MobileNetV3Large": {"input_shape": (64, 65, 3), "alpha": 0.75, "minimalistic": True, "classes": 10},
    "EfficientNetB0": {"input_shape": (65, 64, 3), "classes": 10},
    "EfficientNetB3": {},
    "EfficientNetV2B0": {"input_shape": (64, 64, 3), "classes": 10},
    "EfficientNetV2B3": {"include_preprocessing": False},
    "EfficientNetV2S": {"input_shape": (64, 64, 3), "include_top": False, "pooling": "max"},
    "EfficientNetV2M": {"include_top": False},
    "ConvNeXtTiny": {"input_shape": (64, 64, 3), "classes": 10},
    "ConvNeXtSmall": {"include_top": False, "pooling": "avg"},
    "NASNetMobile": {"input_shape": (64, 64, 3), "classes": 10},
    "NASNetLarge": {},
}


def pattern(shape, k):
    """Element i of weight k: ((7919 i + 104729 k) mod 1009) / 504.5 - 1, from -1 to 1."""
    i = np.arange(int(np.prod(shape)), dtype="int64")
    return (((7919 * i + 104729 * k) % 1009) / 504.5 - 1).astype("float32").reshape(shape)


def weight(w, k):
    """The pattern in a size that keeps activations neither dead nor huge."""
    name, p = w.path.split("/")[-1], pattern(w.shape, k)
    if name in ("gamma", "moving_variance"):
        return 1 + 0.3 * p
    if name in ("beta", "bias", "moving_mean"):
        return 0.1 * p
    fan_in = np.prod(w.shape[:2] if name == "depthwise_kernel" else w.shape[:-1])
    return p * np.float32(np.sqrt(6 / fan_in))


def place(w):
    """Layer and weight, without the name scopes that NASNet puts before them."""
    return "/".join(w.path.split("/")[-2:])


def checksum(lines):
    return zlib.adler32("\n".join(lines).encode())


def case(name, options):
    keras.utils.clear_session()
    model = getattr(keras.applications, name)(weights=None, **options)
    weights = model.weights
    out = {
        "name": name,
        "options": {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()},
        "model": model.name,
        "params": model.count_params(),
        "layers": len(model.layers),
        "layer_names": checksum([layer.name for layer in model.layers]),
        "weights": checksum([place(w) + " " + "x".join(str(d) for d in w.shape) for w in weights]),
    }
    if options.get("input_shape"):
        for k, w in enumerate(weights):
            if not w.path.startswith("normalization/"):  # what Normalization has found in data
                w.assign(weight(w, k))
        x = pattern((1, *options["input_shape"]), 0)
        out["y"] = arr(model(x)).ravel()[:40].astype("float32")
    return out


write("applications", [case(n, o) for n, o in MODELS.items()],
      "Architectures: names, shapes, predictions.")
