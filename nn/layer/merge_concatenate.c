/* merge_concatenate.c - inputs one behind the other along an axis. x1 (batch, ..., n1, ...), x2
 * (batch, ..., n2, ...) -> (batch, ..., n1 + n2 + ..., ...) */
#include "layer.h"
#include "ops.h"

typedef struct concatenate_args {
  knn__layer_common common;
  int64_t axis;
} concatenate_args;

static const knn_param params[] = {
    KNN__PARAM(concatenate_args, axis, KNN_P_INT, "-1", "Axis along which the inputs are joined.",
               .mark = KNN_AXIS, .positional = true, .min = -KNN_MAX_RANK, .max = KNN_MAX_RANK),
    KNN__LAYER_PARAMS(concatenate_args),
};

/* The mask of input i in the input's own shape; all true where it has none. */
static knn_value *full_mask(knn__scope *s, const knn__layer_io *io, int i) {
  knn_value *mask = io->mask[i], *x = io->in[i];
  if (!mask) return knn__broadcast_like(s, knn__scalar(s, KNN_BOOL, 1), x);
  if (mask->spec.rank >= x->spec.rank) return mask;
  return knn__broadcast_like(s, knn__expand_dims(s, mask, -1), x);
}

/* Where any element of the last axis counts. */
static void join_masks(knn__scope *s, knn__layer_io *io, int64_t axis) {
  knn_value *masks[KNN__MAX_IN];
  bool any = false;
  for (int i = 0; i < io->n_in; i++) any = any || io->mask[i];
  if (!any) return;
  for (int i = 0; i < io->n_in; i++) masks[i] = full_mask(s, io, i);
  if (s->status == KNN_OK)
    io->out_mask[0] = knn__any(s, knn__concatenate(s, io->n_in, masks, axis), KNN__AXIS(-1), false);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const concatenate_args *args = layer->base.args;
  io->out[0] = knn__concatenate(s, io->n_in, io->in, args->axis);
  if (s->status == KNN_OK) join_masks(s, io, args->axis);
}

const knn__layer_def knn__layer_concatenate = {
    .cls = {.family = "layer",
            .name = "Concatenate",
            .summary = "Inputs one behind the other along an axis.",
            .detail = "All sizes but that of the axis agree.",
            .shapes =
                "x1 (batch, ..., n1), x2 (batch, ..., n2), ... -> (batch, ..., n1 + n2 + ...)",
            .example = "local y = knn.layers.Concatenate{}{knn.ones{2, 3}, knn.zeros{2, 4}}",
            .source = "Keras, Concatenate",
            .see = "Add",
            KNN__PARAMS(params, concatenate_args)},
    .min_rank = 1,
    .max_rank = KNN_MAX_RANK,
    .max_in = -1,
    .consumes_mask = true,
    .call = call,
};
