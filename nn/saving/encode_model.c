/* encode_model.c - models in Keras's form: a stack lists its layers, a drawing its calls too. */
#include "keras_form.h"

bool knn__is_model(const knn_layer *layer) {
  return knn__is_sequential(layer) || knn__is_functional(layer);
}

/* The InputLayer in front of a stack, if that is known; lent. */
static knn_layer *entrance(const knn_layer *stack) {
  const knn_value *in = knn__sequential_input(stack);
  return in ? knn_layer_of(in->node->layer) : NULL;
}

static knn_status list_layers(const knn_layer *stack, knn_config *list) {
  knn_layer *first = entrance(stack);
  if (first && (stack->n_sublayers == 0 || stack->sublayers[0] != first)) {
    knn_config *form = NULL;
    const knn_status made = knn__encode_object(&first->base, &form);
    KNN__TRY(knn__push(list, made, &form));
  }
  for (int i = 0; i < stack->n_sublayers; i++) {
    knn_config *form = NULL;
    const knn_status made = knn__encode_object(&stack->sublayers[i]->base, &form);
    KNN__TRY(knn__push(list, made, &form));
  }
  return KNN_OK;
}

static knn_status put_stack(const knn_layer *stack, knn_config *config) {
  knn_config *list = NULL;
  KNN__TRY(knn_config_list(stack->base.ctx, &list));
  KNN__TRY(knn__put(config, "layers", list_layers(stack, list), &list));
  if (!stack->built || stack->n_inputs != 1) return KNN_OK;
  return knn_config_set_ints(config, "build_input_shape", stack->inputs[0].rank,
                             stack->inputs[0].dims);
}

static knn_status put_build(const knn_layer *layer, knn_config *form) {
  knn_config *build = NULL;
  if (!layer->built) return KNN_OK;
  KNN__TRY(knn_config_dict(layer->base.ctx, &build));
  const knn_status made =
      knn__is_sequential(layer)
          ? knn_config_set_ints(build, "input_shape", layer->inputs[0].rank, layer->inputs[0].dims)
          : knn_config_set_string(build, "input_shape", NULL);
  return knn__put(form, "build_config", made, &build);
}

knn_status knn__encode_model(knn_layer *layer, knn_config **out) {
  knn_ctx *ctx = layer->base.ctx;
  const bool stack = knn__is_sequential(layer);
  knn_config *config = NULL, *form = NULL;
  KNN__TRY(knn_config_dict(ctx, &config));
  knn_status st = knn_config_set_string(config, "name", layer->base.name);
  if (st == KNN_OK) st = knn_config_set_bool(config, "trainable", layer->trainable);
  if (st == KNN_OK) st = stack ? put_stack(layer, config) : knn__encode_graph(layer, config);
  if (st == KNN_OK)
    st = stack ? knn__encode_form(ctx, "keras", "Sequential", config, NULL, &form)
               : knn__encode_form(ctx, "keras.src.models.functional", "Functional", config,
                                  "Functional", &form);
  knn_config_release(config);
  if (st == KNN_OK) st = put_build(layer, form);
  if (st == KNN_OK) {
    *out = form;
    return st;
  }
  knn_config_release(form);
  return knn_fail_in(ctx, st, "model '%s'", layer->base.name);
}
