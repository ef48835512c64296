/* traverse.h - the one walk behind all elementwise ops: broadcasting by strides, axes merged where
 * they can be, rows handed to an inner loop, large work cut into pieces. */
#ifndef KNN__TRAVERSE_H
#define KNN__TRAVERSE_H

#include "loop.h"
#include "ops.h"
#include "simd.h"

enum { KNN__GRAIN = 32768 }; /* elements per piece of parallel work */

/* prepare, forward and release of rows that have `inner`: the loop and the way through the
 * operands, broadcast to out[0], are settled once. */
knn_status knn__elementwise_prepare(knn__call *call);
knn_status knn__elementwise_forward(const knn__call *call);
void knn__elementwise_release(knn__call *call);

/* Set out->loop: that of the machine's vectors if the context may take it, else ref's. type: of the
 * elements; loops: ref's by type; simd: offset of the entry in knn__simd_set, 0 = it has none. */
void knn__best_loop(const knn__call *call, knn_dtype type, knn__loop *const loops[KNN_DTYPES],
                    size_t simd, knn__inner *out);

/* infer for ops whose operands are of one type and broadcast. `loops` tells the types there are;
 * result KNN_DTYPE_NONE means the operands' type. Operands before `first` are left alone (the
 * condition of where). */
knn_status knn__infer_elementwise(const knn__infer *q, knn__loop *const loops[KNN_DTYPES],
                                  int first, knn_dtype result);

/* The fields of a row that has `inner`. */
#define KNN__ELEMENTWISE(function)                                          \
  .prepare = knn__elementwise_prepare, .forward = knn__elementwise_forward, \
  .release = knn__elementwise_release, .inner = (function)

/* Tables of loops by element type. */
#define KNN__REAL_LOOPS(name) [KNN_F32] = knn__ref_##name##_f32, [KNN_F64] = knn__ref_##name##_f64
#define KNN__INTEGER_LOOPS(name)                                        \
  [KNN_I32] = knn__ref_##name##_i32, [KNN_I64] = knn__ref_##name##_i64, \
  [KNN_U8] = knn__ref_##name##_u8

/* Two operands converted as the row's flags say, then applied. */
knn_value *knn__apply2(knn__scope *s, const knn__op *op, knn_value *x, knn_value *y);
knn_value *knn__apply1(knn__scope *s, const knn__op *op, const void *args, knn_value *x);

/* vjp: is there a gradient to give for operand i? */
static inline bool knn__wants(const knn__vjp *g, int i) {
  return g->wanted[i] && g->dy[0];
}

#endif
