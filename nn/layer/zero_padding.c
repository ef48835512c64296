/* zero_padding.c - zeros around the spatial axes. x (batch, spatial..., channels) -> (batch, before
 * + spatial + after..., channels) padding: one number for all, a number per axis, or {before,
 * after} per axis; ZeroPadding1D also takes {before, after}. */
#include "margins.h"

typedef struct padding_args {
  knn__layer_common common;
  knn_config *padding;
  int data_format;
} padding_args;

#define PADDING_PARAMS(DOC)                                                    \
  KNN__PARAM(padding_args, padding, KNN_P_CONFIG, "1", DOC, .mark = KNN_COUNT, \
             .positional = true),                                              \
      KNN__DATA_FORMAT_PARAM(padding_args), KNN__LAYER_PARAMS(padding_args)

static const knn_param params_1d[] = {
    PADDING_PARAMS("Zeros at both ends: a number, or {before, after}.")};
static const knn_param params_nd[] = {
    PADDING_PARAMS("Zeros around: a number, one per axis, or {before, after} per axis.")};

static knn_status check(knn_layer *layer) {
  padding_args *args = layer->base.args;
  return knn__margins_read(layer->base.ctx, "padding", layer->def->min_rank - 2, &args->padding,
                           layer->fields);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const padding_args *args = layer->base.args;
  const knn__margins *f = layer->fields;
  const int rank = io->in[0]->spec.rank, first = knn__channels_first(args->data_format) ? 2 : 1;
  int64_t before[KNN_MAX_RANK] = {0}, after[KNN_MAX_RANK] = {0};
  for (int i = 0; i < rank - 2; i++) {
    before[first + i] = f->before[i];
    after[first + i] = f->after[i];
  }
  io->out[0] = knn__pad(s, io->in[0], before, after, 0);
}

/* clang-format off */
#define ROW(RANK, TABLE, SHAPES, EXAMPLE)                                                                              \
  .cls = {.family = "layer", .name = "ZeroPadding" #RANK "D", .summary = "Zeros around the spatial axes.",             \
          .detail = "y = x with padding zeros before and after each spatial axis", .shapes = SHAPES, .example = EXAMPLE, \
          .source = "Keras, ZeroPadding" #RANK "D", .see = "Conv" #RANK "D", KNN__PARAMS(TABLE, padding_args)},        \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_KEPT, .fields_size = sizeof(knn__margins),           \
  .check = check, .call = call
/* clang-format on */

const knn__layer_def knn__layer_zero_padding1d = {
    ROW(1, params_1d, "x (batch, steps, channels) -> (batch, before + steps + after, channels)",
        "local y = knn.layers.ZeroPadding1D{2}(knn.ones{1, 3, 2})")};
const knn__layer_def knn__layer_zero_padding2d = {
    ROW(2, params_nd,
        "x (batch, height, width, channels) -> (batch, padded height, padded width, channels)",
        "local y = knn.layers.ZeroPadding2D{{{0, 1}, {2, 2}}}(knn.ones{1, 3, 4, 2})")};
const knn__layer_def knn__layer_zero_padding3d = {
    ROW(3, params_nd,
        "x (batch, depth, height, width, channels) -> (batch, padded depth, height and width, "
        "channels)",
        "local y = knn.layers.ZeroPadding3D{1}(knn.ones{1, 2, 3, 4, 2})")};
