/* keras_calls.c - see keras_calls.h. */
#include "keras_calls.h"

#include <stdio.h>
#include <string.h>

static const struct {
  const char *class_name;
  knn__inputs_form form;
} forms[] = {
    {"Add", KNN__INPUT_LIST},
    {"Subtract", KNN__INPUT_LIST},
    {"Multiply", KNN__INPUT_LIST},
    {"Average", KNN__INPUT_LIST},
    {"Maximum", KNN__INPUT_LIST},
    {"Minimum", KNN__INPUT_LIST},
    {"Concatenate", KNN__INPUT_LIST},
    {"Dot", KNN__INPUT_LIST},
    {"Attention", KNN__INPUT_LIST},
    {"AdditiveAttention", KNN__INPUT_LIST},
    {"MultiHeadAttention", KNN__INPUTS_APART},
    {"GroupedQueryAttention", KNN__INPUTS_APART},
    {"RNN", KNN__INPUT_AND_STATE},
    {"SimpleRNN", KNN__INPUT_AND_STATE},
    {"GRU", KNN__INPUT_AND_STATE},
    {"LSTM", KNN__INPUT_AND_STATE},
    {"ConvLSTM1D", KNN__INPUT_AND_STATE},
    {"ConvLSTM2D", KNN__INPUT_AND_STATE},
    {"ConvLSTM3D", KNN__INPUT_AND_STATE},
    {"Bidirectional", KNN__INPUT_AND_STATE},
};

knn__inputs_form knn__keras_inputs(const char *class_name) {
  for (int i = 0; i < KNN__LEN(forms); i++)
    if (strcmp(forms[i].class_name, class_name) == 0) return forms[i].form;
  return KNN__INPUT_ALONE;
}

