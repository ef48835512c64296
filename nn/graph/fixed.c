/* fixed.c - which values of a plan stay as they are from run to run. */
#include "pass.h"

static bool is_assignment(const knn__record *r) {
  return r->op == &knn__op_assign;
}

/* Does anything happen besides the assignments? Then any weight may change. */
static bool changes_anything(const knn__ir *ir) {
  for (int i = 0; i < ir->n; i++)
    if (ir->records[i]->op->flags & KNN__OP_EFFECT && !is_assignment(ir->records[i])) return true;
  return false;
}

static bool is_fixed(const knn__record *r, const bool *fixed) {
  if (r->op->flags & (KNN__OP_EFFECT | KNN__OP_RANDOM)) return false;
  for (int k = 0; k < r->n_in; k++)
    if (!fixed[r->in[k]->id]) return false;
  return true;
}

void knn__ir_find_fixed(const knn__ir *ir, bool *fixed) {
  const knn_graph *g = ir->graph;
  bool any = !ir->inner && !changes_anything(ir);
  for (int i = 0; i < g->n_values; i++) {
    const knn_value *v = g->values[i];
    fixed[i] = any && !v->from && (v->variable || v->constant);
  }
  if (!any) return;
  for (int i = 0; i < ir->n; i++)
    if (is_assignment(ir->records[i])) fixed[ir->records[i]->in[0]->id] = false;
  for (int i = 0; i < ir->n; i++) {
    const knn__record *r = ir->records[i];
    bool all = is_fixed(r, fixed);
    for (int k = 0; k < r->n_out; k++) fixed[r->out[k]->id] = all;
  }
}
