/* activity_regularization.c - the identity, with a penalty on what passes: (l1 sum |x| + l2 sum
 * x^2) / batch. x (batch, ...) -> same shape */
#include "layer.h"

typedef struct penalty_args {
  knn__layer_common common;
  double l1, l2;
} penalty_args;

static const knn_param params[] = {
    KNN__PARAM(penalty_args, l1, KNN_P_FLOAT, "0", "Weight of the sum of absolute values.",
               .min = 0, .max = 1e30),
    KNN__PARAM(penalty_args, l2, KNN_P_FLOAT, "0", "Weight of the sum of squares.", .min = 0,
               .max = 1e30),
    KNN__LAYER_PARAMS(penalty_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const penalty_args *args = layer->base.args;
  knn_value *x = io->in[0], *penalty = NULL;
  io->out[0] = x;
  if (args->l1 > 0)
    penalty = knn__times(s, knn__sum(s, knn__absolute(s, x), KNN__ALL_AXES, false), args->l1);
  if (args->l2 > 0) {
    knn_value *squares =
        knn__times(s, knn__sum(s, knn__square(s, x), KNN__ALL_AXES, false), args->l2);
    penalty = penalty ? knn__add(s, penalty, squares) : squares;
  }
  if (penalty) knn__add_activity_loss(s, penalty, x);
}

const knn__layer_def knn__layer_activity_regularization = {
    .cls = {.family = "layer",
            .name = "ActivityRegularization",
            .summary = "Passes its input on and adds a penalty on it to the loss.",
            .detail = "y = x; loss + (l1 sum |x| + l2 sum x^2) / batch",
            .shapes = "x (batch, ...) -> (batch, ...)",
            .example = "local y = knn.layers.ActivityRegularization{l2 = 0.01}(knn.ones{2, 3})",
            .source = "Keras, ActivityRegularization",
            .see = "Dropout|Identity",
            KNN__PARAMS(params, penalty_args)},
    .min_rank = 1,
    .supports_masking = true,
    .call = call,
};
