/* prelu.c - rectifier whose slope below 0 is learned: y = relu(x) - alpha relu(-x). x (batch, ...)
 * -> same shape alpha has the input's shape without the batch, with size 1 along shared_axes. */
#include "reg.h"

typedef struct prelu_args {
  knn__layer_common common;
  knn_object *alpha_initializer, *alpha_regularizer, *alpha_constraint;
  knn_ints shared_axes;
} prelu_args;

typedef struct prelu_fields {
  knn_variable *alpha;
} prelu_fields;

static const knn_param params[] = {
    KNN__INITIALIZER_PARAM(prelu_args, alpha_initializer, "zeros", "slope"),
    KNN__REGULARIZER_PARAM(prelu_args, alpha_regularizer, "slope"),
    KNN__CONSTRAINT_PARAM(prelu_args, alpha_constraint, "slope"),
    KNN__PARAM(prelu_args, shared_axes, KNN_P_INTS, "null",
               "Axes along which the slope is one; the batch always is.", .mark = KNN_AXIS),
    KNN__LAYER_PARAMS(prelu_args),
};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const prelu_args *args = layer->base.args;
  prelu_fields *f = layer->fields;
  int64_t dims[KNN_MAX_RANK];
  (void)n_in;
  for (int i = 1; i < in[0].rank; i++) dims[i - 1] = in[0].dims[i];
  for (int i = 0; i < args->shared_axes.n; i++) {
    int axis;
    if (!knn__axis(args->shared_axes.v[i], in[0].rank, &axis) || axis == 0)
      return knn_fail(layer->base.ctx, KNN_EARG,
                      "'shared_axes' %s: not all of them are axes besides the batch of %s",
                      KNN__SHAPE(args->shared_axes.n, args->shared_axes.v), KNN__SPEC(in[0]));
    dims[axis - 1] = 1;
  }
  for (int i = 1; i < in[0].rank; i++)
    if (dims[i - 1] != 1) knn__fix_axis(layer, i, dims[i - 1]);
  return knn__add_weight(layer, "alpha", in[0].rank - 1, dims, args->alpha_initializer,
                         args->alpha_regularizer, args->alpha_constraint, true, &f->alpha);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const prelu_fields *f = layer->fields;
  knn_value *x = io->in[0], *below = knn__relu(s, knn__negative(s, x));
  io->out[0] = knn__subtract(s, knn__relu(s, x), knn__multiply(s, f->alpha->value, below));
}

const knn__layer_def knn__layer_prelu = {
    .cls = {.family = "layer",
            .name = "PReLU",
            .summary = "Rectifier whose slope below 0 is learned.",
            .detail = "y = max(x, 0) - alpha max(-x, 0). Weights: alpha (input's shape without the "
                      "batch; 1 along shared_axes).",
            .shapes = "x (batch, ...) -> (batch, ...)",
            .example = "local y = knn.layers.PReLU{}(knn.ones{2, 4})",
            .source = "He et al. 2015",
            .see = "LeakyReLU|ReLU",
            KNN__PARAMS(params, prelu_args)},
    .min_rank = 2,
    .supports_masking = true,
    .fields_size = sizeof(prelu_fields),
    .build = build,
    .call = call,
};
