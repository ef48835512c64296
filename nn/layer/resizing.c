/* resizing.c - images of another size. x (batch, height, width, channels) or one image -> the same
 * with the new height and width. Integers stay integers: rounded, and kept within their type. */
#include <math.h>

#include "image.h"

typedef struct resizing_args {
  knn__layer_common common;
  int64_t height, width;
  int interpolation, fill_mode, data_format;
  bool crop_to_aspect_ratio, pad_to_aspect_ratio, antialias;
  double fill_value;
} resizing_args;

static const knn_param params[] = {
    KNN__PARAM(resizing_args, height, KNN_P_INT, NULL, "New height.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(resizing_args, width, KNN_P_INT, NULL, "New width.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(resizing_args, interpolation, KNN_P_ENUM, "bilinear",
               "How values between elements are made.",
               .choices = "nearest|bilinear|bicubic|lanczos3|lanczos5"),
    KNN__PARAM(resizing_args, crop_to_aspect_ratio, KNN_P_BOOL, "false",
               "Take the largest middle part of the new aspect ratio first."),
    KNN__PARAM(resizing_args, pad_to_aspect_ratio, KNN_P_BOOL, "false",
               "Put a border around that makes the new aspect ratio first."),
    KNN__PARAM(resizing_args, fill_mode, KNN_P_ENUM, "constant", "What the border is.",
               .choices = "constant"),
    KNN__PARAM(resizing_args, fill_value, KNN_P_FLOAT, "0", "Value of the border."),
    KNN__PARAM(resizing_args, antialias, KNN_P_BOOL, "false",
               "Whether images that shrink are smoothed."),
    KNN__DATA_FORMAT_PARAM(resizing_args),
    KNN__LAYER_PARAMS(resizing_args),
};

static knn_status check(knn_layer *layer) {
  const resizing_args *args = layer->base.args;
  if (args->crop_to_aspect_ratio && args->pad_to_aspect_ratio)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'crop_to_aspect_ratio' and 'pad_to_aspect_ratio' exclude each other");
  return KNN_OK;
}

/* As Keras: the same on both sides, an odd element is left away. */
static knn_value *pad_to_aspect(const resizing_args *args, knn__scope *s, knn_value *x) {
  int64_t before[4] = {0};
  if (!knn__known_size(s, x)) return NULL;
  const int64_t h = x->spec.dims[1], w = x->spec.dims[2],
                high = (int64_t)((double)(w * args->height) / (double)args->width),
                wide = (int64_t)((double)(h * args->width) / (double)args->height);
  if (high > h) before[1] = (high - h) / 2;
  if (wide > w && before[1] == 0) before[2] = (wide - w) / 2;
  return knn__pad(s, x, before, before, args->fill_value);
}

/* Back to the integer type of the input. */
static knn_value *to_integers(knn__scope *s, knn_value *y, knn_dtype type) {
  y = knn__round(s, y);
  if (type == KNN_U8) y = knn__clip(s, y, 0, 255);
  if (type == KNN_I32) y = knn__clip(s, y, INT32_MIN, INT32_MAX);
  return knn__cast(s, y, type);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const resizing_args *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  const knn__spec in = io->in[0]->spec;
  knn_value *x = knn__cast(s, io->in[0], knn__layer_dtype(layer));
  x = knn__to_images(s, x, first);
  if (args->crop_to_aspect_ratio) x = knn__crop_to_aspect(s, x, args->height, args->width);
  if (args->pad_to_aspect_ratio) x = pad_to_aspect(args, s, x);
  if (!knn__known_size(s, x)) return;
  knn_value *y = knn__resize_op(s, x, 2, (int64_t[]){args->height, args->width},
                                (knn__interpolation)args->interpolation, args->antialias);
  if (!knn_dtype_is_float(in.dtype)) y = to_integers(s, y, in.dtype);
  io->out[0] = knn__from_images(s, y, first, in.rank);
}

const knn__layer_def knn__layer_resizing = {
    .cls = {.family = "layer",
            .name = "Resizing",
            .summary = "Images of another size.",
            .detail = "Half-pixel centres, as the op resize. Integers stay integers: rounded, and "
                      "kept within their type.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> the same "
                      "with the new sizes",
            .example = "local y = knn.layers.Resizing{4, 6}(knn.ones{1, 8, 8, 3})",
            .source = "Keras, Resizing",
            .see = "CenterCrop|UpSampling2D",
            KNN__PARAMS(params, resizing_args)},
    .min_rank = 3,
    .max_rank = 4,
    .inputs = KNN__IN_KEPT,
    .check = check,
    .call = call,
};
