/* mix_up.c - each image of a batch mixed with another one, in training: w x + (1 - w) x', and
 * labels alike; w with the beta distribution. Images (batch, height, width, channels), or a list of
 * images and labels (batch, ...) -> same shapes. Source: Zhang et al. 2018. */
#include "mixing.h"

typedef struct mix_args {
  knn__augment base;
  double alpha;
} mix_args;

static const knn_param params[] = {
    KNN__PARAM(mix_args, alpha, KNN_P_FLOAT, "0.2",
               "Both numbers of the weights' beta distribution: small ones leave images nearly as "
               "they are.",
               .min = 0, .above_min = true, .max = 1e300),
    KNN__AUGMENT_PARAMS};

static knn_value *mix(const knn_layer *layer, knn__scope *s, knn_value *images,
                      knn_value **partners, knn_value **weight) {
  const mix_args *args = layer->base.args;
  *partners = knn__partners(&args->base, s, images);
  *weight = knn__draw_beta(&args->base, s, images, knn__scalar_like(s, images, args->alpha));
  return knn__mixed(s, images, *partners, *weight);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__mix_call(layer, s, io, mix);
}

const knn__layer_def knn__layer_mix_up = {
    .cls = {.family = "layer",
            .name = "MixUp",
            .summary = "Images of a batch mixed with one another in training, and their labels.",
            .detail = "w x + (1 - w) x' with x' another image of the batch and w drawn from "
                      "Beta(alpha, alpha); labels, given as a second input, are mixed alike.",
            .shapes = "images (batch, height, width, channels)[, labels (batch, ...)] -> same "
                      "shapes",
            .example = "local x, y = knn.layers.MixUp{}({knn.ones{2, 4, 4, 3}, knn.eye(2)})",
            .source = "Zhang et al. 2018; Keras, MixUp",
            .see = "CutMix",
            KNN__PARAMS(params, mix_args)},
    .min_rank = 3,
    .max_rank = 4,
    .ranks_of_first = true,
    .max_in = 2,
    .draws_unasked = true,
    .mixes_rows = true,
    .call = call,
};
