/* random_erasing.c - a box of each image filled at random in training: its width and height are the
 * roots of two draws of scale, as parts of the image's. x (batch, height, width, channels) or one
 * image -> same shape */
#include "augment.h"
#include "numbers.h"

typedef struct erasing_args {
  knn__augment base;
  knn_floats factor, scale, value_range;
  knn_config *fill_value;
} erasing_args;

static const knn_param params[] = {
    KNN__PARAM(erasing_args, factor, KNN_P_FLOATS, "1.0",
               "Probability that a box is filled: a number f for 0 .. f, or a pair.", .min = 0,
               .max = 1),
    KNN__PARAM(erasing_args, scale, KNN_P_FLOATS, "[0.02,0.33]",
               "Smallest and largest part of the image.", .min = 0, .max = 1),
    KNN__PARAM(erasing_args, fill_value, KNN_P_CONFIG, "null",
               "Number for the box, or one for each of three channels; null = noise."),
    KNN__PARAM(erasing_args, value_range, KNN_P_FLOATS, "[0,255]",
               "Smallest and largest value of a pixel."),
    KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  erasing_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  KNN__TRY(knn__value_range(ctx, &args->value_range));
  KNN__TRY(knn__factor_range(ctx, "factor", &args->factor, 0));
  KNN__TRY(knn__factor_range(ctx, "scale", &args->scale, 0));
  if (knn_config_kind_of(args->fill_value) == KNN_CONFIG_NULL) return KNN_OK;
  return knn__numbers_check(ctx, "fill_value", args->fill_value);
}

/* Which elements of the axis lie in the box of each image: (batch, n, 1, 1) or (batch, 1, n, 1). */
static knn_value *within(const erasing_args *args, knn__scope *s, knn_value *x, int axis) {
  if (s->status != KNN_OK) return NULL;
  const int64_t n = x->spec.dims[axis];
  int64_t dims[] = {1, 1, 1, 1};
  knn_tensor *t = NULL;
  knn_value *place = NULL;
  dims[axis] = n;
  s->status = knn_tensor_new(s->ctx, x->spec.dtype, 4, dims, &t);
  if (s->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < n; i++) knn_tensor_set(t, i, (double)i);
  s->status = knn_value_from(t, &place);
  knn_tensor_release(t);
  place = knn__hold(s, place);
  knn_value *part =
      knn__sqrt(s, knn__draw_each(&args->base, s, x, args->scale.v[0], args->scale.v[1]));
  knn_value *length = knn__times(s, part, (double)n);
  knn_value *start = knn__multiply(s, knn__draw_each(&args->base, s, x, 0, 1),
                                   knn__plus(s, knn__negative(s, length), (double)n));
  return knn__logical_and(s, knn__greater_equal(s, place, start),
                          knn__less(s, place, knn__add(s, start, length)));
}

static knn_value *filling(const erasing_args *args, knn__scope *s, knn_value *x) {
  const double *range = args->value_range.v;
  knn_value *fill = NULL;
  if (s->status != KNN_OK) return NULL;
  if (knn_config_kind_of(args->fill_value) == KNN_CONFIG_NULL)
    fill = knn__random_normal_like(s, x, 4, x->spec.dims, 0, range[1], args->base.seed);
  else
    fill = knn__numbers(s, args->fill_value, x->spec.dtype, 0, NULL);
  return knn__clip(s, fill, range[0], range[1]);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const erasing_args *args = layer->base.args;
  if (!knn__known_size(s, x)) return NULL;
  knn_value *p = knn__draw_each(&args->base, s, x, args->factor.v[0], args->factor.v[1]),
            *u = knn__draw_each(&args->base, s, x, 0, 1);
  knn_value *box = knn__logical_and(s, within(args, s, x, 1), within(args, s, x, 2));
  box = knn__logical_and(s, box, knn__less(s, u, p));
  return knn__where(s, box, filling(args, s, x), x);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_erasing = {
    .cls = {.family = "layer",
            .name = "RandomErasing",
            .summary = "A box of each image filled at random in training.",
            .detail = "With a probability drawn of factor: a box whose width and height are the "
                      "roots of two draws of scale, filled with noise or fill_value.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.RandomErasing{fill_value = 0}(knn.ones{1, 8, 8, 3})",
            .source = "Zhong et al. 2017",
            .see = "RandomCrop|Dropout",
            KNN__PARAMS(params, erasing_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
