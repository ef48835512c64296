/* pool_loops.c - see pool_loops.h. The inner loop runs over channels, which lie side by side.
 * Forward pieces are rows of y, gradient pieces are images, so that no sum is split between
 * threads. */
#include "pool_loops.h"

#include <string.h>

#include "pool.h"
#include "real.h"

typedef struct job {
  const knn__conv *p;
  const real *x, *y, *d;
  real *out;
  int pieces;
} job;

/* The part of the window at output position o that lies inside of x, and its first element's
 * indices. */
typedef struct window {
  int64_t first[3], count[3], step[3];
} window;

static window window_at(const knn__conv *p, const int64_t o[3]) {
  window w;
  for (int i = 0; i < 3; i++) {
    int64_t start = o[i] * p->stride[i] - p->pad[i], step = p->dilation[i];
    int64_t skip = start < 0 ? (-start + step - 1) / step : 0;
    int64_t fit = start >= p->in[i]
                      ? 0
                      : (p->in[i] - start + step - 1) / step; /* positions before the end of x */
    int64_t end = fit < p->kernel[i] ? fit : p->kernel[i];
    w.first[i] = start + skip * step;
    w.count[i] = end > skip ? end - skip : 0;
    w.step[i] = step;
  }
  return w;
}

static int64_t count_of(const window *w) {
  return w->count[0] * w->count[1] * w->count[2];
}

/* Offset in x of element k of the window, in elements of one image. */
static int64_t element(const knn__conv *p, const window *w, int64_t k) {
  int64_t i2 = k % w->count[2], i1 = k / w->count[2] % w->count[1],
          i0 = k / w->count[2] / w->count[1];
  int64_t at0 = w->first[0] + i0 * w->step[0], at1 = w->first[1] + i1 * w->step[1],
          at2 = w->first[2] + i2 * w->step[2];
  return ((at0 * p->in[1] + at1) * p->in[2] + at2) * p->channels;
}

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

/* Call fn for each output position of rows first .. last - 1; a row is one position of batch and
 * outer axes. */
typedef void visit(const job *j, const window *w, int64_t image, int64_t out_at);

static void rows(const job *j, int64_t first, int64_t last, visit *fn) {
  const knn__conv *p = j->p;
  for (int64_t row = first; row < last; row++) {
    int64_t image = row / (p->out[0] * p->out[1]),
            o[3] = {row / p->out[1] % p->out[0], row % p->out[1], 0};
    for (; o[2] < p->out[2]; o[2]++) {
      window w = window_at(p, o);
      fn(j, &w, image * volume(p->in) * p->channels, (row * p->out[2] + o[2]) * p->channels);
    }
  }
}

static void max_at(const job *j, const window *w, int64_t image, int64_t out_at) {
  int64_t n = count_of(w), channels = j->p->channels;
  real *y = j->out + out_at;
  for (int64_t c = 0; c < channels; c++) y[c] = -INFINITY;
  for (int64_t k = 0; k < n; k++) {
    const real *x = j->x + image + element(j->p, w, k);
    for (int64_t c = 0; c < channels; c++)
      y[c] = x[c] > y[c] || x[c] != x[c] ? x[c] : y[c]; /* NaN stays visible */
  }
}

static void mean_at(const job *j, const window *w, int64_t image, int64_t out_at) {
  int64_t n = count_of(w), channels = j->p->channels;
  real *y = j->out + out_at, scale = n ? 1 / (real)n : 0;
  for (int64_t c = 0; c < channels; c++) y[c] = 0;
  for (int64_t k = 0; k < n; k++) {
    const real *x = j->x + image + element(j->p, w, k);
    for (int64_t c = 0; c < channels; c++) y[c] += x[c];
  }
  for (int64_t c = 0; c < channels; c++) y[c] *= scale;
}

static void mean_back(const job *j, const window *w, int64_t image, int64_t out_at) {
  int64_t n = count_of(w), channels = j->p->channels;
  const real *dy = j->d + out_at;
  real scale = n ? 1 / (real)n : 0;
  for (int64_t k = 0; k < n; k++) {
    real *dx = j->out + image + element(j->p, w, k);
    for (int64_t c = 0; c < channels; c++) dx[c] += dy[c] * scale;
  }
}

enum { BLOCK = 64 }; /* channels whose windows are walked together */

/* Walk some windows side by side: `open` is -1 until the first element that equals y, which is
 * handed over. */
