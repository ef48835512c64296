/* op_table.c - the table of ops and the family of their classes. Ops are applied, not made: they
 * have no objects. */
#include "op_list.h"

#define X(name) &knn__op_##name,
const knn__op *const knn__ops[] = {KNN__OP_LIST(X)};
#undef X
const int knn__ops_n = KNN__LEN(knn__ops);

#define X(name) &knn__op_##name.cls,
static const knn_class *const classes[] = {KNN__OP_LIST(X)};
#undef X

const knn__family knn__family_op = {.name = "op", .classes = classes, .n = KNN__LEN(classes)};
