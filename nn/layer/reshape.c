/* reshape.c - the same elements under another shape. x (batch, ...) -> (batch, target_shape...);
 * one size may be -1: the rest. */
#include "layer.h"

typedef struct reshape_args {
  knn__layer_common common;
  knn_ints target_shape;
} reshape_args;

static const knn_param params[] = {
    KNN__PARAM(reshape_args, target_shape, KNN_P_INTS, NULL,
               "Shape without the batch; one size may be -1.", .mark = KNN_COUNT,
               .positional = true, .min = -1, .max = 9e15),
    KNN__LAYER_PARAMS(reshape_args),
};

static knn_status check(knn_layer *layer) {
  const reshape_args *args = layer->base.args;
  int open = 0;
  for (int i = 0; i < args->target_shape.n; i++) open += args->target_shape.v[i] == KNN_ANY;
  if (open > 1)
    return knn_fail(layer->base.ctx, KNN_EARG, "'target_shape' may have one -1, it has %d", open);
  if (args->target_shape.n + 1 > KNN_MAX_RANK)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'target_shape' has %d sizes, at most %d are possible", args->target_shape.n,
                    KNN_MAX_RANK - 1);
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const knn_ints *target = &((const reshape_args *)layer->base.args)->target_shape;
  const knn__spec in = io->in[0]->spec;
  int64_t dims[KNN_MAX_RANK] = {in.dims[0]}, known = 1,
          elements = knn__count(in.rank - 1, in.dims + 1);
  int open = -1;
  for (int i = 0; i < target->n; i++) {
    dims[i + 1] = target->v[i];
    if (target->v[i] == KNN_ANY)
      open = i + 1;
    else
      known *= target->v[i];
  }
  if (elements != KNN_ANY && (open < 0 ? elements != known : known == 0 || elements % known != 0)) {
    knn__scope_fail(s, KNN_ESHAPE,
                    "input %s has %lld elements in each row, they do not fit into target_shape %s",
                    KNN__SPEC(in), (long long)elements, KNN__SHAPE(target->n, target->v));
    return;
  }
  if (open > 0 && elements != KNN_ANY) dims[open] = elements / known;
  if (open > 0 && dims[open] == KNN_ANY && dims[0] == KNN_ANY) {
    knn__scope_fail(s, KNN_ESHAPE, "-1 in 'target_shape' needs an input with known sizes, got %s",
                    KNN__SPEC(in));
    return;
  }
  io->out[0] = knn__reshape(s, io->in[0], target->n + 1, dims);
}

const knn__layer_def knn__layer_reshape = {
    .cls = {.family = "layer",
            .name = "Reshape",
            .summary = "The same elements under another shape.",
            .detail = "Elements keep their order; one size may be -1 and takes the rest.",
            .shapes = "x (batch, ...) -> (batch, target_shape...)",
            .example = "local y = knn.layers.Reshape{{4, -1}}(knn.ones{2, 12})",
            .source = "Keras, Reshape",
            .see = "Flatten|Permute",
            KNN__PARAMS(params, reshape_args)},
    .min_rank = 1,
    .inputs = KNN__IN_KEPT,
    .check = check,
    .call = call,
};
