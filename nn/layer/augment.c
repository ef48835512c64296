/* augment.c - see augment.h. */
#include "augment.h"

static void sort_pair(knn_floats *pair) {
  if (pair->v[0] <= pair->v[1]) return;
  const double first = pair->v[0];
  pair->v[0] = pair->v[1];
  pair->v[1] = first;
}

knn_status knn__factor_range(knn_ctx *ctx, const char *name, knn_floats *factor, double bound) {
  if (factor->n == 1) {
    double *pair = knn__alloc(ctx, 2 * sizeof *pair);
    if (!pair) return KNN_ENOMEM;
    pair[1] = factor->v[0];
    pair[0] = -pair[1] > bound ? -pair[1] : bound;
    knn__free(ctx, factor->v);
    *factor = (knn_floats){2, pair};
  }
  if (factor->n != 2)
    return knn_fail(ctx, KNN_EARG, "'%s' must be a number or a pair of numbers, got %d", name,
                    factor->n);
  sort_pair(factor);
  return KNN_OK;
}

knn_status knn__value_range(knn_ctx *ctx, knn_floats *range) {
  if (range->n != 2 || range->v[0] == range->v[1])
    return knn_fail(ctx, KNN_EARG, "'value_range' must be the smallest and the largest value");
  sort_pair(range);
  return KNN_OK;
}

knn_value *knn__draw_each(const knn__augment *args, knn__scope *s, knn_value *images, double low,
                          double high) {
  if (s->status != KNN_OK) return NULL;
  const int64_t dims[] = {images->spec.dims[0], 1, 1, 1};
  return knn__random_uniform_like(s, images, 4, dims, low, high, args->seed);
}

knn_value *knn__gray(knn__scope *s, knn_value *images) {
  static const double luma[] = {0.2989, 0.587, 0.114};
  if (s->status != KNN_OK) return NULL;
  if (images->spec.dims[3] != 3)
    return knn__scope_fail(s, KNN_ESHAPE, "images with 3 channels expected, got %s",
                           KNN__SPEC(images->spec));
  knn_value *gray = NULL;
  for (int c = 0; c < 3; c++) {
    knn_value *part = knn__times(s, knn__slice_axis(s, images, 3, c, 1, 1), luma[c]);
    gray = gray ? knn__add(s, gray, part) : part;
  }
  return gray;
}

void knn__augment_call(knn_layer *layer, knn__scope *s, knn__layer_io *io,
                       knn__augment_fn *change) {
  const knn__augment *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  const int rank = io->in[0]->spec.rank;
  io->out[0] = io->in[0];
  if (!io->training) return;
  knn_value *images = knn__to_images(s, io->in[0], first);
  images = change(layer, s, images);
  io->out[0] = knn__from_images(s, images, first, rank);
}
