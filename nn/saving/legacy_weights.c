/* legacy_weights.c - weights as Keras 2 lays them out in HDF5. An attribute layer_names of the
 * group lists the layers; each has a group of its name, whose attribute weight_names lists the
 * paths of its arrays, trainable ones first. The model's own weights, beside those of its layers,
 * stand under top_level_model_weights. */
#include <stdio.h>
#include <string.h>

#include "keras_form.h"
#include "misfits.h"
#include "weights.h"

enum { PATH = 1000, MOST = 4000 }; /* an attribute has 64 KiB, a text in it 16 bytes */

static const char own_group[] = "top_level_model_weights";

typedef struct legacy {
  knn_model *m;
  knn_h5 *h5;
  const char *group;
  const knn_config *names; /* layer_names */
  knn__misfits misfits;    /* weights, or layers with another number of them */
  bool reads;              /* else it only compares */
} legacy;

/* ---- what the file lists ---- */

static knn_status append(knn_config *list, const knn_config *more) {
  for (int i = 0; i < knn_config_size(more); i++)
    KNN__TRY(knn_config_push(list, knn_config_at(more, i)));
  return KNN_OK;
}

knn_status knn__legacy_list_read(knn_ctx *ctx, knn_h5 *h5, const char *group, const char *name,
                                 knn_config **out) {
  char part[64];
  knn_config *more = NULL, *list = NULL;
  KNN__TRY(knn_h5_attribute(h5, group, name, out));
  if (*out) return KNN_OK;
  knn_status st = knn_config_list(ctx, &list);
  for (int i = 0; st == KNN_OK; i++) {
    snprintf(part, sizeof part, "%s%d", name, i);
    st = knn_h5_attribute(h5, group, part, &more);
    if (st != KNN_OK || !more) break;
    st = append(list, more);
    knn_config_release(more);
  }
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

knn_status knn__legacy_list_write(knn_ctx *ctx, knn_h5 *h5, const char *group, const char *name,
                                  const knn_config *list) {
  const int n = knn_config_size(list);
  if (n <= MOST) return knn_h5_set_attribute(h5, group, name, list);
  for (int first = 0; first < n; first += MOST) {
    char part[64];
    knn_config *some = NULL;
    snprintf(part, sizeof part, "%s%d", name, first / MOST);
    knn_status st = knn_config_list(ctx, &some);
    for (int i = first; i < n && i < first + MOST && st == KNN_OK; i++)
      st = knn_config_push(some, knn_config_at(list, i));
    if (st == KNN_OK) st = knn_h5_set_attribute(h5, group, part, some);
    knn_config_release(some);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static knn_status join(const legacy *l, const char *group, const char *name, char at[PATH]) {
  if (*name && (size_t)snprintf(at, PATH, "%s%s%s%s%s", l->group, *l->group ? "/" : "", group,
                                *group ? "/" : "", name) < PATH)
    return KNN_OK;
  return knn_fail(l->m->ctx, KNN_EFORMAT, "a name under '%s' is %s", *group ? group : "/",
                  *name ? "too long" : "empty or no text");
}

/* The paths of a layer's arrays, inside the layer's group. */
static knn_status weight_names(const legacy *l, const char *layer, knn_config **out) {
  char at[PATH];
  KNN__TRY(join(l, "", layer, at));
  return knn__legacy_list_read(l->m->ctx, l->h5, at, "weight_names", out);
}

knn_status knn__legacy_weights_find(knn_h5 *h5, const char **group) {
  static const char *const places[] = {"", KNN__LEGACY_WEIGHTS};
  *group = NULL;
  for (int i = 0; i < KNN__LEN(places) && !*group; i++) {
    knn_config *names = NULL;
    if (!knn_h5_has(h5, places[i])) continue;
    KNN__TRY(knn_h5_attribute(h5, places[i], "layer_names", &names));
    if (!names) KNN__TRY(knn_h5_attribute(h5, places[i], "layer_names0", &names));
    if (names) *group = places[i];
    knn_config_release(names);
  }
  return KNN_OK;
}

/* ---- one layer ---- */

/* Its weights in the order of the file: those that train before those that do not, all in their
 * own order if the layer as a whole is frozen. Free the array with knn__free. */
static knn_status file_order(const legacy *l, knn_layer *layer, knn_variable ***out, int *n) {
  knn_variable **all = NULL, **sorted;
  int filled = 0;
  if (layer == l->m->root) { /* its layers have groups of their own */
    all = knn__alloc(l->m->ctx, (size_t)layer->n_weights * sizeof *all);
    *n = layer->n_weights;
    for (int i = 0; all && i < *n; i++) all[i] = layer->weights[i];
    if (!all) return KNN_ENOMEM;
  } else {
    KNN__TRY(knn__layer_weights(layer, &all, n));
  }
  sorted = knn__alloc(l->m->ctx, (size_t)*n * sizeof *sorted);
  for (int pass = 0; sorted && pass < 2; pass++)
    for (int i = 0; i < *n; i++)
      if ((layer->trainable && all[i]->trainable) == (pass == 0)) sorted[filled++] = all[i];
  knn__free(l->m->ctx, all);
  *out = sorted;
  return sorted ? KNN_OK : KNN_ENOMEM;
}

static knn_status compare(legacy *l, knn_layer *layer, knn_variable *v, const char *at) {
  char found[PATH + 64];
  const knn__spec *want = &v->value->spec;
  knn__spec spec;
  KNN__TRY(knn__h5_spec(l->h5, at, &spec));
  if (spec.dtype == KNN_DTYPE_NONE)
    snprintf(found, sizeof found, "is missing at '%s'", at);
  else if (!knn__dims_equal(spec.rank, spec.dims, want->rank, want->dims))
    snprintf(found, sizeof found, "has the shape %s in the file", KNN__SPEC(spec));
  else
    return KNN_OK;
  return knn__misfits_add(&l->misfits, v, layer, v, found);
}

static knn_status visit_weights(legacy *l, knn_layer *layer, const char *name,
                                const knn_config *names, knn_variable **weights, int n) {
  char at[PATH], found[96];
  if (n != knn_config_size(names)) {
    snprintf(found, sizeof found, "it has %d weights, the file has %d", n, knn_config_size(names));
    return l->reads ? KNN_OK : knn__misfits_add(&l->misfits, layer, layer, NULL, found);
  }
  for (int i = 0; i < n; i++) {
    KNN__TRY(join(l, name, knn_config_get_string(knn_config_at(names, i)), at));
    if (!l->reads)
      KNN__TRY(compare(l, layer, weights[i], at));
    else if (!knn__misfits_has(&l->misfits, weights[i]))
      KNN__TRY(knn__h5_read_into(l->h5, at, knn__variable_tensor(weights[i])));
  }
  return KNN_OK;
}

/* The layer and the group of that name. */
static knn_status visit(legacy *l, knn_layer *layer, const char *name) {
  knn_variable **weights = NULL;
  knn_config *names = NULL;
  int n = 0;
  KNN__TRY(weight_names(l, name, &names));
  knn_status st = file_order(l, layer, &weights, &n);
  if (st == KNN_OK) st = visit_weights(l, layer, name, names, weights, n);
  knn__free(l->m->ctx, weights);
  knn_config_release(names);
  return st;
}

/* ---- all layers ---- */

/* The next layer with weights from *at on; NULL at the end. */
static knn_layer *next_layer(const knn_layer *root, int *at) {
  while (*at < root->n_sublayers) {
    knn_layer *layer = root->sublayers[(*at)++];
    if (knn_layer_weight_count(layer) > 0) return layer;
  }
  return NULL;
}

/* The next group with weights from *at on; NULL at the end. */
static knn_status next_name(const legacy *l, int *at, const char **out) {
  *out = NULL;
  while (!*out && *at < knn_config_size(l->names)) {
    const char *name = knn_config_get_string(knn_config_at(l->names, (*at)++));
    knn_config *weights = NULL;
    KNN__TRY(weight_names(l, name, &weights));
    if (knn_config_size(weights) > 0) *out = name;
    knn_config_release(weights);
  }
  return KNN_OK;
}

/* The first layer of the model with the first of the file, and so on; those without weights do not
 * count. */
static knn_status visit_in_order(legacy *l) {
  int at_layer = 0, at_name = 0, n_layers = 0, n_names = 0;
  for (;;) {
    knn_layer *layer = next_layer(l->m->root, &at_layer);
    const char *name = NULL;
    KNN__TRY(next_name(l, &at_name, &name));
    n_layers += layer != NULL;
    n_names += name != NULL;
    if (!layer && !name) break;
    if (layer && name) KNN__TRY(visit(l, layer, name));
  }
  if (n_layers == n_names) return KNN_OK;
  return knn_fail(
      l->m->ctx, KNN_ESHAPE,
      "the model has %d layers with weights, the file has %d; by_name = true takes those "
      "that are named alike",
      n_layers, n_names);
}

static knn_status visit_by_name(legacy *l) {
  const knn_layer *root = l->m->root;
  int n = 0;
  for (int i = 0; i < knn_config_size(l->names); i++) {
    const char *name = knn_config_get_string(knn_config_at(l->names, i));
    for (int k = 0; k < root->n_sublayers; k++) {
      if (strcmp(root->sublayers[k]->base.name, name) != 0) continue;
      KNN__TRY(visit(l, root->sublayers[k], name));
      n++;
    }
  }
  if (n == 0 && !l->reads)
    knn_warn(l->m->ctx, "load_weights: no layer of the model is named like one in the file");
  return KNN_OK;
}

static knn_status visit_all(legacy *l, bool by_name) {
  char at[PATH];
  KNN__TRY(by_name ? visit_by_name(l) : visit_in_order(l));
  KNN__TRY(join(l, "", own_group, at));
  return knn_h5_has(l->h5, at) ? visit(l, l->m->root, own_group) : KNN_OK;
}

knn_status knn__legacy_weights_read(knn_model *m, knn_h5 *h5, const char *group,
                                    const knn_load_options *options) {
  const bool by_name = options && options->by_name, skip = options && options->skip_mismatch;
  knn_config *names = NULL;
  KNN__TRY(knn__legacy_list_read(m->ctx, h5, group, "layer_names", &names));
  legacy l = {.m = m,
              .h5 = h5,
              .group = group,
              .names = names,
              .misfits = {.ctx = m->ctx, .things = {.ctx = m->ctx}, .text = {.ctx = m->ctx}}};
  knn_status st = visit_all(&l, by_name);
  if (st == KNN_OK) st = knn__misfits_judge(&l.misfits, skip);
  l.reads = true;
  if (st == KNN_OK) st = visit_all(&l, by_name);
  knn__misfits_clear(&l.misfits);
  knn_config_release(names);
  if (st == KNN_OK) m->ctx->weight_moves++; /* what was packed from the old ones is stale */
  return st;
}

/* ---- writing ---- */

static knn_status push_text(knn_ctx *ctx, knn_config *list, const char *text) {
  knn_config *value = NULL;
  return knn__push(list, knn_config_string(ctx, text, &value), &value);
}

/* An array at its weight's path. */
static knn_status write_weight(const legacy *l, const knn_layer *layer, const char *name,
                               const knn_variable *v) {
  char at[PATH];
  KNN__TRY(join(l, name, v->path, at));
  if (!knn_h5_has(l->h5, at)) return knn_h5_write(l->h5, at, knn__variable_tensor(v), 0);
  return knn_fail(l->m->ctx, KNN_EARG,
                  "layer '%s' has two weights called '%s', which this layout cannot hold; save it "
                  "as .keras",
                  layer->base.name, v->path);
}

static knn_status write_weights(const legacy *l, const knn_layer *layer, const char *name,
                                knn_variable **weights, int n, knn_config *names) {
  char at[PATH];
  KNN__TRY(join(l, "", name, at));
  KNN__TRY(knn_h5_make_group(l->h5, at));
  for (int i = 0; i < n; i++) {
    KNN__TRY(write_weight(l, layer, name, weights[i]));
    KNN__TRY(push_text(l->m->ctx, names, weights[i]->path));
  }
  return knn__legacy_list_write(l->m->ctx, l->h5, at, "weight_names", names);
}

static knn_status write_layer(const legacy *l, knn_layer *layer, const char *name) {
  knn_variable **weights = NULL;
  knn_config *names = NULL;
  int n = 0;
  KNN__TRY(knn_config_list(l->m->ctx, &names));
  knn_status st = file_order(l, layer, &weights, &n);
  if (st == KNN_OK) st = write_weights(l, layer, name, weights, n, names);
  knn__free(l->m->ctx, weights);
  knn_config_release(names);
  return st;
}

static knn_status write_layers(const legacy *l, knn_config *names) {
  knn_layer *root = l->m->root;
  for (int i = 0; i < root->n_sublayers; i++) {
    knn_layer *layer = root->sublayers[i];
    KNN__TRY(write_layer(l, layer, layer->base.name));
    KNN__TRY(push_text(l->m->ctx, names, layer->base.name));
  }
  KNN__TRY(write_layer(l, root, own_group));
  return knn__legacy_list_write(l->m->ctx, l->h5, l->group, "layer_names", names);
}

knn_status knn__legacy_weights_write(knn_model *m, knn_h5 *h5) {
  const legacy l = {.m = m, .h5 = h5, .group = KNN__LEGACY_WEIGHTS};
  knn_config *names = NULL;
  KNN__TRY(knn_config_list(m->ctx, &names));
  const knn_status st = write_layers(&l, names);
  knn_config_release(names);
  return st;
}
