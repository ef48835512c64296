/* up_sampling.c - spatial axes made longer by whole factors: each element repeated, or, in two
 * axes, values between them. x (batch, spatial..., channels) -> (batch, spatial size..., channels)
 */
#include "geometry.h"

typedef struct up_args {
  knn__layer_common common;
  knn_ints size;
  int data_format, interpolation;
} up_args;

#define SIZE(RANK)                                                                                \
  KNN__PARAM(up_args, size, KNN_P_INTS, "2", "Factor along each spatial axis.", .mark = KNN_SIZE, \
             .positional = true, .arity = RANK, .min = 1, .max = 1e6)

static const knn_param params_1d[] = {SIZE(1), KNN__LAYER_PARAMS(up_args)};
static const knn_param params_2d[] = {
    SIZE(2), KNN__DATA_FORMAT_PARAM(up_args),
    KNN__PARAM(up_args, interpolation, KNN_P_ENUM, "nearest",
               "How values between elements are made.",
               .choices = "nearest|bilinear|bicubic|lanczos3|lanczos5"),
    KNN__LAYER_PARAMS(up_args)};
static const knn_param params_3d[] = {SIZE(3), KNN__DATA_FORMAT_PARAM(up_args),
                                      KNN__LAYER_PARAMS(up_args)};

static knn_value *interpolate(const up_args *args, knn__scope *s, knn_value *x) {
  const bool first = knn__channels_first(args->data_format);
  int64_t size[2];
  x = knn__to_channels_last(s, x, first);
  if (s->status != KNN_OK) return NULL;
  for (int i = 0; i < 2; i++) {
    if (x->spec.dims[1 + i] == KNN_ANY)
      return knn__scope_fail(s, KNN_ESHAPE, "interpolation needs known spatial sizes, got %s",
                             KNN__SPEC(x->spec));
    size[i] = x->spec.dims[1 + i] * args->size.v[i];
  }
  knn_value *y = knn__resize_op(s, x, 2, size, (knn__interpolation)args->interpolation, false);
  return knn__to_channels_first(s, y, first);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const up_args *args = layer->base.args;
  const int axis = knn__channels_first(args->data_format) ? 2 : 1;
  knn_value *x = io->in[0];
  if (args->interpolation != KNN__NEAREST) {
    io->out[0] = interpolate(args, s, x);
    return;
  }
  for (int i = 0; i < args->size.n; i++)
    if (args->size.v[i] > 1) x = knn__repeat(s, x, args->size.v[i], axis + i);
  io->out[0] = x;
}

/* clang-format off */
#define ROW(RANK, INPUTS, SHAPES, EXAMPLE)                                                                             \
  .cls = {.family = "layer", .name = "UpSampling" #RANK "D", .summary = "Spatial axes longer by whole factors.",       \
          .detail = "nearest: y[o] = x[floor(o / size)], counted from 0; other interpolations as the op resize",       \
          .shapes = SHAPES, .example = EXAMPLE, .source = "Keras, UpSampling" #RANK "D",                               \
          .see = "Conv" #RANK "DTranspose|RepeatVector", KNN__PARAMS(params_##RANK##d, up_args)},                      \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = INPUTS, .call = call
/* clang-format on */

const knn__layer_def knn__layer_up_sampling1d = {
    ROW(1, KNN__IN_KEPT, "x (batch, steps, channels) -> (batch, steps size, channels)",
        "local y = knn.layers.UpSampling1D{3}(knn.ones{1, 2, 2})")};
const knn__layer_def knn__layer_up_sampling2d = {ROW(
    2, KNN__IN_FLOATS,
    "x (batch, height, width, channels) -> (batch, height size, width size, channels)",
    "local y = knn.layers.UpSampling2D{2, interpolation = \"bilinear\"}(knn.ones{1, 2, 3, 1})")};
const knn__layer_def knn__layer_up_sampling3d = {
    ROW(3, KNN__IN_KEPT,
        "x (batch, depth, height, width, channels) -> (batch, depth size, height size, width size, "
        "channels)",
        "local y = knn.layers.UpSampling3D{2}(knn.ones{1, 2, 2, 2, 1})")};
