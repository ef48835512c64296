/* permute.c - axes in another order: axis i of the result is axis dims[i] of x, counted from 1
 * without the batch, as in Keras. */
#include "layer.h"

typedef struct permute_args {
  knn__layer_common common;
  knn_ints dims;
} permute_args;

static const knn_param params[] = {
    KNN__PARAM(permute_args, dims, KNN_P_INTS, NULL,
               "New order of the axes, counted from 1 without the batch.", .mark = KNN_LABEL,
               .positional = true, .min = 1, .max = KNN_MAX_RANK - 1),
    KNN__LAYER_PARAMS(permute_args),
};

static knn_status check(knn_layer *layer) {
  const permute_args *args = layer->base.args;
  bool seen[KNN_MAX_RANK] = {false};
  for (int i = 0; i < args->dims.n; i++) {
    if (args->dims.v[i] > args->dims.n || seen[args->dims.v[i]])
      return knn_fail(layer->base.ctx, KNN_EARG,
                      "'dims' must name each of the axes 1 to %d once, got %s", args->dims.n,
                      KNN__SHAPE(args->dims.n, args->dims.v));
    seen[args->dims.v[i]] = true;
  }
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const permute_args *args = layer->base.args;
  const knn__spec in = io->in[0]->spec;
  int64_t axes[KNN_MAX_RANK] = {0};
  if (in.rank != args->dims.n + 1) {
    knn__scope_fail(s, KNN_ESHAPE, "input with %d axes (batch first) expected, got %s",
                    args->dims.n + 1, KNN__SPEC(in));
    return;
  }
  for (int i = 0; i < args->dims.n; i++) axes[i + 1] = args->dims.v[i];
  io->out[0] = knn__transpose(s, io->in[0], in.rank, axes);
}

const knn__layer_def knn__layer_permute = {
    .cls = {.family = "layer",
            .name = "Permute",
            .summary = "Axes in another order.",
            .detail =
                "Axis i of the result is axis dims[i] of x; axes count from 1 without the batch.",
            .shapes = "x (batch, a, b) -> (batch, b, a) for dims {2, 1}",
            .example = "local y = knn.layers.Permute{{2, 1}}(knn.ones{2, 3, 4})",
            .source = "Keras, Permute",
            .see = "Reshape",
            KNN__PARAMS(params, permute_args)},
    .min_rank = 1,
    .inputs = KNN__IN_KEPT,
    .check = check,
    .call = call,
};
