-- Windows over x, row i being {2 i, 2 i + 1}, 13 rows, with targets 100, 101, ... (`targets` of them, or
-- none): the batches. Keras's start_index and end_index count from 0, and the end is left out.
-- split: the elements 0 .. n - 1 in two data sets.
-- Written by gen/timeseries.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "timeseries",
  {
    name = "windows",
    options = {sequence_length = 3},
    targets = 13,
    batches = {
      {
        x = {shape = {11, 3, 2}, data = {
          0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 6, 7, 8, 9, 10, 11, 8, 9, 10, 11,
          12, 13, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15, 16, 17, 14, 15, 16, 17, 18, 19, 16, 17,
          18, 19, 20, 21, 18, 19, 20, 21, 22, 23, 20, 21, 22, 23, 24, 25}},
        y = {shape = {11}, data = {100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110}}}}},
  {
    name = "windows",
    options = {sequence_length = 3, batch_size = 4},
    targets = 13,
    batches = {
      {
        x = {shape = {4, 3, 2}, data = {
          0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 6, 7, 8, 9, 10, 11}},
        y = {shape = {4}, data = {100, 101, 102, 103}}},
      {
        x = {shape = {4, 3, 2}, data = {
          8, 9, 10, 11, 12, 13, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15, 16, 17, 14, 15, 16, 17, 18,
          19}},
        y = {shape = {4}, data = {104, 105, 106, 107}}},
      {
        x = {shape = {3, 3, 2}, data = {
          16, 17, 18, 19, 20, 21, 18, 19, 20, 21, 22, 23, 20, 21, 22, 23, 24, 25}},
        y = {shape = {3}, data = {108, 109, 110}}}}},
  {
    name = "windows",
    options = {sequence_length = 3, sequence_stride = 2, batch_size = 3},
    targets = 13,
    batches = {
      {
        x = {shape = {3, 3, 2}, data = {0, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13}},
        y = {shape = {3}, data = {100, 102, 104}}},
      {
        x = {shape = {3, 3, 2}, data = {
          12, 13, 14, 15, 16, 17, 16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25}},
        y = {shape = {3}, data = {106, 108, 110}}}}},
  {
    name = "windows",
    options = {sequence_length = 3, sampling_rate = 2, batch_size = 4},
    targets = 13,
    batches = {
      {
        x = {shape = {4, 3, 2}, data = {
          0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11, 4, 5, 8, 9, 12, 13, 6, 7, 10, 11, 14, 15}},
        y = {shape = {4}, data = {100, 101, 102, 103}}},
      {
        x = {shape = {4, 3, 2}, data = {
          8, 9, 12, 13, 16, 17, 10, 11, 14, 15, 18, 19, 12, 13, 16, 17, 20, 21, 14, 15, 18, 19, 22,
          23}},
        y = {shape = {4}, data = {104, 105, 106, 107}}},
      {
        x = {shape = {1, 3, 2}, data = {16, 17, 20, 21, 24, 25}},
        y = {shape = {1}, data = {108}}}}},
  {
    name = "windows",
    options = {sequence_length = 2, sampling_rate = 4, sequence_stride = 3, batch_size = 2},
    targets = 13,
    batches = {
      {
        x = {shape = {2, 2, 2}, data = {0, 1, 8, 9, 6, 7, 14, 15}},
        y = {shape = {2}, data = {100, 103}}},
      {
        x = {shape = {1, 2, 2}, data = {12, 13, 20, 21}},
        y = {shape = {1}, data = {106}}}}},
  {
    name = "windows",
    options = {sequence_length = 3, start_index = 2, end_index = 10, batch_size = 4},
    targets = 13,
    batches = {
      {
        x = {shape = {4, 3, 2}, data = {
          4, 5, 6, 7, 8, 9, 6, 7, 8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 10, 11, 12, 13, 14, 15}},
        y = {shape = {4}, data = {102, 103, 104, 105}}},
      {
        x = {shape = {2, 3, 2}, data = {12, 13, 14, 15, 16, 17, 14, 15, 16, 17, 18, 19}},
        y = {shape = {2}, data = {106, 107}}}}},
  {
    name = "windows",
    options = {sequence_length = 2, batch_size = 5},
    targets = 7,
    batches = {
      {
        x = {shape = {5, 2, 2}, data = {0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9, 8, 9, 10, 11}},
        y = {shape = {5}, data = {100, 101, 102, 103, 104}}},
      {
        x = {shape = {2, 2, 2}, data = {10, 11, 12, 13, 12, 13, 14, 15}},
        y = {shape = {2}, data = {105, 106}}}}},
  {
    name = "windows",
    options = {sequence_length = 4, batch_size = 4},
    batches = {
      {
        x = {shape = {4, 4, 2}, data = {
          0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 7, 8, 9, 4, 5, 6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10,
          11, 12, 13}}},
      {
        x = {shape = {4, 4, 2}, data = {
          8, 9, 10, 11, 12, 13, 14, 15, 10, 11, 12, 13, 14, 15, 16, 17, 12, 13, 14, 15, 16, 17, 18,
          19, 14, 15, 16, 17, 18, 19, 20, 21}}},
      {
        x = {shape = {2, 4, 2}, data = {16, 17, 18, 19, 20, 21, 22, 23, 18, 19, 20, 21, 22, 23, 24, 25}}}}},
  {
    name = "windows",
    options = {sequence_length = 1, sequence_stride = 4, batch_size = 2},
    batches = {
      {x = {shape = {2, 1, 2}, data = {0, 1, 8, 9}}},
      {x = {shape = {2, 1, 2}, data = {16, 17, 24, 25}}}}},
  {
    name = "split",
    options = {left_size = 0.8},
    n = 10,
    left = {0, 1, 2, 3, 4, 5, 6, 7},
    right = {8, 9}},
  {
    name = "split",
    options = {left_size = 3},
    n = 10,
    left = {0, 1, 2},
    right = {3, 4, 5, 6, 7, 8, 9}},
  {
    name = "split",
    options = {right_size = 0.25},
    n = 10,
    left = {0, 1, 2, 3, 4, 5, 6, 7},
    right = {8, 9}},
  {
    name = "split",
    options = {left_size = 0.5, right_size = 0.3},
    n = 10,
    left = {0, 1, 2, 3, 4},
    right = {7, 8, 9}},
  {
    name = "split",
    options = {left_size = 2, right_size = 4},
    n = 11,
    left = {0, 1},
    right = {7, 8, 9, 10}},
  {
    name = "split",
    options = {left_size = 0.5},
    n = 7,
    left = {0, 1, 2, 3},
    right = {4, 5, 6}},
}
