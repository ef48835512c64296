/* flatten.c - all axes but the batch become one. x (batch, a, b, ...) -> (batch, a b ...); x
 * (batch) -> (batch, 1) channels_first data is brought to channels_last first, so that weights
 * after it fit either format. */
#include "geometry.h"

typedef struct flatten_args {
  knn__layer_common common;
  int data_format;
} flatten_args;

static const knn_param params[] = {
    KNN__DATA_FORMAT_PARAM(flatten_args),
    KNN__LAYER_PARAMS(flatten_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const flatten_args *args = layer->base.args;
  const knn__spec in = io->in[0]->spec;
  const int64_t features = knn__count(in.rank - 1, in.dims + 1);
  if (in.dims[0] == KNN_ANY && features == KNN_ANY) {
    knn__scope_fail(s, KNN_ESHAPE, "the sizes besides the batch must be known, got %s",
                    KNN__SPEC(in));
    return;
  }
  knn_value *x =
      knn__to_channels_last(s, io->in[0], knn__channels_first(args->data_format) && in.rank > 2);
  io->out[0] = knn__reshape(s, x, 2, (int64_t[]){in.dims[0], features});
}

const knn__layer_def knn__layer_flatten = {
    .cls = {.family = "layer",
            .name = "Flatten",
            .summary = "All axes but the batch become one.",
            .detail = "Elements keep their order. Costs nothing: no element moves.",
            .shapes = "x (batch, a, b, ...) -> (batch, a b ...)",
            .example = "local y = knn.layers.Flatten{}(knn.ones{2, 3, 4})",
            .source = "Keras, Flatten",
            .see = "Reshape|Dense",
            KNN__PARAMS(params, flatten_args)},
    .min_rank = 1,
    .inputs = KNN__IN_KEPT,
    .call = call,
};
