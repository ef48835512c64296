/* vector.h - vectors from and to memory, choosing between their elements, adding these up. */
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

INLINE vec load(const real *p) {
  return *(const vec_at *)p;
}

INLINE void store(real *p, vec x) {
  *(vec_at *)p = x;
}

/* In halves: the order is the same whatever the compiler makes of it. */
INLINE real sum_lanes(vec x) {
  real lanes[LANES];
  store(lanes, x);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

/* a where the mask is set, else b */
INLINE vec choose(ints mask, vec a, vec b) {
  return (vec)((mask & (ints)a) | (~mask & (ints)b));
}

#endif
