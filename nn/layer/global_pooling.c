/* global_pooling.c - the largest or the mean over all spatial axes. x (batch, spatial..., channels)
 * -> (batch, channels) With a mask, GlobalAveragePooling1D takes the mean of the steps that count:
 * sum(x m) / sum(m). */
#include "geometry.h"

typedef struct global_args {
  knn__layer_common common;
  int data_format;
  bool keepdims;
} global_args;

static const knn_param params[] = {
    KNN__DATA_FORMAT_PARAM(global_args),
    KNN__PARAM(global_args, keepdims, KNN_P_BOOL, "false", "Keep the spatial axes, with size 1."),
    KNN__LAYER_PARAMS(global_args),
};

static knn__axes spatial(const knn_layer *layer, const knn_value *x) {
  const global_args *args = layer->base.args;
  knn__axes axes = {.n = x->spec.rank - 2};
  for (int i = 0; i < axes.n; i++) axes.v[i] = i + (knn__channels_first(args->data_format) ? 2 : 1);
  return axes;
}

static void call_max(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const global_args *args = layer->base.args;
  io->out[0] = knn__max(s, io->in[0], spatial(layer, io->in[0]), args->keepdims);
}

static void call_average(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const global_args *args = layer->base.args;
  io->out[0] = knn__mean(s, io->in[0], spatial(layer, io->in[0]), args->keepdims);
}

/* mask (batch, steps), true = counts */
static void call_average_1d(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const global_args *args = layer->base.args;
  knn_value *x = io->in[0];
  if (!io->mask[0]) {
    call_average(layer, s, io);
    return;
  }
  const int64_t channels = knn__channels_first(args->data_format) ? 1 : 2;
  const knn__axes steps = spatial(layer, x);
  knn_value *counts = knn__expand_dims(s, knn__cast(s, io->mask[0], KNN_BOOL), channels);
  knn_value *kept = knn__where(s, counts, x, knn__scalar_like(s, x, 0));
  knn_value *n = s->status == KNN_OK
                     ? knn__sum(s, knn__cast(s, counts, x->spec.dtype), steps, args->keepdims)
                     : NULL;
  io->out[0] = knn__divide(s, knn__sum(s, kept, steps, args->keepdims), n);
}

/* clang-format off */
#define ROW(RANK, NAME, ALIAS, SUMMARY, DETAIL, EXAMPLE, SOURCE, SEE, CALL)                                                \
  .cls = {.family = "layer", .name = NAME #RANK "D", .aliases = ALIAS #RANK "D", .summary = SUMMARY, .detail = DETAIL,    \
          .shapes = "x (batch, spatial..., channels) -> (batch, channels)",                                               \
          .example = "local y = knn.layers." NAME #RANK "D{}(knn.ones" EXAMPLE ")",                                       \
          .source = SOURCE, .see = SEE #RANK "D", KNN__PARAMS(params, global_args)},                                      \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .call = CALL
#define MAX(RANK, EXAMPLE)                                                                                                \
  ROW(RANK, "GlobalMaxPooling", "GlobalMaxPool", "The largest element of each channel.",                                  \
      "y[c] = max over positions of x[position, c]", EXAMPLE, "Oquab et al. 2015", "GlobalAveragePooling", call_max)
#define AVERAGE(RANK, EXAMPLE, CALL)                                                                                      \
  ROW(RANK, "GlobalAveragePooling", "GlobalAvgPool", "The mean of each channel.",                                         \
      "y[c] = mean over positions of x[position, c]", EXAMPLE, "Lin et al. 2013", "GlobalMaxPooling", CALL)
/* clang-format on */

const knn__layer_def knn__layer_global_max_pooling1d = {MAX(1, "{2, 5, 3}")};
const knn__layer_def knn__layer_global_max_pooling2d = {MAX(2, "{2, 4, 5, 3}")};
const knn__layer_def knn__layer_global_max_pooling3d = {MAX(3, "{2, 4, 5, 6, 3}")};
const knn__layer_def knn__layer_global_average_pooling1d = {
    AVERAGE(1, "{2, 5, 3}", call_average_1d), .consumes_mask = true};
const knn__layer_def knn__layer_global_average_pooling2d = {
    AVERAGE(2, "{2, 4, 5, 3}", call_average)};
const knn__layer_def knn__layer_global_average_pooling3d = {
    AVERAGE(3, "{2, 4, 5, 6, 3}", call_average)};
