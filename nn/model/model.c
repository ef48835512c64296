/* model.c - life of a model, its stack of layers and its shapes. */
#include "model.h"

#include <string.h>

#include "functional.h"
#include "text.h"

knn_status knn_model_over_layer(knn_layer *root, knn_model **out) {
  knn_ctx *ctx = root->base.ctx;
  knn_model *m = knn__alloc(ctx, sizeof *m);
  if (!m) return KNN_ENOMEM;
  atomic_init(&m->refs, 1);
  m->ctx = ctx;
  m->root = root;
  knn_ctx_retain(ctx);
  knn_layer_retain(root);
  *out = m;
  return KNN_OK;
}

knn_status knn_sequential_new(knn_ctx *ctx, const char *name, knn_model **out) {
  knn_layer *root = NULL;
  knn_config *options = NULL;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK && name) st = knn_config_set_string(options, "name", name);
  if (st == KNN_OK) st = knn_layer_from_config(ctx, "Sequential", options, &root);
  if (st == KNN_OK) st = knn_model_over_layer(root, out);
  knn_layer_release(root);
  knn_config_release(options);
  return st;
}

void knn_model_retain(knn_model *m) {
  atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
}

void knn_model_release(knn_model *m) {
  if (!m || atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = m->ctx;
  knn__model_forget_compile(m);
  knn__model_unpack(m);
  knn__model_drop_logs(m);
  knn__model_join(m);
  knn_layer_release(m->root);
  knn__free(ctx, m);
  knn_ctx_release(ctx);
}

knn_ctx *knn_model_ctx(const knn_model *m) {
  return m->ctx;
}

knn_layer *knn_model_layer(knn_model *m) {
  return m->root;
}

static knn_status require_stack(const knn_model *m, const char *what) {
  if (knn__is_sequential(m->root)) return KNN_OK;
  return knn_fail(m->ctx, KNN_EARG, "%s: '%s' is not a Sequential model", what, m->root->base.name);
}

/* The shape of the first layer's input, if it was given. */
static bool known_input(const knn_layer *root, knn__spec *spec) {
  const knn_layer *first = root->n_sublayers ? root->sublayers[0] : NULL;
  while (first && !first->custom && first->n_sublayers && knn__is_sequential(first))
    first = first->sublayers[0];
  if (!first || knn__layer_common_of(first)->input_shape.n < 0) return false;
  const knn_ints *shape = &knn__layer_common_of(first)->input_shape;
  *spec = (knn__spec){.dtype = knn__layer_wants_strings(first)    ? KNN_STRING
                               : knn__layer_wants_integers(first) ? KNN_I32
                                                                  : KNN_F32,
                      .rank = shape->n + 1};
  spec->dims[0] = KNN_ANY;
  memcpy(spec->dims + 1, shape->v, (size_t)shape->n * sizeof *shape->v);
  return true;
}

/* Changing the stack makes it unbuilt (weights of its layers stay) and drops what was compiled for
 * the old shape. */
static knn_status changed(knn_model *m) {
  knn__spec spec;
  knn__model_drop_plans(m);
  knn__model_unpack(m);
  knn__model_join(m);
  m->metrics_ready = false;
  m->root->built = false;
  return known_input(m->root, &spec) ? knn__layer_build(m->root, "", &spec, 1) : KNN_OK;
}

static knn_status put(knn_model *m, knn_layer *layer) {
  for (int i = 0; i < m->root->n_sublayers; i++)
    if (m->root->sublayers[i] == layer ||
        strcmp(m->root->sublayers[i]->base.name, layer->base.name) == 0)
      return knn_fail(
          m->ctx, KNN_ESTATE,
          "add: a layer called '%s' is already in model '%s'; give each layer a name of its own",
          layer->base.name, m->root->base.name);
  return knn__add_sublayer(m->root, layer);
}

knn_status knn_model_add_layers(knn_model *m, knn_layer *const *layers, int n) {
  const int before = m->root->n_sublayers;
  KNN__TRY(require_stack(m, "add"));
  knn_status st = KNN_OK;
  for (int i = 0; i < n && st == KNN_OK; i++) st = put(m, layers[i]);
  if (st == KNN_OK && n > 0) st = changed(m);
  if (st == KNN_OK) return st;
  while (m->root->n_sublayers > before)
    knn_layer_release(m->root->sublayers[--m->root->n_sublayers]);
  changed(m); /* as it was; if even that fails the model stays unbuilt, and says so when used */
  return st;
}

knn_status knn_model_add(knn_model *m, knn_layer *layer) {
  return knn_model_add_layers(m, &layer, 1);
}

knn_status knn_model_add_new(knn_model *m, const char *layer_class, const char *options) {
  knn_layer *layer = NULL;
  KNN__TRY(knn_layer_new(m->ctx, layer_class, options, &layer));
  knn_status st = knn_model_add(m, layer);
  knn_layer_release(layer);
  return st;
}

knn_status knn_model_pop(knn_model *m) {
  KNN__TRY(require_stack(m, "pop"));
  if (m->root->n_sublayers == 0)
    return knn_fail(m->ctx, KNN_ESTATE, "pop: model '%s' has no layers", m->root->base.name);
  knn_layer_release(m->root->sublayers[--m->root->n_sublayers]);
  return changed(m);
}

int knn_model_layer_count(const knn_model *m) {
  return m->root->n_sublayers;
}

knn_layer *knn_model_layer_at(const knn_model *m, int i) {
  return i >= 0 && i < m->root->n_sublayers ? m->root->sublayers[i] : NULL;
}

knn_status knn_model_find_layer(const knn_model *m, const char *name, knn_layer **out) {
  knn__text known = {.ctx = m->ctx};
  for (int i = 0; i < m->root->n_sublayers; i++) {
    if (strcmp(m->root->sublayers[i]->base.name, name) == 0) {
      knn__free(m->ctx, known.s);
      *out = m->root->sublayers[i];
      return KNN_OK;
    }
    knn__text_add(&known, "%s%s", i ? ", " : "", m->root->sublayers[i]->base.name);
  }
  knn_status st = knn_fail(m->ctx, KNN_EARG, "model '%s' has no layer '%s' (layers: %s)",
                           m->root->base.name, name, known.s ? known.s : "none");
  knn__free(m->ctx, known.s);
  return st;
}

/* The layer that input i of a layer goes to, as far as that is plain. */
static const knn_layer *entrance(const knn_layer *layer, int i) {
  const knn__functional *f = knn__functional_of(layer);
  if (f) return i < f->n_in ? knn_layer_of(f->in[i]->node->layer) : layer;
  if (!layer->n_sublayers || !knn__is_sequential(layer)) return layer;
  return entrance(layer->sublayers[0], i);
}

knn_dtype knn__feed_type(const knn_model *m, int i, knn_dtype given) {
  const knn_layer *first = entrance(m->root, i);
  bool integer = given == KNN_I32 || given == KNN_I64 || given == KNN_U8;
  if (given == KNN_STRING || knn__layer_wants_strings(first)) return KNN_STRING;
  return integer && knn__layer_wants_integers(first) ? KNN_I32 : KNN_F32;
}

knn_dtype knn__target_type(knn_dtype given) {
  return given == KNN_I32 || given == KNN_I64 || given == KNN_U8 ? KNN_I32 : KNN_F32;
}

/* The layers inside a host's model are built by its first call. */
static knn_status build_inside(knn_model *m, const knn__spec *x, int n_x) {
  knn__spec out[KNN__MAX_OUT];
  int n = 0;
  if (!m->root->custom || m->built_inside) return KNN_OK;
  KNN__TRY(knn__layer_infer(m->root, x, n_x, false, out, &n));
  m->built_inside = true;
  return KNN_OK;
}

knn_status knn__model_require_built(knn_model *m, const knn__spec *x, int n_x) {
  if (!m->root->built) KNN__TRY(knn__layer_build(m->root, "", x, n_x));
  return build_inside(m, x, n_x);
}

knn_status knn_model_build(knn_model *m, int rank, const int64_t *dims) {
  if (rank < 1 || rank > KNN_MAX_RANK)
    return knn_fail(m->ctx, KNN_ESHAPE,
                    "build: the input shape has 1 to %d sizes with the batch first, got %d",
                    KNN_MAX_RANK, rank);
  knn__spec spec = {.dtype = KNN_F32, .rank = rank};
  memcpy(spec.dims, dims, (size_t)rank * sizeof *dims);
  spec.dtype = knn__feed_type(m, 0, KNN_I32);
  return knn__model_require_built(m, &spec, 1);
}

bool knn_model_built(const knn_model *m) {
  return m->root->built;
}

knn_status knn__model_infer(const knn_model *m, knn__spec *out, int *n_out) {
  return knn__layer_infer(m->root, m->root->inputs, m->root->n_inputs, false, out, n_out);
}

int knn_model_output_shape(const knn_model *m, int64_t dims[KNN_MAX_RANK]) {
  knn__spec out[KNN__MAX_OUT];
  int n = 0;
  if (!m->root->built || knn__model_infer(m, out, &n) != KNN_OK || n < 1) return 0;
  memcpy(dims, out[0].dims, (size_t)out[0].rank * sizeof *dims);
  return out[0].rank;
}

bool knn_model_compiled(const knn_model *m) {
  return m->compiled;
}

knn_object *knn_model_optimizer(const knn_model *m) {
  return m->optimizer ? &m->optimizer->base : NULL;
}

void knn_model_stop_training(knn_model *m) {
  m->stop = true;
}

bool knn_model_stopped(const knn_model *m) {
  return m->stop;
}

void knn_text_free(knn_ctx *ctx, char *text) {
  knn__free(ctx, text);
}
