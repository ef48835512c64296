/* random_hue.c - hue and saturation of images changed in training, by a draw for each image. x
 * (batch, height, width, 3) or one image -> same shape. Colours as hue (0 .. 1, red at 0),
 * saturation (0 .. 1) and value (the largest of the three). */
#include "augment.h"

typedef struct hue_args {
  knn__augment base;
  knn_floats factor, value_range;
} hue_args;

#define PARAMS(LEAST, DOC)                                                                \
  KNN__PARAM(hue_args, factor, KNN_P_FLOATS, NULL, DOC, .positional = true, .min = LEAST, \
             .max = 1),                                                                   \
      KNN__PARAM(hue_args, value_range, KNN_P_FLOATS, "[0,255]",                          \
                 "Smallest and largest value of a pixel."),                               \
      KNN__AUGMENT_PARAMS

static const knn_param hue_params[] = {
    PARAMS(0, "Part of half a turn of the hue, either way: a number f for 0 .. f, or a pair.")};
static const knn_param saturation_params[] = {
    PARAMS(-1, "f makes f / (1 - f) of the saturation: a number f for -f .. f, or a pair.")};

static knn_status check_bound(knn_layer *layer, double bound) {
  hue_args *args = layer->base.args;
  KNN__TRY(knn__value_range(layer->base.ctx, &args->value_range));
  return knn__factor_range(layer->base.ctx, "factor", &args->factor, bound);
}

static knn_status check_hue(knn_layer *layer) {
  return check_bound(layer, 0);
}

static knn_status check_saturation(knn_layer *layer) {
  return check_bound(layer, -1);
}

/* Hue, saturation and value, each (batch, height, width, 1). */
typedef struct hsv {
  knn_value *hue, *saturation, *value;
} hsv;

static knn_value *channel(knn__scope *s, knn_value *x, int c) {
  return knn__slice_axis(s, x, 3, c, 1, 1);
}

static hsv split(knn__scope *s, knn_value *x) {
  hsv out = {0};
  if (s->status == KNN_OK && x->spec.dims[3] != 3)
    knn__scope_fail(s, KNN_ESHAPE, "images with 3 channels expected, got %s", KNN__SPEC(x->spec));
  if (s->status != KNN_OK) return out;
  knn_value *r = channel(s, x, 0), *g = channel(s, x, 1), *b = channel(s, x, 2);
  knn_value *most = knn__maximum(s, knn__maximum(s, r, g), b),
            *range = knn__subtract(s, most, knn__minimum(s, knn__minimum(s, r, g), b));
  knn_value *zero = knn__scalar_like(s, x, 0), *one = knn__scalar_like(s, x, 1);
  knn_value *lit = knn__greater(s, most, zero), *coloured = knn__greater(s, range, zero);
  knn_value *sixth =
      knn__divide(s, knn__scalar_like(s, x, 1.0 / 6), knn__where(s, coloured, range, one));
  knn_value *by_green = knn__plus(s, knn__multiply(s, sixth, knn__subtract(s, b, r)), 2.0 / 6),
            *by_blue = knn__plus(s, knn__multiply(s, sixth, knn__subtract(s, r, g)), 4.0 / 6),
            *by_red = knn__multiply(s, sixth, knn__subtract(s, g, b));
  knn_value *hue = knn__where(s, knn__equal(s, most, g), by_green, by_blue);
  hue = knn__where(s, coloured, knn__where(s, knn__equal(s, most, r), by_red, hue), zero);
  out.hue = knn__where(s, knn__less(s, hue, zero), knn__plus(s, hue, 1), hue);
  out.saturation = knn__where(s, lit, knn__divide(s, range, knn__where(s, lit, most, one)), zero);
  out.value = most;
  return out;
}

/* How much of a colour there is at a hue of 0 .. 6: |turn - at| - 1 where the colour is far from
 * `at`, 2 - |turn - at| where it is near, within 0 .. 1. */
static knn_value *share(knn__scope *s, knn_value *turn, double at, bool far) {
  knn_value *d = knn__absolute(s, knn__plus(s, turn, -at));
  d = far ? knn__plus(s, d, -1) : knn__plus(s, knn__negative(s, d), 2);
  return knn__clip(s, d, 0, 1);
}

static knn_value *join(knn__scope *s, hsv c) {
  if (s->status != KNN_OK) return NULL;
  knn_value *whole = knn__floor(s, c.hue);
  knn_value *turn = knn__times(s, knn__subtract(s, c.hue, whole), 6);
  knn_value *shares[] = {share(s, turn, 3, true), share(s, turn, 2, false),
                         share(s, turn, 4, false)};
  knn_value *rest = knn__plus(s, knn__negative(s, c.saturation), 1), *out[3];
  for (int i = 0; i < 3; i++)
    out[i] =
        knn__multiply(s, c.value, knn__add(s, rest, knn__multiply(s, c.saturation, shares[i])));
  return knn__concatenate(s, 3, out, 3);
}

static knn_value *turn_hue(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const hue_args *args = layer->base.args;
  const double low = args->value_range.v[0], width = args->value_range.v[1] - low;
  knn_value *coin = knn__draw_each(&args->base, s, x, 0, 1);
  knn_value *more =
      knn__times(s, knn__draw_each(&args->base, s, x, args->factor.v[0], args->factor.v[1]), 0.5);
  more = knn__where(s, knn__greater(s, coin, knn__scalar_like(s, coin, 0.5)),
                    knn__negative(s, more), more);
  hsv c = split(s, knn__times(s, knn__plus(s, x, -low), 1 / width));
  c.hue = knn__add(s, c.hue, more);
  return knn__plus(s, knn__times(s, knn__clip(s, join(s, c), 0, 1), width), low);
}

static knn_value *saturate(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const hue_args *args = layer->base.args;
  knn_value *f = knn__draw_each(&args->base, s, x, args->factor.v[0], args->factor.v[1]);
  f = knn__divide(s, f, knn__plus(s, knn__negative(s, f), 1 + 1e-7)); /* Keras's epsilon */
  hsv c = split(s, x);
  c.saturation = knn__clip(s, knn__multiply(s, c.saturation, f), args->value_range.v[0],
                           args->value_range.v[1]);
  return join(s, c);
}

static void call_hue(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, turn_hue);
}

static void call_saturation(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, saturate);
}

/* clang-format off */
#define ROW(NAME, TABLE, CHECK, CALL, SUMMARY, DETAIL, SEE)                                                            \
  {.cls = {.family = "layer", .name = NAME, .summary = SUMMARY, .detail = DETAIL,                                      \
           .shapes = "x (batch, height, width, 3) or (height, width, 3) -> same shape",                                \
           .example = "local y = knn.layers." NAME "{0.2}(knn.ones{1, 4, 4, 3})",                                      \
           .source = "Keras, " NAME, .see = SEE "|RandomBrightness", KNN__PARAMS(TABLE, hue_args)},                    \
   .min_rank = 3, .max_rank = 4, .draws_unasked = true, .check = CHECK, .call = CALL}
/* clang-format on */

const knn__layer_def knn__layer_random_hue =
    ROW("RandomHue", hue_params, check_hue, call_hue, "The hue of images turned in training.",
        "hue + or - f / 2 of a full turn.", "RandomSaturation");
const knn__layer_def knn__layer_random_saturation =
    ROW("RandomSaturation", saturation_params, check_saturation, call_saturation,
        "Images with more or less colour in training.",
        "saturation f / (1 - f), kept in value_range: f = 0.5 leaves it as it is.", "RandomHue");
