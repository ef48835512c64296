/* spatial_dropout.c - dropout of whole channels: in training each channel of each sample becomes 0
 * with probability rate, the others are divided by 1 - rate. x (batch, spatial..., channels) ->
 * same shape */
#include "geometry.h"

typedef struct spatial_args {
  knn__layer_common common;
  double rate;
  int64_t seed;
  int data_format;
} spatial_args;

/* clang-format off */
#define RATE                                                                                              \
  KNN__PARAM(spatial_args, rate, KNN_P_FLOAT, NULL, "Share of the channels that become 0.",               \
             .positional = true, .min = 0, .max = 1)
#define REST                                                                                              \
  KNN__PARAM(spatial_args, seed, KNN_P_INT, "null",                                                       \
             "Start of this layer's random numbers; default: the context's.", .mark = KNN_LABEL),         \
  KNN__LAYER_PARAMS(spatial_args)
/* clang-format on */

static const knn_param params_1d[] = {RATE, REST};
static const knn_param params_nd[] = {RATE, KNN__DATA_FORMAT_PARAM(spatial_args), REST};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const spatial_args *args = layer->base.args;
  knn_value *x = io->in[0];
  const int rank = x->spec.rank, channels = knn__channels_first(args->data_format) ? 1 : rank - 1;
  int64_t noise[KNN_MAX_RANK];
  io->out[0] = x;
  if (!io->training || args->rate == 0) return;
  for (int i = 0; i < rank; i++) noise[i] = i == 0 || i == channels ? x->spec.dims[i] : 1;
  io->out[0] = knn__dropout(s, x, args->rate, noise, args->seed);
}

/* clang-format off */
#define ROW(RANK, TABLE, EXAMPLE)                                                                                      \
  .cls = {.family = "layer", .name = "SpatialDropout" #RANK "D",                                                       \
          .summary = "Sets a random share of the channels to 0 in training.",                                          \
          .detail = "Training: y = x m / (1 - rate), m = 0 with probability rate, else 1, one draw per sample and "    \
                    "channel. Otherwise y = x.",                                                                       \
          .shapes = "x (batch, spatial..., channels) -> same shape",                                                   \
          .example = "local y = knn.layers.SpatialDropout" #RANK "D{0.25}(knn.ones" EXAMPLE ")",                       \
          .source = "Tompson et al. 2014", .see = "Dropout", KNN__PARAMS(TABLE, spatial_args)},                        \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .supports_masking = true, .call = call
/* clang-format on */

const knn__layer_def knn__layer_spatial_dropout1d = {ROW(1, params_1d, "{2, 5, 3}")};
const knn__layer_def knn__layer_spatial_dropout2d = {ROW(2, params_nd, "{2, 4, 5, 3}")};
const knn__layer_def knn__layer_spatial_dropout3d = {ROW(3, params_nd, "{2, 3, 4, 5, 3}")};
