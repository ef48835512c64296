/* glu.c - gated linear unit: the first half of the axis times sigmoid of the second. x (..., 2n,
 * ...) -> (..., n, ...) */
#include "activation_list.h"

typedef struct axis_args {
  int64_t axis;
} axis_args;

static const knn_param axis_params[] = {
    KNN__PARAM(axis_args, axis, KNN_P_INT, "-1", "Axis along which it works.", .mark = KNN_AXIS),
};

static knn_value *glu(knn_object *self, knn__scope *s, knn_value *x) {
  const axis_args *args = self->args;
  int axis;
  if (!knn__axis(args->axis, x->spec.rank, &axis))
    return knn__scope_fail(s, KNN_EARG, "axis %lld of an input with %d axes", (long long)args->axis,
                           x->spec.rank);
  const int64_t size = x->spec.dims[axis];
  if (size == KNN_ANY || size % 2)
    return knn__scope_fail(s, KNN_ESHAPE,
                           "the size of the halved axis must be known and even, got %s",
                           KNN__SPEC(x->spec));
  knn_value *a = knn__slice_axis(s, x, axis, 0, size / 2, 1),
            *b = knn__slice_axis(s, x, axis, size / 2, size / 2, 1);
  return knn__multiply(s, a, knn__sigmoid(s, b));
}

const knn__activation_def knn__activation_glu = {
    .cls = {.family = "activation",
            .name = "glu",
            .summary = "Gated linear unit: one half of the axis gates the other.",
            .detail = "y = a sigmoid(b), where a and b are the halves of x",
            .shapes = "x (..., 2n, ...) -> (..., n, ...)",
            .example = "local y = knn.activations.glu(knn.tensor{1, 2, 3, 4})",
            .source = "Dauphin et al. 2016",
            KNN__PARAMS(axis_params, axis_args)},
    .call = glu,
};
