/* conv_transpose.c - transposed convolution over 1, 2 or 3 spatial axes: every element of x adds a
 * scaled copy of the kernel to the result, copies stand `strides` apart. x (batch, spatial...,
 * channels) -> (batch, out..., filters); kernel (size..., filters, channels), bias (filters).
 * Sizes, with ke = (size - 1) dilation + 1: valid (n - 1) s + max(ke, s), same n s; with
 * output_padding p: valid (n - 1) s + ke + p, same (n - 1) s + ke % 2 + p. */
#include "geometry.h"
#include "reg.h"

typedef struct transpose_args {
  knn__layer_common common;
  int64_t filters;
  knn_ints kernel_size, strides, dilation_rate, output_padding;
  int padding, data_format;
  knn_object *activation;
  knn__kernel_reg reg;
} transpose_args;

typedef struct transpose_fields {
  knn_variable *kernel, *bias;
} transpose_fields;

/* clang-format off */
#define PARAMS(RANK)                                                                                                   \
  KNN__PARAM(transpose_args, filters, KNN_P_INT, NULL, "Number of output channels.", .mark = KNN_SIZE,                 \
             .positional = true, .min = 1, .max = 1e9),                                                                \
  KNN__KERNEL_SIZE_PARAM(transpose_args, RANK),                                                                        \
  KNN__PARAM(transpose_args, strides, KNN_P_INTS, "1", "Distance between the copies along each spatial axis.",         \
             .mark = KNN_SIZE, .arity = RANK, .min = 1, .max = 1e9),                                                   \
  KNN__PADDING_PARAM(transpose_args, "valid|same"),                                                                    \
  KNN__PARAM(transpose_args, output_padding, KNN_P_INTS, "null",                                                       \
             "Elements added behind, fewer than the strides; default: as many as the padding wants.",                  \
             .mark = KNN_COUNT, .arity = RANK, .min = 0, .max = 1e9),                                                  \
  KNN__DATA_FORMAT_PARAM(transpose_args),                                                                              \
  KNN__DILATION_PARAM(transpose_args, RANK),                                                                           \
  KNN__ACTIVATION_PARAM(transpose_args),                                                                               \
  KNN__KERNEL_PARAMS(transpose_args, reg),                                                                             \
  KNN__LAYER_PARAMS(transpose_args)
/* clang-format on */

static const knn_param params_1d[] = {PARAMS(1)};
static const knn_param params_2d[] = {PARAMS(2)};
static const knn_param params_3d[] = {PARAMS(3)};

static knn_status check(knn_layer *layer) {
  const transpose_args *args = layer->base.args;
  for (int i = 0; i < args->output_padding.n; i++)
    if (args->output_padding.v[i] >= args->strides.v[i])
      return knn_fail(layer->base.ctx, KNN_EARG,
                      "'output_padding' %s must be below 'strides' %s along each axis",
                      KNN__SHAPE(args->output_padding.n, args->output_padding.v),
                      KNN__SHAPE(args->strides.n, args->strides.v));
  if (knn__above_one(&args->strides) && knn__above_one(&args->dilation_rate))
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'strides' and 'dilation_rate' cannot both be above 1");
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const transpose_args *args = layer->base.args;
  transpose_fields *f = layer->fields;
  const int rank = args->kernel_size.n;
  int64_t dims[KNN_MAX_RANK], channels;
  (void)n_in;
  KNN__TRY(knn__need_channels(layer, &in[0], knn__channels_first(args->data_format), &channels));
  for (int i = 0; i < rank; i++) dims[i] = args->kernel_size.v[i];
  dims[rank] = args->filters;
  dims[rank + 1] = channels;
  KNN__TRY(knn__add_weight(layer, "kernel", rank + 2, dims, args->reg.kernel_initializer,
                           args->reg.kernel_regularizer, args->reg.kernel_constraint, true,
                           &f->kernel));
  if (!args->reg.use_bias) return KNN_OK;
  return knn__add_weight(layer, "bias", 1, &args->filters, args->reg.bias_initializer,
                         args->reg.bias_regularizer, args->reg.bias_constraint, true, &f->bias);
}

