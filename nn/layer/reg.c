/* reg.c - see reg.h. */
#include "reg.h"

knn_status knn__add_kernel(knn_layer *layer, const knn__kernel_reg *reg, int rank,
                           const int64_t *dims, knn_variable **kernel, knn_variable **bias) {
  *bias = NULL;
  KNN__TRY(knn__add_weight(layer, "kernel", rank, dims, reg->kernel_initializer,
                           reg->kernel_regularizer, reg->kernel_constraint, true, kernel));
  if (!reg->use_bias) return KNN_OK;
  return knn__add_weight(layer, "bias", 1, &dims[rank - 1], reg->bias_initializer,
                         reg->bias_regularizer, reg->bias_constraint, true, bias);
}

knn_status knn__sorted_axes(const knn_layer *layer, const char *what, const knn_ints *axes,
                            const knn__spec *x, knn__axes *out) {
  bool chosen[KNN_MAX_RANK] = {false};
  for (int i = 0; i < axes->n; i++) {
    int axis;
    if (!knn__axis(axes->v[i], x->rank, &axis) || x->dims[axis] == KNN_ANY || chosen[axis])
      return knn_fail(layer->base.ctx, KNN_ESHAPE,
                      "'%s' must name axes of known sizes, each once; the input is %s", what,
                      KNN__SPEC(*x));
    chosen[axis] = true;
  }
  out->n = 0;
  for (int i = 0; i < x->rank; i++)
    if (chosen[i]) out->v[out->n++] = i;
  return KNN_OK;
}

knn_value *knn__along_axes(knn__scope *s, knn_value *weight, const knn_value *x, knn__axes axes) {
  int64_t dims[KNN_MAX_RANK];
  if (s->status != KNN_OK || axes.v[0] == x->spec.rank - axes.n) return weight;
  for (int i = 0; i < x->spec.rank; i++) dims[i] = 1;
  for (int i = 0; i < axes.n; i++) dims[axes.v[i]] = x->spec.dims[axes.v[i]];
  return knn__reshape(s, weight, x->spec.rank, dims);
}
