/* sequential.c - a stack of layers as a layer: each one's output is the next one's input.
 * Built when the first layer knows its input shape, or by the first input. Weights' paths start
 * with the stack's name. */
#include <string.h>

#include "model.h"

typedef struct sequential_args {
  knn__layer_common common;
  knn_config *layers; /* list of layers */
} sequential_args;

static const knn_param params[] = {
    KNN__PARAM(sequential_args, layers, KNN_P_CONFIG, "null", "Layers from first to last.",
               .positional = true),
    KNN__LAYER_PARAMS(sequential_args),
};

static knn_status check(knn_layer *layer) {
  const sequential_args *args = layer->base.args;
  for (int i = 0; i < knn_config_size(args->layers); i++) {
    knn_object *object = NULL;
    knn_status st =
        knn_object_resolve(layer->base.ctx, "layer", knn_config_at(args->layers, i), &object);
    if (st == KNN_OK && !object)
      st = knn_fail(layer->base.ctx, KNN_EARG, "layers: entry %d is null", i + 1);
    if (st == KNN_OK) st = knn__add_sublayer(layer, knn_layer_of(object));
    knn_object_release(object);
    if (st != KNN_OK) return st;
  }
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  knn__spec spec[KNN__MAX_OUT];
  int n = n_in;
  if (layer->n_sublayers == 0)
    return knn_fail(layer->base.ctx, KNN_ESTATE, "the stack is empty; add layers first");
  for (int i = 0; i < n_in; i++) {
    spec[i] = in[i];
    if (spec[i].rank > 0) spec[i].dims[0] = KNN_ANY;
  }
  for (int i = 0; i < layer->n_sublayers; i++) {
    KNN__TRY(knn__layer_build(layer->sublayers[i], layer->path, spec, n));
    knn__spec out[KNN__MAX_OUT];
    int n_out = 0;
    KNN__TRY(knn__layer_infer(layer->sublayers[i], spec, n, false, out, &n_out));
    memcpy(spec, out, sizeof spec);
    n = n_out;
  }
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__layer_io step = *io;
  knn_value *values[KNN__MAX_OUT], *masks[KNN__MAX_OUT];
  for (int i = 0; i < layer->n_sublayers && s->status == KNN_OK; i++) {
    knn__layer_call(layer->sublayers[i], s, &step);
    for (int k = 0; k < step.n_out; k++) {
      values[k] = step.out[k];
      masks[k] = step.out_mask[k];
    }
    knn__layer_io next = {
        .n_in = step.n_out, .in = values, .mask = masks, .training = io->training, .n_out = 1};
    if (i + 1 < layer->n_sublayers) step = next;
  }
  io->n_out = step.n_out;
  memcpy(io->out, step.out, sizeof io->out);
  memcpy(io->out_mask, step.out_mask, sizeof io->out_mask);
}

const knn__layer_def knn__layer_sequential = {
    .cls = {.family = "layer",
            .name = "Sequential",
            .summary = "A stack of layers: each output is the next input.",
            .detail = "Built at once when the first layer has input_shape (or is an Input), else "
                      "by the first data.",
            .shapes = "the first layer's input -> the last layer's output",
            .example = "local model = knn.Sequential{knn.layers.Dense{8, activation = \"relu\", "
                       "input_shape = {4}}, "
                       "knn.layers.Dense{3, activation = \"softmax\"}}",
            .source = "Keras, Sequential",
            .see = "Dense",
            KNN__PARAMS(params, sequential_args)},
    .inputs = KNN__IN_ANY,
    .supports_masking = true,
    .check = check,
    .build = build,
    .call = call,
};

bool knn__is_sequential(const knn_layer *layer) {
  return layer->def == &knn__layer_sequential;
}
