/* random_colour.c - colours of images changed in training, by a draw for each image. x (batch,
 * height, width, channels) or one image -> same shape */
#include <math.h>

#include "augment.h"

typedef struct colour_args {
  knn__augment base;
  knn_floats factor, threshold, value_range;
} colour_args;

#define FACTOR(FIELD, NAME, DEFAULT, DOC, LEAST, MOST, ...)                                    \
  {                                                                                            \
    .name = NAME, .kind = KNN_P_FLOATS, .def = DEFAULT, .doc = DOC, .min = LEAST, .max = MOST, \
    .offset = offsetof(colour_args, FIELD), __VA_ARGS__                                        \
  }
#define RANGE                                                   \
  KNN__PARAM(colour_args, value_range, KNN_P_FLOATS, "[0,255]", \
             "Smallest and largest value of a pixel.")
#define UP_TO "a number f for 0 .. f, or a pair."

static const knn_param brightness[] = {
    FACTOR(factor, "factor", NULL,
           "Part of the range that is added: a number f for -f .. f, or a pair.", -1, 1,
           .positional = true),
    RANGE, KNN__AUGMENT_PARAMS};
static const knn_param contrast[] = {
    FACTOR(factor, "factor", NULL, "How much contrast is added at most, or lost and added: a pair.",
           0, 1, .positional = true),
    RANGE, KNN__AUGMENT_PARAMS};
static const knn_param degeneration[] = {
    FACTOR(factor, "factor", NULL, "Share of the colour that is lost: " UP_TO, 0, 1,
           .positional = true),
    RANGE, KNN__AUGMENT_PARAMS};
static const knn_param sharpness[] = {
    FACTOR(factor, "factor", NULL, "0 smooth, 0.5 as it is, 1 sharpened: " UP_TO, 0, 1,
           .positional = true),
    RANGE, KNN__AUGMENT_PARAMS};
static const knn_param invert[] = {
    FACTOR(factor, "factor", "1.0", "Probability that an image is inverted: " UP_TO, 0, 1), RANGE,
    KNN__AUGMENT_PARAMS};
static const knn_param grayscale[] = {
    FACTOR(factor, "factor", "0.5", "Probability that an image becomes gray.", 0, 1),
    KNN__AUGMENT_PARAMS};
static const knn_param solarization[] = {
    FACTOR(factor, "addition_factor", "0.0", "Part of the range that is added first: " UP_TO, 0, 1),
    FACTOR(threshold, "threshold_factor", "0.0",
           "Part of the range from which on values are inverted: " UP_TO, 0, 1),
    RANGE, KNN__AUGMENT_PARAMS};
static const knn_param posterization[] = {
    FACTOR(factor, "factor", NULL, "Bits that are kept: a number f for 1 .. f - 1, or a pair.", 1,
           8, .positional = true),
    RANGE, KNN__AUGMENT_PARAMS};
static const knn_param auto_contrast[] = {RANGE, KNN__DATA_FORMAT_PARAM(knn__augment),
                                          KNN__LAYER_PARAMS(knn__augment)};

static knn_status check_bound(knn_layer *layer, double bound) {
  colour_args *args = layer->base.args;
  KNN__TRY(knn__value_range(layer->base.ctx, &args->value_range));
  return knn__factor_range(layer->base.ctx, "factor", &args->factor, bound);
}

static knn_status check_both(knn_layer *layer) {
  return check_bound(layer, -1);
}

static knn_status check_up(knn_layer *layer) {
  return check_bound(layer, 0);
}

static knn_status check_posterization(knn_layer *layer) {
  const colour_args *args = layer->base.args;
  KNN__TRY(check_bound(layer, 1));
  for (int i = 0; i < 2; i++)
    if (args->factor.v[i] != floor(args->factor.v[i]))
      return knn_fail(layer->base.ctx, KNN_EARG, "'factor' must be whole numbers, got %g",
                      args->factor.v[i]);
  return KNN_OK;
}

static knn_status check_grayscale(knn_layer *layer) {
  const colour_args *args = layer->base.args;
  if (args->factor.n == 1) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "'factor' must be one number, got %d", args->factor.n);
}

static knn_status check_solarization(knn_layer *layer) {
  colour_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  KNN__TRY(knn__value_range(ctx, &args->value_range));
  KNN__TRY(knn__factor_range(ctx, "addition_factor", &args->factor, 0));
  return knn__factor_range(ctx, "threshold_factor", &args->threshold, 0);
}

static knn_status check_range(knn_layer *layer) {
  colour_args *args = layer->base.args;
  return knn__value_range(layer->base.ctx, &args->value_range);
}

