/* constraint_list.h - every constraint, one line each: X(max_norm) declares
 * knn__constraint_max_norm and puts it into the table. */
#ifndef KNN__CONSTRAINT_LIST_H
#define KNN__CONSTRAINT_LIST_H

#include "constraint.h"

#define KNN__CONSTRAINT_LIST(X) X(max_norm) X(min_max_norm) X(unit_norm) X(non_neg)

#define X(name) extern const knn__constraint_def knn__constraint_##name;
KNN__CONSTRAINT_LIST(X)
#undef X

#endif
