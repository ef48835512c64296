/* view_copy.c - see view_copy.h. Axes are merged where they can be; a row is the innermost one.
 * Rows whose source is packed are block copies. A transposition (the next axis has stride 1
 * instead) runs over several rows at once, so that a cache line that was fetched is used up. */
#include "view_copy.h"

#include <string.h>

#include "pool.h"
#include "traverse.h"

enum { AT_ONCE = 16 };

typedef struct job {
  knn__view v;
  char *dst;
  int64_t rows;
  int pieces;
} job;

void knn__packed_strides(int rank, const int64_t *dims, int64_t *strides) {
  int64_t step = 1;
  for (int i = rank - 1; i >= 0; i--) {
    strides[i] = step;
    step *= dims[i];
  }
}

static void merge_axes(knn__view *v) {
  int kept = 0;
  for (int i = 0; i < v->rank; i++) {
    if (v->dims[i] == 1) continue;
    bool merge = kept > 0 && v->strides[kept - 1] == v->strides[i] * v->dims[i];
    if (!merge) kept++;
    v->dims[kept - 1] = merge ? v->dims[kept - 1] * v->dims[i] : v->dims[i];
    v->strides[kept - 1] = v->strides[i];
  }
  if (kept == 0) v->dims[0] = v->strides[0] = 1, kept = 1;
  v->rank = kept;
}

/* dst[r * n + i] = src[r * across + i * along] for r < rows, i < n. Several rows go through a small
 * square on the stack: rows a power of two apart would push each other out of the cache. */
#define ROWS(name, T)                                                                              \
  static void name(const void *src, void *dst, int64_t rows, int64_t n, int64_t across,            \
                   int64_t along) {                                                                \
    const T *x = src;                                                                              \
    T *y = dst, square[AT_ONCE][AT_ONCE];                                                          \
    if (rows == 1) {                                                                               \
      for (int64_t i = 0; i < n; i++) y[i] = x[i * along];                                         \
      return;                                                                                      \
    }                                                                                              \
    for (int64_t i0 = 0; i0 < n; i0 += AT_ONCE) {                                                  \
      const int64_t m = n - i0 < AT_ONCE ? n - i0 : AT_ONCE;                                       \
      for (int64_t i = 0; i < m; i++)                                                              \
        for (int64_t r = 0; r < rows; r++) square[r][i] = x[r * across + (i0 + i) * along];        \
      for (int64_t r = 0; r < rows; r++) memcpy(y + r * n + i0, square[r], (size_t)m * sizeof(T)); \
    }                                                                                              \
  }
ROWS(rows_1, uint8_t)
ROWS(rows_2, uint16_t)
ROWS(rows_4, uint32_t)
ROWS(rows_8, uint64_t)
ROWS(rows_of_strings, knn_string)

static void copy_rows(const knn__view *v, const char *src, char *dst, int64_t rows) {
  const int inner = v->rank - 1;
  int64_t n = v->dims[inner], along = v->strides[inner],
          across = inner > 0 ? v->strides[inner - 1] : 0;
  if (along == 1) {
    for (int64_t r = 0; r < rows; r++)
      memcpy(dst + (size_t)(r * n) * v->size, src + r * across * (int64_t)v->size,
             (size_t)n * v->size);
    return;
  }
  (v->size == 1   ? rows_1
   : v->size == 2 ? rows_2
   : v->size == 4 ? rows_4
   : v->size == 8 ? rows_8
                  : rows_of_strings)(src, dst, rows, n, across, along);
}

static void piece(void *arg, int number) {
  const job *w = arg;
  const knn__view *v = &w->v;
  const int inner = v->rank - 1, next = inner - 1;
  int64_t row, last, index[KNN__VIEW_RANK] = {0}, at = 0;
  knn__piece_range(w->rows, w->pieces, number, &row, &last);
  int64_t rest = row;
  for (int i = next; i >= 0; i--) {
    index[i] = rest % v->dims[i];
    rest /= v->dims[i];
    at += index[i] * v->strides[i];
  }
  while (row < last) {
    int64_t rows = next < 0 ? 1 : v->dims[next] - index[next];
    if (rows > AT_ONCE) rows = AT_ONCE;
    if (rows > last - row) rows = last - row;
    copy_rows(v, (const char *)v->src + at * (int64_t)v->size,
              w->dst + (size_t)(row * v->dims[inner]) * v->size, rows);
    row += rows;
    if (next < 0) continue;
    index[next] += rows;
    at += rows * v->strides[next];
    for (int i = next; i > 0 && index[i] == v->dims[i]; i--) {
      index[i] = 0;
      index[i - 1]++;
      at += v->strides[i - 1] - v->dims[i] * v->strides[i];
    }
  }
}

void knn__view_copy(knn_ctx *ctx, knn__view view, void *dst) {
  int64_t n = knn__count(view.rank, view.dims);
  if (n == 0) return;
  merge_axes(&view);
  job w = {.v = view, .dst = dst, .rows = n / view.dims[view.rank - 1]};
  w.pieces = knn__pieces(n, KNN__GRAIN);
  if (w.pieces > w.rows) w.pieces = (int)w.rows;
  knn__parallel(ctx, w.pieces, piece, &w);
}

void knn__around(const knn__spec *x, int axis, int64_t *outer, int64_t *inner) {
  *outer = knn__count(axis, x->dims);
  *inner = knn__count(x->rank - axis - 1, x->dims + axis + 1);
}

typedef struct blocks {
  int64_t count;
  int pieces;
  size_t bytes, dst_step, src_step;
  char *dst;
  const char *src;
} blocks;

static void copy_some(void *arg, int number) {
  const blocks *w = arg;
  int64_t first, last;
  knn__piece_range(w->count, w->pieces, number, &first, &last);
  for (int64_t i = first; i < last; i++)
    memcpy(w->dst + (size_t)i * w->dst_step, w->src + (size_t)i * w->src_step, w->bytes);
}

void knn__copy_blocks(knn_ctx *ctx, int64_t count, size_t bytes, void *dst, size_t dst_step,
                      const void *src, size_t src_step) {
  if (bytes == 0 || count == 0) return;
  blocks w = {.count = count,
              .bytes = bytes,
              .dst_step = dst_step,
              .src_step = src_step,
              .dst = dst,
              .src = src};
  w.pieces = knn__pieces(count * (int64_t)bytes, 4 * KNN__GRAIN);
  if (w.pieces > count) w.pieces = (int)count;
  knn__parallel(ctx, w.pieces, copy_some, &w);
}
