/* geometry.c - see geometry.h. */
#include "geometry.h"

knn_value *knn__to_channels_last(knn__scope *s, knn_value *x, bool first) {
  int64_t axes[KNN_MAX_RANK] = {0};
  if (!first || s->status != KNN_OK) return x;
  const int rank = x->spec.rank;
  for (int i = 1; i < rank - 1; i++) axes[i] = i + 1;
  axes[rank - 1] = 1;
  return knn__transpose(s, x, rank, axes);
}

knn_value *knn__to_channels_first(knn__scope *s, knn_value *x, bool first) {
  int64_t axes[KNN_MAX_RANK] = {0};
  if (!first || s->status != KNN_OK) return x;
  const int rank = x->spec.rank;
  axes[1] = rank - 1;
  for (int i = 2; i < rank; i++) axes[i] = i - 1;
  return knn__transpose(s, x, rank, axes);
}

/* Padding of one axis of n elements for a window that spans `span`. While n is open, any will do: only
 * the shapes of symbolic values come of it, and the call is made anew on values whose n is known. */
static void pad_axis(int64_t n, int64_t span, int64_t stride, knn__padding padding, int64_t *before,
                     int64_t *after) {
  *before = *after = 0;
  if (padding == KNN__CAUSAL) *before = span - 1;
  if (padding != KNN__SAME) return;
  const int64_t total =
      n == KNN_ANY ? span - 1 : ((n + stride - 1) / stride - 1) * stride + span - n;
  *before = total > 0 ? total / 2 : 0;
  *after = total > 0 ? total - *before : 0;
}

knn_status knn__place_window(knn_ctx *ctx, const char *what, const knn__spec *x,
                             const knn_ints *size, const knn_ints *strides,
                             const knn_ints *dilation, knn__padding padding, knn__window *out) {
  *out = (knn__window){.rank = size->n};
  for (int i = 0; i < size->n; i++) {
    const int64_t n = x->dims[i + 1], d = dilation ? dilation->v[i] : 1,
                  span = (size->v[i] - 1) * d + 1;
    out->size[i] = size->v[i];
    out->stride[i] = strides->v[i];
    out->dilation[i] = d;
    if (padding == KNN__VALID && n != KNN_ANY && n < span)
      return knn_fail(ctx, KNN_ESHAPE,
                      "a %s that spans %s does not fit into an input of shape %s; use padding = "
                      "\"same\" or a smaller one",
                      what, KNN__SHAPE(size->n, size->v), KNN__SPEC(*x));
    pad_axis(n, span, strides->v[i], padding, &out->before[i], &out->after[i]);
  }
  return KNN_OK;
}

knn_status knn__need_channels(knn_layer *layer, const knn__spec *x, bool first, int64_t *out) {
  *out = x->dims[first ? 1 : x->rank - 1];
  if (*out == KNN_ANY)
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "the number of channels must be known, got %s",
                    KNN__SPEC(*x));
  knn__fix_axis(layer, first ? 1 : -1, *out);
  return KNN_OK;
}
