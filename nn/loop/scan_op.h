/* scan_op.h - the row behind a scan. Operands: states, sequences, what the body captured; results:
 * states, stacked results, and with `saves` the states before each step, stacked. */
#ifndef KNN__SCAN_OP_H
#define KNN__SCAN_OP_H

#include "scan.h"

typedef struct knn__scan_args {
  knn_object *body; /* knn__body */
  int64_t n_states, n_xs, axis;
  bool reverse, saves;
} knn__scan_args;

extern const knn__op knn__op_scan;

static inline knn__body *knn__scan_body(const knn__scan_args *args) {
  return (knn__body *)args->body;
}
static inline int knn__scan_ys(const knn__scan_args *args) {
  return knn__scan_body(args)->n_out - (int)args->n_states;
}

/* A sequence's spec without its time axis: that of a slice. */
static inline knn__spec knn__slice_spec(const knn__spec *x, int axis) {
  knn__spec y = *x;
  y.rank--;
  for (int i = axis; i < y.rank; i++) y.dims[i] = x->dims[i + 1];
  return y;
}

/* Gradient of the row, as another scan (scan_grad.c). */
void knn__scan_vjp(knn__scope *s, const knn__vjp *g);
/* Apply the row; results lent by the scope. */
void knn__scan_apply(knn__scope *s, const knn__scan_args *args, int n_in, knn_value *const *ins,
                     knn_value **outs);

#endif
