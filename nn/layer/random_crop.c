/* random_crop.c - a random part of the images in training, the same part of all of a batch. x
 * (batch, height, width, channels) or one image -> the same with the new height and width. Images
 * that are not larger give what there is from where their largest middle part of that aspect ratio
 * begins, resized. Otherwise the images as they are, as in Keras. */
#include "augment.h"

typedef struct crop_args {
  knn__augment base;
  int64_t height, width;
} crop_args;

static const knn_param params[] = {
    KNN__PARAM(crop_args, height, KNN_P_INT, NULL, "Height of the part.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(crop_args, width, KNN_P_INT, NULL, "Width of the part.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__AUGMENT_PARAMS};

/* 0 .. n - 1 as int32. */
static knn_value *counted(knn__scope *s, int64_t n) {
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status == KNN_OK) s->status = knn_tensor_new(s->ctx, KNN_I32, 1, &n, &t);
  if (s->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < n; i++) knn_tensor_set(t, i, (double)i);
  s->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(s, v);
}

/* `size` elements of the axis from a random one on. */
static knn_value *part(const crop_args *args, knn__scope *s, knn_value *x, int axis, int64_t size) {
  if (s->status != KNN_OK) return NULL;
  const int64_t more = x->spec.dims[axis] - size;
  knn_value *start = knn__random_uniform_like(s, x, 0, NULL, 0, (double)more + 1, args->base.seed);
  start = knn__cast(s, knn__floor(s, start), KNN_I32);
  return knn__take(s, x, knn__add(s, counted(s, size), start), axis);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const crop_args *args = layer->base.args;
  if (!knn__known_size(s, x)) return NULL;
  if (x->spec.dims[1] > args->height && x->spec.dims[2] > args->width)
    return part(args, s, part(args, s, x, 1, args->height), 2, args->width);
  const knn_value *middle = knn__crop_to_aspect(s, x, args->height, args->width);
  if (s->status != KNN_OK) return NULL;
  const int64_t y = (x->spec.dims[1] - middle->spec.dims[1]) / 2,
                left = (x->spec.dims[2] - middle->spec.dims[2]) / 2, h = x->spec.dims[1] - y,
                w = x->spec.dims[2] - left;
  x = knn__crop_images(s, x, y, left, h < args->height ? h : args->height,
                       w < args->width ? w : args->width);
  return knn__resize_op(s, x, 2, (int64_t[]){args->height, args->width}, KNN__BILINEAR, false);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_crop = {
    .cls = {.family = "layer",
            .name = "RandomCrop",
            .summary = "A random part of the images in training.",
            .detail = "One place for the whole batch. Images that are not larger give their middle "
                      "part, resized. Not in training: the images as they "
                      "are.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> the same "
                      "with the new sizes",
            .example = "local y = knn.layers.RandomCrop{4, 6}(knn.ones{1, 8, 8, 3})",
            .source = "Keras, RandomCrop",
            .see = "CenterCrop|RandomFlip",
            KNN__PARAMS(params, crop_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .call = call,
};
