/* random_affine.c - images turned, moved, stretched or slanted at random in training, each by a
 * draw of its own. x (batch, height, width, channels) or one image -> same shape. The result at (x,
 * y) is what stands at (a0 x + a1 y + a2, b0 x + b1 y + b2), as the op affine_transform. */
#include "augment.h"

typedef struct affine_args {
  knn__augment base;
  knn_floats first, second; /* strengths; second: n = -1 where there is none */
  int fill_mode, interpolation;
  double fill_value;
} affine_args;

#define FACTOR(FIELD, NAME, DEFAULT, DOC, LEAST, MOST, ...)                                    \
  {                                                                                            \
    .name = NAME, .kind = KNN_P_FLOATS, .def = DEFAULT, .doc = DOC, .min = LEAST, .max = MOST, \
    .offset = offsetof(affine_args, FIELD), __VA_ARGS__                                        \
  }
#define REST                                                                                   \
  KNN__PARAM(affine_args, fill_mode, KNN_P_ENUM, "reflect", "What lies outside of an image.",  \
             .choices = "constant|nearest|reflect|mirror|wrap"),                               \
      KNN__PARAM(affine_args, interpolation, KNN_P_ENUM, "bilinear",                           \
                 "How values between elements are made.", .choices = "nearest|bilinear"),      \
      KNN__PARAM(affine_args, fill_value, KNN_P_FLOAT, "0", "What is outside, for constant."), \
      KNN__AUGMENT_PARAMS
#define SHARE "a number f for -f .. f, or a pair."

static const knn_param rotation[] = {
    FACTOR(first, "factor", NULL, "Part of a full turn, counter-clockwise: " SHARE, -1, 1,
           .positional = true),
    REST};
static const knn_param translation[] = {
    FACTOR(first, "height_factor", NULL, "Part of the height, downwards: " SHARE, -1, 1,
           .positional = true),
    FACTOR(second, "width_factor", NULL, "Part of the width, to the right: " SHARE, -1, 1,
           .positional = true),
    REST};
static const knn_param zoom[] = {
    FACTOR(first, "height_factor", NULL, "How much more of the height is seen: " SHARE, -1, 1,
           .positional = true),
    FACTOR(second, "width_factor", "null", "Of the width; default: as of the height.", -1, 1),
    REST};
static const knn_param shear[] = {
    FACTOR(first, "x_factor", "0", "Slant of columns: a number f for 0 .. f, or a pair.", 0, 1),
    FACTOR(second, "y_factor", "0", "Slant of rows, as x_factor.", 0, 1), REST};

static knn_status check_within(knn_layer *layer, const char *first, const char *second,
                               double bound) {
  affine_args *args = layer->base.args;
  KNN__TRY(knn__factor_range(layer->base.ctx, first, &args->first, bound));
  if (args->second.n < 0 || !second) return KNN_OK;
  return knn__factor_range(layer->base.ctx, second, &args->second, bound);
}

static knn_status check_rotation(knn_layer *layer) {
  affine_args *args = layer->base.args;
  args->second.n = -1;
  return check_within(layer, "factor", NULL, -1);
}

static knn_status check_two(knn_layer *layer) {
  return check_within(layer, "height_factor", "width_factor", -1);
}

static knn_status check_shear(knn_layer *layer) {
  return check_within(layer, "x_factor", "y_factor", 0);
}

/* A draw of the strength for each image: (batch, 1). */
static knn_value *draw(const affine_args *args, knn__scope *s, knn_value *images,
                       const knn_floats *range) {
  if (s->status != KNN_OK) return NULL;
  const int64_t dims[] = {images->spec.dims[0], 1};
  return knn__random_uniform_like(s, images, 2, dims, range->v[0], range->v[1], args->base.seed);
}

/* The images through a transform of a0 a1 a2 b0 b1 b2, each (batch, 1). */
static knn_value *apply(const affine_args *args, knn__scope *s, knn_value *images,
                        knn_value *const *t) {
  if (s->status != KNN_OK) return NULL;
  knn_value *zero = knn__times(s, t[0], 0);
  knn_value *const rows[] = {t[0], t[1], t[2], t[3], t[4], t[5], zero, zero};
  return knn__affine_transform(s, images, knn__concatenate(s, 8, rows, 1), args->interpolation,
                               args->fill_mode, args->fill_value);
}

/* Half of what lies between the first element of the axis and the last. */
static double centre(const knn_value *images, int axis) {
  return ((double)images->spec.dims[axis] - 1) / 2;
}

