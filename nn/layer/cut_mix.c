/* cut_mix.c - a box of each image of a batch replaced by that of another one, in training; labels
 * are mixed as the areas are. Images (batch, height, width, channels), or a list of images and
 * labels (batch, ...) -> same shapes. The box has the share 1 - w of the area, w with the beta
 * distribution, whose numbers are drawn of factor. Source: Yun et al. 2019. */
#include "mixing.h"

typedef struct cut_args {
  knn__augment base;
  knn_floats factor;
} cut_args;

static const knn_param params[] = {
    KNN__PARAM(cut_args, factor, KNN_P_FLOATS, "1.0",
               "Both numbers of the beta distribution: a number f for 0 .. f, or a pair.", .min = 0,
               .max = 1),
    KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  cut_args *args = layer->base.args;
  return knn__factor_range(layer->base.ctx, "factor", &args->factor, 0);
}

static double place(const void *arg, int64_t i) {
  (void)arg;
  return (double)i;
}

/* Which elements of the axis lie in the box, (batch, n, 1, 1) or (batch, 1, n, 1); side: its length
 * as a share of n. */
static knn_value *within(const cut_args *args, knn__scope *s, knn_value *images, int axis,
                         knn_value *side) {
  if (s->status != KNN_OK) return NULL;
  const int64_t n = images->spec.dims[axis];
  int64_t dims[] = {1, 1, 1, 1};
  dims[axis] = n;
  knn_value *at = knn__constant(s, images->spec.dtype, 4, dims, place, NULL);
  knn_value *length = knn__times(s, side, (double)n);
  knn_value *start = knn__multiply(s, knn__draw_each(&args->base, s, images, 0, 1),
                                   knn__plus(s, knn__negative(s, length), (double)n));
  return knn__logical_and(s, knn__greater_equal(s, at, start),
                          knn__less(s, at, knn__add(s, start, length)));
}

static knn_value *mix(const knn_layer *layer, knn__scope *s, knn_value *images,
                      knn_value **partners, knn_value **weight) {
  const cut_args *args = layer->base.args;
  if (!knn__known_size(s, images)) return NULL;
  knn_value *alpha = knn__random_uniform_like(s, images, 0, NULL, args->factor.v[0],
                                              args->factor.v[1], args->base.seed);
  alpha = knn__plus(s, alpha, 1e-6);
  *weight = knn__draw_beta(&args->base, s, images, alpha);
  knn_value *side = knn__sqrt(s, knn__plus(s, knn__negative(s, *weight), 1));
  knn_value *box =
      knn__logical_and(s, within(args, s, images, 1, side), within(args, s, images, 2, side));
  *partners = knn__partners(&args->base, s, images);
  return knn__where(s, box, knn__take(s, images, *partners, 0), images);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__mix_call(layer, s, io, mix);
}

const knn__layer_def knn__layer_cut_mix = {
    .cls = {.family = "layer",
            .name = "CutMix",
            .summary = "A box of each image replaced by that of another one, in training.",
            .detail = "The box has the share 1 - w of the area, w drawn from Beta(a, a), a of "
                      "factor; labels, given as a second input, become w y + (1 - w) y'.",
            .shapes = "images (batch, height, width, channels)[, labels (batch, ...)] -> same "
                      "shapes",
            .example = "local x, y = knn.layers.CutMix{}({knn.ones{2, 4, 4, 3}, knn.eye(2)})",
            .source = "Yun et al. 2019; Keras, CutMix",
            .see = "MixUp|RandomErasing",
            KNN__PARAMS(params, cut_args)},
    .min_rank = 3,
    .max_rank = 4,
    .ranks_of_first = true,
    .max_in = 2,
    .draws_unasked = true,
    .mixes_rows = true,
    .check = check,
    .call = call,
};
