/* clone.c - a model of the same architecture with weights of its own, newly drawn: each layer is
 * made again from its config, once, and the calls of a drawing are made again on the copies. */
#include <string.h>

#include "functional.h"

static knn_status clone_layer(knn_layer *layer, knn_layer **out);
static knn_status copy_config(knn_ctx *ctx, const knn_config *from, knn_config **out);

static knn_status copy_entries(knn_ctx *ctx, const knn_config *from, knn_config *to) {
  const bool dict = knn_config_kind_of(from) == KNN_CONFIG_DICT;
  knn_status st = KNN_OK;
  for (int i = 0; i < knn_config_size(from) && st == KNN_OK; i++) {
    knn_config *entry = NULL;
    st = copy_config(ctx, knn_config_at(from, i), &entry);
    if (st == KNN_OK)
      st = dict ? knn_config_set(to, knn_config_key(from, i), entry) : knn_config_push(to, entry);
    knn_config_release(entry);
  }
  return st;
}

/* A wrapper's config holds its layers as objects: they are cloned; everything else is shared. */
static knn_status copy_config(knn_ctx *ctx, const knn_config *from, knn_config **out) {
  const knn_config_kind kind = knn_config_kind_of(from);
  knn_config *copy = NULL;
  knn_layer *layer = NULL;
  if (kind == KNN_CONFIG_OBJECT && (layer = knn_layer_of(knn_config_get_object(from)))) {
    KNN__TRY(clone_layer(layer, &layer));
    knn_status st = knn_config_object(ctx, knn_layer_object(layer), out);
    knn_layer_release(layer);
    return st;
  }
  if (kind != KNN_CONFIG_LIST && kind != KNN_CONFIG_DICT) {
    *out = (knn_config *)(uintptr_t)from;
    knn_config_retain(*out);
    return KNN_OK;
  }
  KNN__TRY(kind == KNN_CONFIG_LIST ? knn_config_list(ctx, &copy) : knn_config_dict(ctx, &copy));
  knn_status st = copy_entries(ctx, from, copy);
  if (st == KNN_OK)
    *out = copy;
  else
    knn_config_release(copy);
  return st;
}

/* The layer's config with its name. */
static knn_status config_of(knn_layer *layer, knn_config **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *own = NULL, *copy = NULL;
  KNN__TRY(knn_object_config(&layer->base, &own));
  knn_status st = copy_config(ctx, own, &copy);
  knn_config_release(own);
  if (st == KNN_OK) st = knn_config_set_string(copy, "name", layer->base.name);
  if (st == KNN_OK)
    *out = copy;
  else
    knn_config_release(copy);
  return st;
}

static knn_status clone_plain(knn_layer *layer, knn_layer **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *config = NULL;
  const knn_layer_custom *custom = layer->custom;
  if (custom ? !custom->make : !knn_class_find("layer", layer->base.cls->name))
    return knn_fail(
        ctx, KNN_EARG,
        "layer '%s' cannot be made again: its class %s was made without a schema of its "
        "options, as in knn.layer(\"%s\", {}, methods)",
        layer->base.name, layer->base.cls->name, layer->base.cls->name);
  KNN__TRY(config_of(layer, &config));
  knn_status st = custom ? custom->make(custom->maker, config, out)
                         : knn_layer_from_config(ctx, layer->base.cls->name, config, out);
  knn_config_release(config);
  if (st == KNN_OK && !layer->trainable) knn_layer_set_trainable(*out, false);
  return st;
}

/* ---- stacks ---- */

static knn_status clone_sequential(knn_layer *layer, knn_model **out) {
  knn_model *m = NULL;
  KNN__TRY(knn_sequential_new(layer->base.ctx, layer->base.name, &m));
  knn_status st = KNN_OK;
  for (int i = 0; i < layer->n_sublayers && st == KNN_OK; i++) {
    knn_layer *sub = NULL;
    st = clone_layer(layer->sublayers[i], &sub);
    if (st == KNN_OK) st = knn_model_add(m, sub);
    knn_layer_release(sub);
  }
  if (st == KNN_OK && layer->built && layer->n_inputs == 1 && !knn_model_built(m))
    st = knn_model_build(m, layer->inputs[0].rank, layer->inputs[0].dims);
  if (st == KNN_OK)
    *out = m;
  else
    knn_model_release(m);
  return st;
}

/* ---- drawings ---- */

typedef struct copy {
  knn_ctx *ctx;
  const knn__functional *f;
  knn_value **values; /* by slot, counted */
  knn_layer **layers; /* by operation, counted */
} copy;

static knn_status draw_input(copy *c, const knn__model_call *call) {
  knn_config *config = NULL;
  KNN__TRY(config_of(knn_layer_of(call->node->layer), &config));
  knn_status st = knn_input_from_config(c->ctx, config, &c->values[call->first]);
  knn_config_release(config);
  return st;
}

