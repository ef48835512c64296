/* rand_augment.c - images changed in training by a few layers chosen at random, the same ones for
 * the whole batch. x (batch, height, width, 3) or one image -> same shape. Source: Cubuk et al.
 * 2019. */
#include "policy.h"

typedef struct rand_args {
  knn__policy policy;
  int64_t num_ops;
} rand_args;

static const knn_param params[] = {
    KNN__POLICY_RANGE_PARAM,
    KNN__PARAM(rand_args, num_ops, KNN_P_INT, "2", "How many changes, one after the other.",
               .min = 0, .max = 1000),
    KNN__POLICY_FACTOR_PARAM("0.5"), KNN__POLICY_INTERPOLATION_PARAM, KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  return knn__policy_check(layer, true);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const rand_args *args = layer->base.args;
  for (int64_t i = 0; i < args->num_ops; i++) x = knn__policy_step(layer, s, x, false);
  return x;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_rand_augment = {
    .cls = {.family = "layer",
            .name = "RandAugment",
            .summary = "Images changed in training by layers chosen at random.",
            .detail = "num_ops times one of RandomShear, RandomTranslation, RandomRotation, "
                      "RandomPosterization (8 factor bits), Solarization, AutoContrast, "
                      "Equalization, RandomBrightness, RandomColorDegeneration, RandomContrast and "
                      "RandomSharpness, each with this factor and the same for the whole batch.",
            .shapes = "x (batch, height, width, 3) or (height, width, 3) -> same shape",
            .example = "local y = knn.layers.RandAugment{factor = 0.3}(knn.ones{1, 8, 8, 3})",
            .source = "Cubuk et al. 2019; Keras, RandAugment",
            .see = "AugMix|RandomColorJitter|MixUp",
            KNN__PARAMS(params, rand_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
