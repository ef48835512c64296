/* drawing.c - what a model connects, as an option tree for those who draw it. */
#include <stdio.h>

#include "functional.h"

static knn_status describe(knn_layer *layer, knn_config **out);

/* "(None, 4)", or one after the other. */
static knn_status set_shapes(knn_config *item, const char *key, const knn__spec *const *specs,
                             int n) {
  char text[400] = "";
  size_t at = 0;
  for (int i = 0; i < n && at < sizeof text; i++)
    at +=
        (size_t)snprintf(text + at, sizeof text - at, "%s%s", i ? ", " : "", KNN__SPEC(*specs[i]));
  return knn_config_set_string(item, key, text);
}

static knn_status set_call(knn_config *item, const knn__node *call) {
  const knn__spec *specs[KNN__MAX_IN > KNN__MAX_OUT ? KNN__MAX_IN : KNN__MAX_OUT];
  if (!call) return KNN_OK;
  for (int i = 0; i < call->n_in; i++) specs[i] = &call->in[i]->spec;
  KNN__TRY(set_shapes(item, "input_shape", specs, call->n_in));
  for (int i = 0; i < call->n_out; i++) specs[i] = &call->out[i];
  return set_shapes(item, "output_shape", specs, call->n_out);
}

static knn_status fill_item(knn_config *item, knn_layer *layer, const knn__node *call) {
  KNN__TRY(knn_config_set_string(item, "name", layer ? layer->base.name : call->name));
  KNN__TRY(knn_config_set_string(item, "class_name",
                                 layer ? layer->base.cls->name : call->op->cls.name));
  KNN__TRY(set_call(item, call));
  if (!layer || !(knn__is_functional(layer) || knn__is_sequential(layer))) return KNN_OK;
  knn_config *inside = NULL;
  KNN__TRY(describe(layer, &inside));
  knn_status st = knn_config_set(item, "inside", inside);
  knn_config_release(inside);
  return st;
}

/* Positions, from 0, of the items whose results the operation takes. */
static knn_status set_sources(knn_config *item, const knn__functional *f, int operation) {
  int64_t from[KNN__MAX_IN * 4];
  int n = 0;
  for (int i = 0; i < f->n_calls; i++) {
    const knn__node *node = f->calls[i].node;
    for (int k = 0; k < node->n_in && f->calls[i].operation == operation; k++) {
      const int call = node->in[k]->node ? knn__functional_call_of(f, node->in[k]) : -1;
      bool known = call < 0 || n == KNN__MAX_IN * 4;
      for (int j = 0; j < n && !known; j++) known = from[j] == f->calls[call].operation;
      if (!known) from[n++] = f->calls[call].operation;
    }
  }
  return knn_config_set_ints(item, "from", n, from);
}

static const knn__node *last_call(const knn__functional *f, int operation) {
  const knn__node *last = NULL;
  for (int i = 0; i < f->n_calls; i++)
    if (f->calls[i].operation == operation) last = f->calls[i].node;
  return last;
}

static knn_status fill_nth(knn_config *item, knn_layer *layer, int i) {
  const knn__functional *f = knn__functional_of(layer);
  if (f) {
    KNN__TRY(fill_item(item, f->operations[i].layer, last_call(f, i)));
    return set_sources(item, f, i);
  }
  KNN__TRY(fill_item(item, layer->sublayers[i], layer->sublayers[i]->calls.last));
  return knn_config_set_ints(item, "from", i > 0, (int64_t[]){i - 1});
}

static knn_status describe(knn_layer *layer, knn_config **out) {
  const knn__functional *f = knn__functional_of(layer);
  const int n = f ? f->n_operations : layer->n_sublayers;
  knn_config *list = NULL;
  knn_status st = knn_config_list(layer->base.ctx, &list);
  for (int i = 0; i < n && st == KNN_OK; i++) {
    knn_config *item = NULL;
    st = knn_config_dict(layer->base.ctx, &item);
    if (st == KNN_OK) st = fill_nth(item, layer, i);
    if (st == KNN_OK) st = knn_config_push(list, item);
    knn_config_release(item);
  }
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

knn_status knn_model_drawing(knn_model *m, knn_config **out) {
  if (!knn_model_built(m))
    return knn_fail(knn_model_ctx(m), KNN_ESTATE,
                    "the model is not built; call build, or the model on a batch of data");
  return describe(knn_model_layer(m), out);
}
