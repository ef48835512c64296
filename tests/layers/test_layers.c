/* test_layers.c - all checks of all layers, and the messages of wrong calls. --list prints the messages. */
#include "layer_harness.h"

#include "layer_list.h"

static const layer_case cases[] = {
    {"InputLayer", "shape=[3]", 2, {2, 3}, 0, "(None, 3)", 0, 0, 0},
    {"Dense", "units=3", 2, {4, 5}, 0, "(None, 3)", 2, 18, 0},
    {"Dense", "units=3, activation=tanh, use_bias=false", 3, {2, 3, 4}, 0, "(None, 3, 3)", 1, 12, 0},
    {"Dense", "units=4, activation=softmax, bias_initializer=normal", 2, {3, 6}, 0, "(None, 4)", 2, 28, 0},
    {"Dense", "units=2, activation=gelu", 4, {2, 2, 1, 3}, 0, "(None, 2, 1, 2)", 2, 8, 0},
    {"Activation", "activation=relu", 2, {3, 4}, 0, "(None, 4)", 0, 0, 0},
    {"Activation", "activation=glu", 3, {2, 3, 4}, 0, "(None, 3, 2)", 0, 0, 0},
    {"Activation", "activation=sparsemax", 2, {3, 4}, 0, "(None, 4)", 0, 0, 0},
    {"Activation", "activation=selu", 2, {3, 4}, 0, "(None, 4)", 0, 0, 0},
    {"Activation", "activation=mish", 2, {3, 4}, 0, "(None, 4)", 0, 0, 0},
    {"Activation", "activation=squareplus", 2, {3, 4}, 0, "(None, 4)", 0, 0, 0},
    {"Embedding", "input_dim=6, output_dim=3", 2, {2, 5}, 6, "(None, 5, 3)", 1, 18, 0},
    {"Embedding", "input_dim=6, output_dim=2, mask_zero=true", 1, {4}, 6, "(None, 2)", 1, 12, 0},
    {"Conv1D", "filters=3, kernel_size=3", 3, {2, 6, 2}, 0, "(None, 4, 3)", 2, 21, 0},
    {"Conv1D", "filters=2, kernel_size=2, padding=causal, dilation_rate=2, activation=tanh", 3, {2, 5, 2}, 0, "(None, 5, 2)", 2, 10, 0},
    {"Conv1D", "filters=2, kernel_size=3, padding=same, strides=2, data_format=channels_first", 3, {2, 3, 6}, 0, "(None, 2, 3)", 2, 20, 0},
    {"Conv2D", "filters=2, kernel_size=3", 4, {2, 4, 5, 2}, 0, "(None, 2, 3, 2)", 2, 38, 0},
    {"Conv2D", "filters=4, kernel_size=[2,3], strides=[1,2], padding=same, groups=2", 4, {1, 4, 5, 4}, 0, "(None, 4, 3, 4)", 2, 52, 0},
    {"Conv2D", "filters=2, kernel_size=2, dilation_rate=2, use_bias=false", 4, {1, 4, 4, 2}, 0, "(None, 2, 2, 2)", 1, 16, 0},
    {"Conv2D", "filters=2, kernel_size=2, data_format=channels_first, activation=softmax", 4, {1, 3, 4, 4}, 0, "(None, 2, 3, 3)", 2, 26, 0},
    {"Conv3D", "filters=2, kernel_size=2, activation=tanh", 5, {1, 3, 3, 2, 2}, 0, "(None, 2, 2, 1, 2)", 2, 34, 0},
    {"MaxPooling1D", "", 3, {2, 5, 2}, 0, "(None, 2, 2)", 0, 0, 0},
    {"MaxPooling2D", "pool_size=[2,3], strides=2, padding=same", 4, {1, 4, 5, 2}, 0, "(None, 2, 3, 2)", 0, 0, 0},
    {"MaxPooling2D", "data_format=channels_first", 4, {1, 2, 4, 4}, 0, "(None, 2, 2, 2)", 0, 0, 0},
    {"MaxPooling3D", "", 5, {1, 2, 4, 3, 2}, 0, "(None, 1, 2, 1, 2)", 0, 0, 0},
    {"AveragePooling1D", "pool_size=3, strides=2, padding=same", 3, {2, 5, 2}, 0, "(None, 3, 2)", 0, 0, 0},
    {"AveragePooling2D", "pool_size=2", 4, {1, 4, 5, 2}, 0, "(None, 2, 2, 2)", 0, 0, 0},
    {"AveragePooling3D", "pool_size=2, padding=same", 5, {1, 2, 3, 3, 2}, 0, "(None, 1, 2, 2, 2)", 0, 0, 0},
    {"GlobalMaxPooling1D", "", 3, {2, 4, 3}, 0, "(None, 3)", 0, 0, 0},
    {"GlobalMaxPooling2D", "keepdims=true", 4, {2, 3, 2, 3}, 0, "(None, 1, 1, 3)", 0, 0, 0},
    {"GlobalMaxPooling3D", "data_format=channels_first", 5, {1, 2, 2, 3, 2}, 0, "(None, 2)", 0, 0, 0},
    {"GlobalAveragePooling1D", "", 3, {2, 4, 3}, 0, "(None, 3)", 0, 0, 0},
    {"GlobalAveragePooling2D", "data_format=channels_first, keepdims=true", 4, {2, 3, 2, 3}, 0, "(None, 3, 1, 1)", 0, 0, 0},
    {"GlobalAveragePooling3D", "", 5, {1, 2, 2, 3, 2}, 0, "(None, 2)", 0, 0, 0},
    {"BatchNormalization", "momentum=0.8", 2, {5, 3}, 0, "(None, 3)", 4, 12, LAYER_TRAINS},
    {"BatchNormalization", "center=false", 4, {2, 2, 3, 2}, 0, "(None, 2, 3, 2)", 3, 6, LAYER_TRAINS},
    {"BatchNormalization", "axis=1, scale=false", 3, {3, 2, 4}, 0, "(None, 2, 4)", 3, 6, LAYER_TRAINS},
    {"BatchNormalization", "trainable=false", 2, {5, 3}, 0, "(None, 3)", 4, 12, 0},
    {"Dropout", "rate=0.5", 2, {4, 8}, 0, "(None, 8)", 0, 0, LAYER_RANDOM},
    {"Dropout", "rate=0.5, noise_shape=[null,1,6], seed=3", 3, {4, 3, 6}, 0, "(None, 3, 6)", 0, 0, LAYER_RANDOM},
    {"Dropout", "rate=0", 2, {4, 8}, 0, "(None, 8)", 0, 0, 0},
    {"Flatten", "", 3, {2, 3, 4}, 0, "(None, 12)", 0, 0, 0},
    {"Flatten", "", 1, {5}, 0, "(None, 1)", 0, 0, 0},
    {"Flatten", "data_format=channels_first", 4, {2, 2, 3, 2}, 0, "(None, 12)", 0, 0, 0},
    {"Reshape", "target_shape=[4,-1]", 2, {2, 12}, 0, "(None, 4, 3)", 0, 0, 0},
    {"Reshape", "target_shape=[]", 2, {2, 1}, 0, "(None,)", 0, 0, 0},
    {"Permute", "dims=[3,1,2]", 4, {2, 2, 3, 4}, 0, "(None, 4, 2, 3)", 0, 0, 0},
    {"RepeatVector", "n=3", 2, {2, 4}, 0, "(None, 3, 4)", 0, 0, 0},
    {"ZeroPadding1D", "padding=[0,2]", 3, {2, 3, 2}, 0, "(None, 5, 2)", 0, 0, 0},
    {"ZeroPadding2D", "padding=[[0,1],[2,0]], data_format=channels_first", 4, {1, 2, 2, 3}, 0, "(None, 2, 3, 5)", 0, 0, 0},
    {"ZeroPadding2D", "padding=[1,2]", 4, {1, 2, 3, 2}, 0, "(None, 4, 7, 2)", 0, 0, 0},
    {"ZeroPadding3D", "", 5, {1, 2, 1, 2, 1}, 0, "(None, 4, 3, 4, 1)", 0, 0, 0},
    {"ReLU", "max_value=1.5, negative_slope=0.1, threshold=0.2", 2, {3, 5}, 0, "(None, 5)", 0, 0, 0},
    {"LeakyReLU", "", 2, {3, 5}, 0, "(None, 5)", 0, 0, 0},
    {"PReLU", "alpha_initializer=uniform, shared_axes=[1]", 3, {2, 3, 4}, 0, "(None, 3, 4)", 1, 4, 0},
    {"ELU", "alpha=0.7", 2, {3, 5}, 0, "(None, 5)", 0, 0, 0},
    {"Softmax", "", 2, {3, 5}, 0, "(None, 5)", 0, 0, 0},
    {"Softmax", "axis=[1,2]", 3, {2, 3, 4}, 0, "(None, 3, 4)", 0, 0, 0},
    {"Sequential", "layers=[{class_name=Dense, config={units=3, activation=tanh, dtype=float64}}, "
                   "{class_name=Dense, config={units=2, dtype=float64}}]", 2, {2, 4}, 0, "(None, 2)", 4, 23, 0},
};

