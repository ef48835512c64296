/* pipeline.c - layers one after another as one layer, such as the steps of a preparation. x (...)
 * -> what the last layer gives. A call outside of any model is one in training. */
#include <string.h>

#include "layer.h"

typedef struct pipeline_args {
  knn__layer_common common;
  knn_config *layers;
} pipeline_args;

static const knn_param params[] = {
    KNN__PARAM(pipeline_args, layers, KNN_P_CONFIG, NULL, "Layers from first to last.",
               .positional = true),
    KNN__LAYER_PARAMS(pipeline_args),
};

static knn_status check(knn_layer *layer) {
  const pipeline_args *args = layer->base.args;
  const int n = knn_config_size(args->layers);
  if (knn_config_kind_of(args->layers) != KNN_CONFIG_LIST || n == 0)
    return knn_fail(layer->base.ctx, KNN_EARG, "'layers' must be a list of layers");
  for (int i = 0; i < n; i++) {
    knn_object *object = NULL;
    KNN__TRY(knn_object_resolve(layer->base.ctx, "layer", knn_config_at(args->layers, i), &object));
    const knn_status st =
        object ? knn__add_sublayer(layer, knn_layer_of(object))
               : knn_fail(layer->base.ctx, KNN_EARG, "layers: entry %d is null", i + 1);
    knn_object_release(object);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__layer_io step = *io;
  knn_value *values[KNN__MAX_OUT], *masks[KNN__MAX_OUT];
  for (int i = 0; i < layer->n_sublayers && s->status == KNN_OK; i++) {
    knn__layer_call(layer->sublayers[i], s, &step);
    if (i + 1 == layer->n_sublayers || s->status != KNN_OK) break;
    memcpy(values, step.out, sizeof values);
    memcpy(masks, step.out_mask, sizeof masks);
    step = (knn__layer_io){
        .n_in = step.n_out, .in = values, .mask = masks, .training = io->training, .n_out = 1};
  }
  io->n_out = step.n_out;
  memcpy(io->out, step.out, sizeof io->out);
  memcpy(io->out_mask, step.out_mask, sizeof io->out_mask);
}

const knn__layer_def knn__layer_pipeline = {
    .cls =
        {.family = "layer",
         .name = "Pipeline",
         .summary = "Layers one after another as one layer.",
         .detail =
             "Each layer's result is the next one's input. A call outside of any model is one in "
             "training, as of the layers that change images at random.",
         .shapes = "x (...) -> what the last layer gives",
         .example = "local y = knn.layers.Pipeline{{knn.layers.Rescaling{1 / 255}, "
                    "knn.layers.RandomFlip{}}}(knn.ones{2, 4, 4, 3})",
         .source = "Keras, Pipeline",
         .see = "Sequential",
         KNN__PARAMS(params, pipeline_args)},
    .inputs = KNN__IN_ANY,
    .draws_unasked = true,
    .activity_inside = true,
    .check = check,
    .call = call,
};