static knn_value *draw(const colour_args *args, knn__scope *s, knn_value *x) {
  return knn__draw_each(&args->base, s, x, args->factor.v[0], args->factor.v[1]);
}

static knn_value *clipped(const colour_args *args, knn__scope *s, knn_value *x) {
  return knn__clip(s, x, args->value_range.v[0], args->value_range.v[1]);
}

static knn_value *brighten(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  const double width = args->value_range.v[1] - args->value_range.v[0];
  return clipped(args, s, knn__add(s, x, knn__times(s, draw(args, s, x), width)));
}

/* (x - mean) c + mean, the mean of each image and channel */
static knn_value *stretch(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  const knn__axes plane = {2, {1, 2}};
  knn_value *c = knn__draw_each(&args->base, s, x, 1 - args->factor.v[0], 1 + args->factor.v[1]);
  knn_value *mean = knn__mean(s, x, plane, true);
  knn_value *y = knn__add(s, knn__multiply(s, knn__subtract(s, x, mean), c), mean);
  return clipped(args, s, y);
}

/* x + f (gray - x) */
static knn_value *fade(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  knn_value *lost = knn__subtract(s, knn__gray(s, x), x);
  return clipped(args, s, knn__add(s, x, knn__multiply(s, draw(args, s, x), lost)));
}

static knn_value *sharpen(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  if (s->status != KNN_OK) return NULL;
  const int64_t channels = x->spec.dims[3], dims[] = {3, 3, 1, channels};
  const knn__window same = {.rank = 2,
                            .size = {3, 3},
                            .stride = {1, 1},
                            .dilation = {1, 1},
                            .before = {1, 1},
                            .after = {1, 1}};
  knn_tensor *t = NULL;
  knn_value *kernel = NULL;
  s->status = knn_tensor_new(s->ctx, x->spec.dtype, 4, dims, &t);
  if (s->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, (i / channels == 4 ? 5 : 1) / 13.0);
  s->status = knn_value_from(t, &kernel);
  knn_tensor_release(t);
  knn_value *smooth = knn__conv_op(s, x, knn__hold(s, kernel), &same, channels);
  knn_value *share = knn__plus(s, knn__times(s, draw(args, s, x), -2), 1);
  return clipped(args, s, knn__add(s, x, knn__multiply(s, share, knn__subtract(s, smooth, x))));
}

/* largest value - x, with a probability that is drawn too */
static knn_value *negate(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  knn_value *p = draw(args, s, x), *u = knn__draw_each(&args->base, s, x, 0, 1);
  knn_value *inverted = knn__plus(s, knn__negative(s, x), args->value_range.v[1]);
  return knn__where(s, knn__less(s, u, p), inverted, x);
}

static knn_value *turn_gray(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  knn_value *u = knn__draw_each(&args->base, s, x, 0, 1);
  knn_value *chosen = knn__less(s, u, knn__scalar_like(s, u, args->factor.v[0]));
  return knn__where(s, chosen, knn__gray(s, x), x);
}

/* Values from one range to another. */
static knn_value *rescaled(knn__scope *s, knn_value *x, double a, double b, double c, double d) {
  if (a == c && b == d) return x;
  const double factor = (d - c) / (b - a);
  return knn__plus(s, knn__times(s, x, factor), c - a * factor);
}

/* On 0 .. 255: x + a, then 255 - x from the threshold on. */
static knn_value *solarize(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  const double *range = args->value_range.v;
  knn_value *more = knn__draw_each(&args->base, s, x, args->factor.v[0], args->factor.v[1] * 255);
  knn_value *threshold =
      knn__draw_each(&args->base, s, x, args->threshold.v[0], args->threshold.v[1] * 255);
  knn_value *y = rescaled(s, x, range[0], range[1], 0, 255);
  y = knn__clip(s, knn__add(s, y, more), 0, 255);
  knn_value *inverted = knn__plus(s, knn__negative(s, y), 255);
  y = knn__where(s, knn__less(s, y, threshold), y, inverted);
  return rescaled(s, y, 0, 255, range[0], range[1]);
}

/* On 0 .. 255 as whole numbers: all but the first bits become 0. */
static knn_value *posterize(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  const double *range = args->value_range.v, low = args->factor.v[0], high = args->factor.v[1];
  knn_value *bits = knn__floor(s, knn__draw_each(&args->base, s, x, low, high));
  knn_value *step =
      knn__power(s, knn__scalar_like(s, x, 2), knn__plus(s, knn__negative(s, bits), 8));
  knn_value *y = knn__trunc(s, rescaled(s, x, range[0], range[1], 0, 255));
  y = knn__multiply(s, knn__floor(s, knn__divide(s, y, step)), step);
  return rescaled(s, y, 0, 255, range[0], range[1]);
}

