-- Summaries: the file holds what model.summary(options) gives its print_fn on a terminal 80 columns wide.
-- input_shape absent: the model is not built. optimizer: compiled with it, its slots built. frozen: 0-based
-- positions of layers whose trainable is false.
-- Written by gen/summary.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "summary",
  {
    name = "summary_dense",
    file = "summary_dense.txt",
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {20},
    options = {}},
  {
    name = "summary_dense_60",
    file = "summary_dense_60.txt",
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {20},
    options = {line_length = 60}},
  {
    name = "summary_dense_100",
    file = "summary_dense_100.txt",
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {20},
    options = {line_length = 100}},
  {
    name = "summary_dense_unbuilt",
    file = "summary_dense_unbuilt.txt",
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    options = {}},
  {
    name = "summary_dense_compiled",
    file = "summary_dense_compiled.txt",
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {20},
    options = {},
    optimizer = "adam"},
  {
    name = "summary_dense_trainable",
    file = "summary_dense_trainable.txt",
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {20},
    options = {show_trainable = true},
    frozen = {0}},
  {
    name = "summary_cnn",
    file = "summary_cnn.txt",
    layers = {
      {layer = "Conv2D", options = {filters = 32, kernel_size = 3, activation = "relu"}},
      {layer = "MaxPooling2D", options = {pool_size = 2}},
      {layer = "BatchNormalization", options = {}},
      {layer = "Dropout", options = {rate = 0.25}},
      {layer = "Conv2D", options = {filters = 64, kernel_size = 3, activation = "relu"}},
      {layer = "GlobalAveragePooling2D", options = {}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {64, 64, 3},
    options = {}},
  {
    name = "summary_cnn_unbuilt",
    file = "summary_cnn_unbuilt.txt",
    layers = {
      {layer = "Conv2D", options = {filters = 32, kernel_size = 3, activation = "relu"}},
      {layer = "MaxPooling2D", options = {pool_size = 2}},
      {layer = "BatchNormalization", options = {}},
      {layer = "Dropout", options = {rate = 0.25}},
      {layer = "Conv2D", options = {filters = 64, kernel_size = 3, activation = "relu"}},
      {layer = "GlobalAveragePooling2D", options = {}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    options = {}},
  {
    name = "summary_cnn_trainable",
    file = "summary_cnn_trainable.txt",
    layers = {
      {layer = "Conv2D", options = {filters = 32, kernel_size = 3, activation = "relu"}},
      {layer = "MaxPooling2D", options = {pool_size = 2}},
      {layer = "BatchNormalization", options = {}},
      {layer = "Dropout", options = {rate = 0.25}},
      {layer = "Conv2D", options = {filters = 64, kernel_size = 3, activation = "relu"}},
      {layer = "GlobalAveragePooling2D", options = {}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {64, 64, 3},
    options = {show_trainable = true}},
  {
    name = "summary_long",
    file = "summary_long.txt",
    layers = {
      {
        layer = "Dense",
        options = {units = 2000, name = "a_layer_with_a_rather_long_name_that_must_be_cut"}},
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dropout", options = {rate = 0.5}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    input_shape = {3000},
    options = {}},
  {name = "summary_empty", file = "summary_empty.txt", layers = {}, options = {}},
}
