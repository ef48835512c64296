/* orthogonal.c - penalty on angles: factor / 2 sum over i != j of |cos(w_i, w_j)| / (n (n - 1) /
 * 2), over rows or columns. w (n, m) -> scalar; rows are divided by max(norm, 1e-6), as Keras's
 * normalisation does. */
#include "regularizer_list.h"

typedef struct orthogonal_args {
  double factor;
  int mode;
} orthogonal_args;

enum { ROWS, COLUMNS };

static const knn_param params[] = {
    KNN__PARAM(orthogonal_args, factor, KNN_P_FLOAT, "0.01", "Factor of the mean cosine.", .min = 0,
               .max = 1e30),
    KNN__PARAM(orthogonal_args, mode, KNN_P_ENUM, "rows", "What should be at right angles.",
               .choices = "rows|columns"),
};

static knn_value *penalty(knn_object *self, knn__scope *s, knn_value *w) {
  const orthogonal_args *args = self->args;
  if (w->spec.rank != 2)
    return knn__scope_fail(s, KNN_ESHAPE, "a matrix expected, got shape %s", KNN__SPEC(w->spec));
  const int along = args->mode == ROWS ? 1 : 0;
  const int64_t n = w->spec.dims[1 - along];
  if (n < 2) return knn__scalar_like(s, w, 0);
  knn_value *squares = knn__sum(s, knn__square(s, w), KNN__AXIS(along), true);
  knn_value *unit =
      knn__multiply(s, w, knn__rsqrt(s, knn__maximum(s, squares, knn__scalar_like(s, w, 1e-12))));
  knn_value *cosines =
      knn__absolute(s, knn__matmul(s, unit, unit, args->mode == COLUMNS, args->mode == ROWS));
  /* |cos_ii| = 1 or 0 has no part in it: the sum over all less that over the diagonal */
  knn_value *diagonal = knn__sum(s, knn__square(s, unit), KNN__ALL_AXES, false);
  knn_value *sum = knn__subtract(s, knn__sum(s, cosines, KNN__ALL_AXES, false), diagonal);
  return knn__times(s, sum, args->factor / (double)(n * (n - 1)));
}

const knn__regularizer_def knn__regularizer_orthogonal = {
    .cls = {.family = "regularizer",
            .name = "OrthogonalRegularizer",
            .aliases = "orthogonal_regularizer|orthogonal",
            .summary = "Penalty on rows or columns that are not at right angles.",
            .detail = "factor / 2 sum over i != j of |cos(w_i, w_j)| / (n (n - 1) / 2)",
            .shapes = "w (n, m) -> scalar",
            .example = "local layer = knn.layers.Dense{4, kernel_regularizer = "
                       "knn.regularizers.OrthogonalRegularizer{factor = 0.01}}",
            .source = "Keras, OrthogonalRegularizer",
            .see = "L2",
            KNN__PARAMS(params, orthogonal_args)},
    .penalty = penalty,
};