static knn_value *rotate(const knn_layer *layer, knn__scope *s, knn_value *images) {
  const affine_args *args = layer->base.args;
  if (!knn__known_size(s, images)) return NULL;
  const double cx = centre(images, 2), cy = centre(images, 1);
  knn_value *angle = knn__times(s, draw(args, s, images, &args->first), 2 * 3.14159265358979323846);
  knn_value *c = knn__cos(s, angle), *n = knn__sin(s, angle), *m = knn__negative(s, n);
  /* cx - cx a0 - cy a1, cy - cx b0 - cy b1 */
  knn_value *a2 = knn__add(s, knn__plus(s, knn__times(s, c, -cx), cx), knn__times(s, n, cy));
  knn_value *b2 = knn__add(s, knn__plus(s, knn__times(s, c, -cy), cy), knn__times(s, n, -cx));
  return apply(args, s, images, (knn_value *const[]){c, m, a2, n, c, b2});
}

static knn_value *translate(const knn_layer *layer, knn__scope *s, knn_value *images) {
  const affine_args *args = layer->base.args;
  if (!knn__known_size(s, images)) return NULL;
  const double h = (double)images->spec.dims[1], w = (double)images->spec.dims[2];
  knn_value *down = knn__times(s, draw(args, s, images, &args->first), -h);
  knn_value *right = knn__times(s, draw(args, s, images, &args->second), -w);
  knn_value *zero = knn__times(s, down, 0), *one = knn__plus(s, zero, 1);
  return apply(args, s, images, (knn_value *const[]){one, zero, right, zero, one, down});
}

static knn_value *magnify(const knn_layer *layer, knn__scope *s, knn_value *images) {
  const affine_args *args = layer->base.args;
  if (!knn__known_size(s, images)) return NULL;
  const double cx = centre(images, 2), cy = centre(images, 1);
  knn_value *zy = knn__plus(s, draw(args, s, images, &args->first), 1), *zx = zy;
  if (args->second.n > 0) zx = knn__plus(s, draw(args, s, images, &args->second), 1);
  knn_value *zero = knn__times(s, zy, 0);
  knn_value *x = knn__plus(s, knn__times(s, zx, -cx), cx), /* cx (1 - zx) */
      *y = knn__plus(s, knn__times(s, zy, -cy), cy);
  return apply(args, s, images, (knn_value *const[]){zx, zero, x, zero, zy, y});
}

static knn_value *slant(const knn_layer *layer, knn__scope *s, knn_value *images) {
  double ends[] = {0, 1};
  const knn_floats unit = {2, ends};
  const affine_args *args = layer->base.args;
  knn_value *coin = draw(args, s, images, &unit);
  coin = knn__greater(s, coin, knn__scalar_like(s, coin, 0.5));
  knn_value *sign = s->status == KNN_OK ? knn__cast(s, coin, images->spec.dtype) : NULL;
  sign = knn__plus(s, knn__times(s, sign, -2), 1);
  knn_value *sy = knn__multiply(s, draw(args, s, images, &args->second), sign);
  knn_value *sx = knn__multiply(s, draw(args, s, images, &args->first), sign);
  knn_value *zero = knn__times(s, sx, 0), *one = knn__plus(s, zero, 1);
  return apply(args, s, images, (knn_value *const[]){one, sx, zero, sy, one, zero});
}

/* clang-format off */
#define LAYER(row, NAME, TABLE, CHECK, CHANGE, SUMMARY, DETAIL, EXAMPLE)                                               \
  static void call_##row(knn_layer *layer, knn__scope *s, knn__layer_io *io) {                                         \
    knn__augment_call(layer, s, io, CHANGE);                                                                           \
  }                                                                                                                    \
  const knn__layer_def knn__layer_##row = {                                                                            \
      .cls = {.family = "layer", .name = NAME, .summary = SUMMARY " In training only.", .detail = DETAIL,              \
              .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same shape",              \
              .example = "local y = knn.layers." NAME EXAMPLE "(knn.ones{1, 8, 8, 3})",                                \
              .source = "Keras, " NAME, .see = "RandomFlip|RandomCrop", KNN__PARAMS(TABLE, affine_args)},              \
      .min_rank = 3, .max_rank = 4, .draws_unasked = true, .check = CHECK, .call = call_##row}
/* clang-format on */

LAYER(random_rotation, "RandomRotation", rotation, check_rotation, rotate,
      "Images turned about their centre by a random angle.",
      "An angle of factor[1] .. factor[2] full turns for each image, counter-clockwise.", "{0.1}");
LAYER(random_translation, "RandomTranslation", translation, check_two, translate,
      "Images moved by a random part of their height and width.",
      "A share of height_factor and width_factor for each image, positive down and to the right.",
      "{0.1, 0.1}");
LAYER(random_zoom, "RandomZoom", zoom, check_two, magnify,
      "Images seen from nearer or farther away.",
      "1 + a draw of the factor times as much of each image is seen; positive is farther away.",
      "{0.2}");
LAYER(random_shear, "RandomShear", shear, check_shear, slant, "Images slanted at random.",
      "What stands at (x + sx y, y + sy x), with sx, sy drawn and one sign for both.",
      "{x_factor = 0.2}");
