/* identity.c - ops that leave every element as it is become another shape of their operand, which
 * costs nothing: reductions of single elements, broadcasts to as many elements, products with 1 and
 * quotients by 1. Variables are left alone: they may change before the result is read. */
#include "op_list.h"
#include "pass.h"
#include "tensor_internal.h"

static int64_t elements(const knn_value *v) {
  return knn__count(v->spec.rank, v->spec.dims);
}

static bool is_one(const knn__ir *ir, const knn_value *v) {
  const knn_tensor *t = elements(v) == 1 ? knn__ir_constant(ir, v) : NULL;
  return t && knn__element(t->spec.dtype, knn_tensor_data(t)) == 1;
}

static bool is_variable(const knn_value *v) {
  while (v->from && v->from->op->flags & KNN__OP_ALIAS) v = v->from->in[0];
  return v->variable || v->constant;
}

/* The operand whose elements the result has; NULL if the op is no identity. */
static knn_value *kept(const knn__ir *ir, const knn__record *r) {
  static const knn__op *const of_one[] = {&knn__op_sum, &knn__op_mean,         &knn__op_max,
                                          &knn__op_min, &knn__op_broadcast_to, &knn__op_prod};
  for (size_t i = 0; i < sizeof of_one / sizeof *of_one; i++)
    if (r->op == of_one[i]) return r->in[0];
  if (r->op == &knn__op_multiply && is_one(ir, r->in[0])) return r->in[1];
  if ((r->op == &knn__op_multiply || r->op == &knn__op_divide) && is_one(ir, r->in[1]))
    return r->in[0];
  return NULL;
}

static knn_status run(knn__ir *ir) {
  for (int i = 0; i < ir->n; i++) {
    knn__record *r = ir->records[i];
    knn_value *x = kept(ir, r);
    if (!x || is_variable(x) || elements(x) != elements(r->out[0]) ||
        x->spec.dtype != r->out[0]->spec.dtype)
      continue;
    KNN__TRY(
        knn__ir_record(ir, &knn__op_stop_gradient, NULL, 1, &x, 1, r->out, r, &ir->records[i]));
  }
  return KNN_OK;
}

const knn__pass knn__pass_identity = {
    .name = "identity",
    .summary = "drops ops that leave every element as it is",
    .run = run,
};
