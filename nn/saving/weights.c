/* weights.c - the tree of weights: each layer has a group "<path>/vars" with an attribute `name`
 * and data sets 0, 1, ...; its parts stand in groups beside that. Layers in a list are named by
 * their classes: dense, dense_1, ... A layer that stands in several places is written where it
 * comes first. */
#include "weights.h"

#include <stdio.h>
#include <string.h>

#include "functional.h"
#include "misfits.h"

enum { DEEPEST = 100, PATH = 1000 };

typedef enum task { WRITE, COMPARE, READ } task;

typedef struct walk {
  knn_ctx *ctx;
  knn_h5 *h5;
  task task;
  const char *list; /* what lists of layers are called in this file */
  knn__map seen;
  knn__misfits misfits; /* layers that the file does not fit */
  int depth;
} walk;

/* Weight i of the layer's own, as Keras counts: those that can train come first. */
static knn_variable *own_weight(const knn_layer *layer, int wanted) {
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < layer->n_weights; i++)
      if (layer->weights[i]->can_train == (pass == 0) && wanted-- == 0) return layer->weights[i];
  return NULL;
}

/* ---- one layer ---- */

static knn_status write_own(walk *w, knn_layer *layer, const char *path) {
  char at[PATH];
  knn_config *name = NULL;
  snprintf(at, sizeof at, "%s/vars", path);
  KNN__TRY(knn_h5_make_group(w->h5, at));
  KNN__TRY(knn_config_string(w->ctx, layer->base.name, &name));
  knn_status st = knn_h5_set_attribute(w->h5, at, "name", name);
  knn_config_release(name);
  for (int i = 0; i < layer->n_weights && st == KNN_OK; i++) {
    snprintf(at, sizeof at, "%s/vars/%d", path, i);
    st = knn_h5_write(w->h5, at, knn__variable_tensor(own_weight(layer, i)), 0);
  }
  return st;
}

static knn_status compare_own(walk *w, knn_layer *layer, const char *path) {
  char at[PATH], found[PATH + 64];
  for (int i = 0; i < layer->n_weights; i++) {
    knn_variable *v = own_weight(layer, i);
    knn__spec spec;
    snprintf(at, sizeof at, "%s/vars/%d", path, i);
    KNN__TRY(knn__h5_spec(w->h5, at, &spec));
    const knn__spec *want = &v->value->spec;
    if (spec.dtype == KNN_DTYPE_NONE)
      snprintf(found, sizeof found, "is missing at '%s'", at);
    else if (!knn__dims_equal(spec.rank, spec.dims, want->rank, want->dims))
      snprintf(found, sizeof found, "has the shape %s in the file", KNN__SPEC(spec));
    else
      continue;
    KNN__TRY(knn__misfits_add(&w->misfits, layer, layer, v, found));
  }
  snprintf(at, sizeof at, "%s/vars/%d", path, layer->n_weights);
  if (!knn_h5_has(w->h5, at)) return KNN_OK;
  snprintf(found, sizeof found, "it has %d weights, the file has more", layer->n_weights);
  return knn__misfits_add(&w->misfits, layer, layer, NULL, found);
}

static knn_status read_own(walk *w, knn_layer *layer, const char *path) {
  char at[PATH];
  if (knn__misfits_has(&w->misfits, layer)) return KNN_OK;
  for (int i = 0; i < layer->n_weights; i++) {
    snprintf(at, sizeof at, "%s/vars/%d", path, i);
    KNN__TRY(knn__h5_read_into(w->h5, at, knn__variable_tensor(own_weight(layer, i))));
  }
  return KNN_OK;
}

/* ---- the tree ---- */

static knn_status visit(walk *w, knn_layer *layer, const char *path);

/* A model lists its layers; a stack leaves out its entrance. */
static bool listed(const knn_layer *parent, const knn_layer *layer) {
  return !knn__is_sequential(parent) || !knn__is_input_layer(layer);
}

/* "dense" for the first layer of the list that is called so, then "dense_1", ... */
static void item_name(const knn_layer *parent, int i, char *out, size_t size) {
  char stem[96], other[96];
  int before = 0;
  knn__snake_case(parent->sublayers[i]->base.cls->name, stem, sizeof stem);
  for (int k = 0; k < i; k++) {
    if (!listed(parent, parent->sublayers[k])) continue;
    knn__snake_case(parent->sublayers[k]->base.cls->name, other, sizeof other);
    before += strcmp(stem, other) == 0;
  }
  if (before)
    snprintf(out, size, "%s_%d", stem, before);
  else
    snprintf(out, size, "%s", stem);
}

static knn_status visit_part(walk *w, knn_layer *layer, int i, const char *path) {
  char at[PATH], item[128];
  const char *part = layer->def->part ? layer->def->part(layer, i) : w->list;
  const size_t n = strlen(part);
  item[0] = '\0';
  if (part[n - 1] == '/') item_name(layer, i, item, sizeof item);
  if ((size_t)snprintf(at, sizeof at, "%s%s%s%s", path, *path ? "/" : "", part, item) >=
      sizeof at - 16)
    return knn_fail(w->ctx, KNN_EFORMAT, "layers nest too deeply");
  return visit(w, layer->sublayers[i], at);
}

static knn_status visit(walk *w, knn_layer *layer, const char *path) {
  if (knn__map_get(&w->seen, layer)) return KNN_OK;
  KNN__TRY(knn__map_set(&w->seen, layer, layer));
  if (++w->depth > DEEPEST) return knn_fail(w->ctx, KNN_EFORMAT, "layers nest too deeply");
  knn_status st = w->task == WRITE     ? write_own(w, layer, path)
                  : w->task == COMPARE ? compare_own(w, layer, path)
                                       : read_own(w, layer, path);
  for (int i = 0; i < layer->n_sublayers && st == KNN_OK; i++)
    if (listed(layer, layer->sublayers[i])) st = visit_part(w, layer, i, path);
  w->depth--;
  return st;
}

static knn_status run(walk *w, knn_model *m, task what) {
  w->task = what;
  knn__map_clear(&w->seen);
  return visit(w, m->root, "");
}

static walk begin(knn_model *m, knn_h5 *h5) {
  return (walk){.ctx = m->ctx,
                .h5 = h5,
                .list = "layers/",
                .seen = {.ctx = m->ctx},
                .misfits = {.ctx = m->ctx, .things = {.ctx = m->ctx}, .text = {.ctx = m->ctx}}};
}

static void end(walk *w) {
  knn__map_clear(&w->seen);
  knn__misfits_clear(&w->misfits);
}

knn_status knn__weights_write(knn_model *m, knn_h5 *h5) {
  walk w = begin(m, h5);
  knn_status st = run(&w, m, WRITE);
  end(&w);
  return st == KNN_OK ? knn__optimizer_state_write(m, h5) : st;
}

knn_status knn__weights_read(knn_model *m, knn_h5 *h5, bool skip_mismatch) {
  static const char older[] = "_layer_checkpoint_dependencies"; /* Keras 2.13 */
  walk w = begin(m, h5);
  if (knn_h5_has(h5, older)) w.list = "_layer_checkpoint_dependencies/";
  knn_status st = run(&w, m, COMPARE);
  if (st == KNN_OK) st = knn__misfits_judge(&w.misfits, skip_mismatch);
  if (st == KNN_OK) st = run(&w, m, READ);
  end(&w);
  if (st == KNN_OK) m->ctx->weight_moves++; /* what was packed from the old ones is stale */
  return st == KNN_OK ? knn__optimizer_state_read(m, h5) : st;
}
