/* simd_help.h - the vector loops of every instruction set that this machine has. */
#ifndef KNN_TESTS_SIMD_HELP_H
#define KNN_TESTS_SIMD_HELP_H

#include "simd.h"

/* Fills out (3 at most, the baseline first) and returns how many there are. */
static inline int simd_sets(bool wide, const knn__simd_set **out) {
  int n = 0;
  out[n++] = wide ? &knn__simd_baseline_f64 : &knn__simd_baseline_f32;
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    out[n++] = wide ? &knn__simd_avx2_f64 : &knn__simd_avx2_f32;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    out[n++] = wide ? &knn__simd_avx512_f64 : &knn__simd_avx512_f32;
#endif
  return n;
}

#endif