static const knn__keras_op rows[] = {
    {"numpy", "Add", "add", false, NULL},
    {"numpy", "Subtract", "subtract", false, NULL},
    {"numpy", "Multiply", "multiply", false, NULL},
    {"numpy", "TrueDivide", "divide", false, NULL},
    {"numpy", "Divide", "divide", false, NULL},
    {"numpy", "Power", "power", false, NULL},
    {"numpy", "Maximum", "maximum", false, NULL},
    {"numpy", "Minimum", "minimum", false, NULL},
    {"numpy", "FloorDivide", "floor_divide", false, NULL},
    {"numpy", "Mod", "mod", false, NULL},
    {"numpy", "Arctan2", "arctan2", false, NULL},
    {"numpy", "Equal", "equal", false, NULL},
    {"numpy", "NotEqual", "not_equal", false, NULL},
    {"numpy", "Less", "less", false, NULL},
    {"numpy", "LessEqual", "less_equal", false, NULL},
    {"numpy", "Greater", "greater", false, NULL},
    {"numpy", "GreaterEqual", "greater_equal", false, NULL},
    {"numpy", "LogicalAnd", "logical_and", false, NULL},
    {"numpy", "LogicalOr", "logical_or", false, NULL},
    {"numpy", "LogicalXor", "logical_xor", false, NULL},
    {"numpy", "LogicalNot", "logical_not", false, NULL},
    {"numpy", "Negative", "negative", false, NULL},
    {"numpy", "Absolute", "absolute", false, NULL},
    {"numpy", "Sign", "sign", false, NULL},
    {"numpy", "Exp", "exp", false, NULL},
    {"numpy", "Expm1", "expm1", false, NULL},
    {"numpy", "Log", "log", false, NULL},
    {"numpy", "Log1p", "log1p", false, NULL},
    {"numpy", "Log2", "log2", false, NULL},
    {"numpy", "Log10", "log10", false, NULL},
    {"numpy", "Sqrt", "sqrt", false, NULL},
    {"math", "Rsqrt", "rsqrt", false, NULL},
    {"numpy", "Square", "square", false, NULL},
    {"numpy", "Reciprocal", "reciprocal", false, NULL},
    {"numpy", "Sin", "sin", false, NULL},
    {"numpy", "Cos", "cos", false, NULL},
    {"numpy", "Tan", "tan", false, NULL},
    {"numpy", "Arcsin", "arcsin", false, NULL},
    {"numpy", "Arccos", "arccos", false, NULL},
    {"numpy", "Arctan", "arctan", false, NULL},
    {"numpy", "Sinh", "sinh", false, NULL},
    {"numpy", "Cosh", "cosh", false, NULL},
    {"numpy", "Tanh", "tanh", false, NULL},
    {"numpy", "Arcsinh", "arcsinh", false, NULL},
    {"numpy", "Arccosh", "arccosh", false, NULL},
    {"numpy", "Arctanh", "arctanh", false, NULL},
    {"numpy", "Floor", "floor", false, NULL},
    {"numpy", "Ceil", "ceil", false, NULL},
    {"numpy", "Trunc", "trunc", false, NULL},
    {"numpy", "Round", "round", false, NULL},
    {"numpy", "Isnan", "isnan", false, NULL},
    {"numpy", "Isinf", "isinf", false, NULL},
    {"numpy", "Isfinite", "isfinite", false, NULL},
    {"numpy", "Sum", "sum", false, NULL},
    {"numpy", "Mean", "mean", false, NULL},
    {"numpy", "Max", "max", false, NULL},
    {"numpy", "Min", "min", false, NULL},
    {"numpy", "Prod", "prod", false, NULL},
    {"numpy", "All", "all", false, NULL},
    {"numpy", "Any", "any", false, NULL},
    {"numpy", "Argmax", "argmax", false, NULL},
    {"numpy", "Argmin", "argmin", false, NULL},
    {"numpy", "Where", "where", false, NULL},
    {"numpy", "Clip", "clip", false, NULL},
    {"numpy", "Reshape", "reshape", false, "newshape=shape"},
    {"numpy", "ExpandDims", "expand_dims", false, NULL},
    {"numpy", "Squeeze", "squeeze", false, NULL},
    {"numpy", "BroadcastTo", "broadcast_to", false, NULL},
    {"numpy", "Transpose", "transpose", false, NULL},
    {"numpy", "Concatenate", "concatenate", true, NULL},
    {"numpy", "Stack", "stack", true, NULL},
    {"numpy", "Tile", "tile", false, NULL},
    {"numpy", "Repeat", "repeat", false, NULL},
    {"numpy", "Flip", "flip", false, NULL},
    {"numpy", "Take", "take", false, NULL},
    {"numpy", "TakeAlongAxis", "take_along_axis", false, NULL},
    {"numpy", "Matmul", "matmul", false, NULL},
    {"numpy", "Einsum", "einsum", false, NULL},
    {"numpy", "Cumsum", "cumsum", false, NULL},
    {"numpy", "Cumprod", "cumprod", false, NULL},
    {"numpy", "Sort", "sort", false, NULL},
    {"numpy", "Argsort", "argsort", false, NULL},
    {"math", "Logsumexp", "logsumexp", false, NULL},
    {"math", "Erf", "erf", false, NULL},
    {"core", "Cast", "cast", false, NULL},
    {"core", "StopGradient", "stop_gradient", false, NULL},
    {"nn", "Relu", "relu", false, NULL},
    {"nn", "Sigmoid", "sigmoid", false, NULL},
    {"nn", "LogSigmoid", "log_sigmoid", false, NULL},
    {"nn", "Softplus", "softplus", false, NULL},
    {"nn", "Tanh", "tanh", false, NULL},
    {"nn", "Softmax", "softmax", false, NULL},
    {"nn", "LogSoftmax", "log_softmax", false, NULL},
    {"nn", "OneHot", "one_hot", false, NULL},
};

const knn__keras_op *knn__keras_op_of(const char *own) {
  for (int i = 0; i < KNN__LEN(rows); i++)
    if (strcmp(rows[i].own, own) == 0) return &rows[i];
  return NULL;
}

const knn__keras_op *knn__keras_op_named(const char *class_name) {
  for (int i = 0; i < KNN__LEN(rows); i++)
    if (strcmp(rows[i].keras, class_name) == 0) return &rows[i];
  return NULL;
}

void knn__keras_rename(const knn__keras_op *op, const char *name, bool to_keras, char *out,
                       size_t size) {
  snprintf(out, size, "%s", name);
  for (const char *at = op->renames; at && *at;) {
    const char *second = strchr(at, '=') + 1;
    const size_t n = (size_t)(second - at) - 1, k = strcspn(second, " ");
    const char *from = to_keras ? second : at, *to = to_keras ? at : second;
    const size_t n_from = to_keras ? k : n, n_to = to_keras ? n : k;
    if (strlen(name) == n_from && strncmp(name, from, n_from) == 0)
      snprintf(out, size, "%.*s", (int)n_to, to);
    at = second + k + (second[k] == ' ');
  }
}

bool knn__keras_is_op(const char *module) {
  return strncmp(module, "keras.src.ops", 13) == 0 || strncmp(module, "keras.ops", 9) == 0 ||
         strncmp(module, "keras.src.activations", 21) == 0;
}
