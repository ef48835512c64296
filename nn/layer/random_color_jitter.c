/* random_color_jitter.c - brightness, contrast, saturation and hue of images changed in training,
 * in this order, those that are given. x (batch, height, width, 3) or one image -> same shape */
#include "policy.h"

typedef struct jitter_args {
  knn__augment base;
  knn_floats value_range;
  knn_config *brightness_factor, *contrast_factor, *saturation_factor, *hue_factor;
} jitter_args;

#define FACTOR(field, OF) \
  KNN__PARAM(jitter_args, field, KNN_P_CONFIG, "null", "Factor of " OF "; null = left alone.")

static const knn_param params[] = {KNN__PARAM(jitter_args, value_range, KNN_P_FLOATS, "[0,255]",
                                              "Smallest and largest value of a pixel."),
                                   FACTOR(brightness_factor, "RandomBrightness"),
                                   FACTOR(contrast_factor, "RandomContrast"),
                                   FACTOR(saturation_factor, "RandomSaturation"),
                                   FACTOR(hue_factor, "RandomHue"),
                                   KNN__AUGMENT_PARAMS};

/* The layer that does one part, with this one's options. */
static knn_status add_part(knn_layer *layer, const char *cls, knn_config *factor) {
  const jitter_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  knn_config *options = NULL;
  if (knn_config_kind_of(factor) == KNN_CONFIG_NULL) return KNN_OK;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = knn_config_set(options, "factor", factor);
  if (st == KNN_OK) st = knn__set_pair(ctx, options, "value_range", &args->value_range);
  if (st == KNN_OK) st = knn__add_part(layer, cls, options, args->base.seed);
  knn_config_release(options);
  return st;
}

static knn_status check(knn_layer *layer) {
  jitter_args *args = layer->base.args;
  KNN__TRY(knn__value_range(layer->base.ctx, &args->value_range));
  KNN__TRY(add_part(layer, "RandomBrightness", args->brightness_factor));
  KNN__TRY(add_part(layer, "RandomContrast", args->contrast_factor));
  KNN__TRY(add_part(layer, "RandomSaturation", args->saturation_factor));
  return add_part(layer, "RandomHue", args->hue_factor);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  for (int i = 0; i < layer->n_sublayers; i++)
    x = knn__layer_apply(layer->sublayers[i], s, x, true);
  return x;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_color_jitter = {
    .cls = {.family = "layer",
            .name = "RandomColorJitter",
            .summary = "Brightness, contrast, saturation and hue of images changed in training.",
            .detail = "RandomBrightness, RandomContrast, RandomSaturation and RandomHue, one after "
                      "the other, those whose factor is given.",
            .shapes = "x (batch, height, width, 3) or (height, width, 3) -> same shape",
            .example = "local y = knn.layers.RandomColorJitter{brightness_factor = 0.1, hue_factor "
                       "= 0.1}(knn.ones{1, 4, 4, 3})",
            .source = "Keras, RandomColorJitter",
            .see = "RandomBrightness|RandomContrast|RandomSaturation|RandomHue",
            KNN__PARAMS(params, jitter_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
