/* random_perspective.c - images seen from another place, at random in training: each corner but the
 * first moves by a random share of its own coordinates, straight lines stay straight. x (batch,
 * height, width, channels) or one image -> same shape. The eight numbers of the transform are those
 * that take the moved corners to the old ones. */
#include "augment.h"

typedef struct perspective_args {
  knn__augment base;
  knn_floats factor;
  double scale, fill_value;
  int interpolation;
} perspective_args;

static const knn_param params[] = {
    KNN__PARAM(perspective_args, factor, KNN_P_FLOATS, "1.0",
               "Probability that an image is changed: a number f for 0 .. f, or a pair.", .min = 0,
               .max = 1),
    KNN__PARAM(perspective_args, scale, KNN_P_FLOAT, "1.0",
               "How far corners move: up to half of this share of their coordinates.", .min = 0,
               .max = 1),
    KNN__PARAM(perspective_args, interpolation, KNN_P_ENUM, "bilinear",
               "How values between elements are made.", .choices = "nearest|bilinear"),
    KNN__PARAM(perspective_args, fill_value, KNN_P_FLOAT, "0", "What is outside of an image."),
    KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  perspective_args *args = layer->base.args;
  return knn__factor_range(layer->base.ctx, "factor", &args->factor, 0);
}

enum { CORNERS = 4 };

/* A coordinate of each corner, as it was: (1, 4, 1). */
static knn_value *coordinates(knn__scope *s, knn_value *images, double last, int axis) {
  const double at[2][CORNERS] = {{0, last, 0, last}, {0, 0, last, last}};
  knn_value *corner[CORNERS];
  if (s->status != KNN_OK) return NULL;
  for (int i = 0; i < CORNERS; i++) corner[i] = knn__scalar_like(s, images, at[axis][i]);
  return knn__reshape(s, knn__stack(s, CORNERS, corner, 0), 3, (int64_t[]){1, CORNERS, 1});
}

/* The same, moved in each image: (batch, 4, 1). */
static knn_value *moved(const perspective_args *args, knn__scope *s, knn_value *images,
                        knn_value *old) {
  if (s->status != KNN_OK) return NULL;
  const int64_t dims[] = {images->spec.dims[0], CORNERS, 1};
  const double most = args->scale / 2;
  knn_value *share = knn__random_uniform_like(s, images, 3, dims, -most, most, args->base.seed);
  return knn__multiply(s, old, knn__plus(s, share, 1));
}

/* For a corner moved from (x, y) to (u, v): a0 u + a1 v + a2 - x (c0 u + c1 v) = x; and for y. */
static knn_value *transform(knn__scope *s, knn_value *x, knn_value *y, knn_value *u, knn_value *v) {
  knn_value *one = knn__plus(s, knn__times(s, u, 0), 1), *zero = knn__times(s, u, 0);
  x = knn__multiply(s, x, one), y = knn__multiply(s, y, one);
  knn_value *xu = knn__negative(s, knn__multiply(s, x, u)),
            *xv = knn__negative(s, knn__multiply(s, x, v)),
            *yu = knn__negative(s, knn__multiply(s, y, u)),
            *yv = knn__negative(s, knn__multiply(s, y, v));
  knn_value *upper =
      knn__concatenate(s, 8, (knn_value *[]){u, v, one, zero, zero, zero, xu, xv}, 2);
  knn_value *lower =
      knn__concatenate(s, 8, (knn_value *[]){zero, zero, zero, u, v, one, yu, yv}, 2);
  knn_value *a = knn__concatenate(s, 2, (knn_value *[]){upper, lower}, 1),
            *b = knn__concatenate(s, 2, (knn_value *[]){x, y}, 1);
  return knn__squeeze(s, knn__solve(s, a, b, false), 2);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *images) {
  const perspective_args *args = layer->base.args;
  if (!knn__known_size(s, images)) return NULL;
  const double height = (double)images->spec.dims[1], width = (double)images->spec.dims[2];
  knn_value *p = knn__draw_each(&args->base, s, images, args->factor.v[0], args->factor.v[1]),
            *coin = knn__draw_each(&args->base, s, images, 0, 1);
  knn_value *x = coordinates(s, images, width - 1, 0), *y = coordinates(s, images, height - 1, 1);
  knn_value *t = transform(s, x, y, moved(args, s, images, x), moved(args, s, images, y));
  knn_value *seen = knn__perspective_transform(s, images, t, args->interpolation, args->fill_value);
  return knn__where(s, knn__less(s, coin, p), seen, images);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_perspective = {
    .cls = {.family = "layer",
            .name = "RandomPerspective",
            .summary = "Images seen from another place, at random in training.",
            .detail =
                "With a probability drawn of factor, each corner moves by -scale / 2 .. scale "
                "/ 2 of its coordinates.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.RandomPerspective{scale = 0.5}(knn.ones{1, 8, 8, 3})",
            .source = "Keras, RandomPerspective",
            .see = "RandomRotation|RandomShear",
            KNN__PARAMS(params, perspective_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
