/* identity.c - gives back what it gets. x (...) -> (...) */
#include "layer.h"

typedef struct identity_args {
  knn__layer_common common;
} identity_args;

static const knn_param params[] = {KNN__LAYER_PARAMS(identity_args)};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  (void)layer, (void)s;
  io->out[0] = io->in[0];
}

const knn__layer_def knn__layer_identity = {
    .cls = {.family = "layer",
            .name = "Identity",
            .summary = "Gives back what it gets.",
            .detail = "y = x. Stands where a layer may be left out.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.Identity{}(knn.ones{2, 3})",
            .source = "Keras, Identity",
            .see = "Activation",
            KNN__PARAMS(params, identity_args)},
    .inputs = KNN__IN_KEPT,
    .supports_masking = true,
    .call = call,
};
