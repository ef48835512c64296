/* l1_l2.c - penalties on the size of weights: l1 sum |w| + l2 sum w^2 (without a half). w (...) ->
 * scalar */
#include "regularizer_list.h"

#define COEFFICIENT(block, field, DEFAULT, DOC) \
  KNN__PARAM(block, field, KNN_P_FLOAT, DEFAULT, DOC, .min = 0, .max = 1e30, .positional = true)

static knn_value *absolute(knn__scope *s, knn_value *w, double factor) {
  return knn__times(s, knn__sum(s, knn__absolute(s, w), KNN__ALL_AXES, false), factor);
}

static knn_value *squares(knn__scope *s, knn_value *w, double factor) {
  return knn__times(s, knn__sum(s, knn__square(s, w), KNN__ALL_AXES, false), factor);
}

typedef struct l1_args {
  double l1;
} l1_args;

static const knn_param l1_params[] = {
    COEFFICIENT(l1_args, l1, "0.01", "Factor of the sum of absolute values.")};

static knn_value *l1(knn_object *self, knn__scope *s, knn_value *w) {
  const l1_args *args = self->args;
  return absolute(s, w, args->l1);
}

const knn__regularizer_def knn__regularizer_l1 = {
    .cls =
        {.family = "regularizer",
         .name = "L1",
         .aliases = "l1",
         .summary = "Penalty on absolute values: drives weights to exactly 0.",
         .detail = "l1 sum |w|",
         .shapes = "w (...) -> scalar",
         .example =
             "local layer = knn.layers.Dense{4, kernel_regularizer = knn.regularizers.L1{0.001}}",
         .source = "Tibshirani 1996",
         .see = "L2|L1L2",
         KNN__PARAMS(l1_params, l1_args)},
    .penalty = l1,
};

typedef struct l2_args {
  double l2;
} l2_args;

static const knn_param l2_params[] = {
    COEFFICIENT(l2_args, l2, "0.01", "Factor of the sum of squares.")};

static knn_value *l2(knn_object *self, knn__scope *s, knn_value *w) {
  const l2_args *args = self->args;
  return squares(s, w, args->l2);
}

const knn__regularizer_def knn__regularizer_l2 = {
    .cls = {.family = "regularizer",
            .name = "L2",
            .aliases = "l2",
            .summary = "Penalty on squares: keeps weights small.",
            .detail = "l2 sum w^2",
            .shapes = "w (...) -> scalar",
            .example = "local layer = knn.layers.Dense{4, kernel_regularizer = \"l2\"}",
            .source = "Hoerl and Kennard 1970",
            .see = "L1|L1L2",
            KNN__PARAMS(l2_params, l2_args)},
    .penalty = l2,
};

typedef struct l1_l2_args {
  double l1, l2;
} l1_l2_args;

static const knn_param l1_l2_params[] = {
    COEFFICIENT(l1_l2_args, l1, "0", "Factor of the sum of absolute values."),
    COEFFICIENT(l1_l2_args, l2, "0", "Factor of the sum of squares."),
};

static knn_value *l1_l2(knn_object *self, knn__scope *s, knn_value *w) {
  const l1_l2_args *args = self->args;
  if (args->l1 == 0 && args->l2 == 0) return knn__scalar_like(s, w, 0);
  knn_value *first = args->l1 != 0 ? absolute(s, w, args->l1) : NULL;
  knn_value *second = args->l2 != 0 ? squares(s, w, args->l2) : NULL;
  return first && second ? knn__add(s, first, second) : first ? first : second;
}

const knn__regularizer_def knn__regularizer_l1_l2 = {
    .cls = {.family = "regularizer",
            .name = "L1L2",
            .aliases = "l1_l2",
            .summary = "Penalties on absolute values and on squares. Both are 0 unless given.",
            .detail = "l1 sum |w| + l2 sum w^2",
            .shapes = "w (...) -> scalar",
            .example = "local layer = knn.layers.Dense{4, kernel_regularizer = "
                       "knn.regularizers.L1L2{l1 = 0.001, l2 = 0.01}}",
            .source = "Zou and Hastie 2005",
            .see = "L1|L2",
            KNN__PARAMS(l1_l2_params, l1_l2_args)},
    .penalty = l1_l2,
};