static void max_back(const job *j, const window *w, int64_t image, int64_t out_at) {
  int64_t elements = count_of(w), channels = j->p->channels;
  for (int64_t from = 0; from < channels; from += BLOCK) {
    int64_t n = channels - from < BLOCK ? channels - from : BLOCK;
    const real *y = j->y + out_at + from, *dy = j->d + out_at + from;
    int32_t open[BLOCK];
    for (int64_t c = 0; c < n; c++) open[c] = -1;
    for (int64_t k = 0; k < elements; k++) {
      int64_t at = image + element(j->p, w, k) + from;
      const real *x = j->x + at;
      real *dx = j->out + at;
      for (int64_t c = 0; c < n; c++) {
        int32_t hit = open[c] & -(x[c] == y[c]);
        real part =
            dy[c]; /* read always: a load under a condition keeps the loop from being vectorised */
        dx[c] += hit ? part : 0;
        open[c] ^= hit;
      }
    }
  }
}

static void max_pick(const job *j, const window *w, int64_t image, int64_t out_at) {
  int64_t elements = count_of(w), channels = j->p->channels;
  for (int64_t from = 0; from < channels; from += BLOCK) {
    int64_t n = channels - from < BLOCK ? channels - from : BLOCK;
    const real *y = j->y + out_at + from;
    real *dy = j->out + out_at + from;
    int32_t open[BLOCK];
    for (int64_t c = 0; c < n; c++) open[c] = -1, dy[c] = 0;
    for (int64_t k = 0; k < elements; k++) {
      int64_t at = image + element(j->p, w, k) + from;
      const real *x = j->x + at, *d = j->d + at;
      for (int64_t c = 0; c < n; c++) {
        int32_t hit = open[c] & -(x[c] == y[c]);
        real part = d[c], kept = dy[c];
        dy[c] = hit ? part : kept;
        open[c] ^= hit;
      }
    }
  }
}

static void forward(const job *j, int piece, visit *fn) {
  int64_t first, last;
  knn__piece_range(j->p->batch * j->p->out[0] * j->p->out[1], j->pieces, piece, &first, &last);
  rows(j, first, last, fn);
}

static void backward(const job *j, int piece, visit *fn) {
  const knn__conv *p = j->p;
  int64_t first, last, per_image = p->out[0] * p->out[1], size = volume(p->in) * p->channels;
  knn__piece_range(p->batch, j->pieces, piece, &first, &last);
  if (last > first)
    memset(j->out + first * size, 0, (size_t)((last - first) * size) * sizeof(real));
  rows(j, first * per_image, last * per_image, fn);
}

static void max_piece(void *arg, int piece) {
  forward(arg, piece, max_at);
}

static void pick_piece(void *arg, int piece) {
  forward(arg, piece, max_pick);
}

static void mean_piece(void *arg, int piece) {
  forward(arg, piece, mean_at);
}

static void max_back_piece(void *arg, int piece) {
  backward(arg, piece, max_back);
}

static void mean_back_piece(void *arg, int piece) {
  backward(arg, piece, mean_back);
}

enum { GRAIN = 16384 }; /* elements read that pay for waking a thread */

static void run(knn_ctx *ctx, job *j, bool by_image, void (*piece)(void *, int)) {
  const knn__conv *p = j->p;
  int64_t per_row = p->out[2] * p->channels * volume(p->kernel) + 1, n_rows = p->out[0] * p->out[1];
  if (by_image)
    j->pieces = knn__pieces(p->batch, GRAIN / (per_row * n_rows + 1) + 1);
  else
    j->pieces = knn__pieces(p->batch * n_rows, GRAIN / per_row + 1);
  knn__parallel(ctx, j->pieces, piece, j);
}

void KNN__REAL(max_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y) {
  run(ctx, &(job){.p = p, .x = x, .out = y}, false, max_piece);
}

void KNN__REAL(max_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *x, const void *y,
                              const void *dy, void *dx) {
  run(ctx, &(job){.p = p, .x = x, .y = y, .d = dy, .out = dx}, true, max_back_piece);
}

void KNN__REAL(max_pool_pick)(knn_ctx *ctx, const knn__conv *p, const void *x, const void *y,
                              const void *d, void *dy) {
  run(ctx, &(job){.p = p, .x = x, .y = y, .d = d, .out = dy}, false, pick_piece);
}

void KNN__REAL(average_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y) {
  run(ctx, &(job){.p = p, .x = x, .out = y}, false, mean_piece);
}

void KNN__REAL(average_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *dy, void *dx) {
  run(ctx, &(job){.p = p, .d = dy, .out = dx}, true, mean_back_piece);
}
