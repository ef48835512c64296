/* promote.c - operands of different types become one, as in Keras: the larger of bool < uint8 <
 * int32 < int64 < bfloat16, float16 < float32 < float64 (so int64 with float32 gives float32, and
 * the two 16-bit types together give it too). Scalars are not weaker than arrays here: a binding
 * that knows plain numbers gives them the type of the other operand. */
#include "ops.h"

static int order(knn_dtype type) {
  static const int orders[KNN_DTYPES] = {
      [KNN_BOOL] = 0, [KNN_U8] = 1,  [KNN_I32] = 2, [KNN_I64] = 3,
      [KNN_BF16] = 4, [KNN_F16] = 4, [KNN_F32] = 5, [KNN_F64] = 6};
  return orders[type];
}

static knn_dtype common_type(knn_dtype a, knn_dtype b) {
  if (order(a) == order(b) && a != b) return KNN_F32;
  return order(a) > order(b) ? a : b;
}

static bool has_strings(int n, knn_value *const *ins) {
  for (int i = 0; i < n; i++)
    if (ins[i]->spec.dtype == KNN_STRING) return true;
  return false;
}

/* Strings stay, so that the op itself refuses what does not go with them. */
void knn__promote(knn__scope *scope, const knn__op *op, int n, knn_value *const *ins,
                  knn_value **outs) {
  const bool common = op->flags & KNN__OP_PROMOTE, to_bool = op->flags & KNN__OP_TO_BOOL;
  const int first = common && to_bool ? 1 : 0;
  for (int i = 0; i < n; i++) outs[i] = knn__autocast(scope, op, ins[i]);
  if (scope->status != KNN_OK || has_strings(n, ins)) return;
  for (int i = 0; i < n && to_bool && (!common || i == 0); i++)
    outs[i] = knn__cast(scope, outs[i], KNN_BOOL);
  if (n > first && (common || op->flags & KNN__OP_TO_FLOAT)) {
    knn_dtype type = outs[first]->spec.dtype;
    for (int i = first + 1; i < n; i++) type = common_type(type, outs[i]->spec.dtype);
    if ((op->flags & KNN__OP_TO_FLOAT) && !knn_dtype_is_float(type)) type = KNN_F32;
    for (int i = first; i < n; i++) outs[i] = knn__cast(scope, outs[i], type);
  }
}
