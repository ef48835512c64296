/* wrapper.c - a layer around another one, which by itself does what that one does. x (...) -> what
 * the layer inside gives. */
#include <string.h>

#include "layer.h"

typedef struct wrapper_args {
  knn__layer_common common;
  knn_object *layer;
} wrapper_args;

static const knn_param params[] = {
    KNN__PARAM(wrapper_args, layer, KNN_P_OBJECT, NULL, "The layer inside.", .choices = "layer",
               .positional = true),
    KNN__LAYER_PARAMS(wrapper_args),
};

static knn_layer *inner_of(const knn_layer *layer) {
  const wrapper_args *args = layer->base.args;
  return knn_layer_of(args->layer);
}

static knn_status check(knn_layer *layer) {
  return knn__add_sublayer(layer, inner_of(layer));
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  return knn__layer_build(inner_of(layer), layer->path, in, n_in);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__layer_io inner = *io;
  knn__layer_call(inner_of(layer), s, &inner);
  io->n_out = inner.n_out;
  memcpy(io->out, inner.out, sizeof io->out);
  memcpy(io->out_mask, inner.out_mask, sizeof io->out_mask);
}

const knn__layer_def knn__layer_wrapper = {
    .cls = {.family = "layer",
            .name = "Wrapper",
            .summary = "A layer around another one.",
            .detail =
                "By itself it does what the layer inside does; TimeDistributed, Bidirectional and "
                "SpectralNormalization are wrappers that do more.",
            .shapes = "x (...) -> what the layer inside gives",
            .example = "local y = knn.layers.Wrapper{knn.layers.Dense{3}}(knn.ones{2, 4})",
            .source = "Keras, Wrapper",
            .see = "TimeDistributed|Bidirectional",
            KNN__PARAMS(params, wrapper_args)},
    .max_in = -1,
    .inputs = KNN__IN_ANY,
    .activity_inside = true,
    .check = check,
    .build = build,
    .call = call,
    .part = knn__part_layer,
};
