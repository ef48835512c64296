/* random_flip.c - images mirrored at random in training, one coin for each. x (batch, height,
 * width, channels) or one image -> same shape */
#include "augment.h"

typedef struct flip_args {
  knn__augment base;
  int mode;
} flip_args;

enum { HORIZONTAL, VERTICAL, BOTH };

static const knn_param params[] = {
    KNN__PARAM(flip_args, mode, KNN_P_ENUM, "horizontal_and_vertical", "Which way.",
               .choices = "horizontal|vertical|horizontal_and_vertical", .positional = true),
    KNN__AUGMENT_PARAMS};

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *images) {
  const flip_args *args = layer->base.args;
  knn_value *coin = knn__draw_each(&args->base, s, images, 0, 1), *y = images;
  coin = knn__less_equal(s, coin, knn__scalar_like(s, coin, 0.5));
  if (args->mode != VERTICAL) y = knn__flip(s, y, 2);
  if (args->mode != HORIZONTAL) y = knn__flip(s, y, 1);
  return knn__where(s, coin, y, images);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_random_flip = {
    .cls = {.family = "layer",
            .name = "RandomFlip",
            .summary = "Images mirrored at random in training.",
            .detail = "One coin for each image; with both directions it is mirrored both ways or "
                      "not at all.",
            .shapes = "x (batch, height, width, channels) or (height, width, channels) -> same "
                      "shape",
            .example = "local y = knn.layers.RandomFlip{\"horizontal\"}(knn.ones{1, 8, 8, 3})",
            .source = "Keras, RandomFlip",
            .see = "RandomRotation|RandomCrop",
            KNN__PARAMS(params, flip_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .call = call,
};
