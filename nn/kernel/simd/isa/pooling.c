/* pooling.c - max and average pooling and their gradients, vectorised over channels. A window is a
 * list of offsets into x: made once for the windows that lie inside of x, and anew for those that
 * hang over an edge. Order of sums and choices are those of ref (ref/pool_loops.h). Forward pieces
 * are rows of y, gradient pieces are images, so that no sum is split between threads. */
#include <math.h>
#include <string.h>

#include "pool.h"
#include "set.h"
#include "vector.h"

enum { GRAIN = 16384 }; /* elements read that pay for waking a thread */

typedef struct job {
  const knn__conv *p;
  const real *x, *y, *d;
  real *out;
  int pieces;
  int64_t inside[KNN__POOL_WINDOW]; /* offsets of a window's elements from its first */
  int64_t elements;
  bool apart; /* windows do not overlap: a gradient is stored, not added */
} job;

/* Elements of a window: x[at[k]], k = 0 .. n - 1, at[k] the first channel's index less base. */
typedef struct window {
  const int64_t *at;
  int64_t n, base;
} window;

typedef void visit(const job *j, window w, int64_t out_at);

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

static int64_t index_of(const knn__conv *p, int64_t a, int64_t b, int64_t c) {
  return ((a * p->in[1] + b) * p->in[2] + c) * p->channels;
}

static void find_inside(job *j) {
  const knn__conv *p = j->p;
  for (int64_t a = 0; a < p->kernel[0]; a++)
    for (int64_t b = 0; b < p->kernel[1]; b++)
      for (int64_t c = 0; c < p->kernel[2]; c++)
        j->inside[j->elements++] =
            index_of(p, a * p->dilation[0], b * p->dilation[1], c * p->dilation[2]);
}

static bool fits(const knn__conv *p, int axis, int64_t start) {
  return start >= 0 && start + (p->kernel[axis] - 1) * p->dilation[axis] < p->in[axis];
}

static bool within(const knn__conv *p, int axis, int64_t at) {
  return at >= 0 && at < p->in[axis];
}

/* The elements inside of x of a window that starts at `start`. */
static int64_t clip_window(const knn__conv *p, const int64_t start[3], int64_t *at) {
  int64_t n = 0;
  for (int64_t a = 0; a < p->kernel[0]; a++)
    for (int64_t b = 0; b < p->kernel[1]; b++)
      for (int64_t c = 0; c < p->kernel[2]; c++) {
        int64_t i = start[0] + a * p->dilation[0], k = start[1] + b * p->dilation[1],
                l = start[2] + c * p->dilation[2];
        if (within(p, 0, i) && within(p, 1, k) && within(p, 2, l)) at[n++] = index_of(p, i, k, l);
      }
  return n;
}

/* Call fn for each position of rows first .. last - 1 of y; a row is one position of batch and
 * outer axes. */
static inline __attribute__((always_inline)) void rows(const job *j, int64_t first, int64_t last,
                                                       visit *fn) {
  const knn__conv *p = j->p;
  int64_t clipped[KNN__POOL_WINDOW], start[3];
  for (int64_t row = first; row < last; row++) {
    int64_t image = row / (p->out[0] * p->out[1]) * volume(p->in) * p->channels;
    start[0] = row / p->out[1] % p->out[0] * p->stride[0] - p->pad[0];
    start[1] = row % p->out[1] * p->stride[1] - p->pad[1];
    bool whole = fits(p, 0, start[0]) && fits(p, 1, start[1]);
    for (int64_t o = 0; o < p->out[2]; o++) {
      int64_t out_at = (row * p->out[2] + o) * p->channels;
      start[2] = o * p->stride[2] - p->pad[2];
      window w = {j->inside, j->elements, image};
      if (whole && fits(p, 2, start[2])) {
        w.base += index_of(p, start[0], start[1], start[2]);
      } else {
        w.at = clipped;
        w.n = clip_window(p, start, clipped);
      }
      fn(j, w, out_at);
    }
  }
}

INLINE void max_at(const job *j, window w, int64_t out_at) {
  const int64_t channels = j->p->channels;
  const real *x = j->x + w.base;
  real *y = j->out + out_at;
  int64_t c = 0;
  for (; c + LANES <= channels; c += LANES) {
    vec most = all(-INFINITY);
    for (int64_t k = 0; k < w.n; k++) {
      vec now = load(x + w.at[k] + c);
      most = choose((now > most) | (now != now), now, most); /* NaN stays visible */
    }
    store(y + c, most);
  }
  for (; c < channels; c++) {
    real most = -INFINITY;
    for (int64_t k = 0; k < w.n; k++) {
      real now = x[w.at[k] + c];
      most = now > most || now != now ? now : most;
    }
    y[c] = most;
  }
}

INLINE void mean_at(const job *j, window w, int64_t out_at) {
  const int64_t channels = j->p->channels;
  const real *x = j->x + w.base, scale = w.n ? 1 / (real)w.n : 0;
  real *y = j->out + out_at;
  int64_t c = 0;
  for (; c + LANES <= channels; c += LANES) {
    vec sum = all(0);
    for (int64_t k = 0; k < w.n; k++) sum += load(x + w.at[k] + c);
    store(y + c, sum * scale);
  }
  for (; c < channels; c++) {
    real sum = 0;
    for (int64_t k = 0; k < w.n; k++) sum += x[w.at[k] + c];
    y[c] = sum * scale;
  }
}

