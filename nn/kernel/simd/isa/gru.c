/* gru.c - u = h kernel + bias, x and u in blocks z, r, n: z = sigmoid(x + u), r = sigmoid(x + u),
 * n = tanh(x + r u), h = z h + (1 - z) n. Backward, from the last step, with dh by h:
 *   dz = dh (h_before - n) z (1 - z)    dn = dh (1 - z) (1 - n^2)    dr = dn u_n r (1 - r)
 *   dx = (dz, dr, dn)    du = (dz, dr, dn r)    dh = dh z + du kernel' */
#include "recurrent_rows.h"

static void copy(real *to, const real *from, int64_t n) {
  if (to) memcpy(to, from, (size_t)n * sizeof(real));
}

/* Where a row of a step is saved; gates NULL = not at all. */
typedef struct saved {
  real *gates, *inner;
} saved;

static void forward_row(int64_t n, const real *x, const real *u, const real *bias, real *h,
                        saved to) {
  const vec none = {0};
  for (int64_t k = 0; k < n; k += LANES) {
    const int64_t left = n - k;
    const vec bz = bias ? load_part(bias + k, left) : none,
              br = bias ? load_part(bias + n + k, left) : none,
              bn = bias ? load_part(bias + 2 * n + k, left) : none;
    const vec z = sigmoid_of(load_part(x + k, left) + (load_part(u + k, left) + bz)),
              r = sigmoid_of(load_part(x + n + k, left) + (load_part(u + n + k, left) + br)),
              inner = load_part(u + 2 * n + k, left) + bn,
              fresh = tanh_of(load_part(x + 2 * n + k, left) + r * inner);
    store_part(h + k, z * load_part(h + k, left) + (1 - z) * fresh, left);
    if (!to.gates) continue;
    store_part(to.gates + k, z, left);
    store_part(to.gates + n + k, r, left);
    store_part(to.gates + 2 * n + k, fresh, left);
    store_part(to.inner + k, inner, left);
  }
}

static void forward_piece(const piece *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  copy(w->h, (const real *)p->h0 + w->first * n, w->rows * n);
  for (int64_t t = 0; t < p->steps; t++) {
    KNN__ISA(recurrent_product)(w, w->h, n, n, 3 * n, w->z, false);
    for (int64_t r = 0; r < w->rows; r++) {
      real *h = w->h + r * n;
      const saved to = {at_step(w, p->y_gates, r, t, 3 * n), at_step(w, p->inner, r, t, n)};
      copy(at_step(w, p->before, r, t, n), h, n);
      if (counts(w, r, t))
        forward_row(n, at_step(w, p->x, r, t, 3 * n), w->z + r * 3 * n, p->bias, h, to);
      copy(at_step(w, p->y, r, t, n), h, n);
    }
  }
  copy((real *)p->h + w->first * n, w->h, w->rows * n);
}

/* dh becomes that by the state before, without what comes through the product. */
static void backward_row(int64_t n, saved from, const real *before, real *dh, real *dx, real *du) {
  for (int64_t k = 0; k < n; k += LANES) {
    const int64_t left = n - k;
    const vec z = load_part(from.gates + k, left), r = load_part(from.gates + n + k, left),
              fresh = load_part(from.gates + 2 * n + k, left), by_h = load_part(dh + k, left);
    const vec dz = by_h * (load_part(before + k, left) - fresh) * z * (1 - z),
              dn = by_h * (1 - z) * (1 - fresh * fresh),
              dr = dn * load_part(from.inner + k, left) * r * (1 - r);
    store_part(dx + k, dz, left);
    store_part(dx + n + k, dr, left);
    store_part(dx + 2 * n + k, dn, left);
    store_part(du + k, dz, left);
    store_part(du + n + k, dr, left);
    store_part(du + 2 * n + k, dn * r, left);
    store_part(dh + k, by_h * z, left);
  }
}

static void backward_piece(const piece *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units, states = w->rows * n;
  memset(w->h, 0, (size_t)states * sizeof(real));
  if (p->dh) copy(w->h, (const real *)p->dh + w->first * n, states);
  for (int64_t t = p->steps - 1; t >= 0; t--) {
    for (int64_t r = 0; r < w->rows; r++) {
      real *dh = w->h + r * n, *dx = at_step(w, p->dx, r, t, 3 * n),
           *du = at_step(w, p->du, r, t, 3 * n);
      const real *dy = at_step(w, p->dy, r, t, n);
      const saved from = {at_step(w, p->y_gates, r, t, 3 * n), at_step(w, p->inner, r, t, n)};
      for (int64_t k = 0; dy && k < n; k++) dh[k] += dy[k];
      if (counts(w, r, t)) {
        backward_row(n, from, at_step(w, p->before, r, t, n), dh, dx, du);
      } else {
        memset(dx, 0, (size_t)(3 * n) * sizeof(real));
        memset(du, 0, (size_t)(3 * n) * sizeof(real));
      }
    }
    KNN__ISA(recurrent_product)
    (w, at_step(w, p->du, 0, t, 3 * n), p->steps * 3 * n, 3 * n, n, w->h, true);
  }
  copy((real *)p->dh0 + w->first * n, w->h, states);
}

void KNN__ISA(gru)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  KNN__ISA(recurrent)(ctx, p, false, forward_piece, scratch);
}

void KNN__ISA(gru_grad)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  KNN__ISA(recurrent)(ctx, p, true, backward_piece, scratch);
}
