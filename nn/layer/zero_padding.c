/* zero_padding.c - zeros around the spatial axes. x (batch, spatial..., channels) -> (batch, before
 * + spatial + after..., channels) padding: one number for all, a number per axis, or {before,
 * after} per axis; ZeroPadding1D also takes {before, after}. */
#include "geometry.h"

typedef struct padding_args {
  knn__layer_common common;
  knn_config *padding;
  int data_format;
} padding_args;

typedef struct padding_fields {
  int64_t before[3], after[3];
} padding_fields;

#define PADDING_PARAMS(DOC)                                                    \
  KNN__PARAM(padding_args, padding, KNN_P_CONFIG, "1", DOC, .mark = KNN_COUNT, \
             .positional = true),                                              \
      KNN__DATA_FORMAT_PARAM(padding_args), KNN__LAYER_PARAMS(padding_args)

static const knn_param params_1d[] = {
    PADDING_PARAMS("Zeros at both ends: a number, or {before, after}.")};
static const knn_param params_nd[] = {
    PADDING_PARAMS("Zeros around: a number, one per axis, or {before, after} per axis.")};

static bool whole(const knn_config *c, int64_t *out) {
  const bool number =
      knn_config_kind_of(c) == KNN_CONFIG_INT || knn_config_kind_of(c) == KNN_CONFIG_FLOAT;
  if (!number || knn_config_get_float(c) != (double)knn_config_get_int(c) ||
      knn_config_get_float(c) < 0)
    return false;
  *out = knn_config_get_int(c);
  return true;
}

/* A number or a pair of numbers. */
static bool read_axis(const knn_config *c, int64_t *before, int64_t *after) {
  if (whole(c, before)) {
    *after = *before;
    return true;
  }
  return knn_config_kind_of(c) == KNN_CONFIG_LIST && knn_config_size(c) == 2 &&
         whole(knn_config_at(c, 0), before) && whole(knn_config_at(c, 1), after);
}

static bool read_padding(const knn_config *c, int rank, padding_fields *f) {
  const bool all = knn_config_kind_of(c) != KNN_CONFIG_LIST;
  if (rank == 1) return read_axis(c, &f->before[0], &f->after[0]);
  if (!all && knn_config_size(c) != rank) return false;
  for (int i = 0; i < rank; i++)
    if (!read_axis(all ? c : knn_config_at(c, i), &f->before[i], &f->after[i])) return false;
  return true;
}

static knn_status push_pair(knn_ctx *ctx, knn_config *list, int64_t before, int64_t after) {
  knn_config *numbers[2] = {0};
  knn_status st = knn_config_int(ctx, before, &numbers[0]);
  if (st == KNN_OK) st = knn_config_int(ctx, after, &numbers[1]);
  for (int i = 0; i < 2 && st == KNN_OK; i++) st = knn_config_push(list, numbers[i]);
  knn_config_release(numbers[0]);
  knn_config_release(numbers[1]);
  return st;
}

/* The padding as Keras writes it into a config: {before, after}, or a list of such pairs. */
static knn_status normal_form(knn_ctx *ctx, const padding_fields *f, int rank, knn_config **out) {
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  if (st == KNN_OK && rank == 1) st = push_pair(ctx, list, f->before[0], f->after[0]);
  for (int i = 0; i < rank && rank > 1 && st == KNN_OK; i++) {
    knn_config *pair = NULL;
    st = knn_config_list(ctx, &pair);
    if (st == KNN_OK) st = push_pair(ctx, pair, f->before[i], f->after[i]);
    if (st == KNN_OK) st = knn_config_push(list, pair);
    knn_config_release(pair);
  }
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

static knn_status check(knn_layer *layer) {
  padding_args *args = layer->base.args;
  const int rank = layer->def->min_rank - 2;
  knn_config *normal = NULL;
  if (!read_padding(args->padding, rank, layer->fields)) {
    char text[96];
    knn_config_print(args->padding, text, sizeof text);
    return knn_fail(layer->base.ctx, KNN_EARG, "'padding' must be a number of at least 0%s, got %s",
                    rank == 1 ? " or {before, after}"
                              : ", a list with one per axis, or with {before, after} per axis",
                    text);
  }
  KNN__TRY(normal_form(layer->base.ctx, layer->fields, rank, &normal));
  knn_config_release(args->padding);
  args->padding = normal;
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const padding_args *args = layer->base.args;
  const padding_fields *f = layer->fields;
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
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_KEPT, .fields_size = sizeof(padding_fields),           \
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
