/* activation.c - an activation function as a layer: y = f(x). x (...) -> (...) */
#include "layer.h"

typedef struct activation_args {
  knn__layer_common common;
  knn_object *activation;
} activation_args;

static const knn_param params[] = {
    KNN__PARAM(activation_args, activation, KNN_P_OBJECT, NULL,
               "Function of each element, or of the last axis.", .choices = "activation",
               .positional = true, .nullable = true),
    KNN__LAYER_PARAMS(activation_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const activation_args *args = layer->base.args;
  io->out[0] = knn__activate(args->activation, s, io->in[0]);
}

const knn__layer_def knn__layer_activation = {
    .cls = {.family = "layer",
            .name = "Activation",
            .summary = "An activation function as a layer.",
            .detail = "y = activation(x)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.Activation{\"relu\"}(knn.tensor{-1, 0, 2})",
            .source = "Keras, Activation",
            .see = "ReLU|Softmax",
            KNN__PARAMS(params, activation_args)},
    .supports_masking = true,
    .call = call,
};
