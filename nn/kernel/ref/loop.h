/* loop.h - the inner loops of elementwise ops and reductions, per element type. A missing type is a
 * NULL in the op's table. */
#ifndef KNN__LOOP_H
#define KNN__LOOP_H

#include "knn/dtype.h"
#include "loop_types.h"

#define KNN__DECLARE_REAL(name) knn__loop knn__ref_##name##_f32, knn__ref_##name##_f64;
#define KNN__DECLARE_INTEGER(name) \
  knn__loop knn__ref_##name##_i32, knn__ref_##name##_i64, knn__ref_##name##_u8;
#define KNN__DECLARE_BOOL(name) knn__loop knn__ref_##name##_bool;
#define KNN__DECLARE_REAL_FOLD(name) \
  knn__fold knn__ref_fold_##name##_f32, knn__ref_fold_##name##_f64;
#define KNN__DECLARE_INTEGER_FOLD(name) \
  knn__fold knn__ref_fold_##name##_i32, knn__ref_fold_##name##_i64, knn__ref_fold_##name##_u8;
KNN__REAL_UNARY_LIST(KNN__DECLARE_REAL)
KNN__SPECIAL_UNARY_LIST(KNN__DECLARE_REAL)
KNN__SPECIAL_BINARY_LIST(KNN__DECLARE_REAL)
KNN__REAL_TEST_LIST(KNN__DECLARE_REAL)
KNN__REAL_BINARY_LIST(KNN__DECLARE_REAL)
KNN__COMPARE_LIST(KNN__DECLARE_REAL)
KNN__COMPARE_LIST(KNN__DECLARE_INTEGER)
KNN__LOGICAL_LIST(KNN__DECLARE_BOOL)
KNN__INTEGER_UNARY_LIST(KNN__DECLARE_INTEGER)
KNN__INTEGER_BINARY_LIST(KNN__DECLARE_INTEGER)
KNN__REAL_FOLD_LIST(KNN__DECLARE_REAL_FOLD)
KNN__INTEGER_FOLD_LIST(KNN__DECLARE_INTEGER_FOLD)
KNN__WIDENING_FOLD_LIST(KNN__DECLARE_INTEGER_FOLD)
knn__loop knn__ref_logical_not_bool;
knn__arg_fold knn__ref_argmax_f32, knn__ref_argmax_f64, knn__ref_argmax_i32, knn__ref_argmax_i64,
    knn__ref_argmax_u8;
knn__arg_fold knn__ref_argmin_f32, knn__ref_argmin_f64, knn__ref_argmin_i32, knn__ref_argmin_i64,
    knn__ref_argmin_u8;
/* y = x held between a scalar p[1] and a scalar p[2] (which never advance) */
knn__loop knn__ref_clip_f32, knn__ref_clip_f64, knn__ref_clip_i32, knn__ref_clip_i64,
    knn__ref_clip_u8;
/* y = x times a scalar p[2] where the mask p[1] (uint8) is set, else 0 */
knn__loop knn__ref_masked_f32, knn__ref_masked_f64;
/* y = c ? x : y'; p[0] is bool, the others elements of the given size in bytes */
knn__loop knn__ref_where_1, knn__ref_where_2, knn__ref_where_4, knn__ref_where_8;
/* y = x, elements of the given size in bytes */
knn__loop knn__ref_copy_1, knn__ref_copy_2, knn__ref_copy_4, knn__ref_copy_8;
/* y = x in another type; the plain copy if it is the same */
knn__loop *knn__ref_cast(knn_dtype to, knn_dtype from);

#undef KNN__DECLARE_REAL
#undef KNN__DECLARE_INTEGER
#undef KNN__DECLARE_BOOL
#undef KNN__DECLARE_REAL_FOLD
#undef KNN__DECLARE_INTEGER_FOLD

#endif
