/* real.h - the element type of a folder that is compiled twice, in float and (-DKNN_REAL_DOUBLE=1) in double. Functions and
 * tables shared between files carry the type in their name: KNN__REAL(knn__ref_gemm) is knn__ref_gemm_f32 or ..._f64. */
#ifndef KNN__REAL_H
#define KNN__REAL_H

#ifdef KNN_REAL_DOUBLE
typedef double real;
#define KNN__REAL(name) name##_f64
#define KNN__REAL_DTYPE KNN_F64
#else
typedef float real;
#define KNN__REAL(name) name##_f32
#define KNN__REAL_DTYPE KNN_F32
#endif

#endif
