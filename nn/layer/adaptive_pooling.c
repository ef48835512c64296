/* adaptive_pooling.c - the largest or the mean of each of a given number of windows, channel by
 * channel: window o of m covers the elements floor(o n / m) .. ceil((o + 1) n / m) - 1 of n. x
 * (batch, spatial..., channels) -> (batch, output_size..., channels) */
#include "geometry.h"

typedef struct adaptive_args {
  knn__layer_common common;
  knn_ints output_size;
  int data_format;
} adaptive_args;

#define PARAMS(RANK)                                                                             \
  KNN__PARAM(adaptive_args, output_size, KNN_P_INTS, NULL,                                       \
             "Number of windows along each spatial axis.", .mark = KNN_SIZE, .positional = true, \
             .arity = RANK, .min = 1, .max = 1e9),                                               \
      KNN__DATA_FORMAT_PARAM(adaptive_args), KNN__LAYER_PARAMS(adaptive_args)

static const knn_param params_1d[] = {PARAMS(1)};
static const knn_param params_2d[] = {PARAMS(2)};
static const knn_param params_3d[] = {PARAMS(3)};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io,
                 knn_value *pool(knn__scope *s, knn_value *x, int n, const int64_t *size)) {
  const adaptive_args *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  knn_value *x = knn__to_channels_last(s, io->in[0], first);
  knn_value *y = pool(s, x, args->output_size.n, args->output_size.v);
  io->out[0] = knn__to_channels_first(s, y, first);
}

static void call_max(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  call(layer, s, io, knn__adaptive_max_pool);
}

static void call_average(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  call(layer, s, io, knn__adaptive_average_pool);
}

/* clang-format off */
#define ROW(RANK, NAME, SUMMARY, DETAIL, EXAMPLE, SEE, CALL)                                                           \
  .cls = {.family = "layer", .name = "Adaptive" NAME #RANK "D", .summary = SUMMARY,                                    \
          .detail = DETAIL " over the elements floor(o n / m) .. ceil((o + 1) n / m) - 1, counted from 0, of n for "  \
                    "window o of m",                                                                                   \
          .shapes = "x (batch, spatial..., channels) -> (batch, output_size..., channels)",                            \
          .example = "local y = knn.layers.Adaptive" NAME #RANK "D{2}(knn.ones" EXAMPLE ")",                           \
          .source = "He et al. 2014", .see = NAME #RANK "D|" SEE #RANK "D", KNN__PARAMS(params_##RANK##d, adaptive_args)}, \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .call = CALL
#define MAX(RANK, EXAMPLE)                                                                                             \
  ROW(RANK, "MaxPooling", "The largest element of each of a given number of windows.", "y[o, c] = max of x[i, c]",     \
      EXAMPLE, "AdaptiveAveragePooling", call_max)
#define AVERAGE(RANK, EXAMPLE)                                                                                         \
  ROW(RANK, "AveragePooling", "The mean of each of a given number of windows.", "y[o, c] = mean of x[i, c]",           \
      EXAMPLE, "AdaptiveMaxPooling", call_average)
/* clang-format on */

const knn__layer_def knn__layer_adaptive_max_pooling1d = {MAX(1, "{2, 5, 3}")};
const knn__layer_def knn__layer_adaptive_max_pooling2d = {MAX(2, "{2, 4, 5, 3}")};
const knn__layer_def knn__layer_adaptive_max_pooling3d = {MAX(3, "{2, 4, 5, 6, 3}")};
const knn__layer_def knn__layer_adaptive_average_pooling1d = {AVERAGE(1, "{2, 5, 3}")};
const knn__layer_def knn__layer_adaptive_average_pooling2d = {AVERAGE(2, "{2, 4, 5, 3}")};
const knn__layer_def knn__layer_adaptive_average_pooling3d = {AVERAGE(3, "{2, 4, 5, 6, 3}")};
