/* conv.c - convolution over 1, 2 or 3 spatial axes:
 * y[o, f] = activation(sum over i, c of x[o s + i d - left, c] kernel[i, c, f] + bias[f]).
 * x (batch, spatial..., channels) -> (batch, out..., filters);
 * kernel (size..., channels / groups, filters), bias (filters).
 * With groups, filters of group g see the channels of group g. Causal (Conv1D): padding in front
 * only. */
#include "geometry.h"
#include "reg.h"

typedef struct conv_args {
  knn__layer_common common;
  int64_t filters, groups;
  knn_ints kernel_size, strides, dilation_rate;
  int padding, data_format;
  knn_object *activation;
  knn__kernel_reg reg;
} conv_args;

typedef struct conv_fields {
  knn_variable *kernel, *bias;
} conv_fields;

/* clang-format off */
#define CONV_PARAMS(RANK, PADDINGS)                                                                                         \
  KNN__PARAM(conv_args, filters, KNN_P_INT, NULL, "Number of output channels.", .mark = KNN_SIZE, .positional = true,       \
             .min = 1, .max = 1e9),                                                                                         \
  KNN__KERNEL_SIZE_PARAM(conv_args, RANK),                                                                                  \
  KNN__STRIDES_PARAM(conv_args, RANK),                                                                                      \
  KNN__PADDING_PARAM(conv_args, PADDINGS),                                                                                  \
  KNN__DATA_FORMAT_PARAM(conv_args),                                                                                        \
  KNN__DILATION_PARAM(conv_args, RANK),                                                                                     \
  KNN__PARAM(conv_args, groups, KNN_P_INT, "1", "Groups of channels that do not see each other.", .mark = KNN_COUNT,        \
             .min = 1, .max = 1e9),                                                                                         \
  KNN__ACTIVATION_PARAM(conv_args),                                                                                         \
  KNN__KERNEL_PARAMS(conv_args, reg),                                                                                       \
  KNN__LAYER_PARAMS(conv_args)
/* clang-format on */

static const knn_param params_1d[] = {CONV_PARAMS(1, "valid|same|causal")};
static const knn_param params_2d[] = {CONV_PARAMS(2, "valid|same")};
static const knn_param params_3d[] = {CONV_PARAMS(3, "valid|same")};

static knn_status check(knn_layer *layer) {
  const conv_args *args = layer->base.args;
  if (args->filters % args->groups != 0)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'filters' (%lld) must be a multiple of 'groups' (%lld)",
                    (long long)args->filters, (long long)args->groups);
  if (knn__above_one(&args->strides) && knn__above_one(&args->dilation_rate))
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'strides' and 'dilation_rate' cannot both be above 1");
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const conv_args *args = layer->base.args;
  conv_fields *f = layer->fields;
  const int rank = args->kernel_size.n;
  int64_t dims[KNN_MAX_RANK], channels;
  (void)n_in;
  KNN__TRY(knn__need_channels(layer, &in[0], knn__channels_first(args->data_format), &channels));
  if (channels % args->groups != 0)
    return knn_fail(layer->base.ctx, KNN_ESHAPE,
                    "the input's channels (%lld) must be a multiple of 'groups' (%lld), got %s",
                    (long long)channels, (long long)args->groups, KNN__SPEC(in[0]));
  for (int i = 0; i < rank; i++) dims[i] = args->kernel_size.v[i];
  dims[rank] = channels / args->groups;
  dims[rank + 1] = args->filters;
  return knn__add_kernel(layer, &args->reg, rank + 2, dims, &f->kernel, &f->bias);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const conv_args *args = layer->base.args;
  const conv_fields *f = layer->fields;
  const bool first = knn__channels_first(args->data_format);
  knn__window window;
  knn_value *x = knn__to_channels_last(s, io->in[0], first);
  if (s->status == KNN_OK)
    s->status = knn__place_window(s->ctx, "kernel", &x->spec, &args->kernel_size, &args->strides,
                                  &args->dilation_rate, (knn__padding)args->padding, &window);
  if (s->status != KNN_OK) return;
  knn_value *y = knn__conv_op(s, x, f->kernel->value, &window, args->groups);
  if (f->bias) y = knn__add(s, y, f->bias->value);
  io->out[0] = knn__activate(args->activation, s, knn__to_channels_first(s, y, first));
}

/* clang-format off */
#define ROW(RANK, SHAPES, EXAMPLE, SOURCE, SEE)                                                                             \
  .cls = {.family = "layer", .name = "Conv" #RANK "D", .aliases = "Convolution" #RANK "D",                                  \
          .summary = "Convolution over " #RANK " spatial axes: a small kernel slides over the input.",                   \
          .detail = "y[o, f] = activation(sum over i, c of x[o strides + i dilation_rate - left, c] kernel[i, c, f] + "     \
                    "bias[f]). Weights: kernel (kernel_size..., channels / groups, filters), bias (filters).",              \
          .shapes = SHAPES, .example = EXAMPLE, .source = SOURCE, .see = SEE,                                               \
          KNN__PARAMS(params_##RANK##d, conv_args)},                                                                        \
  .min_rank = RANK + 2, .max_rank = RANK + 2, .inputs = KNN__IN_STRICT, .fields_size = sizeof(conv_fields),                 \
  .check = check, .build = build, .call = call
/* clang-format on */

const knn__layer_def knn__layer_conv1d = {
    ROW(1, "x (batch, steps, channels) -> (batch, new steps, filters)",
        "local y = knn.layers.Conv1D{8, kernel_size = 3, padding = \"causal\"}(knn.ones{2, 10, 4})",
        "Waibel et al. 1989; van den Oord et al. 2016 for causal", "Conv2D|MaxPooling1D")};
const knn__layer_def knn__layer_conv2d = {
    ROW(2, "x (batch, height, width, channels) -> (batch, new height, new width, filters)",
        "local y = knn.layers.Conv2D{32, kernel_size = 3, activation = \"relu\"}(knn.ones{1, 28, "
        "28, 1})",
        "LeCun et al. 1989", "MaxPooling2D|Conv1D|Conv3D")};
const knn__layer_def knn__layer_conv3d = {
    ROW(3,
        "x (batch, depth, height, width, channels) -> (batch, new depth, new height, new width, "
        "filters)",
        "local y = knn.layers.Conv3D{4, kernel_size = 3}(knn.ones{1, 5, 6, 7, 1})",
        "Ji et al. 2013", "Conv2D|MaxPooling3D")};
