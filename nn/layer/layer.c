/* layer.c - life of a layer: made from its row, named, retained, released; and the public functions
 * of that. */
#include <string.h>

#include "layer_list.h"

/* "Conv2D" -> "conv2d": an underscore before a capital that follows a small letter or stands before
 * one. */
void knn__snake_case(const char *name, char *out, size_t size) {
  size_t n = 0;
  for (const char *c = name; *c && n + 2 < size; c++) {
    const bool capital = *c >= 'A' && *c <= 'Z';
    const bool after_small = c > name && c[-1] >= 'a' && c[-1] <= 'z',
               before_small = c > name && c[1] >= 'a' && c[1] <= 'z';
    if (capital && (after_small || before_small)) out[n++] = '_';
    out[n++] = (char)(capital ? *c - 'A' + 'a' : *c);
  }
  out[n] = '\0';
}

/* The name given, or one made from the class's; it stands in the arguments (for the config) and in
 * the object. */
static knn_status give_name(knn_layer *layer) {
  knn_ctx *ctx = layer->base.ctx;
  knn__layer_common *common = layer->base.args;
  char stem[96];
  if (common->name && (!*common->name || strchr(common->name, '/')))
    return knn_fail(ctx, KNN_EARG, "%s: 'name' must be a text without '/', got '%s'",
                    layer->base.cls->name, common->name);
  knn__snake_case(layer->base.cls->name, stem, sizeof stem);
  if (!common->name) KNN__TRY(knn__unique_name(ctx, stem, &common->name));
  char *copy = knn__strdup(ctx, common->name);
  if (!copy) return KNN_ENOMEM;
  knn__free(ctx, layer->base.name);
  layer->base.name = copy;
  return KNN_OK;
}

knn_status knn__layer_init(knn_object *object) {
  knn_layer *layer = (knn_layer *)object;
  knn_ctx *ctx = object->ctx;
  knn__layer_common *common = object->args;
  layer->def = (const knn__layer_def *)object->cls;
  layer->trainable = common->trainable;
  if (common->policy.compute == KNN_DTYPE_NONE)
    common->policy = layer->def->dtype_is_input ? (knn_policy){KNN_F32, KNN_F32} : ctx->policy;
  if (!knn_dtype_is_float(common->policy.compute) && !layer->def->dtype_is_input)
    return knn_fail(ctx, KNN_EARG, "%s: 'dtype' must be a type of floats or a policy, got %s",
                    object->cls->name, knn_policy_name(common->policy));
  layer->fields = knn__alloc(ctx, layer->def->fields_size);
  if (!layer->fields) return KNN_ENOMEM;
  if (layer->def->check) {
    knn_status st = layer->def->check(layer);
    if (st != KNN_OK) return knn_fail_in(ctx, st, "%s", object->cls->name);
  }
  return give_name(layer);
}

void knn__layer_finalize(knn_object *object) {
  knn_layer *layer = (knn_layer *)object;
  knn_ctx *ctx = object->ctx;
  if (layer->custom && layer->custom->free_self) layer->custom->free_self(layer->self);
  for (int i = 0; i < layer->n_weights; i++) knn__variable_release(layer->weights[i]);
  for (int i = 0; i < layer->n_states; i++) knn__variable_release(layer->states[i]);
  for (int i = 0; i < layer->n_sublayers; i++) knn_layer_release(layer->sublayers[i]);
  if (layer->fields && layer->def->finalize) layer->def->finalize(layer);
  knn__free(ctx, layer->weights);
  knn__free(ctx, layer->states);
  knn__free(ctx, layer->sublayers);
  knn__free(ctx, layer->fields);
  knn__free(ctx, layer->inputs);
  knn__free(ctx, layer->path);
  for (int i = 0; i < layer->n_metrics; i++) knn_object_release(layer->metrics[i]);
  knn__free(ctx, layer->metrics);
  knn_value_release(layer->added_loss);
  if (layer->own_class) knn__layer_leave_class(layer);
}

knn_status knn_layer_from_config(knn_ctx *ctx, const char *name, const knn_config *options,
                                 knn_layer **out) {
  knn_object *object = NULL;
  KNN__TRY(knn_object_new(ctx, "layer", name, options, &object));
  *out = (knn_layer *)object;
  return KNN_OK;
}

knn_status knn_layer_new(knn_ctx *ctx, const char *name, const char *options, knn_layer **out) {
  knn_config *config = NULL;
  if (options) KNN__TRY(knn_config_parse(ctx, options, &config));
  knn_status st = knn_layer_from_config(ctx, name, config, out);
  knn_config_release(config);
  return st;
}

void knn_layer_retain(knn_layer *layer) {
  knn_object_retain(&layer->base);
}

void knn_layer_release(knn_layer *layer) {
  if (layer) knn_object_release(&layer->base);
}

knn_object *knn_layer_object(knn_layer *layer) {
  return &layer->base;
}

knn_layer *knn_layer_of(knn_object *object) {
  return object && object->family == &knn__family_layer ? (knn_layer *)object : NULL;
}

const char *knn_layer_name(const knn_layer *layer) {
  return layer->base.name;
}

bool knn_layer_built(const knn_layer *layer) {
  return layer->built;
}

bool knn_layer_trainable(const knn_layer *layer) {
  return layer->trainable;
}

void knn_layer_set_trainable(knn_layer *layer, bool trainable) {
  knn__layer_set_trainable(layer, trainable);
}