static knn_status draw_layer(copy *c, const knn__model_call *call, knn_value **in) {
  const knn__node *node = call->node;
  knn_layer **layer = &c->layers[call->operation];
  if (!*layer) KNN__TRY(clone_layer(knn_layer_of(node->layer), layer));
  const knn_layer_extra extra = knn__node_extra(node, in);
  int n = node->n_out;
  return knn_layer_call_with(*layer, in, node->n_in, node->training, &extra,
                             &c->values[call->first], &n);
}

static knn_status draw_op(copy *c, const knn__model_call *call, knn_value **in) {
  const knn__node *node = call->node;
  knn_value **out = &c->values[call->first];
  int n = node->n_out;
  KNN__TRY(knn__apply(c->ctx, node->op, node->args, in, node->n_in, out, &n));
  char *name = knn__strdup(c->ctx, node->name);
  if (!name) return KNN_ENOMEM;
  knn__free(c->ctx, out[0]->node->name);
  out[0]->node->name = name;
  return KNN_OK;
}

static knn_status draw_calls(copy *c) {
  knn_value *in[3 * KNN__MAX_IN];
  for (int i = 0; i < c->f->n_calls; i++) {
    const knn__model_call *call = &c->f->calls[i];
    for (int k = 0; k < call->node->n_operands; k++)
      in[k] = call->in[k] >= 0 ? c->values[call->in[k]] : call->node->in[k];
    KNN__TRY(call->node->op          ? draw_op(c, call, in)
             : call->node->n_in == 0 ? draw_input(c, call)
                                     : draw_layer(c, call, in));
  }
  return KNN_OK;
}

static knn_status make_model(copy *c, knn_layer *layer, knn_model **out) {
  const knn__functional *f = c->f;
  knn_value *in[KNN__MODEL_IO], *result[KNN__MODEL_IO];
  knn_config *options = NULL;
  for (int i = 0; i < f->n_in; i++) in[i] = c->values[f->in_slot[i]];
  for (int i = 0; i < f->n_out; i++) result[i] = c->values[f->out_slot[i]];
  const knn_values inputs = {f->n_in, in, f->in_key[0] ? (const char *const *)f->in_key : NULL};
  const knn_values outputs = {f->n_out, result,
                              f->out_key[0] ? (const char *const *)f->out_key : NULL};
  KNN__TRY(knn_config_dict(c->ctx, &options));
  knn_status st = knn_config_set_string(options, "name", layer->base.name);
  if (st == KNN_OK) st = knn_config_set_bool(options, "trainable", layer->trainable);
  if (st == KNN_OK) st = knn_model_functional(c->ctx, &inputs, &outputs, options, out);
  knn_config_release(options);
  return st;
}

static knn_status clone_functional(knn_layer *layer, knn_model **out) {
  const knn__functional *f = layer->fields;
  copy c = {.ctx = layer->base.ctx, .f = f};
  c.values = knn__alloc(c.ctx, (size_t)f->n_slots * sizeof *c.values);
  c.layers = knn__alloc(c.ctx, (size_t)f->n_operations * sizeof *c.layers);
  knn_status st = c.values && c.layers ? draw_calls(&c) : KNN_ENOMEM;
  if (st == KNN_OK) st = make_model(&c, layer, out);
  for (int i = 0; c.values && i < f->n_slots; i++) knn_value_release(c.values[i]);
  for (int i = 0; c.layers && i < f->n_operations; i++) knn_layer_release(c.layers[i]);
  knn__free(c.ctx, c.values);
  knn__free(c.ctx, c.layers);
  return st;
}

/* ---- both ---- */

/* A model whose call is a host's is that of a layer made again. */
static knn_status clone_custom(knn_layer *root, knn_model **out) {
  knn_layer *again = NULL;
  KNN__TRY(clone_plain(root, &again));
  knn_status st = knn_model_over_layer(again, out);
  knn_layer_release(again);
  return st;
}

static knn_status clone_root(knn_layer *root, knn_model **out) {
  if (root->custom) return clone_custom(root, out);
  return knn__is_functional(root) ? clone_functional(root, out) : clone_sequential(root, out);
}

static knn_status clone_layer(knn_layer *layer, knn_layer **out) {
  knn_model *m = NULL;
  if (!knn__is_functional(layer) && !knn__is_sequential(layer)) return clone_plain(layer, out);
  KNN__TRY(clone_root(layer, &m));
  *out = knn_model_layer(m);
  knn_layer_retain(*out);
  knn_model_release(m);
  return KNN_OK;
}

knn_status knn_model_clone(knn_model *m, knn_model **out) {
  knn_status st = clone_root(knn_model_layer(m), out);
  return st == KNN_OK ? st : knn_fail_in(knn_model_ctx(m), st, "clone_model");
}
