/* isa.h - the vector of this compilation: KNN_VECTOR_BYTES wide, of float or (-DKNN_REAL_DOUBLE)
 * double. The folder is compiled once per instruction set KNN_ISA and element type; names visible
 * outside carry both, KNN__ISA(gemm) is knn__simd_gemm_avx2_f32. Fused multiply-add is wanted here,
 * so the folder is compiled with -ffp-contract=fast: every element is one chain of the same
 * operations whatever the tile it falls into, so bits do not depend on how work is cut. */
#ifndef KNN__ISA_H
#define KNN__ISA_H

#include <float.h>
#include <stdint.h>

#ifdef KNN_REAL_DOUBLE
typedef double real;
#define REAL_MAX DBL_MAX
#define KNN__ISA_TYPE f64
#else
typedef float real;
#define REAL_MAX FLT_MAX
#define KNN__ISA_TYPE f32
#endif

#define KNN__ISA_PASTE(name, isa, type) knn__simd_##name##_##isa##_##type
#define KNN__ISA_EXPAND(name, isa, type) KNN__ISA_PASTE(name, isa, type)
#define KNN__ISA(name) KNN__ISA_EXPAND(name, KNN_ISA, KNN__ISA_TYPE)

typedef real vec __attribute__((vector_size(KNN_VECTOR_BYTES)));
/* the same in memory, at any address of an element */
typedef real vec_at
    __attribute__((vector_size(KNN_VECTOR_BYTES), aligned(sizeof(real)), may_alias));

enum { LANES = KNN_VECTOR_BYTES / sizeof(real) };

/* Tiles of `ROWS` rows by up to 2 vectors, or fewer rows by 3 or 4: as many sums as there are
 * registers. */
#if KNN_VECTOR_BYTES == 64
enum { ROWS = 8, WIDE_ROWS = 6, VECTORS = 4 };
#else
enum { ROWS = 6, WIDE_ROWS = 6, VECTORS = 2 };
#endif
enum { COLUMNS = LANES * VECTORS }; /* of the widest tile */

#endif
