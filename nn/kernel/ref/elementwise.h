/* elementwise.h - stamps a loop around a one-line scalar function. The same-shape, scalar-left and
 * scalar-right cases are loops of their own so that each vectorises; the result may be an operand's
 * memory, hence no loop-carried dependence. */
#ifndef KNN__ELEMENTWISE_H
#define KNN__ELEMENTWISE_H

#include "loop.h"

#define KNN__UNARY_LOOP(loop, function, T, R)                                        \
  void loop(int64_t n, void *const p[], const int64_t s[]) {                         \
    const T *x = p[0];                                                               \
    R *y = p[1];                                                                     \
    if (s[0]) {                                                                      \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) y[i] = (R)function(x[i]); \
    } else {                                                                         \
      const R value = (R)function(x[0]);                                             \
      for (int64_t i = 0; i < n; i++) y[i] = value;                                  \
    }                                                                                \
  }

#define KNN__BINARY_LOOP(loop, function, T, R)                                              \
  void loop(int64_t n, void *const p[], const int64_t s[]) {                                \
    const T *x = p[0], *y = p[1];                                                           \
    R *z = p[2];                                                                            \
    if (s[0] && s[1]) {                                                                     \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] = (R)function(x[i], y[i]);  \
    } else if (s[0]) {                                                                      \
      const T right = y[0];                                                                 \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] = (R)function(x[i], right); \
    } else if (s[1]) {                                                                      \
      const T left = x[0];                                                                  \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] = (R)function(left, y[i]);  \
    } else {                                                                                \
      const R value = (R)function(x[0], y[0]);                                              \
      for (int64_t i = 0; i < n; i++) z[i] = value;                                         \
    }                                                                                       \
  }

#define KNN__CLIP_LOOP(loop, T)                                         \
  void loop(int64_t n, void *const p[], const int64_t s[]) {            \
    const T *x = p[0], low = *(const T *)p[1], high = *(const T *)p[2]; \
    T *y = p[3];                                                        \
    const int64_t step = s[0];                                          \
    _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) {              \
      const T v = x[i * step];                                          \
      y[i] = v < low ? low : v > high ? high : v;                       \
    }                                                                   \
  }

/* function(x, mask, scale): mask uint8, scale a scalar that never advances */
#define KNN__MASKED_LOOP(loop, function, T)                                                       \
  void loop(int64_t n, void *const p[], const int64_t s[]) {                                      \
    const T *x = p[0], scale = *(const T *)p[2];                                                  \
    const uint8_t *mask = p[1];                                                                   \
    T *y = p[3];                                                                                  \
    if (s[0] && s[1]) {                                                                           \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) y[i] = function(x[i], mask[i], scale); \
    } else {                                                                                      \
      const uint8_t one = mask[0];                                                                \
      const int64_t sx = s[0], sm = s[1];                                                         \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) y[i] =                                 \
          function(x[i * sx], sm ? mask[i] : one, scale);                                         \
    }                                                                                             \
  }

#define KNN__WHERE_LOOP(loop, T)                                                        \
  void loop(int64_t n, void *const p[], const int64_t s[]) {                            \
    const uint8_t *c = p[0];                                                            \
    const T *x = p[1], *y = p[2];                                                       \
    T *z = p[3];                                                                        \
    if (s[0] && s[1] && s[2]) {                                                         \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] = c[i] ? x[i] : y[i];   \
    } else if (s[0] && s[1]) {                                                          \
      const T other = y[0];                                                             \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] = c[i] ? x[i] : other;  \
    } else if (s[0] && s[2]) {                                                          \
      const T chosen = x[0];                                                            \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] = c[i] ? chosen : y[i]; \
    } else {                                                                            \
      const int64_t sc = s[0], sx = s[1], sy = s[2];                                    \
      _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++) z[i] =                       \
          c[i * sc] ? x[i * sx] : y[i * sy];                                            \
    }                                                                                   \
  }

#endif
