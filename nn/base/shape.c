/* shape.c - see shape.h. */
#include "shape.h"

#include <stdio.h>
#include <string.h>

#include "ctx.h"

int64_t knn__count(int rank, const int64_t *dims) {
  int64_t n = 1;
  for (int i = 0; i < rank; i++) {
    if (dims[i] == KNN_ANY) return KNN_ANY;
    n *= dims[i];
  }
  return n;
}

knn_status knn__bytes(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims, size_t *out) {
  if (rank < 0 || rank > KNN_MAX_RANK)
    return knn_fail(ctx, KNN_ESHAPE, "a tensor has 0 to %d axes, got %d", KNN_MAX_RANK, rank);
  size_t bytes = knn_dtype_size(type);
  bool fits = true;
  for (int i = 0; i < rank; i++) {
    if (dims[i] < 0)
      return knn_fail(ctx, KNN_ESHAPE, "size %lld of axis %d is negative", (long long)dims[i],
                      i - rank);
    /* a size of 0 must not hide the overflow of the others */
    if (dims[i] > 0) fits = fits && knn__mul_size(bytes, (size_t)dims[i], &bytes);
  }
  if (!fits || bytes > PTRDIFF_MAX / 2)
    return knn_fail(ctx, KNN_ESHAPE, "shape %s has more elements than memory can address",
                    KNN__SHAPE(rank, dims));
  *out = knn__count(rank, dims) == 0 ? 0 : bytes;
  return KNN_OK;
}

bool knn__dims_equal(int rank_a, const int64_t *a, int rank_b, const int64_t *b) {
  return rank_a == rank_b && (rank_a == 0 || memcmp(a, b, (size_t)rank_a * sizeof *a) == 0);
}

bool knn__dims_fit(int rank_a, const int64_t *a, int rank_b, const int64_t *b) {
  if (rank_a != rank_b) return false;
  for (int i = 0; i < rank_a; i++)
    if (a[i] != b[i] && a[i] != KNN_ANY && b[i] != KNN_ANY) return false;
  return true;
}

bool knn__broadcast(int rank_a, const int64_t *a, int rank_b, const int64_t *b, int *rank,
                    int64_t *dims) {
  int n = rank_a > rank_b ? rank_a : rank_b;
  int64_t out[KNN_MAX_RANK];
  for (int i = 1; i <= n; i++) {
    int64_t x = i <= rank_a ? a[rank_a - i] : 1, y = i <= rank_b ? b[rank_b - i] : 1;
    if (x == 1)
      out[n - i] = y;
    else if (y == 1 || x == y || y == KNN_ANY)
      out[n - i] = x;
    else if (x == KNN_ANY)
      out[n - i] = y;
    else
      return false;
  }
  *rank = n;
  memcpy(dims, out, (size_t)n * sizeof *dims);
  return true;
}

bool knn__axis(int64_t axis, int rank, int *out) {
  if (axis < -rank || axis >= rank) return false;
  *out = (int)(axis < 0 ? axis + rank : axis);
  return true;
}

const char *knn__shape_text(int rank, const int64_t *dims, char buffer[KNN__SHAPE_TEXT]) {
  size_t used = (size_t)snprintf(buffer, KNN__SHAPE_TEXT, "(");
  for (int i = 0; i < rank && used < KNN__SHAPE_TEXT; i++) {
    const char *tail = i + 1 < rank ? ", " : rank == 1 ? "," : "";
    size_t room = KNN__SHAPE_TEXT - used;
    used += (size_t)(dims[i] == KNN_ANY
                         ? snprintf(buffer + used, room, "None%s", tail)
                         : snprintf(buffer + used, room, "%lld%s", (long long)dims[i], tail));
  }
  if (used < KNN__SHAPE_TEXT) snprintf(buffer + used, KNN__SHAPE_TEXT - used, ")");
  return buffer;
}
