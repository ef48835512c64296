/* masking.c - steps whose features all equal mask_value do not count: they become 0, and later
 * layers are told. x (batch, steps, features) -> same, mask (batch, steps). */
#include "layer.h"

typedef struct masking_args {
  knn__layer_common common;
  double mask_value;
} masking_args;

static const knn_param params[] = {
    KNN__PARAM(masking_args, mask_value, KNN_P_FLOAT, "0",
               "The number that all features of a step have when it does not count."),
    KNN__LAYER_PARAMS(masking_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const masking_args *args = layer->base.args;
  knn_value *x = io->in[0];
  knn_value *differs = knn__not_equal(s, x, knn__scalar_like(s, x, args->mask_value));
  io->out_mask[0] = knn__any(s, differs, KNN__AXIS(-1), false);
  io->out[0] =
      knn__where(s, knn__expand_dims(s, io->out_mask[0], -1), x, knn__scalar_like(s, x, 0));
}

const knn__layer_def knn__layer_masking = {
    .cls = {.family = "layer",
            .name = "Masking",
            .summary = "Steps of one value throughout do not count for later layers.",
            .detail = "mask[b, t] = any over features of (x[b, t] != mask_value); y = x where the "
                      "mask is true, else 0",
            .shapes = "x (batch, steps, features) -> same",
            .example = "local y = knn.layers.Masking{}(knn.zeros{1, 2, 3})",
            .source = "Keras, Masking",
            .see = "Embedding|LSTM",
            KNN__PARAMS(params, masking_args)},
    .min_rank = 2,
    .supports_masking = true,
    .call = call,
};
