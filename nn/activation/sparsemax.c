/* sparsemax.c - y = max(x - tau, 0) along one axis, tau from the largest scores. x (..., n, ...) ->
 * same shape With z = x sorted downwards, c its running sums and S = {i: z_i > (c_i - 1) / i},
 * Keras takes tau = (sum of c_i over S - 1) / |S|; Martins and Astudillo 2016 have c_|S| in place
 * of that sum, so the results of Keras add up to 1 only where |S| = 1. The running sums are a
 * product with a triangle of ones: n^2 numbers. */
#include "activation_list.h"

typedef struct sparsemax_args {
  int64_t axis;
} sparsemax_args;

static const knn_param params[] = {
    KNN__PARAM(sparsemax_args, axis, KNN_P_INT, "-1", "Axis along which it works.",
               .mark = KNN_AXIS),
};

/* Constant (rows, columns) with `value(i, j)`. */
static knn_value *constant(knn__scope *s, knn_dtype type, int64_t rows, int64_t columns,
                           double value(int64_t i, int64_t j)) {
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status == KNN_OK)
    s->status = knn_tensor_new(s->ctx, type, 2, (int64_t[]){rows, columns}, &t);
  for (int64_t i = 0; i < rows && s->status == KNN_OK; i++)
    for (int64_t j = 0; j < columns; j++) knn_tensor_set(t, i * columns + j, value(i, j));
  if (s->status == KNN_OK) s->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(s, v);
}

static double triangle(int64_t i, int64_t j) {
  return i <= j;
}

static double rank_of(int64_t i, int64_t j) {
  (void)i;
  return (double)(j + 1);
}

/* Over the last axis, of n elements; x (rows, n). */
static knn_value *last_axis(knn__scope *s, knn_value *x, int64_t n) {
  if (s->status != KNN_OK) return NULL;
  const knn_dtype type = x->spec.dtype;
  knn_value *zero = knn__scalar_like(s, x, 0);
  knn_value *z = knn__flip(s, knn__sort(s, x, -1), -1);
  knn_value *sums = knn__matmul(s, z, constant(s, type, n, n, triangle), false, false);
  knn_value *bound = knn__divide(s, knn__plus(s, sums, -1), constant(s, type, 1, n, rank_of));
  knn_value *support = knn__greater(s, z, bound);
  if (s->status != KNN_OK) return NULL;
  knn_value *count = knn__sum(s, knn__cast(s, support, type), KNN__AXIS(-1), true);
  knn_value *total = knn__sum(s, knn__where(s, support, sums, zero), KNN__AXIS(-1), true);
  knn_value *tau = knn__divide(s, knn__plus(s, total, -1), count);
  return knn__maximum(s, knn__subtract(s, x, tau),
                      zero); /* half of the gradient at a tie, as Keras */
}

static knn_value *sparsemax(knn_object *self, knn__scope *s, knn_value *x) {
  const sparsemax_args *args = self->args;
  const knn__spec in = x->spec;
  int64_t swapped[KNN_MAX_RANK];
  int axis;
  if (!knn__axis(args->axis, in.rank, &axis) || in.dims[axis] == KNN_ANY)
    return knn__scope_fail(s, KNN_ESHAPE, "axis %lld must exist and have a known size, got %s",
                           (long long)args->axis, KNN__SPEC(in));
  for (int i = 0; i < in.rank; i++)
    swapped[i] = i == axis ? in.rank - 1 : i == in.rank - 1 ? axis : i;
  const bool last = axis == in.rank - 1;
  knn_value *turned = last ? x : knn__transpose(s, x, in.rank, swapped);
  if (s->status != KNN_OK) return NULL;
  knn_value *rows = knn__reshape(s, turned, 2, (int64_t[]){KNN_ANY, in.dims[axis]});
  knn_value *y = knn__reshape_like(s, last_axis(s, rows, in.dims[axis]), turned);
  return last ? y : knn__transpose(s, y, in.rank, swapped);
}

const knn__activation_def knn__activation_sparsemax = {
    .cls = {.family = "activation",
            .name = "sparsemax",
            .summary = "Like softmax, but small scores give exactly 0.",
            .detail = "y = max(x - tau, 0); tau as Keras computes it, with which the results need "
                      "not add up to 1.",
            .shapes = "x (..., n, ...) -> (..., n, ...)",
            .example = "local y = knn.activations.sparsemax(knn.tensor{0.1, 0.3, 0.2})",
            .source = "Martins and Astudillo 2016, with Keras's tau",
            .see = "softmax",
            KNN__PARAMS(params, sparsemax_args)},
    .call = sparsemax,
};
