/* replaced.c - what a record that a pass made does the work of: the records of the graph, as it was
 * traced, from its results back to its operands and to what other records of the plan compute. */
#include "plan.h"

typedef struct search {
  bool *known; /* by value id: an operand, a result of another record, or seen already */
  knn__text *text;
  int n;
} search;

/* Operands first, so that names come in the order in which they were applied. */
static void visit(search *s, const knn_value *v) {
  if (s->known[v->id] || !v->from) return;
  for (int i = 0; i < v->from->n_out; i++) s->known[v->from->out[i]->id] = true;
  for (int i = 0; i < v->from->n_in; i++) visit(s, v->from->in[i]);
  if (v->from->op->flags & KNN__OP_ALIAS) return;
  knn__text_add(s->text, "%s%s", s->n++ ? " + " : "", v->from->op->cls.name);
}

knn_status knn__plan_replaced(const knn__plan *plan, int step, knn__text *text) {
  const knn__record *r = knn__plan_step_info(plan, step).record;
  if (r->n_out == 0 || !r->out[0]->from || r->out[0]->from->op == r->op) return KNN_OK;
  const knn_graph *g = r->out[0]->graph;
  search s = {.known = knn__alloc(g->ctx, (size_t)g->n_values * sizeof *s.known), .text = text};
  if (!s.known) return KNN_ENOMEM;
  for (int i = 0; i < knn__plan_steps(plan); i++) {
    const knn__record *other = knn__plan_step_info(plan, i).record;
    for (int k = 0; k < other->n_out && i != step; k++) s.known[other->out[k]->id] = true;
  }
  for (int i = 0; i < r->n_in; i++) s.known[r->in[i]->id] = true;
  for (int i = 0; i < r->n_out; i++) visit(&s, r->out[i]);
  knn__free(g->ctx, s.known);
  return KNN_OK;
}
