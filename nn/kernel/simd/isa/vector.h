/* vector.h - choosing between elements of vectors. */
#ifndef KNN__VECTOR_H
#define KNN__VECTOR_H

#include "isa.h"

#define INLINE static inline __attribute__((always_inline))

/* Integers beside reals: what a comparison of vectors gives, all bits of an element or none. */
#ifdef KNN_REAL_DOUBLE
typedef int64_t lane;
#else
typedef int32_t lane;
#endif
typedef lane ints __attribute__((vector_size(KNN_VECTOR_BYTES)));

INLINE vec all(real x) {
  return x - (vec){0}; /* -0 too */
}

/* a where the mask is set, else b */
INLINE vec choose(ints mask, vec a, vec b) {
  return (vec)((mask & (ints)a) | (~mask & (ints)b));
}

#endif
