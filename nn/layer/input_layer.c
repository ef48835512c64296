/* input_layer.c - the entrance of a model: shape and type of what is fed; passes its input on. x
 * (...) -> (...) Keras calls the class InputLayer and the function that makes its symbolic tensor
 * Input. */
#include "layer_list.h"

typedef struct input_args {
  knn__layer_common common;
  knn_ints shape, batch_shape;
  int64_t batch_size;
  bool optional;
} input_args;

static const knn_param params[] = {
    KNN__PARAM(input_args, shape, KNN_P_INTS, "null",
               "Shape without the batch; None where a size is open.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 9e15),
    KNN__PARAM(input_args, batch_size, KNN_P_INT, "null", "Rows of every batch, when it is fixed.",
               .mark = KNN_COUNT, .min = 1, .max = 9e15),
    KNN__PARAM(input_args, batch_shape, KNN_P_INTS, "null",
               "Shape with the batch, instead of shape.", .mark = KNN_SIZE, .min = 1, .max = 9e15),
    KNN__PARAM(input_args, optional, KNN_P_BOOL, "false", "Accepted for Keras's sake."),
    KNN__LAYER_PARAMS(input_args),
};

/* Of shape, batch_shape and input_shape one is given; all three say the same afterwards. */
static knn_status check(knn_layer *layer) {
  input_args *args = layer->base.args;
  if (args->shape.n < 0 && args->batch_shape.n < 0) args->shape = args->common.input_shape;
  if ((args->shape.n < 0) == (args->batch_shape.n < 0))
    return knn_fail(
        layer->base.ctx, KNN_EARG,
        "give 'shape' (without the batch) or 'batch_shape', as in Input{shape = {28, 28, 1}}");
  if (args->batch_shape.n == 0)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'batch_shape' begins with the batch, got no size at all");
  if (args->shape.n + 1 > KNN_MAX_RANK || args->batch_shape.n > KNN_MAX_RANK)
    return knn_fail(layer->base.ctx, KNN_EARG, "a tensor has at most %d axes", KNN_MAX_RANK);
  if (args->shape.n < 0) {
    args->batch_size = args->batch_shape.v[0] == KNN_ANY ? KNN_NONE : args->batch_shape.v[0];
    args->shape.n = args->batch_shape.n - 1;
    for (int i = 0; i < args->shape.n; i++) args->shape.v[i] = args->batch_shape.v[i + 1];
    args->batch_shape.n = -1;
  }
  args->common.input_shape = args->shape;
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const input_args *args = layer->base.args;
  (void)n_in;
  if (in[0].rank != args->shape.n + 1 ||
      !knn__dims_fit(args->shape.n, args->shape.v, in[0].rank - 1, in[0].dims + 1)) {
    knn__spec wanted = {.rank = args->shape.n + 1, .dims = {KNN_ANY}};
    for (int i = 0; i < args->shape.n; i++) wanted.dims[i + 1] = args->shape.v[i];
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "input of shape %s expected, got %s",
                    KNN__SPEC(wanted), KNN__SPEC(in[0]));
  }
  for (int i = 0; i < args->shape.n; i++)
    if (args->shape.v[i] != KNN_ANY) knn__fix_axis(layer, i + 1, args->shape.v[i]);
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  io->out[0] = knn__cast(s, io->in[0], knn__layer_dtype(layer));
}

void knn__input_layer_spec(const knn_layer *layer, knn__spec *out) {
  const input_args *args = layer->base.args;
  *out = (knn__spec){.dtype = knn__layer_dtype(layer), .rank = args->shape.n + 1};
  out->dims[0] = args->batch_size == KNN_NONE ? KNN_ANY : args->batch_size;
  for (int i = 0; i < args->shape.n; i++) out->dims[i + 1] = args->shape.v[i];
}

bool knn__is_input_layer(const knn_layer *layer) {
  return layer->def == &knn__layer_input_layer;
}

const knn__layer_def knn__layer_input_layer = {
    .cls = {.family = "layer",
            .name = "InputLayer",
            .aliases = "Input",
            .summary = "The entrance of a model: shape and type of what is fed.",
            .detail = "y = x, converted to dtype.",
            .shapes = "x (batch, shape...) -> (batch, shape...)",
            .example =
                "local model = knn.Sequential{knn.layers.Input{shape = {4}}, knn.layers.Dense{3}}",
            .source = "Keras, InputLayer",
            .see = "Sequential",
            KNN__PARAMS(params, input_args)},
    .inputs = KNN__IN_ANY,
    .dtype_is_input = true,
    .supports_masking = true,
    .check = check,
    .build = build,
    .call = call,
};
