/* equalization.c - values of images spread so that all are about as frequent, channel by channel
 * over the whole batch. On 0 .. 255, with c the share of pixels up to a bin counted from the first
 * that occurs: y = round(255 c[bin of x]). x (batch, height, width, channels) or one image -> same
 * shape. A channel with one bin stays as it is. */
#include "augment.h"

typedef struct equal_args {
  knn__augment base;
  knn_floats value_range;
  int64_t bins;
} equal_args;

static const knn_param params[] = {
    KNN__PARAM(equal_args, value_range, KNN_P_FLOATS, "[0,255]",
               "Smallest and largest value of a pixel."),
    KNN__PARAM(equal_args, bins, KNN_P_INT, "256", "Number of bins that values are counted in.",
               .mark = KNN_COUNT, .min = 2, .max = 65536),
    KNN__DATA_FORMAT_PARAM(knn__augment), KNN__LAYER_PARAMS(knn__augment)};

static knn_status check(knn_layer *layer) {
  equal_args *args = layer->base.args;
  return knn__value_range(layer->base.ctx, &args->value_range);
}

/* (n, n) of float64: 1 on the diagonal and below, so that its product with counts is their sums. */
static knn_value *triangle(knn__scope *s, int64_t n) {
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status == KNN_OK) s->status = knn_tensor_new(s->ctx, KNN_F64, 2, (int64_t[]){n, n}, &t);
  if (s->status != KNN_OK) return NULL;
  double *at = knn_tensor_data(t);
  for (int64_t i = 0; i < n * n; i++) at[i] = i % n <= i / n;
  s->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(s, v);
}

/* One channel, any shape, on 0 .. 255. */
static knn_value *equalize(const equal_args *args, knn__scope *s, knn_value *x) {
  const double most = (double)args->bins - 1;
  knn_value *bin = knn__clip(s, knn__times(s, x, most / 255), 0, most);
  if (s->status != KNN_OK) return NULL;
  bin = knn__cast(s, knn__floor(s, bin), KNN_I32);
  knn_value *flat = knn__reshape(s, bin, 1, (int64_t[]){KNN_ANY});
  knn_value *ones = knn__broadcast_like(s, knn__scalar(s, KNN_F64, 1), flat);
  ones = knn__reshape(s, ones, 2, (int64_t[]){KNN_ANY, 1});
  knn_value *counts = knn__scatter_add(s, flat, ones, args->bins);
  knn_value *sums = knn__matmul(s, triangle(s, args->bins), counts, false, false);
  knn_value *zero = knn__scalar(s, KNN_F64, 0);
  knn_value *all = knn__max(s, sums, KNN__ALL_AXES, false);
  knn_value *first =
      knn__min(s, knn__where(s, knn__greater(s, sums, zero), sums, all), KNN__ALL_AXES, false);
  knn_value *rest = knn__subtract(s, all, first), *single = knn__equal(s, rest, zero);
  rest = knn__where(s, single, knn__scalar(s, KNN_F64, 1), rest);
  knn_value *table = knn__divide(s, knn__times(s, knn__subtract(s, sums, first), 255), rest);
  table = knn__clip(s, knn__round(s, table), 0, 255);
  table = knn__reshape(s, table, 1, (int64_t[]){args->bins});
  if (s->status != KNN_OK) return NULL;
  knn_value *y = knn__take(s, knn__cast(s, table, x->spec.dtype), bin, 0);
  return knn__where(s, single, x, y);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  enum { MOST = 64 };
  const equal_args *args = layer->base.args;
  const double low = args->value_range.v[0], factor = 255 / (args->value_range.v[1] - low);
  knn_value *channels[MOST];
  if (s->status != KNN_OK) return NULL;
  const int64_t n = x->spec.dims[3];
  if (n < 1 || n > MOST)
    return knn__scope_fail(s, KNN_ESHAPE, "1 to %d channels expected, got %s", MOST,
                           KNN__SPEC(x->spec));
  x = knn__times(s, knn__plus(s, x, -low), factor);
  for (int64_t c = 0; c < n; c++)
    channels[c] = equalize(args, s, knn__slice_axis(s, x, 3, c, 1, 1));
  if (s->status != KNN_OK) return NULL;
  knn_value *y = knn__concatenate(s, (int)n, channels, 3);
  return knn__plus(s, knn__times(s, y, 1 / factor), low);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_equalization = {
    .cls = {.family = "layer",
            .name = "Equalization",
            .summary = "Values of images spread so that all are about as frequent, in training.",
            .detail =
                "Channel by channel over the whole batch, on 0 .. 255: y = round(255 (pixels "
                "up to x's bin - those of the first) / (all - those of the first)). A channel "
                "with one bin stays.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.Equalization{}(knn.ones{1, 4, 4, 3})",
            .source = "Keras, Equalization",
            .see = "AutoContrast|RandomContrast",
            KNN__PARAMS(params, equal_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
