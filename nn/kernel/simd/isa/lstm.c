/* lstm.c - z = x + h kernel, in blocks i, f, g, o; c = sigmoid(f) c + sigmoid(i) tanh(g);
 * h = sigmoid(o) tanh(c). Backward, from the last step: with t = tanh(c), dh and dc by the states,
 *   do = dh t o (1 - o)    dc += dh o (1 - t^2)    di = dc g i (1 - i)    dg = dc i (1 - g^2)
 *   df = dc c_before f (1 - f)    dc = dc f    dh = (di, df, dg, do) kernel' */
#include "recurrent_rows.h"

static void copy(real *to, const real *from, int64_t n) {
  if (to) memcpy(to, from, (size_t)n * sizeof(real));
}

/* One row of one step: states c and h from z and x; gates NULL = not saved. */
static void forward_row(int64_t n, const real *x, const real *z, real *c, real *h, real *gates) {
  for (int64_t k = 0; k < n; k += LANES) {
    const int64_t left = n - k;
    const vec i = sigmoid_of(load_part(x + k, left) + load_part(z + k, left)),
              f = sigmoid_of(load_part(x + n + k, left) + load_part(z + n + k, left)),
              g = tanh_of(load_part(x + 2 * n + k, left) + load_part(z + 2 * n + k, left)),
              o = sigmoid_of(load_part(x + 3 * n + k, left) + load_part(z + 3 * n + k, left));
    const vec cell = f * load_part(c + k, left) + i * g;
    store_part(c + k, cell, left);
    store_part(h + k, o * tanh_of(cell), left);
    if (!gates) continue;
    store_part(gates + k, i, left);
    store_part(gates + n + k, f, left);
    store_part(gates + 2 * n + k, g, left);
    store_part(gates + 3 * n + k, o, left);
  }
}

static void forward_piece(const piece *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  copy(w->h, (const real *)p->h0 + w->first * n, w->rows * n);
  copy(w->c, (const real *)p->c0 + w->first * n, w->rows * n);
  for (int64_t t = 0; t < p->steps; t++) {
    KNN__ISA(recurrent_product)(w, w->h, n, n, 4 * n, w->z, false);
    for (int64_t r = 0; r < w->rows; r++) {
      real *h = w->h + r * n, *c = w->c + r * n;
      copy(at_step(w, p->before, r, t, n), h, n);
      if (counts(w, r, t))
        forward_row(n, at_step(w, p->x, r, t, 4 * n), w->z + r * 4 * n, c, h,
                    at_step(w, p->y_gates, r, t, 4 * n));
      copy(at_step(w, p->cells, r, t, n), c, n);
      copy(at_step(w, p->y, r, t, n), h, n);
    }
  }
  copy((real *)p->h + w->first * n, w->h, w->rows * n);
  copy((real *)p->c + w->first * n, w->c, w->rows * n);
}

/* dx from the gradients by the states, which become those by the states before, dh without what
 * comes through the product. */
static void backward_row(int64_t n, const real *gates, const real *cell, const real *cell_before,
                         real *dh, real *dc, real *dx) {
  for (int64_t k = 0; k < n; k += LANES) {
    const int64_t left = n - k;
    const vec i = load_part(gates + k, left), f = load_part(gates + n + k, left),
              g = load_part(gates + 2 * n + k, left), o = load_part(gates + 3 * n + k, left),
              t = tanh_of(load_part(cell + k, left)), by_h = load_part(dh + k, left),
              by_c = load_part(dc + k, left) + by_h * o * (1 - t * t);
    store_part(dx + k, by_c * g * i * (1 - i), left);
    store_part(dx + n + k, by_c * load_part(cell_before + k, left) * f * (1 - f), left);
    store_part(dx + 2 * n + k, by_c * i * (1 - g * g), left);
    store_part(dx + 3 * n + k, by_h * t * o * (1 - o), left);
    store_part(dc + k, by_c * f, left);
  }
  memset(dh, 0, (size_t)n * sizeof(real));
}

static void backward_piece(const piece *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units, states = w->rows * n;
  memset(w->h, 0, (size_t)states * sizeof(real));
  memset(w->c, 0, (size_t)states * sizeof(real));
  if (p->dh) copy(w->h, (const real *)p->dh + w->first * n, states);
  if (p->dc) copy(w->c, (const real *)p->dc + w->first * n, states);
  for (int64_t t = p->steps - 1; t >= 0; t--) {
    for (int64_t r = 0; r < w->rows; r++) {
      real *dh = w->h + r * n, *dx = at_step(w, p->dx, r, t, 4 * n);
      const real *dy = at_step(w, p->dy, r, t, n),
                 *first = (const real *)p->c0 + (w->first + r) * n;
      for (int64_t k = 0; dy && k < n; k++) dh[k] += dy[k];
      if (counts(w, r, t))
        backward_row(n, at_step(w, p->y_gates, r, t, 4 * n), at_step(w, p->cells, r, t, n),
                     t ? at_step(w, p->cells, r, t - 1, n) : first, dh, w->c + r * n, dx);
      else
        memset(dx, 0, (size_t)(4 * n) * sizeof(real));
    }
    KNN__ISA(recurrent_product)
    (w, at_step(w, p->dx, 0, t, 4 * n), p->steps * 4 * n, 4 * n, n, w->h, true);
  }
  copy((real *)p->dh0 + w->first * n, w->h, states);
  copy((real *)p->dc0 + w->first * n, w->c, states);
}

void KNN__ISA(lstm)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  KNN__ISA(recurrent)(ctx, p, false, forward_piece, scratch);
}

void KNN__ISA(lstm_grad)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  KNN__ISA(recurrent)(ctx, p, true, backward_piece, scratch);
}
