/* sequence_op.h - what the rows of LSTM and GRU share. */
#ifndef KNN__SEQUENCE_OP_H
#define KNN__SEQUENCE_OP_H

#include "op.h"
#include "ops.h"
#include "recurrent.h"

/* Which operands and results there are. Forward: masked, biased, sequences, saves; backward:
 * masked, biased and the gradients that flow in. */
typedef struct knn__sequence_args {
  bool masked, biased, sequences, saves;
  bool dy, dh, dc;
} knn__sequence_args;

#define KNN__SEQUENCE_FLAG(option, doc) \
  KNN__PARAM(knn__sequence_args, option, KNN_P_BOOL, "false", doc)

/* (batch, steps, width) for x (batch, steps, ...). */
knn__spec knn__sequence_spec(const knn__spec *x, int64_t width);
/* x, h0 and the kernel go together? */
knn_status knn__sequence_check(const knn__infer *q, const knn__spec *x, const knn__spec *h0,
                               const knn__spec *kernel, int gates);

/* The four functions of a kind for a type, of simd or ref. */
typedef enum knn__sequence_kind {
  KNN__LSTM,
  KNN__LSTM_GRAD,
  KNN__GRU,
  KNN__GRU_GRAD
} knn__sequence_kind;
/* Sizes of the problem, from x's spec. */
knn__recurrent knn__sequence_problem(const knn__spec *x, int gates);
/* Book the scratch and name the provider. */
knn_status knn__sequence_prepare(knn__call *call, const knn__recurrent *p);
void knn__sequence_run(const knn__call *call, const knn__recurrent *p, knn__sequence_kind kind);

/* Apply a row; results (at most 8) lent by the scope. */
void knn__sequence_apply(knn__scope *s, const knn__op *op, const knn__sequence_args *args, int n_in,
                         knn_value *const *ins, knn_value **outs);
/* (batch, steps, width) as (rows, width). */
knn_value *knn__sequence_rows(knn__scope *s, knn_value *x);
/* Gradient by "h before each step" as one by y (dy or NULL) and one by h0 (added to *dh0). */
knn_value *knn__sequence_shift(knn__scope *s, knn_value *dy, knn_value *dbefore);

/* The op written as a scan: results from operands, and the values that its gradient op gives the
 * gradients by. */
typedef struct knn__sequence_form {
  int n_in, n_results, n_by;
  void (*write)(const knn__sequence_args *args, knn__scope *s, knn_value *const *in,
                knn_value **results, knn_value **by);
} knn__sequence_form;
/* The vjp of a gradient op, through the form: in are the operands, dys the gradients by the results
 * (NULL = none), us the gradients by what the op gave. din and ddys: by the operands (float ones)
 * and by the dys, lent. */
void knn__sequence_twice(knn__scope *s, const knn__sequence_form *form,
                         const knn__sequence_args *args, knn_value *const *in,
                         knn_value *const *dys, knn_value *const *us, knn_value **din,
                         knn_value **ddys);

#endif
