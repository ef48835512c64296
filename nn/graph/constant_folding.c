/* constant_folding.c - ops on constants are computed while the plan is made: the factors and counts
 * that losses and gradients are written with. Only small results, and only of constants that nobody
 * outside of the graph holds, since others may change between two runs. */
#include "pass.h"

enum { SMALL = 1024 }; /* elements */

static bool foldable(const knn__ir *ir, const knn__record *r, knn_tensor **in) {
  if (r->op->flags & (KNN__OP_EFFECT | KNN__OP_RANDOM) || r->n_out != 1 || r->n_in < 1)
    return false;
  if (knn__count(r->out[0]->spec.rank, r->out[0]->spec.dims) > SMALL) return false;
  if (knn__ir_is_output(ir, r->out[0])) return false;
  for (int k = 0; k < r->n_in; k++)
    if (!(in[k] = knn__ir_constant(ir, r->in[k]))) return false;
  return true;
}

static knn_status fold(knn__ir *ir, int i, knn_tensor *const *in) {
  const knn__record *r = ir->records[i];
  const knn__stream none = {0};
  knn_tensor *result;
  knn_value *value = NULL, *leaf;
  int n = 0;
  KNN__TRY(knn__run_op(ir->ctx, r->op, r->args, in, r->n_in, &none, &result, &n));
  knn_status st = KNN_OK;
  if (r->op->flags & KNN__OP_ALIAS) { /* which shares the operand's memory */
    knn_tensor *view = result;
    st = knn_tensor_clone(view, &result);
    knn_tensor_release(view);
    if (st != KNN_OK) return st;
  }
  st = knn_value_from(result, &value);
  if (st == KNN_OK) st = knn__graph_leaf(ir->graph, value, &leaf);
  if (st == KNN_OK) {
    knn__ir_replace_reads(ir, i + 1, r->out[0], leaf);
    ir->records[i] = NULL;
  }
  knn_value_release(value);
  knn_tensor_release(result);
  return st;
}

static knn_status run(knn__ir *ir) {
  knn_tensor *in[KNN__MAX_IN];
  knn_status st = KNN_OK;
  for (int i = 0; i < ir->n && st == KNN_OK; i++)
    if (foldable(ir, ir->records[i], in)) st = fold(ir, i, in);
  knn__ir_compact(ir);
  return st;
}

const knn__pass knn__pass_constant_folding = {
    .name = "constant_folding",
    .summary = "computes ops on constants while the plan is made",
    .run = run,
};
