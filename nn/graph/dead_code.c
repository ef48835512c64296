/* dead_code.c - drop ops whose results nobody reads: gradients of inputs, branches left over from
 * tracing. Effects stay. */
#include "pass.h"

static bool needed(const knn__ir *ir, const knn__record *r) {
  if (r->op->flags & KNN__OP_EFFECT) return true;
  for (int k = 0; k < r->n_out; k++)
    if (ir->uses[r->out[k]->id] > 0) return true;
  return false;
}

static knn_status run(knn__ir *ir) {
  for (int i = ir->n - 1; i >= 0; i--) {
    knn__record *r = ir->records[i];
    if (needed(ir, r)) continue;
    for (int k = 0; k < r->n_in; k++) ir->uses[r->in[k]->id]--;
    ir->records[i] = NULL;
  }
  knn__ir_compact(ir);
  return KNN_OK;
}

const knn__pass knn__pass_dead_code = {
    .name = "dead_code",
    .summary = "drops ops whose results nobody reads",
    .run = run,
};
