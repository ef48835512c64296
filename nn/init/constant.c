/* constant.c - the same number everywhere: 0, 1, or one that is given. w (...) */
#include "initializer_list.h"

static knn_status fill_zeros(const knn_initializer *self, knn_tensor *w) {
  (void)self;
  return knn_tensor_fill(w, 0);
}

const knn__initializer_def knn__initializer_zeros = {
    .cls = {.family = "initializer",
            .name = "Zeros",
            .aliases = "zeros|zero",
            .summary = "Zeros.",
            .detail = "w = 0",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"zeros\"}",
            .source = "Keras, Zeros",
            .see = "Ones|Constant"},
    .fill = fill_zeros,
};

static knn_status fill_ones(const knn_initializer *self, knn_tensor *w) {
  (void)self;
  return knn_tensor_fill(w, 1);
}

const knn__initializer_def knn__initializer_ones = {
    .cls = {.family = "initializer",
            .name = "Ones",
            .aliases = "ones|one",
            .summary = "Ones.",
            .detail = "w = 1",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"ones\"}",
            .source = "Keras, Ones",
            .see = "Zeros|Constant"},
    .fill = fill_ones,
};

typedef struct constant_args {
  double value;
} constant_args;

static const knn_param constant_params[] = {
    KNN__PARAM(constant_args, value, KNN_P_FLOAT, "0", "The number.", .positional = true),
};

static knn_status fill_constant(const knn_initializer *self, knn_tensor *w) {
  const constant_args *args = self->base.args;
  return knn_tensor_fill(w, args->value);
}

const knn__initializer_def knn__initializer_constant = {
    .cls =
        {.family = "initializer",
         .name = "Constant",
         .aliases = "constant",
         .summary = "One number everywhere.",
         .detail = "w = value",
         .shapes = "w (...)",
         .example =
             "local layer = knn.layers.Dense{4, bias_initializer = knn.initializers.Constant{0.1}}",
         .source = "Keras, Constant",
         .see = "Zeros|Ones",
         KNN__PARAMS(constant_params, constant_args)},
    .fill = fill_constant,
};
