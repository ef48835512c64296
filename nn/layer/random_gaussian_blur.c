/* random_gaussian_blur.c - images smoothed at random in training: a window of the normal
 * distribution, sigma drawn for the whole batch and along each axis, slides over rows and columns;
 * outside of an image is 0. x (batch, height, width, channels) or one image -> same shape */
#include "augment.h"
#include "blur.h"

typedef struct blur_args {
  knn__augment base;
  knn_floats factor, sigma, value_range;
  knn_ints kernel_size;
} blur_args;

static const knn_param params[] = {
    KNN__PARAM(blur_args, factor, KNN_P_FLOATS, "1.0",
               "Probability that an image is smoothed: a number f for 0 .. f, or a pair.", .min = 0,
               .max = 1),
    KNN__PARAM(blur_args, kernel_size, KNN_P_INTS, "3", "Width and height of the window, odd.",
               .mark = KNN_SIZE, .arity = 2, .min = 1, .max = 1e6),
    KNN__PARAM(blur_args, sigma, KNN_P_FLOATS, "1.0",
               "Standard deviation of the window: a number f for 0 .. f, or a pair.", .min = 0,
               .max = 1),
    KNN__PARAM(blur_args, value_range, KNN_P_FLOATS, "[0,255]",
               "Smallest and largest value of a pixel."),
    KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  blur_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  for (int i = 0; i < 2; i++)
    if (args->kernel_size.v[i] % 2 == 0)
      return knn_fail(ctx, KNN_EARG, "'kernel_size' must be odd, got %lld",
                      (long long)args->kernel_size.v[i]);
  KNN__TRY(knn__value_range(ctx, &args->value_range));
  KNN__TRY(knn__factor_range(ctx, "factor", &args->factor, 0));
  return knn__factor_range(ctx, "sigma", &args->sigma, 0);
}

/* x smoothed along a spatial axis by a window of n, its sigma drawn. */
static knn_value *smoothed(const blur_args *args, knn__scope *s, knn_value *x, int axis,
                           int64_t n) {
  const double *range = args->sigma.v;
  knn_value *sigma = knn__random_uniform_like(s, x, 0, NULL, range[0], range[1], args->base.seed);
  return knn__blurred(s, x, axis, n, knn__plus(s, sigma, 1e-6));
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const blur_args *args = layer->base.args;
  const double *range = args->value_range.v;
  knn_value *p = knn__draw_each(&args->base, s, x, args->factor.v[0], args->factor.v[1]),
            *u = knn__draw_each(&args->base, s, x, 0, 1);
  knn_value *y = smoothed(args, s, x, 1, args->kernel_size.v[0]);
  y = smoothed(args, s, y, 0, args->kernel_size.v[1]);
  return knn__clip(s, knn__where(s, knn__less(s, u, p), y, x), range[0], range[1]);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_gaussian_blur = {
    .cls = {.family = "layer",
            .name = "RandomGaussianBlur",
            .summary = "Images smoothed at random in training.",
            .detail = "With a probability drawn of factor: a window e^(-1/2 (i / sigma)^2) along "
                      "rows and columns, its sum 1; sigma is drawn for the batch. Outside of an "
                      "image is 0.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.RandomGaussianBlur{kernel_size = 5}(knn.ones{1, 8, 8, "
                       "3})",
            .source = "Keras, RandomGaussianBlur",
            .see = "RandomSharpness|RandomErasing",
            KNN__PARAMS(params, blur_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