/* Each channel of each image from its smallest and largest value to the range's; one without a
 * difference stays. */
static knn_value *spread(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const colour_args *args = layer->base.args;
  const knn__axes plane = {2, {1, 2}};
  const double low = args->value_range.v[0], width = args->value_range.v[1] - low;
  knn_value *least = knn__min(s, x, plane, true);
  knn_value *span = knn__subtract(s, knn__max(s, x, plane, true), least);
  knn_value *flat = knn__equal(s, span, knn__scalar_like(s, span, 0));
  span = knn__where(s, flat, knn__scalar_like(s, span, 1), span);
  knn_value *y = knn__divide(s, knn__times(s, knn__subtract(s, x, least), width), span);
  return knn__where(s, flat, x, knn__plus(s, y, low));
}

static void call_auto_contrast(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  io->training = true; /* it draws nothing and is always active */
  knn__augment_call(layer, s, io, spread);
}

/* clang-format off */
#define ROW(NAME, TABLE, CHECK, CALL, SUMMARY, DETAIL, EXAMPLE)                                                        \
  {.cls = {.family = "layer", .name = NAME, .summary = SUMMARY, .detail = DETAIL,                                      \
           .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same shape",                  \
           .example = "local y = knn.layers." NAME EXAMPLE "(knn.ones{1, 4, 4, 3})",                                   \
           .source = "Keras, " NAME, .see = "RandomFlip|Rescaling", KNN__PARAMS(TABLE, colour_args)},                  \
   .min_rank = 3, .max_rank = 4, .draws_unasked = true, .check = CHECK, .call = CALL}
#define LAYER(row, NAME, TABLE, CHECK, CHANGE, SUMMARY, DETAIL, EXAMPLE)                                               \
  static void call_##row(knn_layer *layer, knn__scope *s, knn__layer_io *io) {                                         \
    knn__augment_call(layer, s, io, CHANGE);                                                                           \
  }                                                                                                                    \
  const knn__layer_def knn__layer_##row =                                                                              \
      ROW(NAME, TABLE, CHECK, call_##row, SUMMARY " In training only.", DETAIL, EXAMPLE)
/* clang-format on */

LAYER(random_brightness, "RandomBrightness", brightness, check_both, brighten,
      "Images made brighter or darker.", "y = x + f (largest - smallest value), kept in the range.",
      "{0.2}");
LAYER(random_contrast, "RandomContrast", contrast, check_up, stretch,
      "Images with more or less contrast.",
      "y = (x - mean) c + mean, c drawn of 1 - lower .. 1 + upper (of one number f: 1 .. 1 + f), "
      "the mean of each image and channel.",
      "{0.2}");
LAYER(random_color_degeneration, "RandomColorDegeneration", degeneration, check_up, fade,
      "Images that lose colour.", "y = x + f (gray - x), kept in the range.", "{0.5}");
LAYER(random_sharpness, "RandomSharpness", sharpness, check_up, sharpen,
      "Images made smoother or sharper.",
      "y = x + (1 - 2 f) (smooth - x), smooth by a window of 3 by 3.", "{0.5}");
LAYER(random_invert, "RandomInvert", invert, check_up, negate, "Images inverted at random.",
      "y = largest value - x, with a probability drawn of the factor.", "{}");
LAYER(random_grayscale, "RandomGrayscale", grayscale, check_grayscale, turn_gray,
      "Images made gray at random.",
      "With probability factor: 0.2989 red + 0.587 green + 0.114 blue.", "{factor = 0.3}");
LAYER(
    random_posterization, "RandomPosterization", posterization, check_posterization, posterize,
    "Images with fewer shades.",
    "On the scale 0 .. 255 all but the first bits of a value become 0; how many are kept is drawn.",
    "{4}");
LAYER(solarization, "Solarization", solarization, check_solarization, solarize,
      "Bright values inverted.",
      "On the scale 0 .. 255: y = x + a; y from the threshold on becomes 255 - y.",
      "{threshold_factor = 0.5}");

const knn__layer_def knn__layer_auto_contrast = ROW(
    "AutoContrast", auto_contrast, check_range, call_auto_contrast,
    "Each channel of each image stretched over the range.",
    "y = (x - min) / (max - min) on the scale of value_range; a channel of one value stays.", "{}");
