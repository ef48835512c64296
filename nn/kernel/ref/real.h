/* real.h - the element type of the plain-C kernels. Every file here is compiled twice: as it stands
 * for float, and with KNN_REAL_DOUBLE for double. Functions visible outside are named
 * KNN__REAL(add): knn__ref_add_f32 or knn__ref_add_f64. tgmath picks expf or exp by the type of its
 * argument. Integer-only files guard their text with #ifndef KNN_REAL_DOUBLE. */
#ifndef KNN__REAL_H
#define KNN__REAL_H

#include <float.h>
#include <tgmath.h>

#ifdef KNN_REAL_DOUBLE
typedef double real;
#define KNN__REAL(name) knn__ref_##name##_f64
#define REAL_MAX DBL_MAX
#define REAL_EPSILON DBL_EPSILON
#define REAL_DTYPE KNN_F64
#else
typedef float real;
#define KNN__REAL(name) knn__ref_##name##_f32
#define REAL_MAX FLT_MAX
#define REAL_EPSILON FLT_EPSILON
#define REAL_DTYPE KNN_F32
#endif

#endif
