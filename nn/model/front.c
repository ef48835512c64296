/* front.c - models that take strings. No plan holds strings, so such a model is cut in two
 * drawings, at the values where strings have become numbers: the front, from the model's inputs to
 * these values, runs op by op on the rows of each batch; the body, from there to the outputs, is
 * planned and trained like any other model. Both call the layers of the model itself. */
#include "functional.h"
#include "map.h"

/* Values that the body begins with. */
typedef struct cut {
  knn_ctx *ctx;
  int n;
  knn_value *v[KNN__MODEL_IO];
  knn__map seen; /* nodes of the body */
} cut;

static bool takes_strings(const knn__node *node) {
  for (int i = 0; i < node->n_in; i++)
    if (node->in[i]->spec.dtype == KNN_STRING) return true;
  return false;
}

static knn_status begin_with(cut *c, knn_value *v) {
  for (int i = 0; i < c->n; i++)
    if (c->v[i]->node == v->node && c->v[i]->at == v->at) return KNN_OK;
  if (c->n == KNN__MODEL_IO)
    return knn_fail(c->ctx, KNN_EARG, "more than %d values are made of its strings", KNN__MODEL_IO);
  c->v[c->n++] = v;
  return KNN_OK;
}

/* From a value of the body back to where the body begins. */
static knn_status trace_back(cut *c, knn_value *v) {
  const knn__node *node = v->node;
  if (!node) return KNN_OK;
  if (v->spec.dtype == KNN_STRING)
    return knn_fail(
        c->ctx, KNN_ETYPE,
        "'%s' gives strings, which can only go into layers that read strings; call it on what "
        "predict gives instead",
        knn__node_name(node));
  if (takes_strings(node) || node->n_operands == 0) return begin_with(c, v);
  if (knn__map_get(&c->seen, node)) return KNN_OK;
  KNN__TRY(knn__map_set(&c->seen, node, v));
  for (int i = 0; i < node->n_operands; i++)
    if (node->in[i]) KNN__TRY(trace_back(c, node->in[i]));
  return KNN_OK;
}

static knn_status part(const knn_model *m, knn_value *const *ins, int n_in, knn_value *const *outs,
                       int n_out, knn_layer **out) {
  const knn_values from = {.n = n_in, .v = ins}, to = {.n = n_out, .v = outs};
  knn_config *options = NULL;
  knn_model *made = NULL;
  KNN__TRY(knn_config_dict(m->ctx, &options));
  knn_status st = knn_config_set_string(options, "name", m->root->base.name);
  if (st == KNN_OK) st = knn_model_functional(m->ctx, &from, &to, options, &made);
  if (st == KNN_OK) knn_layer_retain(*out = knn_model_layer(made));
  knn_model_release(made);
  knn_config_release(options);
  return st;
}

static knn_status cut_drawing(knn_model *m, knn_value *const *ins, int n_in, knn_value *const *outs,
                              int n_out) {
  cut c = {.ctx = m->ctx, .seen = {.ctx = m->ctx}};
  knn_status st = KNN_OK;
  for (int i = 0; i < n_out && st == KNN_OK; i++) st = trace_back(&c, outs[i]);
  knn__map_clear(&c.seen);
  if (st == KNN_OK) st = part(m, ins, n_in, c.v, c.n, &m->front);
  return st == KNN_OK ? part(m, c.v, c.n, outs, n_out, &m->body) : st;
}

void knn__model_join(knn_model *m) {
  knn_layer_release(m->front);
  knn_layer_release(m->body);
  m->front = m->body = NULL;
}

knn_status knn__model_cut(knn_model *m) {
  knn_value *ins[KNN__MODEL_IO], *outs[KNN__MODEL_IO];
  int n_in = KNN__MODEL_IO, n_out = KNN__MODEL_IO;
  bool strings = false;
  for (int i = 0; i < m->root->n_inputs; i++)
    strings = strings || m->root->inputs[i].dtype == KNN_STRING;
  if (!strings || m->front) return KNN_OK;
  KNN__TRY(knn_model_symbolic_inputs(m, ins, &n_in));
  knn_status st = knn_model_symbolic_outputs(m, outs, &n_out);
  if (st != KNN_OK) n_out = 0;
  if (st == KNN_OK) st = cut_drawing(m, ins, n_in, outs, n_out);
  for (int i = 0; i < n_in; i++) knn_value_release(ins[i]);
  for (int i = 0; i < n_out; i++) knn_value_release(outs[i]);
  if (st == KNN_OK) return st;
  knn__model_join(m);
  return knn_fail_in(m->ctx, st, "model '%s'", m->root->base.name);
}

knn_status knn__front_check_frozen(const knn_model *m) {
  knn_variable **weights = NULL;
  int n = 0;
  const char *name = NULL;
  if (!m->front) return KNN_OK;
  KNN__TRY(knn__layer_weights(m->front, &weights, &n));
  for (int i = 0; i < n && !name; i++)
    if (weights[i]->trainable) name = weights[i]->path;
  knn_status st = KNN_OK;
  if (name)
    st = knn_fail(
        m->ctx, KNN_EARG,
        "model '%s': the weight %s lies inside of a model that takes strings as a whole and is "
        "therefore not trained here; let only its text layers stand in front",
        m->root->base.name, name);
  knn__free(m->ctx, weights);
  return st;
}

knn_status knn__front_run(const knn_model *m, knn_value *const *x, int n_x, bool training,
                          knn_value **out, int *n_out) {
  knn__scope s;
  knn__layer_io io = {.n_in = n_x, .in = x, .training = training, .n_out = 1};
  knn__scope_begin(&s, m->ctx);
  knn__layer_call(m->front, &s, &io);
  *n_out = s.status == KNN_OK ? io.n_out : 0;
  for (int i = 0; i < *n_out; i++) knn_value_retain(out[i] = io.out[i]);
  return knn__scope_end(&s);
}
