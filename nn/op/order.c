/* order.c - see order.h. A float's bits, read as an integer, compare like the float once negatives
 * are complemented. */
#include "order.h"

#include <string.h>

static uint64_t double_key(double x) {
  uint64_t bits;
  if (x != x) return UINT64_MAX;
  x += 0.0; /* -0 becomes 0 */
  memcpy(&bits, &x, sizeof bits);
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static uint64_t key_of(knn_dtype type, const char *x) {
  switch (type) {
    case KNN_F32: return double_key((double)*(const float *)(const void *)x);
    case KNN_F64: return double_key(*(const double *)(const void *)x);
    case KNN_I32: return (uint64_t) * (const int32_t *)(const void *)x ^ (uint64_t)1 << 63;
    case KNN_I64: return (uint64_t) * (const int64_t *)(const void *)x ^ (uint64_t)1 << 63;
    default: return *(const uint8_t *)x;
  }
}

void knn__keys(knn_dtype type, const void *x, int64_t n, int64_t stride, bool down,
               knn__key *keys) {
  const char *from = x;
  int64_t step = stride * (int64_t)knn_dtype_size(type);
  for (int64_t i = 0; i < n; i++) {
    uint64_t key = key_of(type, from + i * step);
    keys[i] = (knn__key){down ? ~key : key, i};
  }
}

static void merge(const knn__key *a, int64_t na, const knn__key *b, int64_t nb, knn__key *out) {
  while (na && nb) {
    if (b->key < a->key)
      *out++ = *b++, nb--;
    else
      *out++ = *a++, na--;
  }
  if (na) memcpy(out, a, (size_t)na * sizeof *a);
  if (nb) memcpy(out, b, (size_t)nb * sizeof *b);
}

void knn__sort_keys(knn__key *keys, int64_t n, knn__key *room) {
  knn__key *from = keys, *to = room;
  for (int64_t width = 1; width < n; width *= 2) {
    for (int64_t i = 0; i < n; i += 2 * width) {
      int64_t na = n - i < width ? n - i : width, nb = n - i - na < width ? n - i - na : width;
      merge(from + i, na, from + i + na, nb, to + i);
    }
    knn__key *swap = from;
    from = to;
    to = swap;
  }
  if (from != keys && n) memcpy(keys, from, (size_t)n * sizeof *keys);
}

enum {
  FEW = 32
}; /* up to this many an ordered list that most elements never enter beats sorting them all */

void knn__first_keys(knn__key *keys, int64_t n, int64_t k, knn__key *room) {
  if (k > FEW) {
    knn__sort_keys(keys, n, room);
    return;
  }
  int64_t have = 0;
  for (int64_t i = 0; i < n; i++) {
    const knn__key x = keys[i];
    if (have == k && x.key >= keys[have - 1].key) continue;
    int64_t at = have < k ? have++ : k - 1;
    for (; at > 0 && keys[at - 1].key > x.key; at--) keys[at] = keys[at - 1];
    keys[at] = x;
  }
}