static const layer_fault faults[] = {
    {"Dense", "units=0", 0, {0}, 2, {1, 1}, KNN_F32, "Dense: 'units' must be an integer of at least 1, got 0"},
    {"Dense", "units=3, name='a/b'", 0, {0}, 2, {1, 1}, KNN_F32, "Dense: 'name' must be a text without '/', got 'a/b'"},
    {"Dense", "units=3, dtype=int32", 0, {0}, 2, {1, 1}, KNN_F32, "Dense: 'dtype' must be float32 or float64, got int32"},
    {"Dense", "units=3", 2, {2, 784}, 3, {32, 28, 28}, KNN_F32,
     "layer 'dense' (Dense): input of shape (None, 784) expected, got (32, 28, 28); add layers.Flatten{} before it"},
    {"Dense", "units=3, name=fc1", 2, {2, 784}, 2, {32, 100}, KNN_F32,
     "layer 'fc1' (Dense): input of shape (None, 784) expected, got (32, 100)"},
    {"Dense", "units=3", 0, {0}, 1, {784}, KNN_F32,
     "layer 'dense' (Dense): input with at least 2 axes (batch first) expected, got (784,); one sample needs a batch axis too, "
     "x:reshape{1, -1}"},
    {"Dense", "units=3, bias_initializer=identity", 0, {0}, 2, {2, 4}, KNN_F32,
     "layer 'dense' (Dense): weight 'bias': initializer Identity: a matrix expected, got shape (3,)"},
    {"Activation", "", 0, {0}, 2, {1, 1}, KNN_F32,
     "Activation: option 'activation' is required: Function of each element, or of the last axis."},
    {"Conv2D", "filters=4, kernel_size=3", 0, {0}, 3, {32, 28, 28}, KNN_F32,
     "layer 'conv2d' (Conv2D): input with 4 axes (batch first) expected, got (32, 28, 28); an input without a channel axis needs "
     "one, layers.Reshape{{28, 28, 1}} before it"},
    {"Conv2D", "filters=4, kernel_size=3", 0, {0}, 4, {32, 28, 28, 1}, KNN_U8,
     "layer 'conv2d' (Conv2D): input of floats expected, got uint8; convert it, for images x:float() / 255"},
    {"Conv2D", "filters=4, kernel_size=3", 4, {1, 8, 8, 3}, 4, {2, 3, 8, 8}, KNN_F32,
     "layer 'conv2d' (Conv2D): input of shape (None, None, None, 3) expected, got (2, 3, 8, 8); if the channels come first, give "
     "data_format = \"channels_first\""},
    {"Conv2D", "filters=4, kernel_size=5", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32,
     "layer 'conv2d' (Conv2D): a kernel that spans (5, 5) does not fit into an input of shape (2, 4, 4, 3); use padding = \"same\" "
     "or a smaller one"},
    {"Conv2D", "filters=4, kernel_size=3, groups=3", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32,
     "Conv2D: 'filters' (4) must be a multiple of 'groups' (3)"},
    {"Conv2D", "filters=4, kernel_size=3, groups=2", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32,
     "layer 'conv2d' (Conv2D): the input's channels (3) must be a multiple of 'groups' (2), got (None, 4, 4, 3)"},
    {"Conv2D", "filters=4, kernel_size=3, strides=2, dilation_rate=2", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32,
     "Conv2D: 'strides' and 'dilation_rate' cannot both be above 1"},
    {"Conv2D", "filters=4, kernel_size=[3,3,3]", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32,
     "Conv2D: 'kernel_size' must be an integer or a list of 2 integers of at least 1, got [3, 3, 3]"},
    {"Conv2D", "filters=4, kernel_size=3, padding=causal", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32,
     "Conv2D: 'padding' must be one of valid, same, got 'causal'"},
    {"Conv2D", "filters=4, kernel_size=3, activaton=relu", 0, {0}, 4, {2, 4, 4, 3}, KNN_F32, "activation"},
    {"MaxPooling2D", "", 0, {0}, 4, {2, 1, 4, 3}, KNN_F32,
     "layer 'max_pooling2d' (MaxPooling2D): a window that spans (2, 2) does not fit into an input of shape (2, 1, 4, 3); use "
     "padding = \"same\" or a smaller one"},
    {"AveragePooling1D", "", 0, {0}, 3, {2, 4, 3}, KNN_F32,
     "AveragePooling1D: option 'pool_size' is required: Size of the window along each spatial axis."},
    {"BatchNormalization", "axis=3", 0, {0}, 2, {2, 4}, KNN_F32,
     "layer 'batch_normalization' (BatchNormalization): axis 3 of the input must exist and have a known size, got (None, 4)"},
    {"BatchNormalization", "renorm=true", 0, {0}, 2, {2, 4}, KNN_F32,
     "BatchNormalization: 'renorm' must be false: batch renormalisation is not available"},
    {"Dropout", "rate=1.5", 0, {0}, 2, {2, 4}, KNN_F32, "Dropout: 'rate' must be a number between 0 and 1, got 1.5"},
    {"Reshape", "target_shape=[5,3]", 0, {0}, 2, {2, 12}, KNN_F32,
     "layer 'reshape' (Reshape): input (2, 12) has 12 elements in each row, they do not fit into target_shape (5, 3)"},
    {"Reshape", "target_shape=[-1,-1]", 0, {0}, 2, {2, 12}, KNN_F32, "Reshape: 'target_shape' may have one -1, it has 2"},
    {"Permute", "dims=[1,3]", 0, {0}, 3, {2, 3, 4}, KNN_F32, "Permute: 'dims' must name each of the axes 1 to 2 once, got (1, 3)"},
    {"Permute", "dims=[2,1]", 0, {0}, 2, {2, 3}, KNN_F32,
     "layer 'permute' (Permute): input with 3 axes (batch first) expected, got (2, 3)"},
    {"RepeatVector", "n=2", 0, {0}, 3, {2, 3, 4}, KNN_F32,
     "layer 'repeat_vector' (RepeatVector): input with 2 axes (batch first) expected, got (2, 3, 4)"},
    {"ZeroPadding2D", "padding=[1,2,3]", 0, {0}, 4, {2, 3, 4, 1}, KNN_F32,
     "ZeroPadding2D: 'padding' must be a number of at least 0, a list with one per axis, or with {before, after} per axis, got [1, "
     "2, 3]"},
    {"InputLayer", "", 0, {0}, 2, {2, 3}, KNN_F32,
     "InputLayer: give 'shape' (without the batch) or 'batch_shape', as in Input{shape = {28, 28, 1}}"},
    {"InputLayer", "shape=[4]", 0, {0}, 2, {2, 3}, KNN_F32,
     "layer 'input_layer' (InputLayer): input of shape (None, 4) expected, got (None, 3)"},
    {"PReLU", "shared_axes=[3]", 0, {0}, 2, {2, 3}, KNN_F32,
     "layer 'p_re_lu' (PReLU): 'shared_axes' (3,): not all of them are axes besides the batch of (None, 3)"},
    {"Sequential", "layers=[{class_name=Dense, config={units=3, name=fc1}}]", 2, {2, 784}, 3, {32, 28, 28}, KNN_F32,
     "layer 'fc1' (Dense): input of shape (None, 784) expected, got (32, 28, 28); add layers.Flatten{} before it"},
    {"Sequential", "", 0, {0}, 2, {2, 3}, KNN_F32, "layer 'sequential' (Sequential): the stack is empty; add layers first"},
};

