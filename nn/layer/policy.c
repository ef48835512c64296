/* policy.c - see policy.h. */
#include "policy.h"

knn_status knn__set_pair(knn_ctx *ctx, knn_config *options, const char *name,
                         const knn_floats *pair) {
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  for (int i = 0; i < 2 && st == KNN_OK; i++) {
    knn_config *number = NULL;
    st = knn_config_float(ctx, pair->v[i], &number);
    if (st == KNN_OK) st = knn_config_push(list, number);
    knn_config_release(number);
  }
  if (st == KNN_OK) st = knn_config_set(options, name, list);
  knn_config_release(list);
  return st;
}

knn_status knn__add_part(knn_layer *layer, const char *cls, knn_config *options, int64_t seed) {
  knn_layer *part = NULL;
  knn_status st = knn_config_set_string(options, "dtype", knn_dtype_name(knn__layer_dtype(layer)));
  if (st == KNN_OK && seed != KNN_NONE) st = knn_config_set_int(options, "seed", seed);
  if (st == KNN_OK) st = knn_layer_from_config(layer->base.ctx, cls, options, &part);
  if (st == KNN_OK) st = knn__add_sublayer(layer, part);
  knn_layer_release(part);
  return st;
}

/* What a layer does: move pixels (the others have a range of values), draw numbers, count its
 * strength in bits, stay out of the smaller set. */
enum { MOVES = 1, DRAWS = 2, BITS = 4, EXTRA = 8 };

typedef struct choice {
  const char *cls, *factors[2];
  int is;
} choice;

static const choice choices[] = {
    {"RandomShear", {"x_factor", "y_factor"}, MOVES | DRAWS},
    {"RandomTranslation", {"height_factor", "width_factor"}, MOVES | DRAWS},
    {"RandomRotation", {"factor"}, MOVES | DRAWS},
    {"RandomPosterization", {"factor"}, BITS | DRAWS},
    {"Solarization", {"addition_factor", "threshold_factor"}, DRAWS},
    {"AutoContrast", {0}, 0},
    {"Equalization", {0}, 0},
    {"RandomBrightness", {"factor"}, DRAWS | EXTRA},
    {"RandomColorDegeneration", {"factor"}, DRAWS | EXTRA},
    {"RandomContrast", {"factor"}, DRAWS | EXTRA},
    {"RandomSharpness", {"factor"}, DRAWS | EXTRA},
};

static knn_status set_options(knn_ctx *ctx, const knn__policy *args, const choice *c,
                              knn_config *options) {
  const int bits = (int)(8 * args->factor.v[1]);
  if (c->is & MOVES)
    KNN__TRY(knn_config_set_string(options, "interpolation",
                                   args->interpolation ? "bilinear" : "nearest"));
  else
    KNN__TRY(knn__set_pair(ctx, options, "value_range", &args->value_range));
  if (c->is & BITS) return knn_config_set_int(options, "factor", bits > 1 ? bits : 1);
  for (int i = 0; i < 2 && c->factors[i]; i++)
    KNN__TRY(knn__set_pair(ctx, options, c->factors[i], &args->factor));
  return KNN_OK;
}

static knn_status add_choice(knn_layer *layer, const choice *c) {
  const knn__policy *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  knn_config *options = NULL;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = set_options(ctx, args, c, options);
  if (st == KNN_OK)
    st = knn__add_part(layer, c->cls, options, c->is & DRAWS ? args->base.seed : KNN_NONE);
  knn_config_release(options);
  return st;
}

knn_status knn__policy_check(knn_layer *layer, bool all) {
  knn__policy *args = layer->base.args;
  KNN__TRY(knn__value_range(layer->base.ctx, &args->value_range));
  KNN__TRY(knn__factor_range(layer->base.ctx, "factor", &args->factor, 0));
  for (int i = 0; i < KNN__LEN(choices); i++)
    if (all || !(choices[i].is & EXTRA)) KNN__TRY(add_choice(layer, &choices[i]));
  return KNN_OK;
}

knn_value *knn__policy_step(const knn_layer *layer, knn__scope *s, knn_value *images, bool none) {
  const knn__policy *args = layer->base.args;
  const int n = layer->n_sublayers + none;
  /* rounding may bring a draw up to n itself */
  knn_value *chosen = knn__random_uniform_like(s, images, 0, NULL, 0, n, args->base.seed),
            *y = images;
  chosen = knn__clip(s, knn__floor(s, chosen), 0, n - 1);
  for (int i = 0; i < layer->n_sublayers; i++) {
    knn_value *this_one = knn__equal(s, chosen, knn__scalar_like(s, chosen, i));
    y = knn__where(s, this_one, knn__layer_apply(layer->sublayers[i], s, images, true), y);
  }
  return y;
}
