/* depthwise_conv.c - convolution of each channel by itself, over 1 or 2 spatial axes: y[o, c M + m]
 * = activation(sum over i of x[o s + i d - left, c] kernel[i, c, m] + bias[c M + m]), M =
 * depth_multiplier. x (batch, spatial..., channels) -> (batch, out..., channels M); kernel
 * (size..., channels, M), bias (channels M). */
#include "per_channel.h"

typedef struct depthwise_args {
  knn__layer_common common;
  int64_t depth_multiplier;
  knn_ints kernel_size, strides, dilation_rate;
  int padding, data_format;
  bool use_bias;
  knn_object *activation, *depthwise_initializer, *bias_initializer, *depthwise_regularizer,
      *bias_regularizer, *depthwise_constraint, *bias_constraint;
} depthwise_args;

typedef struct depthwise_fields {
  knn_variable *kernel, *bias;
} depthwise_fields;

/* clang-format off */
#define PARAMS(RANK)                                                                                                   \
  KNN__KERNEL_SIZE_PARAM(depthwise_args, RANK),                                                                        \
  KNN__STRIDES_PARAM(depthwise_args, RANK),                                                                            \
  KNN__PADDING_PARAM(depthwise_args, "valid|same"),                                                                    \
  KNN__DEPTH_MULTIPLIER_PARAM(depthwise_args),                                                                         \
  KNN__DATA_FORMAT_PARAM(depthwise_args),                                                                              \
  KNN__DILATION_PARAM(depthwise_args, RANK),                                                                           \
  KNN__ACTIVATION_PARAM(depthwise_args),                                                                               \
  KNN__PARAM(depthwise_args, use_bias, KNN_P_BOOL, "true", "Whether a bias is added."),                                \
  KNN__INITIALIZER_PARAM(depthwise_args, depthwise_initializer, "glorot_uniform", "kernel"),                           \
  KNN__INITIALIZER_PARAM(depthwise_args, bias_initializer, "zeros", "bias"),                                           \
  KNN__REGULARIZER_PARAM(depthwise_args, depthwise_regularizer, "kernel"),                                             \
  KNN__REGULARIZER_PARAM(depthwise_args, bias_regularizer, "bias"),                                                    \
  KNN__CONSTRAINT_PARAM(depthwise_args, depthwise_constraint, "kernel"),                                               \
  KNN__CONSTRAINT_PARAM(depthwise_args, bias_constraint, "bias"),                                                      \
  KNN__LAYER_PARAMS(depthwise_args)
/* clang-format on */

static const knn_param params_1d[] = {PARAMS(1)};
static const knn_param params_2d[] = {PARAMS(2)};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const depthwise_args *args = layer->base.args;
  depthwise_fields *f = layer->fields;
  const int rank = args->kernel_size.n;
  int64_t dims[KNN_MAX_RANK], channels;
  (void)n_in;
  KNN__TRY(knn__need_channels(layer, &in[0], knn__channels_first(args->data_format), &channels));
  for (int i = 0; i < rank; i++) dims[i] = args->kernel_size.v[i];
  dims[rank] = channels;
  dims[rank + 1] = args->depth_multiplier;
  KNN__TRY(knn__add_weight(layer, "kernel", rank + 2, dims, args->depthwise_initializer,
                           args->depthwise_regularizer, args->depthwise_constraint, true,
                           &f->kernel));
  if (!args->use_bias) return KNN_OK;
  const int64_t all = channels * args->depth_multiplier;
  return knn__add_weight(layer, "bias", 1, &all, args->bias_initializer, args->bias_regularizer,
                         args->bias_constraint, true, &f->bias);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const depthwise_args *args = layer->base.args;
  const depthwise_fields *f = layer->fields;
  const bool first = knn__channels_first(args->data_format);
  knn__window window;
  knn_value *x = knn__to_channels_last(s, io->in[0], first);
  if (s->status == KNN_OK)
    s->status = knn__place_window(s->ctx, "kernel", &x->spec, &args->kernel_size, &args->strides,
                                  &args->dilation_rate, (knn__padding)args->padding, &window);
  if (s->status != KNN_OK) return;
  knn_value *y = knn__depthwise(s, x, f->kernel->value, &window);
  if (f->bias) y = knn__add(s, y, f->bias->value);
  io->out[0] = knn__activate(args->activation, s, knn__to_channels_first(s, y, first));
}

/* clang-format off */
#define ROW(RANK, SHAPES, EXAMPLE)                                                                                     \
  .cls = {.family = "layer", .name = "DepthwiseConv" #RANK "D",                                                        \
          .summary = "Convolution of each channel by itself.",                                                         \
          .detail = "y[o, c M + m] = activation(sum over i of x[o strides + i dilation_rate - left, c] kernel[i, c, "  \
                    "m] + bias[c M + m]), M = depth_multiplier. Weights: kernel (kernel_size..., channels, M), bias "  \
                    "(channels M).",                                                                                   \
          .shapes = SHAPES, .example = EXAMPLE, .source = "Sifre 2014", .see = "SeparableConv" #RANK "D|Conv" #RANK "D", \
          KNN__PARAMS(params_##RANK##d, depthwise_args)},                                                              \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_STRICT, .fields_size = sizeof(depthwise_fields),       \
  .build = build, .call = call
/* clang-format on */

const knn__layer_def knn__layer_depthwise_conv1d = {
    ROW(1, "x (batch, steps, channels) -> (batch, new steps, channels M)",
        "local y = knn.layers.DepthwiseConv1D{3}(knn.ones{2, 10, 4})")};
const knn__layer_def knn__layer_depthwise_conv2d = {
    ROW(2, "x (batch, height, width, channels) -> (batch, new height, new width, channels M)",
        "local y = knn.layers.DepthwiseConv2D{3, depth_multiplier = 2}(knn.ones{1, 8, 8, 3})")};
