/* repeat_vector.c - each row n times, along a new axis. x (batch, features) -> (batch, n, features)
 */
#include "layer.h"

typedef struct repeat_args {
  knn__layer_common common;
  int64_t n;
} repeat_args;

static const knn_param params[] = {
    KNN__PARAM(repeat_args, n, KNN_P_INT, NULL, "How many times.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 1e12),
    KNN__LAYER_PARAMS(repeat_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const repeat_args *args = layer->base.args;
  io->out[0] = knn__tile(s, knn__expand_dims(s, io->in[0], 1), 3, (int64_t[]){1, args->n, 1});
}

const knn__layer_def knn__layer_repeat_vector = {
    .cls = {.family = "layer",
            .name = "RepeatVector",
            .summary = "Each row n times, along a new axis.",
            .detail = "y[b, i] = x[b] for i = 1 .. n",
            .shapes = "x (batch, features) -> (batch, n, features)",
            .example = "local y = knn.layers.RepeatVector{3}(knn.ones{2, 4})",
            .source = "Keras, RepeatVector",
            .see = "Reshape",
            KNN__PARAMS(params, repeat_args)},
    .min_rank = 2,
    .max_rank = 2,
    .inputs = KNN__IN_KEPT,
    .call = call,
};
