/* pooling.c - the largest or the mean of each window, channel by channel. x (batch, spatial...,
 * channels) -> (batch, out..., channels) Padding of "same" takes part in neither: the mean is over
 * elements of x only, as in Keras. */
#include "geometry.h"

typedef struct pool_args {
  knn__layer_common common;
  knn_ints pool_size, strides;
  int padding, data_format;
} pool_args;

/* clang-format off */
#define POOL_PARAMS(RANK, SIZE)                                                                                           \
  KNN__PARAM(pool_args, pool_size, KNN_P_INTS, SIZE, "Size of the window along each spatial axis.", .mark = KNN_SIZE,     \
             .positional = true, .arity = RANK, .min = 1, .max = 1e9),                                                    \
  KNN__PARAM(pool_args, strides, KNN_P_INTS, "null", "Step of the window; default: its size.", .mark = KNN_SIZE,          \
             .arity = RANK, .min = 1, .max = 1e9),                                                                        \
  KNN__PADDING_PARAM(pool_args, "valid|same"),                                                                            \
  KNN__DATA_FORMAT_PARAM(pool_args),                                                                                      \
  KNN__LAYER_PARAMS(pool_args)
/* clang-format on */

static const knn_param max_1d[] = {POOL_PARAMS(1, "2")};
static const knn_param max_2d[] = {POOL_PARAMS(2, "2")};
static const knn_param max_3d[] = {POOL_PARAMS(3, "2")};
static const knn_param average_1d[] = {POOL_PARAMS(1, NULL)};
static const knn_param average_2d[] = {POOL_PARAMS(2, NULL)};
static const knn_param average_3d[] = {POOL_PARAMS(3, NULL)};

static knn_status check(knn_layer *layer) {
  pool_args *args = layer->base.args;
  if (args->strides.n < 0) args->strides = args->pool_size;
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io,
                 knn_value *pool(knn__scope *s, knn_value *x, const knn__window *window)) {
  const pool_args *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  knn__window window;
  knn_value *x = knn__to_channels_last(s, io->in[0], first);
  if (s->status == KNN_OK)
    s->status = knn__place_window(s->ctx, "window", &x->spec, &args->pool_size, &args->strides,
                                  NULL, (knn__padding)args->padding, &window);
  if (s->status == KNN_OK) io->out[0] = knn__to_channels_first(s, pool(s, x, &window), first);
}

static void call_max(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  call(layer, s, io, knn__max_pool);
}

static void call_average(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  call(layer, s, io, knn__average_pool);
}

/* clang-format off */
#define ROW(RANK, NAME, ALIAS, SUMMARY, DETAIL, SHAPES, EXAMPLE, SOURCE, SEE, TABLE, CALL)                              \
  .cls = {.family = "layer", .name = NAME #RANK "D", .aliases = ALIAS #RANK "D", .summary = SUMMARY, .detail = DETAIL, \
          .shapes = SHAPES, .example = EXAMPLE, .source = SOURCE, .see = SEE, KNN__PARAMS(TABLE, pool_args)},          \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .check = check, .call = CALL
#define MAX(RANK, SHAPES, EXAMPLE)                                                                                      \
  ROW(RANK, "MaxPooling", "MaxPool", "The largest element of each window.", "y[o, c] = max over i of x[o strides + i, c]", \
      SHAPES, EXAMPLE, "Riesenhuber and Poggio 1999", "AveragePooling" #RANK "D|GlobalMaxPooling" #RANK "D",            \
      max_##RANK##d, call_max)
#define AVERAGE(RANK, SHAPES, EXAMPLE)                                                                                  \
  ROW(RANK, "AveragePooling", "AvgPool", "The mean of each window.",                                                    \
      "y[o, c] = mean over i of x[o strides + i, c]; padding does not count", SHAPES, EXAMPLE, "LeCun et al. 1989",     \
      "MaxPooling" #RANK "D|GlobalAveragePooling" #RANK "D", average_##RANK##d, call_average)
#define SHAPES_1 "x (batch, steps, channels) -> (batch, new steps, channels)"
#define SHAPES_2 "x (batch, height, width, channels) -> (batch, new height, new width, channels)"
#define SHAPES_3 "x (batch, depth, height, width, channels) -> (batch, new depth, new height, new width, channels)"

const knn__layer_def knn__layer_max_pooling1d = {
    MAX(1, SHAPES_1, "local y = knn.layers.MaxPooling1D{2}(knn.ones{1, 6, 3})")};
const knn__layer_def knn__layer_max_pooling2d = {
    MAX(2, SHAPES_2, "local y = knn.layers.MaxPooling2D{2}(knn.ones{1, 4, 6, 3})")};
const knn__layer_def knn__layer_max_pooling3d = {
    MAX(3, SHAPES_3, "local y = knn.layers.MaxPooling3D{2}(knn.ones{1, 4, 4, 6, 3})")};
const knn__layer_def knn__layer_average_pooling1d = {
    AVERAGE(1, SHAPES_1, "local y = knn.layers.AveragePooling1D{2}(knn.ones{1, 6, 3})")};
const knn__layer_def knn__layer_average_pooling2d = {
    AVERAGE(2, SHAPES_2, "local y = knn.layers.AveragePooling2D{2}(knn.ones{1, 4, 6, 3})")};
const knn__layer_def knn__layer_average_pooling3d = {
    AVERAGE(3, SHAPES_3, "local y = knn.layers.AveragePooling3D{2}(knn.ones{1, 4, 4, 6, 3})")};
