/* promote.c - operands of different types become one, as in Keras: the larger of bool < uint8 <
 * int32 < int64 < float32 < float64 (so int64 with float32 gives float32). Scalars are not weaker
 * than arrays here: a binding that knows plain numbers gives them the type of the other operand. */
#include "ops.h"

static int order(knn_dtype type) {
  static const int orders[KNN_DTYPES] = {
      [KNN_BOOL] = 0, [KNN_U8] = 1, [KNN_I32] = 2, [KNN_I64] = 3, [KNN_F32] = 4, [KNN_F64] = 5};
  return orders[type];
}

void knn__promote(knn__scope *scope, const knn__op *op, int n, knn_value *const *ins,
                  knn_value **outs) {
  const bool common = op->flags & KNN__OP_PROMOTE, to_bool = op->flags & KNN__OP_TO_BOOL;
  const int first = common && to_bool ? 1 : 0;
  for (int i = 0; i < n; i++) outs[i] = ins[i];
  if (scope->status != KNN_OK) return;
  for (int i = 0; i < n && to_bool && (!common || i == 0); i++)
    outs[i] = knn__cast(scope, ins[i], KNN_BOOL);
  if (n > first && (common || op->flags & KNN__OP_TO_FLOAT)) {
    knn_dtype type = ins[first]->spec.dtype;
    for (int i = first + 1; i < n; i++)
      if (order(ins[i]->spec.dtype) > order(type)) type = ins[i]->spec.dtype;
    if ((op->flags & KNN__OP_TO_FLOAT) && !knn_dtype_is_float(type)) type = KNN_F32;
    for (int i = first; i < n; i++) outs[i] = knn__cast(scope, ins[i], type);
  }
}
