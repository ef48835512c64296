"""Images in other sizes by Pillow, through Keras's load_img: sums that any change moves."""

import os
import tempfile

import numpy as np
from PIL import Image
from common import keras, write

HEIGHT, WIDTH = 13, 17
CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}


def image(channels):
    i = np.arange(HEIGHT * WIDTH * channels)
    return ((i * i * 7 + i * 3) % 251).astype("uint8").reshape(HEIGHT, WIDTH, channels)


def sums(x):
    flat = x.astype("int64").ravel()
    weighted = flat * (np.arange(len(flat)) % 251 + 1)
    return [int(weighted[k::7].sum()) for k in range(7)]


def case(folder, mode, size, interpolation, keep):
    path = os.path.join(folder, "x.png")
    Image.fromarray(image(CHANNELS[mode]).squeeze()).save(path)
    img = np.array(keras.utils.load_img(path, color_mode=mode, target_size=size,
                                        interpolation=interpolation, keep_aspect_ratio=keep))
    return {"color_mode": mode, "target_size": list(size), "interpolation": interpolation,
            "keep_aspect_ratio": keep, "sums": sums(img)}


with tempfile.TemporaryDirectory() as folder:
    cases = [case(folder, mode, size, interpolation, keep)
             for interpolation in ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
             for mode, size, keep in (("rgb", (5, 6), False), ("rgb", (20, 31), False),
                                      ("grayscale", (7, 40), False), ("rgba", (6, 29), False),
                                      ("rgb", (8, 5), True))]
write("image_resize", cases, f"""
Images in other sizes by Keras's load_img, which is Pillow's resize. The image is {HEIGHT} x {WIDTH}; its samples, row
by row, are (7 i^2 + 3 i) mod 251, i from 0. sums[k] adds sample * (i mod 251 + 1) over i = k - 1, k + 6, ...
""")
