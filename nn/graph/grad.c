/* grad.c - see grad.h. Forward over the records: what depends on xs. Backward: each row's vjp,
 * contributions added up in the order of the records, so that eager and planned gradients agree to
 * the bit. */
#include "grad.h"

#include <string.h>

#include "graph.h"
#include "map.h"

typedef struct sweep {
  knn_ctx *ctx;
  knn__scope scope;
  knn__map depends; /* value -> itself, if it depends on xs */
  knn__map grads;   /* value -> gradient, lent by the scope */
} sweep;

static bool differentiable(const knn_value *v) {
  return knn_dtype_is_float(v->spec.dtype);
}

static knn_status mark(sweep *w, knn__record *const *records, int n, knn_value *const *xs,
                       int n_xs) {
  for (int i = 0; i < n_xs; i++) KNN__TRY(knn__map_set(&w->depends, xs[i], xs[i]));
  for (int i = 0; i < n; i++) {
    const knn__record *r = records[i];
    bool depends = false;
    for (int k = 0; k < r->n_in && r->op->vjp; k++)
      depends = depends || knn__map_get(&w->depends, r->in[k]);
    for (int k = 0; k < r->n_out && depends; k++)
      if (differentiable(r->out[k])) KNN__TRY(knn__map_set(&w->depends, r->out[k], r->out[k]));
  }
  return KNN_OK;
}

static void accumulate(sweep *w, knn_value *x, knn_value *dx) {
  knn_value *sum = knn__map_get(&w->grads, x);
  sum = sum ? knn__add(&w->scope, sum, dx) : dx;
  if (w->scope.status == KNN_OK) w->scope.status = knn__map_set(&w->grads, x, sum);
}

static void back(sweep *w, const knn__record *r) {
  knn_value *dy[KNN__MAX_OUT], *dx[KNN__MAX_IN] = {0};
  bool wanted[KNN__MAX_IN], flows = false;
  for (int k = 0; k < r->n_out; k++) {
    dy[k] = knn__map_get(&w->grads, r->out[k]);
    flows = flows || (dy[k] && knn__map_get(&w->depends, r->out[k]));
  }
  if (!flows || !r->op->vjp) return;
  for (int k = 0; k < r->n_in; k++) wanted[k] = knn__map_get(&w->depends, r->in[k]) != NULL;
  knn__vjp g = {.args = r->args,
                .n_in = r->n_in,
                .n_out = r->n_out,
                .in = r->in,
                .out = r->out,
                .dy = dy,
                .wanted = wanted,
                .dx = dx};
  r->op->vjp(&w->scope, &g);
  if (w->scope.status != KNN_OK) {
    knn_fail_in(w->ctx, w->scope.status, "gradient of op %s", r->op->cls.name);
    return;
  }
  for (int k = 0; k < r->n_in; k++)
    if (wanted[k] && dx[k]) accumulate(w, r->in[k], dx[k]);
}

/* The gradient's ops belong to the layer of the op they come from. */
static void sweep_back(sweep *w, knn__record *const *records, int n) {
  for (int i = n - 1; i >= 0 && w->scope.status == KNN_OK; i--) {
    knn_graph *g = records[i]->n_in ? records[i]->in[0]->graph : NULL;
    const char *before = g ? g->layer : NULL;
    if (g) g->layer = records[i]->layer;
    back(w, records[i]);
    if (g) g->layer = before;
  }
}

static knn_value *full_like(knn__scope *s, knn_value *x, double fill) {
  return knn__broadcast_like(s, knn__scalar_like(s, x, fill), x);
}

static void collect(sweep *w, knn_value *const *xs, int n_xs, knn_value **dxs) {
  for (int i = 0; i < n_xs; i++)
    if (!knn__map_get(&w->grads, xs[i])) accumulate(w, xs[i], full_like(&w->scope, xs[i], 0));
  for (int i = 0; i < n_xs && w->scope.status == KNN_OK; i++)
    knn_value_retain(dxs[i] = knn__map_get(&w->grads, xs[i]));
}

static knn_status check_types(knn_ctx *ctx, int n, knn_value *const *ys) {
  for (int i = 0; i < n; i++)
    if (!differentiable(ys[i]))
      return knn_fail(
          ctx, KNN_ETYPE,
          "gradient: the value to differentiate has type %s; it must be float32 or float64",
          knn_dtype_name(ys[i]->spec.dtype));
  return KNN_OK;
}

knn_status knn__gradient_of_all(knn_ctx *ctx, knn__record *const *records, int n_records, int n_ys,
                                knn_value *const *ys, knn_value *const *dys, int n_xs,
                                knn_value *const *xs, knn_value **dxs) {
  KNN__TRY(check_types(ctx, n_ys, ys));
  sweep w = {.ctx = ctx, .depends.ctx = ctx, .grads.ctx = ctx};
  knn__scope_begin(&w.scope, ctx);
  /* growing the graph moves its list of records */
  size_t bytes = (size_t)n_records * sizeof *records;
  knn__record **frozen = knn__alloc(ctx, bytes);
  knn_status st = frozen ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) {
    if (bytes) memcpy(frozen, records, bytes);
    st = mark(&w, frozen, n_records, xs, n_xs);
  }
  w.scope.status = st;
  for (int i = 0; i < n_ys && w.scope.status == KNN_OK; i++)
    accumulate(&w, ys[i], dys[i] ? dys[i] : full_like(&w.scope, ys[i], 1));
  if (w.scope.status == KNN_OK) sweep_back(&w, frozen, n_records);
  if (w.scope.status == KNN_OK) collect(&w, xs, n_xs, dxs);
  knn__map_clear(&w.depends);
  knn__map_clear(&w.grads);
  knn__free(ctx, frozen);
  return knn__scope_end(&w.scope);
}

knn_status knn__gradient(knn_ctx *ctx, knn__record *const *records, int n_records, knn_value *y,
                         knn_value *dy, knn_value *const *xs, int n_xs, knn_value **dxs) {
  return knn__gradient_of_all(ctx, records, n_records, 1, &y, &dy, n_xs, xs, dxs);
}

/* On the graph that was being traced when the tape began. */
static knn_status graph_gradient(const knn_tape *tape, knn_value *y, knn_value *const *xs, int n,
                                 knn_value **dxs) {
  knn_graph *g = tape->graph;
  knn_value **nodes = knn__alloc(tape->ctx, (size_t)n * sizeof *nodes);
  knn_status st = nodes ? KNN_OK : KNN_ENOMEM;
  for (int i = 0; i < n && st == KNN_OK; i++) {
    nodes[i] = xs[i];
    if (!xs[i]->graph) st = knn__graph_leaf(g, xs[i], &nodes[i]);
  }
  if (st == KNN_OK && !y->graph) st = knn__graph_leaf(g, y, &y);
  if (st == KNN_OK)
    st = knn__gradient(tape->ctx, g->records + tape->first, g->n_records - tape->first, y, NULL,
                       nodes, n, dxs);
  knn__free(tape->ctx, nodes);
  return st;
}

knn_status knn_tape_gradient(knn_tape *tape, knn_value *y, knn_value *const *xs, int n,
                             knn_value **dxs) {
  if (tape->graph) return graph_gradient(tape, y, xs, n, dxs);
  bool paused = tape->paused;
  tape->paused = true;
  knn_status st = knn__gradient(tape->ctx, tape->records, tape->n, y, NULL, xs, n, dxs);
  tape->paused = paused;
  return st;
}
