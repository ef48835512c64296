/* chain.h - several elementwise ops as one: the loops of the members run one after the other over a
 * tile that stays in the first-level cache, so results between them need no memory. */
#ifndef KNN__CHAIN_H
#define KNN__CHAIN_H

#include "graph.h"

/* How an operand lies in the n elements of the members' results, n = rows x columns. */
typedef enum knn__span {
  KNN__SPAN_FULL,   /* element for element */
  KNN__SPAN_SCALAR, /* one for all */
  KNN__SPAN_ROW,    /* one per column, the same for every row */
  KNN__SPAN_COLUMN, /* one per row */
  KNN__SPAN_IRREGULAR
} knn__span;

/* Operands whose elements an elementwise record reads (broadcast_like only looks at the shape of
 * the second). */
int knn__operands_read(const knn__record *r);

/* Span of operand x in the result y of its op, and the number of columns for ROW and COLUMN. */
knn__span knn__span_of(const knn__spec *x, const knn__spec *y, int64_t *columns);

enum { KNN__CHAIN_LONGEST = 64, KNN__CHAIN_INPUTS = 64 }; /* members; values read */

/* Members in an order in which they can run; an operand is the result of an earlier one or one of
 * `in`. `in` and `out` are the values that the record of the
 * chain reads and writes; out[0] is the result of the last member. */
typedef struct knn__chain_args {
  int n_members, n_in, n_out;
  knn__record *const *members;
  knn_value *const *in, *const *out;
  int64_t columns; /* of ROW and COLUMN operands; 0 = there are none */
} knn__chain_args;

extern const knn__op knn__op_chain;

#endif
