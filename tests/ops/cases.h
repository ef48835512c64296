/* cases.h - the tables of op cases; each stands in cases_<topic>.c and ends with an entry without
 * an op. */
#ifndef KNN_TESTS_CASES_H
#define KNN_TESTS_CASES_H

#include "harness.h"

#define OP_TABLES(X) \
  X(unary) X(binary) X(reduce) X(shape) X(index) X(product) X(pool) X(norm) X(signal) X(matrix)

#define X(topic) extern const op_case cases_##topic[];
OP_TABLES(X)
#undef X

#endif