static void check_cases(void **state) {
  for (int i = 0; i < KNN__LEN(cases); i++) layer_check(*state, &cases[i]);
}

static void every_layer_has_a_case(void **state) {
  (void)state;
  for (int i = 0; i < knn__family_layer.n; i++) {
    bool found = false;
    for (int k = 0; k < KNN__LEN(cases); k++) found = found || strcmp(cases[k].cls, knn__family_layer.classes[i]->name) == 0;
    if (!found) fail_msg("no case for %s", knn__family_layer.classes[i]->name);
  }
}

static void rows_are_complete(void **state) {
  (void)state;
  static const char *const families[] = {"layer", "activation", "initializer", "regularizer", "constraint"};
  for (int f = 0; f < KNN__LEN(families); f++) {
    int n;
    const knn_class *const *classes = knn_classes(families[f], &n);
    for (int i = 0; i < n; i++) {
      const knn_class *c = classes[i];
      if (!c->summary || !c->detail || !c->shapes || !c->example || !c->source) fail_msg("%s: a text is missing", c->name);
      assert_string_equal(c->family, families[f]);
      for (int k = 0; k < c->n_params; k++)
        if (!c->params[k].doc) fail_msg("%s: %s has no text", c->name, c->params[k].name);
    }
  }
}

static void wrong_calls(void **state) {
  char text[1000];
  for (int i = 0; i < KNN__LEN(faults); i++) {
    layer_fault_message(*state, &faults[i], text, sizeof text);
    const bool part = strncmp(faults[i].error, "activation", 10) == 0; /* unknown options list all that are known */
    if (part ? !strstr(text, "did you mean 'activation'") : strcmp(text, faults[i].error) != 0)
      fail_msg("%s{%s}:\n  %s\nexpected\n  %s", faults[i].cls, faults[i].options, text, faults[i].error);
  }
}

static void list_messages(void) {
  char text[1000];
  knn_ctx *ctx;
  if (knn_ctx_new(NULL, &ctx) != KNN_OK) return;
  for (int i = 0; i < KNN__LEN(faults); i++) {
    layer_fault_message(ctx, &faults[i], text, sizeof text);
    printf("%s\n", text);
  }
  knn_ctx_release(ctx);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {knn_test(check_cases), knn_test(every_layer_has_a_case), knn_test(rows_are_complete),
                                     knn_test(wrong_calls)};
  if (argc > 1 && strcmp(argv[1], "--list") == 0) {
    list_messages();
    return 0;
  }
  return cmocka_run_group_tests(tests, NULL, NULL);
}