/* Of the full result, (n - 1) s + ke elements, `before` are left out in front; behind, either
 * `after` are left out or *more zeros are added. None of these depends on n. */
static void place_axis(const transpose_args *args, int i, knn__window *w, int64_t *more) {
  const int64_t s = args->strides.v[i], d = args->dilation_rate.v[i],
                ke = (args->kernel_size.v[i] - 1) * d + 1;
  const bool same = args->padding == KNN__SAME, given = args->output_padding.n > 0;
  int64_t before = 0, beyond; /* beyond: of the result's length, counted from (n - 1) s */
  if (!given) {
    if (same && ke > s) before = (ke - s) / 2;
    beyond = same ? s : ke > s ? ke : s;
  } else {
    const int64_t p = args->output_padding.v[i], total = ke + ke % 2 - 2 + p;
    beyond = (same ? ke % 2 : ke) + p;
    if (same) before = ke - 1 - ((total + 1) / 2 < ke - 1 ? (total + 1) / 2 : ke - 1);
  }
  const int64_t rest = ke - before - beyond;
  w->size[i] = args->kernel_size.v[i];
  w->stride[i] = s;
  w->dilation[i] = d;
  w->before[i] = before;
  w->after[i] = rest > 0 ? rest : 0;
  *more = rest < 0 ? -rest : 0;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const transpose_args *args = layer->base.args;
  const transpose_fields *f = layer->fields;
  const bool first = knn__channels_first(args->data_format);
  knn__window window = {.rank = args->kernel_size.n};
  int64_t more[3];
  for (int i = 0; i < window.rank; i++) place_axis(args, i, &window, &more[i]);
  knn_value *x = knn__to_channels_last(s, io->in[0], first);
  knn_value *y = knn__conv_transpose(s, x, f->kernel->value, &window, more);
  if (f->bias) y = knn__add(s, y, f->bias->value);
  io->out[0] = knn__activate(args->activation, s, knn__to_channels_first(s, y, first));
}

/* clang-format off */
#define ROW(RANK, SHAPES, EXAMPLE)                                                                                     \
  .cls = {.family = "layer", .name = "Conv" #RANK "DTranspose", .aliases = "Convolution" #RANK "DTranspose",           \
          .summary = "Transposed convolution over " #RANK " spatial axes: the way back from a convolution's sizes.",   \
          .detail = "y[i strides + k dilation_rate - left, f] += x[i, c] kernel[k, f, c], then + bias[f] and "         \
                    "activation. Sizes: n strides for same, (n - 1) strides + max(span, strides) for valid. "          \
                    "Weights: kernel (kernel_size..., filters, channels), bias (filters).",                            \
          .shapes = SHAPES, .example = EXAMPLE, .source = "Zeiler et al. 2010", .see = "Conv" #RANK "D",               \
          KNN__PARAMS(params_##RANK##d, transpose_args)},                                                              \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_STRICT, .fields_size = sizeof(transpose_fields),       \
  .check = check, .build = build, .call = call
/* clang-format on */

const knn__layer_def knn__layer_conv1d_transpose = {ROW(
    1, "x (batch, steps, channels) -> (batch, new steps, filters)",
    "local y = knn.layers.Conv1DTranspose{8, kernel_size = 3, strides = 2}(knn.ones{2, 5, 4})")};
const knn__layer_def knn__layer_conv2d_transpose = {
    ROW(2, "x (batch, height, width, channels) -> (batch, new height, new width, filters)",
        "local y = knn.layers.Conv2DTranspose{8, kernel_size = 3, strides = 2, padding = "
        "\"same\"}(knn.ones{1, 4, 4, 3})")};
const knn__layer_def knn__layer_conv3d_transpose = {
    ROW(3,
        "x (batch, depth, height, width, channels) -> (batch, new depth, new height, new width, "
        "filters)",
        "local y = knn.layers.Conv3DTranspose{2, kernel_size = 2, strides = 2}(knn.ones{1, 2, 3, "
        "2, 1})")};
