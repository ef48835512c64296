/* random_elastic_transform.c - images warped as if of rubber, at random in training: each pixel
 * comes from a place that is off by smooth noise. With D drawn of scale for the whole batch, sigma
 * = 0.05 D min(height, width) and alpha = 0.1 D max(height, width), it is off by alpha times noise
 * of the deviation sigma, smoothed by a window of the normal distribution of this sigma. x (batch,
 * height, width, channels) or one image -> same shape. Source: Simard et al. 2003. */
#include "augment.h"
#include "blur.h"

typedef struct elastic_args {
  knn__augment base;
  knn_floats factor, scale, value_range;
  int interpolation, fill_mode;
  double fill_value;
} elastic_args;

static const knn_param params[] = {
    KNN__PARAM(elastic_args, factor, KNN_P_FLOATS, "1.0",
               "Probability that an image is changed: a number f for 0 .. f, or a pair.", .min = 0,
               .max = 1),
    KNN__PARAM(elastic_args, scale, KNN_P_FLOATS, "1.0",
               "How far pixels move: a number f for 0 .. f, or a pair.", .min = 0, .max = 1),
    KNN__PARAM(elastic_args, interpolation, KNN_P_ENUM, "bilinear",
               "How values between elements are made.", .choices = "nearest|bilinear"),
    KNN__PARAM(elastic_args, fill_mode, KNN_P_ENUM, "reflect", "What lies outside of an image.",
               .choices = "constant|nearest|reflect|mirror|wrap"),
    KNN__PARAM(elastic_args, fill_value, KNN_P_FLOAT, "0", "What is outside, for constant."),
    KNN__PARAM(elastic_args, value_range, KNN_P_FLOATS, "[0,255]",
               "Smallest and largest value of a pixel."),
    KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  elastic_args *args = layer->base.args;
  KNN__TRY(knn__value_range(layer->base.ctx, &args->value_range));
  KNN__TRY(knn__factor_range(layer->base.ctx, "factor", &args->factor, 0));
  return knn__factor_range(layer->base.ctx, "scale", &args->scale, 0);
}

/* The place x y of each pixel: (1, height, width, 2). */
static knn_value *places(knn__scope *s, const knn_value *images, knn_dtype type) {
  const int64_t height = images->spec.dims[1], width = images->spec.dims[2],
                dims[] = {1, height, width, 2};
  knn_tensor *t = NULL;
  knn_value *grid = NULL;
  s->status = knn_tensor_new(s->ctx, type, 4, dims, &t);
  if (s->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < height * width; i++) {
    knn_tensor_set(t, 2 * i, (double)(i % width));
    knn_tensor_set(t, 2 * i + 1, (double)(i / width));
  }
  s->status = knn_value_from(t, &grid);
  knn_tensor_release(t);
  return knn__hold(s, grid);
}

/* How far the place that each pixel comes from is off: (batch, height, width, 2). */
static knn_value *offsets(const elastic_args *args, knn__scope *s, knn_value *images) {
  const int64_t seed = args->base.seed, *of = images->spec.dims, dims[] = {of[0], of[1], of[2], 2};
  const double least = 0.05 * (double)(of[1] < of[2] ? of[1] : of[2]),
               most = 0.1 * (double)(of[1] < of[2] ? of[2] : of[1]), *range = args->scale.v;
  const int64_t n = 2 * (int64_t)(3 * least * range[1]) + 1; /* enough for the largest sigma */
  knn_value *d = knn__random_uniform_like(s, images, 0, NULL, range[0], range[1], seed);
  knn_value *sigma = knn__plus(s, knn__times(s, d, least), 1e-6);
  knn_value *noise = knn__random_normal_like(s, images, 4, dims, 0, 1, seed);
  noise = knn__multiply(s, noise, sigma);
  noise = knn__blurred(s, knn__blurred(s, noise, 0, n, sigma), 1, n, sigma);
  return knn__multiply(s, noise, knn__times(s, d, most));
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *images) {
  const elastic_args *args = layer->base.args;
  const double *chance = args->factor.v, *range = args->value_range.v;
  if (!knn__known_size(s, images)) return NULL;
  if (chance[1] == 0 || args->scale.v[1] == 0) return images;
  knn_value *p = knn__draw_each(&args->base, s, images, chance[0], chance[1]),
            *coin = knn__draw_each(&args->base, s, images, 0, 1);
  knn_value *from = offsets(args, s, images);
  if (s->status != KNN_OK) return NULL;
  /* 16 bits do not tell places in a large image apart */
  const knn_dtype own = images->spec.dtype, type = own == KNN_F64 ? KNN_F64 : KNN_F32;
  from = knn__cast(s, from, type);
  if (s->status == KNN_OK) from = knn__add(s, from, places(s, images, type));
  knn_value *warped = knn__affine_transform(s, knn__cast(s, images, type), from,
                                            args->interpolation, args->fill_mode, args->fill_value);
  warped = knn__cast(s, warped, own);
  return knn__clip(s, knn__where(s, knn__less(s, coin, p), warped, images), range[0], range[1]);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_elastic_transform = {
    .cls = {.family = "layer",
            .name = "RandomElasticTransform",
            .summary = "Images warped as if of rubber, at random in training.",
            .detail = "With a probability drawn of factor, each pixel comes from a place that is "
                      "off by alpha times noise of the deviation sigma, smoothed by a window of "
                      "this sigma: D drawn of scale for the batch, sigma = 0.05 D min(height, "
                      "width), alpha = 0.1 D max(height, width).",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.RandomElasticTransform{scale = 0.5}(knn.ones{1, 8, "
                       "8, 3})",
            .source = "Simard et al. 2003; Keras, RandomElasticTransform",
            .see = "RandomPerspective|RandomShear",
            KNN__PARAMS(params, elastic_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
