/* sigmoid_entropy.c - a cross-entropy of sigmoid(x) is computed from x: what rounding takes from
 * probabilities near 1 is not lost, and the gradient by x is that of the difference, p - t, instead
 * of a quotient times p (1 - p). The one pass whose results differ by more than the order of
 * rounding where p is near 1; elsewhere by rounding. */
#include "op_list.h"
#include "pass.h"
#include "tensor_internal.h"

static bool is_one(const knn__ir *ir, const knn_value *v) {
  const knn_tensor *t = knn__ir_constant(ir, v);
  return t && knn_tensor_size(t) == 1 && knn__element(t->spec.dtype, knn_tensor_data(t)) == 1;
}

static bool is_product(const knn__record *r, const knn_value *of) {
  return r && r->op == &knn__op_multiply && (r->in[0] == of) != (r->in[1] == of);
}

static knn_value *other_factor(const knn__record *product, const knn_value *v) {
  return product->in[product->in[0] == v ? 1 : 0];
}

/* p (1 - p) */
static bool is_slope(const knn__ir *ir, const knn_value *v, const knn_value *p) {
  if (!is_product(v->from, p)) return false;
  const knn__record *rest = other_factor(v->from, p)->from;
  return rest && rest->op == &knn__op_subtract && rest->in[1] == p && is_one(ir, rest->in[0]);
}

/* Index of the one record that reads v; -1 if there are none or several. */
static int only_reader(const knn__ir *ir, const knn_value *v) {
  if (ir->uses[v->id] != 1) return -1;
  for (int i = 0; i < ir->n; i++)
    for (int k = 0; k < ir->records[i]->n_in; k++)
      if (ir->records[i]->in[k] == v) return i;
  return -1;
}

static knn_status from_logits(knn__ir *ir, int at) {
  const knn__record *loss = ir->records[at];
  knn_value *ins[] = {loss->in[0], loss->in[1]->from->in[0]};
  return knn__ir_record(ir, &knn__op_sigmoid_entropy, NULL, 2, ins, 1, loss->out, loss,
                        &ir->records[at]);
}

/* grad dz p (1 - p) becomes (p - t) dz: the second product is left out. */
static knn_status shorten_gradient(knn__ir *ir, int at) {
  const knn__record *grad = ir->records[at];
  int scaled = only_reader(ir, grad->out[0]);
  if (scaled < 0 || !is_product(ir->records[scaled], grad->out[0])) return KNN_OK;
  knn_value *dz = ir->records[scaled]->out[0];
  int last = only_reader(ir, dz);
  if (last < 0 || !is_product(ir->records[last], dz)) return KNN_OK;
  const knn__record *product = ir->records[last];
  if (!is_slope(ir, other_factor(product, dz), grad->in[1])) return KNN_OK;
  KNN__TRY(knn__ir_record(ir, &knn__op_sigmoid_entropy_grad, NULL, 2, grad->in, 1, grad->out, grad,
                          &ir->records[at]));
  return knn__ir_record(ir, &knn__op_stop_gradient, NULL, 1, &dz, 1, product->out, product,
                        &ir->records[last]);
}

static knn_status run(knn__ir *ir) {
  knn_status st = KNN_OK;
  for (int i = 0; i < ir->n && st == KNN_OK; i++) {
    const knn__record *r = ir->records[i];
    bool loss = r->op == &knn__op_binary_entropy, grad = r->op == &knn__op_binary_entropy_grad;
    if (!loss && !grad) continue;
    const knn__record *p = r->in[1]->from;
    if (p && p->op == &knn__op_sigmoid) st = loss ? from_logits(ir, i) : shorten_gradient(ir, i);
  }
  return st;
}

const knn__pass knn__pass_sigmoid_entropy = {
    .name = "sigmoid_entropy",
    .summary = "takes cross-entropies of a sigmoid from its logits",
    .run = run,
};