/* Added, or stored where no other window comes. */
INLINE void give(const job *j, real *dx, vec part) {
  store(dx, j->apart ? part : load(dx) + part);
}

INLINE void mean_back(const job *j, window w, int64_t out_at) {
  const int64_t channels = j->p->channels;
  const real *dy = j->d + out_at, scale = w.n ? 1 / (real)w.n : 0;
  real *dx = j->out + w.base;
  int64_t c = 0;
  for (; c + LANES <= channels; c += LANES) {
    vec part = load(dy + c) * scale;
    for (int64_t k = 0; k < w.n; k++) give(j, dx + w.at[k] + c, part);
  }
  for (; c < channels; c++)
    for (int64_t k = 0; k < w.n; k++)
      dx[w.at[k] + c] = (j->apart ? 0 : dx[w.at[k] + c]) + dy[c] * scale;
}

/* `open` until the first element that equals y, which is given dy. */
INLINE void max_back(const job *j, window w, int64_t out_at) {
  const int64_t channels = j->p->channels;
  const real *x = j->x + w.base, *y = j->y + out_at, *dy = j->d + out_at;
  real *dx = j->out + w.base;
  int64_t c = 0;
  for (; c + LANES <= channels; c += LANES) {
    vec most = load(y + c), part = load(dy + c);
    ints open = {0};
    open = ~open;
    for (int64_t k = 0; k < w.n; k++) {
      ints hit = open & (load(x + w.at[k] + c) == most);
      give(j, dx + w.at[k] + c, (vec)(hit & (ints)part));
      open ^= hit;
    }
  }
  for (; c < channels; c++) {
    bool open = true;
    for (int64_t k = 0; k < w.n; k++) {
      int64_t at = w.at[k] + c;
      bool hit = open && x[at] == y[c];
      dx[at] = (j->apart ? 0 : dx[at]) + (hit ? dy[c] : 0);
      open = open && !hit;
    }
  }
}

static void forward_range(const job *j, int piece, int64_t *first, int64_t *last) {
  knn__piece_range(j->p->batch * j->p->out[0] * j->p->out[1], j->pieces, piece, first, last);
}

/* Rows of y of a piece's images, whose gradients are cleared where windows will not store to all of
 * them. */
static void backward_range(const job *j, int piece, int64_t *first, int64_t *last) {
  const knn__conv *p = j->p;
  int64_t per_image = p->out[0] * p->out[1], size = volume(p->in) * p->channels;
  bool covered = j->apart;
  for (int i = 0; i < 3; i++)
    covered =
        covered && p->kernel[i] == p->stride[i] && p->out[i] * p->stride[i] - p->pad[i] >= p->in[i];
  knn__piece_range(p->batch, j->pieces, piece, first, last);
  if (!covered) memset(j->out + *first * size, 0, (size_t)((*last - *first) * size) * sizeof(real));
  *first *= per_image;
  *last *= per_image;
}

#define PIECE(name, range, fn)             \
  static void name(void *arg, int piece) { \
    const job *j = arg;                    \
    int64_t first, last;                   \
    range(j, piece, &first, &last);        \
    rows(j, first, last, fn);              \
  }
PIECE(max_piece, forward_range, max_at)
PIECE(mean_piece, forward_range, mean_at)
PIECE(max_back_piece, backward_range, max_back)
PIECE(mean_back_piece, backward_range, mean_back)

static void run(knn_ctx *ctx, job *j, bool by_image, void (*piece)(void *, int)) {
  const knn__conv *p = j->p;
  int64_t per_row = p->out[2] * p->channels * volume(p->kernel) + 1, n_rows = p->out[0] * p->out[1];
  find_inside(j);
  j->apart = true;
  for (int i = 0; i < 3; i++)
    j->apart = j->apart && p->dilation[i] == 1 && p->stride[i] >= p->kernel[i];
  if (by_image)
    j->pieces = knn__pieces(p->batch, GRAIN / (per_row * n_rows + 1) + 1);
  else
    j->pieces = knn__pieces(p->batch * n_rows, GRAIN / per_row + 1);
  knn__parallel(ctx, j->pieces, piece, j);
}

void KNN__ISA(max_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y) {
  run(ctx, &(job){.p = p, .x = x, .out = y}, false, max_piece);
}

void KNN__ISA(max_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *x, const void *y,
                             const void *dy, void *dx) {
  run(ctx, &(job){.p = p, .x = x, .y = y, .d = dy, .out = dx}, true, max_back_piece);
}

void KNN__ISA(average_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y) {
  run(ctx, &(job){.p = p, .x = x, .out = y}, false, mean_piece);
}

void KNN__ISA(average_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *dy, void *dx) {
  run(ctx, &(job){.p = p, .d = dy, .out = dx}, true, mean_back_piece);
}
