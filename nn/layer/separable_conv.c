/* separable_conv.c - a convolution of each channel by itself, then a mix of the channels at each
 * position, over 1 or 2 spatial axes: y = activation(depthwise(x) pointwise_kernel + bias). x
 * (batch, spatial..., channels) -> (batch, out..., filters); depthwise_kernel (size..., channels,
 * M), pointwise_kernel (1..., channels M, filters), bias (filters), M = depth_multiplier. */
#include "per_channel.h"

typedef struct separable_args {
  knn__layer_common common;
  int64_t filters, depth_multiplier;
  knn_ints kernel_size, strides, dilation_rate;
  int padding, data_format;
  bool use_bias;
  knn_object *activation, *depthwise_initializer, *pointwise_initializer, *bias_initializer,
      *depthwise_regularizer, *pointwise_regularizer, *bias_regularizer, *depthwise_constraint,
      *pointwise_constraint, *bias_constraint;
} separable_args;

typedef struct separable_fields {
  knn_variable *depthwise, *pointwise, *bias;
} separable_fields;

/* clang-format off */
#define PARAMS(RANK)                                                                                                   \
  KNN__PARAM(separable_args, filters, KNN_P_INT, NULL, "Number of output channels.", .mark = KNN_SIZE,                 \
             .positional = true, .min = 1, .max = 1e9),                                                                \
  KNN__KERNEL_SIZE_PARAM(separable_args, RANK),                                                                        \
  KNN__STRIDES_PARAM(separable_args, RANK),                                                                            \
  KNN__PADDING_PARAM(separable_args, "valid|same"),                                                                    \
  KNN__DATA_FORMAT_PARAM(separable_args),                                                                              \
  KNN__DILATION_PARAM(separable_args, RANK),                                                                           \
  KNN__DEPTH_MULTIPLIER_PARAM(separable_args),                                                                         \
  KNN__ACTIVATION_PARAM(separable_args),                                                                               \
  KNN__PARAM(separable_args, use_bias, KNN_P_BOOL, "true", "Whether a bias is added."),                                \
  KNN__INITIALIZER_PARAM(separable_args, depthwise_initializer, "glorot_uniform", "depthwise kernel"),                 \
  KNN__INITIALIZER_PARAM(separable_args, pointwise_initializer, "glorot_uniform", "pointwise kernel"),                 \
  KNN__INITIALIZER_PARAM(separable_args, bias_initializer, "zeros", "bias"),                                           \
  KNN__REGULARIZER_PARAM(separable_args, depthwise_regularizer, "depthwise kernel"),                                   \
  KNN__REGULARIZER_PARAM(separable_args, pointwise_regularizer, "pointwise kernel"),                                   \
  KNN__REGULARIZER_PARAM(separable_args, bias_regularizer, "bias"),                                                    \
  KNN__CONSTRAINT_PARAM(separable_args, depthwise_constraint, "depthwise kernel"),                                     \
  KNN__CONSTRAINT_PARAM(separable_args, pointwise_constraint, "pointwise kernel"),                                     \
  KNN__CONSTRAINT_PARAM(separable_args, bias_constraint, "bias"),                                                      \
  KNN__LAYER_PARAMS(separable_args)
/* clang-format on */

static const knn_param params_1d[] = {PARAMS(1)};
static const knn_param params_2d[] = {PARAMS(2)};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const separable_args *args = layer->base.args;
  separable_fields *f = layer->fields;
  const int rank = args->kernel_size.n;
  int64_t dims[KNN_MAX_RANK], channels;
  (void)n_in;
  KNN__TRY(knn__need_channels(layer, &in[0], knn__channels_first(args->data_format), &channels));
  for (int i = 0; i < rank; i++) dims[i] = args->kernel_size.v[i];
  dims[rank] = channels;
  dims[rank + 1] = args->depth_multiplier;
  KNN__TRY(knn__add_weight(layer, "depthwise_kernel", rank + 2, dims, args->depthwise_initializer,
                           args->depthwise_regularizer, args->depthwise_constraint, true,
                           &f->depthwise));
  for (int i = 0; i < rank; i++) dims[i] = 1;
  dims[rank] = channels * args->depth_multiplier;
  dims[rank + 1] = args->filters;
  KNN__TRY(knn__add_weight(layer, "pointwise_kernel", rank + 2, dims, args->pointwise_initializer,
                           args->pointwise_regularizer, args->pointwise_constraint, true,
                           &f->pointwise));
  if (!args->use_bias) return KNN_OK;
  return knn__add_weight(layer, "bias", 1, &args->filters, args->bias_initializer,
                         args->bias_regularizer, args->bias_constraint, true, &f->bias);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const separable_args *args = layer->base.args;
  const separable_fields *f = layer->fields;
  const bool first = knn__channels_first(args->data_format);
  knn__window window, point = {.rank = args->kernel_size.n};
  for (int i = 0; i < point.rank; i++) point.size[i] = point.stride[i] = point.dilation[i] = 1;
  knn_value *x = knn__to_channels_last(s, io->in[0], first);
  if (s->status == KNN_OK)
    s->status = knn__place_window(s->ctx, "kernel", &x->spec, &args->kernel_size, &args->strides,
                                  &args->dilation_rate, (knn__padding)args->padding, &window);
  if (s->status != KNN_OK) return;
  knn_value *y = knn__depthwise(s, x, f->depthwise->value, &window);
  y = knn__conv_op(s, y, f->pointwise->value, &point, 1);
  if (f->bias) y = knn__add(s, y, f->bias->value);
  io->out[0] = knn__activate(args->activation, s, knn__to_channels_first(s, y, first));
}

/* clang-format off */
#define ROW(RANK, SHAPES, EXAMPLE)                                                                                     \
  .cls = {.family = "layer", .name = "SeparableConv" #RANK "D", .aliases = "SeparableConvolution" #RANK "D",           \
          .summary = "Convolution of each channel by itself, then a mix of the channels at each position.",            \
          .detail = "y = activation(depthwise(x) pointwise_kernel + bias). strides, padding and dilation_rate are the " \
                    "depthwise part's. Weights: depthwise_kernel (kernel_size..., channels, depth_multiplier), "       \
                    "pointwise_kernel (1..., channels depth_multiplier, filters), bias (filters).",                    \
          .shapes = SHAPES, .example = EXAMPLE, .source = "Chollet 2017",                                              \
          .see = "DepthwiseConv" #RANK "D|Conv" #RANK "D", KNN__PARAMS(params_##RANK##d, separable_args)},             \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_STRICT, .fields_size = sizeof(separable_fields),       \
  .build = build, .call = call
/* clang-format on */

const knn__layer_def knn__layer_separable_conv1d = {
    ROW(1, "x (batch, steps, channels) -> (batch, new steps, filters)",
        "local y = knn.layers.SeparableConv1D{8, kernel_size = 3}(knn.ones{2, 10, 4})")};
const knn__layer_def knn__layer_separable_conv2d = {
    ROW(2, "x (batch, height, width, channels) -> (batch, new height, new width, filters)",
        "local y = knn.layers.SeparableConv2D{8, kernel_size = 3}(knn.ones{1, 8, 8, 3})")};
