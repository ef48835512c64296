/* harness.h - one table entry per op and situation yields all checks of it:
 *   the result against a plain formula; every gradient and second derivative against central
 * differences, in double; float against double; infer with an unknown batch size against the real
 * one; the same bits on 1 and 3 threads; the same bits from a plan as eagerly, gradients included;
 * or, for a mistake, the message.
 *
 * A table stands in cases_<topic>.c and is named in cases.h; test_cases.c runs all tables and
 * misses rows without a case. */
#ifndef KNN_TESTS_HARNESS_H
#define KNN_TESTS_HARNESS_H

#include "testing.h"

#include "op.h"

/* An operand or result, as doubles. */
typedef struct op_array {
  knn_dtype dtype;
  int rank;
  int64_t dims[KNN_MAX_RANK];
  int64_t n;
  double *v;
} op_array;

enum {
  OP_NO_GRADIENT = 1, /* not smooth, or no gradient by decision: do not compare with differences */
  OP_NO_SECOND = 2,   /* no second derivative */
  OP_NO_FLOAT = 4,    /* float and double legitimately differ (random numbers, jumps) */
  OP_NO_ANY = 8       /* the first size is not a batch */
};

typedef struct op_case {
  const char *op;
  const char *options; /* option text, or NULL */
  /* Operands, each a letter, sizes, and a range or the numbers themselves: "f(2,3) f(3)[0.1:2]
   * i(4)[0:2] f(3)={1,nan,2}". f: float32 or float64 as the check wants, i int32, l int64, u uint8,
   * b bool, s float32, d float64. Without a range floats are drawn from -2 .. 2 and integers from 0
   * .. 4. */
  const char *inputs;
  double (*scalar)(const double *x); /* elementwise formula, operands broadcast; or */
  void (*formula)(const op_array *in, int n_in, op_array *out,
                  int n_out); /* fills out[i].v; sizes are set */
  const char *big;            /* operands for the thread check; NULL: `inputs` */
  const char *error;          /* part of the message that the case must give */
  unsigned skip;              /* OP_NO_... */
  double tolerance; /* of float against double and of the formula in float, relative; 0: 1e-5 */
} op_case;

void op_check(knn_ctx *ctx, const op_case *c);

/* Element of x that broadcasts to element i of a result of the given shape. */
double op_at(const op_array *x, const op_array *out, int64_t i);

#endif
