"""Windows over series: the batches of timeseries_dataset_from_array, and the parts of split_dataset."""

import numpy as np
from common import keras, write

ROWS, FEATURES = 13, 2
DATA = np.arange(ROWS * FEATURES, dtype="float32").reshape(ROWS, FEATURES)
TARGETS = np.arange(100, 100 + ROWS, dtype="float32")


def windows(targets, **options):
    y = None if targets is None else TARGETS[:targets]
    batches = []
    for batch in keras.utils.timeseries_dataset_from_array(DATA, y, **options):
        x, t = batch if y is not None else (batch, None)
        batches.append({"x": np.array(x), "y": None if t is None else np.array(t)})
    return {"name": "windows", "options": options, "targets": targets, "batches": batches}


def split(n, **options):
    left, right = keras.utils.split_dataset(np.arange(n, dtype="float32"), **options)
    return {"name": "split", "options": options, "n": n,
            "left": [int(v) for v in left], "right": [int(v) for v in right]}


cases = [windows(ROWS, sequence_length=3), windows(ROWS, sequence_length=3, batch_size=4),
         windows(ROWS, sequence_length=3, sequence_stride=2, batch_size=3),
         windows(ROWS, sequence_length=3, sampling_rate=2, batch_size=4),
         windows(ROWS, sequence_length=2, sampling_rate=4, sequence_stride=3, batch_size=2),
         windows(ROWS, sequence_length=3, start_index=2, end_index=10, batch_size=4),
         windows(7, sequence_length=2, batch_size=5), windows(None, sequence_length=4, batch_size=4),
         windows(None, sequence_length=1, sequence_stride=4, batch_size=2),
         split(10, left_size=0.8), split(10, left_size=3), split(10, right_size=0.25),
         split(10, left_size=0.5, right_size=0.3), split(11, left_size=2, right_size=4),
         split(7, left_size=0.5)]

write("timeseries", cases, """
Windows over x, row i being {2 i, 2 i + 1}, 13 rows, with targets 100, 101, ... (`targets` of them, or
none): the batches. Keras's start_index and end_index count from 0, and the end is left out.
split: the elements 0 .. n - 1 in two data sets.
""")
