/* regularizer_list.h - every regularizer, one line each: X(l2) declares knn__regularizer_l2 and
 * puts it into the table. */
#ifndef KNN__REGULARIZER_LIST_H
#define KNN__REGULARIZER_LIST_H

#include "regularizer.h"

#define KNN__REGULARIZER_LIST(X) X(l1) X(l2) X(l1_l2) X(orthogonal)

#define X(name) extern const knn__regularizer_def knn__regularizer_##name;
KNN__REGULARIZER_LIST(X)
#undef X

#endif
