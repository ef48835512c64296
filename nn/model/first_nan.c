/* first_nan.c - where the first NaN or infinity of a training step arose. A step whose loss is not
 * finite holds its update back, once per run. Then the step is done again by itself: its forward
 * pass is traced and replayed value by value, and from the loss the way leads back along results
 * that are not finite to the op whose operands all are. Until then a step costs one comparison. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "graph.h"
#include "model.h"
#include "replay.h"

static bool all_finite(const knn_tensor *t) {
  if (!t || !knn_dtype_is_float(knn_tensor_dtype(t))) return true;
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    if (!isfinite(knn_tensor_get(t, i))) return false;
  return true;
}

/* A weight that the step before left without a finite value. */
static const knn_variable *bad_weight(const knn_model *m) {
  for (int i = 0; i < m->n_trainable; i++)
    if (!all_finite(knn__variable_tensor(m->trainable[i]))) return m->trainable[i];
  return NULL;
}

/* The forward pass of a batch on a graph of its own. */
typedef struct traced {
  knn_graph *g;
  knn_value *node[3 * KNN__MODEL_IO], *tensor[3 * KNN__MODEL_IO]; /* inputs */
  int n;
  knn_value *total;
} traced;

static knn_status take_inputs(traced *t, knn_value *const *values, int n, knn_value **nodes) {
  for (int i = 0; i < n; i++) {
    if (!values[i]) continue;
    KNN__TRY(knn__graph_input(t->g, &values[i]->spec, &nodes[i]));
    t->node[t->n] = nodes[i];
    t->tensor[t->n++] = values[i];
  }
  return KNN_OK;
}

static knn_status trace(knn_model *m, knn__scope *s, const knn__forward *f, traced *t) {
  knn_value *x[KNN__MODEL_IO] = {0}, *y[KNN__MODEL_IO] = {0}, *weight[KNN__MODEL_IO] = {0};
  knn__forward again = *f;
  KNN__TRY(take_inputs(t, f->x, f->n_x, x));
  KNN__TRY(take_inputs(t, f->y, f->n_y, y));
  KNN__TRY(take_inputs(t, f->weight, f->n_weight, weight));
  again.x = x, again.y = y, again.weight = weight;
  again.quiet = true;
  knn_graph *before = knn__trace_begin(t->g);
  knn__model_forward(m, s, &again);
  knn__trace_end(m->ctx, before);
  t->total = again.total;
  return s->status;
}

/* results[id] of every node that an op made. */
static void replay(knn__scope *s, const traced *t, knn_value **results) {
  const knn_graph *g = t->g;
  int n = 0;
  knn_value **made = knn__alloc(s->ctx, 2 * (size_t)g->n_values * sizeof *made),
            **found = made + g->n_values;
  if (!made) s->status = KNN_ENOMEM;
  for (int i = 0; i < g->n_records && made; i++)
    for (int k = 0; k < g->records[i]->n_out; k++) made[n++] = g->records[i]->out[k];
  s->ctx->step_draws = 0;
  if (made) knn__replay(s, g, t->n, t->node, t->tensor, n, made, found);
  for (int i = 0; i < n && s->status == KNN_OK; i++) results[made[i]->id] = found[i];
  knn__free(s->ctx, made);
}

/* The op from which what is not finite reached the loss: its operands are finite. */
static const knn__record *origin(const traced *t, knn_value *const *results) {
  const knn__record *r = t->total->from;
  for (bool further = true; r && further;) {
    further = false;
    for (int k = 0; k < r->n_in && !further; k++) {
      const knn_value *in = r->in[k], *value = results[in->id];
      if (!in->from || !value || all_finite(value->tensor)) continue;
      r = in->from;
      further = true;
    }
  }
  return r;
}

static void describe(const knn__record *r, char *text, size_t size) {
  if (!r)
    snprintf(text, size, "no op could be blamed");
  else if (r->layer[0])
    snprintf(text, size, "op %s of layer '%s' is the first to give it", r->op->cls.name, r->layer);
  else
    snprintf(text, size,
             "op %s of the loss is the first to give it; what the model puts out is finite",
             r->op->cls.name);
}

static knn_status search(knn_model *m, const knn__forward *f, char *text, size_t size) {
  traced t = {0};
  knn__scope s;
  KNN__TRY(knn__graph_new(m->ctx, &t.g));
  knn__scope_begin(&s, m->ctx);
  if (s.status == KNN_OK) s.status = trace(m, &s, f, &t);
  knn_value **results = knn__alloc(m->ctx, ((size_t)t.g->n_values + 1) * sizeof *results);
  if (!results) s.status = KNN_ENOMEM;
  if (s.status == KNN_OK) replay(&s, &t, results);
  if (s.status == KNN_OK) describe(origin(&t, results), text, size);
  knn__free(m->ctx, results);
  const knn_status st = knn__scope_end(&s);
  knn__graph_release(t.g);
  return st;
}

knn_status knn__model_find_nan(knn_model *m, const knn__forward *f) {
  char text[400] = "";
  const knn_variable *weight = bad_weight(m);
  const double loss = knn_tensor_get(f->total->tensor, 0);
  const long long step = (long long)m->optimizer->iterations + 1;
  m->nan_told = true;
  if (weight)
    snprintf(text, sizeof text,
             "weight '%s' was not finite any more after the update of step %lld: its gradient, or "
             "the step along it, was not",
             weight->path, step - 1);
  else
    KNN__TRY(search(m, f, text, sizeof text));
  knn_warn(m->ctx, "the loss is %s at step %lld: %s", isnan(loss) ? "NaN" : "infinite", step, text);
  return KNN_OK;
}
