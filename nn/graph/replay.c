/* replay.c - see replay.h. */
#include "replay.h"

typedef struct replay {
  const knn_graph *g;
  knn_value **now; /* by id: the value that stands for a node */
  bool *needed;    /* by id */
} replay;

static void mark_needed(const replay *r, int n_out, knn_value *const *outs) {
  for (int i = 0; i < n_out; i++) r->needed[outs[i]->id] = true;
  for (int i = r->g->n_records - 1; i >= 0; i--) {
    const knn__record *record = r->g->records[i];
    bool needed = false;
    for (int k = 0; k < record->n_out; k++) needed = needed || r->needed[record->out[k]->id];
    for (int k = 0; k < record->n_in && needed; k++) r->needed[record->in[k]->id] = true;
  }
}

static void take_leaves(const replay *r) {
  for (int i = 0; i < r->g->n_leaf_refs; i++) {
    const knn_value *node = knn__map_get(&r->g->leaves, r->g->leaf_refs[i]);
    if (!r->now[node->id]) r->now[node->id] = r->g->leaf_refs[i];
  }
}

static void apply(const replay *r, knn__scope *s, const knn__record *record) {
  knn_value *in[KNN__MAX_IN], *out[KNN__MAX_OUT];
  int n = KNN__MAX_OUT;
  bool needed = false;
  for (int k = 0; k < record->n_out; k++) needed = needed || r->needed[record->out[k]->id];
  if (!needed) return;
  for (int k = 0; k < record->n_in; k++) in[k] = r->now[record->in[k]->id];
  s->status = knn__apply(s->ctx, record->op, record->args, in, record->n_in, out, &n);
  if (s->status != KNN_OK) return;
  for (int k = 0; k < n; k++) r->now[record->out[k]->id] = knn__hold(s, out[k]);
}

void knn__replay(knn__scope *s, const knn_graph *g, int n, knn_value *const *from,
                 knn_value *const *to, int n_out, knn_value *const *outs, knn_value **results) {
  if (s->status != KNN_OK) return;
  size_t values = (size_t)g->n_values;
  replay r = {g, knn__alloc(s->ctx, values * sizeof *r.now),
              knn__alloc(s->ctx, values * sizeof *r.needed)};
  if (!r.now || !r.needed) s->status = KNN_ENOMEM;
  if (s->status == KNN_OK) {
    for (int i = 0; i < n; i++) r.now[from[i]->id] = to[i];
    mark_needed(&r, n_out, outs);
    take_leaves(&r);
  }
  for (int i = 0; i < g->n_records && s->status == KNN_OK; i++) apply(&r, s, g->records[i]);
  for (int i = 0; i < n_out && s->status == KNN_OK; i++) results[i] = r.now[outs[i]->id];
  knn__free(s->ctx, r.now);
  knn__free(s->ctx, r.needed);
}
