/* center_crop.c - the middle of images. x (batch, height, width, channels) or one image -> the same
 * with the new height and width. Images that are too small give their largest middle part of that
 * aspect ratio, resized. */
#include "image.h"

typedef struct crop_args {
  knn__layer_common common;
  int64_t height, width;
  int data_format;
} crop_args;

static const knn_param params[] = {
    KNN__PARAM(crop_args, height, KNN_P_INT, NULL, "Height of the middle part.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(crop_args, width, KNN_P_INT, NULL, "Width of the middle part.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__DATA_FORMAT_PARAM(crop_args),
    KNN__LAYER_PARAMS(crop_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const crop_args *args = layer->base.args;
  const bool first = knn__channels_first(args->data_format);
  const int rank = io->in[0]->spec.rank;
  knn_value *x = knn__to_images(s, io->in[0], first);
  if (!knn__known_size(s, x)) return;
  const int64_t more_h = x->spec.dims[1] - args->height, more_w = x->spec.dims[2] - args->width;
  if (more_h >= 0 && more_w >= 0) {
    x = knn__crop_images(s, x, more_h / 2, more_w / 2, args->height, args->width);
  } else {
    x = knn__crop_to_aspect(s, x, args->height, args->width);
    x = knn__resize_op(s, x, 2, (int64_t[]){args->height, args->width}, KNN__BILINEAR, false);
  }
  io->out[0] = knn__from_images(s, x, first, rank);
}

const knn__layer_def knn__layer_center_crop = {
    .cls = {.family = "layer",
            .name = "CenterCrop",
            .summary = "The middle of images.",
            .detail = "From (height - new) / 2 on, rounded down. Images that are too small give "
                      "their largest middle part of that aspect ratio, resized (bilinear).",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> the same "
                      "with the new sizes",
            .example = "local y = knn.layers.CenterCrop{4, 6}(knn.ones{1, 8, 8, 3})",
            .source = "Keras, CenterCrop",
            .see = "Resizing|Cropping2D",
            KNN__PARAMS(params, crop_args)},
    .min_rank = 3,
    .max_rank = 4,
    .call = call,
};
