/* cropping.c - the outer elements of the spatial axes are left out. x (batch, spatial...,
 * channels) -> (batch, spatial - before - after..., channels) cropping: one number for all, a
 * number per axis, or {before, after} per axis; Cropping1D also takes {before, after}. */
#include "margins.h"

typedef struct cropping_args {
  knn__layer_common common;
  knn_config *cropping;
  int data_format;
} cropping_args;

#define CROPPING(DEFAULT, DOC)                                                       \
  KNN__PARAM(cropping_args, cropping, KNN_P_CONFIG, DEFAULT, DOC, .mark = KNN_COUNT, \
             .positional = true)
#define ND_DOC "Elements left out: a number, one per axis, or {before, after} per axis."

static const knn_param params_1d[] = {
    CROPPING("1", "Elements left out at both ends: a number, or {before, after}."),
    KNN__LAYER_PARAMS(cropping_args)};
static const knn_param params_2d[] = {CROPPING("0", ND_DOC), KNN__DATA_FORMAT_PARAM(cropping_args),
                                      KNN__LAYER_PARAMS(cropping_args)};
static const knn_param params_3d[] = {CROPPING("1", ND_DOC), KNN__DATA_FORMAT_PARAM(cropping_args),
                                      KNN__LAYER_PARAMS(cropping_args)};

static knn_status check(knn_layer *layer) {
  cropping_args *args = layer->base.args;
  return knn__margins_read(layer->base.ctx, "cropping", layer->def->min_rank - 2, &args->cropping,
                           layer->fields);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const cropping_args *args = layer->base.args;
  const knn__margins *m = layer->fields;
  const knn__spec in = io->in[0]->spec;
  const int first = knn__channels_first(args->data_format) ? 2 : 1;
  knn_value *x = io->in[0];
  for (int i = 0; i < in.rank - 2; i++) {
    const int64_t n = in.dims[first + i], left = n - m->before[i] - m->after[i];
    if (m->before[i] == 0 && m->after[i] == 0) continue;
    if (n == KNN_ANY && m->after[i] > 0) { /* count from the end by turning the axis around */
      x = knn__flip(s, x, first + i);
      x = knn__flip(s, knn__slice_axis(s, x, first + i, m->after[i], KNN_NONE, 1), first + i);
      x = knn__slice_axis(s, x, first + i, m->before[i], KNN_NONE, 1);
      continue;
    }
    if (n != KNN_ANY && left <= 0) {
      knn__scope_fail(s, KNN_ESHAPE,
                      "axis %d of %s has %lld elements, cropping of %lld + %lld leaves none",
                      first + i + 1, KNN__SPEC(in), (long long)n, (long long)m->before[i],
                      (long long)m->after[i]);
      return;
    }
    x = knn__slice_axis(s, x, first + i, m->before[i], n == KNN_ANY ? KNN_NONE : left, 1);
  }
  io->out[0] = x;
}

/* clang-format off */
#define ROW(RANK, SHAPES, EXAMPLE)                                                                                     \
  .cls = {.family = "layer", .name = "Cropping" #RANK "D", .summary = "Leaves out the borders of the spatial axes.",   \
          .detail = "y[i] = x[i + before], without the last `after` elements of each spatial axis", .shapes = SHAPES,  \
          .example = EXAMPLE, .source = "Keras, Cropping" #RANK "D", .see = "ZeroPadding" #RANK "D",                   \
          KNN__PARAMS(params_##RANK##d, cropping_args)},                                                               \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_KEPT, .fields_size = sizeof(knn__margins),             \
  .check = check, .call = call
/* clang-format on */

const knn__layer_def knn__layer_cropping1d = {
    ROW(1, "x (batch, steps, channels) -> (batch, steps - before - after, channels)",
        "local y = knn.layers.Cropping1D{{1, 2}}(knn.ones{1, 6, 2})")};
const knn__layer_def knn__layer_cropping2d = {
    ROW(2, "x (batch, height, width, channels) -> (batch, cropped height, cropped width, channels)",
        "local y = knn.layers.Cropping2D{{{0, 1}, {2, 2}}}(knn.ones{1, 3, 6, 2})")};
const knn__layer_def knn__layer_cropping3d = {
    ROW(3,
        "x (batch, depth, height, width, channels) -> (batch, cropped depth, height and width, "
        "channels)",
        "local y = knn.layers.Cropping3D{1}(knn.ones{1, 3, 4, 5, 2})")};
