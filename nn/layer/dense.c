/* dense.c - fully connected: y = activation(x kernel + bias) over the last axis.
 * x (..., n) -> (..., units); kernel (n, units), bias (units). */
#include "reg.h"

typedef struct dense_args {
  knn__layer_common common;
  int64_t units;
  knn_object *activation;
  knn__kernel_reg reg;
} dense_args;

typedef struct dense_fields {
  knn_variable *kernel, *bias;
} dense_fields;

static const knn_param params[] = {
    KNN__PARAM(dense_args, units, KNN_P_INT, NULL, "Number of outputs.", .mark = KNN_SIZE,
               .positional = true, .min = 1, .max = 1e9),
    KNN__ACTIVATION_PARAM(dense_args),
    KNN__KERNEL_PARAMS(dense_args, reg),
    KNN__LAYER_PARAMS(dense_args),
};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const dense_args *args = layer->base.args;
  dense_fields *f = layer->fields;
  const int64_t features = in[0].dims[in[0].rank - 1];
  (void)n_in;
  if (features == KNN_ANY)
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "the last size of the input must be known, got %s",
                    KNN__SPEC(in[0]));
  knn__fix_axis(layer, -1, features);
  return knn__add_kernel(layer, &args->reg, 2, (int64_t[]){features, args->units}, &f->kernel,
                         &f->bias);
}

/* Inputs of more than two axes become one matrix, so that there is one product. */
static knn_value *product(knn__scope *s, knn_value *x, const knn_variable *kernel, int64_t units) {
  if (x->spec.rank == 2) return knn__matmul(s, x, kernel->value, false, false);
  const knn__spec in = x->spec;
  int unknown = 0;
  for (int i = 0; i < in.rank - 1; i++) unknown += in.dims[i] == KNN_ANY;
  if (unknown > 1) return knn__matmul(s, x, kernel->value, false, false);
  int64_t dims[KNN_MAX_RANK], features = in.dims[in.rank - 1];
  for (int i = 0; i < in.rank - 1; i++) dims[i] = in.dims[i];
  dims[in.rank - 1] = units;
  const int64_t rows = knn__count(in.rank - 1, in.dims);
  knn_value *y = knn__matmul(s, knn__reshape(s, x, 2, (int64_t[]){rows, features}), kernel->value,
                             false, false);
  return knn__reshape(s, y, in.rank, dims);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const dense_args *args = layer->base.args;
  const dense_fields *f = layer->fields;
  knn_value *y = product(s, io->in[0], f->kernel, args->units);
  if (f->bias) y = knn__add(s, y, f->bias->value);
  io->out[0] = knn__activate(args->activation, s, y);
}

const knn__layer_def knn__layer_dense = {
    .cls = {.family = "layer",
            .name = "Dense",
            .summary = "Fully connected: every output sees every input.",
            .detail = "y = activation(x kernel + bias), over the last axis. Weights: kernel (n, "
                      "units), bias (units).",
            .shapes = "x (..., n) -> (..., units)",
            .example = "local y = knn.layers.Dense{64, activation = \"relu\"}(knn.ones{2, 8})",
            .source = "Rosenblatt 1958",
            .see = "Conv2D|Embedding",
            KNN__PARAMS(params, dense_args)},
    .min_rank = 2,
    .supports_masking = true,
    .fields_size = sizeof(dense_fields),
    .build = build,
    .call = call,
};
