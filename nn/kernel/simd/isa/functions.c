/* functions.c - loops around functions.h. Whole vectors and the last, partial one go through one
 * copy of the function's code, so that an element's bits do not depend on its place. */
#include "functions.h"

#include <string.h>

#include "loop.h"
#include "set.h"

#ifndef KNN_REAL_DOUBLE

#define LOOP(name)                                                        \
  void KNN__ISA(name)(int64_t n, void *const p[], const int64_t s[]) {    \
    const real *x = p[0];                                                 \
    real *y = p[1], first[LANES];                                         \
    for (int i = 0; i < LANES; i++) first[i] = x[0];                      \
    if (!s[0]) x = first;                                                 \
    for (int64_t i = 0; i < n; i += LANES, x += s[0] * LANES) {           \
      vec part = {0};                                                     \
      bool full = n - i >= LANES;                                         \
      size_t bytes = full ? sizeof part : (size_t)(n - i) * sizeof(real); \
      if (full)                                                           \
        part = *(const vec_at *)x;                                        \
      else                                                                \
        memcpy(&part, x, bytes);                                          \
      part = name##_of(part);                                             \
      if (full)                                                           \
        *(vec_at *)(y + i) = part;                                        \
      else                                                                \
        memcpy(y + i, &part, bytes);                                      \
    }                                                                     \
  }
KNN__FUNCTION_LIST(LOOP)

#define LOOP2(name)                                                         \
  void KNN__ISA(name)(int64_t n, void *const p[], const int64_t s[]) {      \
    const real *x = p[0], *y = p[1];                                        \
    real *z = p[2], first[2][LANES];                                        \
    const int64_t step_x = s[0] * LANES, step_y = s[1] * LANES;             \
    for (int i = 0; i < LANES; i++) first[0][i] = x[0], first[1][i] = y[0]; \
    if (!step_x) x = first[0];                                              \
    if (!step_y) y = first[1];                                              \
    for (int64_t i = 0; i < n; i += LANES, x += step_x, y += step_y) {      \
      vec a = {0}, b = {0};                                                 \
      bool full = n - i >= LANES;                                           \
      size_t bytes = full ? sizeof a : (size_t)(n - i) * sizeof(real);      \
      if (full)                                                             \
        a = load(x), b = load(y);                                           \
      else                                                                  \
        memcpy(&a, x, bytes), memcpy(&b, y, bytes);                         \
      a = name##_of(a, b);                                                  \
      if (full)                                                             \
        store(z + i, a);                                                    \
      else                                                                  \
        memcpy(z + i, &a, bytes);                                           \
    }                                                                       \
  }
KNN__FUNCTION2_LIST(LOOP2)

#endif
