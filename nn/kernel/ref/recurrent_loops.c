/* recurrent_loops.c - the formulas of LSTM and GRU as they stand in the papers, a row of the batch
 * at a time. */
#include "recurrent_loops.h"

#include <string.h>

#include "pool.h"
#include "real.h"

/* A row: its place in the batch, the product z (gates units), and its states or their gradients. */
typedef struct row {
  const knn__recurrent *p;
  int64_t at;
  real *z, *h, *c;
} row;

typedef void row_fn(const row *w);

static real sigmoid(real x) {
  const real e = (real)exp(-(real)fabs(x));
  return (x < 0 ? e : 1) / (e + 1);
}

/* Where step t of the row lies in an array (batch, steps, width); NULL stays NULL. */
static real *at_step(const row *w, const void *array, int64_t t, int64_t width) {
  return array ? (real *)(uintptr_t)array + (w->at * w->p->steps + t) * width : NULL;
}

static bool counts(const row *w, int64_t t) {
  return !w->p->mask || w->p->mask[w->at * w->p->steps + t];
}

static void copy(real *to, const real *from, int64_t n) {
  if (to) memcpy(to, from, (size_t)n * sizeof(real));
}

/* z = h kernel */
static void product(const row *w) {
  const int64_t n = w->p->units, wide = w->p->gates * n;
  const real *kernel = w->p->kernel;
  memset(w->z, 0, (size_t)wide * sizeof(real));
  for (int64_t k = 0; k < n; k++)
    for (int64_t j = 0; j < wide; j++) w->z[j] += w->h[k] * kernel[k * wide + j];
}

/* dh += du kernel' */
static void product_back(const row *w, const real *du) {
  const int64_t n = w->p->units, wide = w->p->gates * n;
  const real *kernel = w->p->kernel;
  for (int64_t k = 0; k < n; k++) {
    real sum = 0;
    for (int64_t j = 0; j < wide; j++) sum += du[j] * kernel[k * wide + j];
    w->h[k] += sum;
  }
}

static void lstm_step(const row *w, int64_t t) {
  const int64_t n = w->p->units;
  const real *x = at_step(w, w->p->x, t, 4 * n), *z = w->z;
  real *gates = at_step(w, w->p->y_gates, t, 4 * n);
  for (int64_t k = 0; k < n; k++) {
    const real i = sigmoid(x[k] + z[k]), f = sigmoid(x[n + k] + z[n + k]),
               g = (real)tanh(x[2 * n + k] + z[2 * n + k]),
               o = sigmoid(x[3 * n + k] + z[3 * n + k]);
    w->c[k] = f * w->c[k] + i * g;
    w->h[k] = o * (real)tanh(w->c[k]);
    for (int b = 0; gates && b < 4; b++) gates[b * n + k] = (real[]){i, f, g, o}[b];
  }
}

static void lstm_row(const row *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  copy(w->h, (const real *)p->h0 + w->at * n, n);
  copy(w->c, (const real *)p->c0 + w->at * n, n);
  for (int64_t t = 0; t < p->steps; t++) {
    copy(at_step(w, p->before, t, n), w->h, n);
    product(w);
    if (counts(w, t)) lstm_step(w, t);
    copy(at_step(w, p->cells, t, n), w->c, n);
    copy(at_step(w, p->y, t, n), w->h, n);
  }
  copy((real *)p->h + w->at * n, w->h, n);
  copy((real *)p->c + w->at * n, w->c, n);
}

static void lstm_step_back(const row *w, int64_t t, real *dx) {
  const int64_t n = w->p->units;
  const real *gates = at_step(w, w->p->y_gates, t, 4 * n), *c = at_step(w, w->p->cells, t, n),
             *before = t ? c - n : (const real *)w->p->c0 + w->at * n;
  for (int64_t k = 0; k < n; k++) {
    const real i = gates[k], f = gates[n + k], g = gates[2 * n + k], o = gates[3 * n + k],
               tc = (real)tanh(c[k]), dc = w->c[k] + w->h[k] * o * (1 - tc * tc);
    dx[k] = dc * g * i * (1 - i);
    dx[n + k] = dc * before[k] * f * (1 - f);
    dx[2 * n + k] = dc * i * (1 - g * g);
    dx[3 * n + k] = w->h[k] * tc * o * (1 - o);
    w->c[k] = dc * f;
    w->h[k] = 0;
  }
}

static void begin_back(const row *w, const void *dh, const void *dc) {
  const int64_t n = w->p->units;
  memset(w->h, 0, (size_t)n * sizeof(real));
  memset(w->c, 0, (size_t)n * sizeof(real));
  if (dh) copy(w->h, (const real *)dh + w->at * n, n);
  if (dc) copy(w->c, (const real *)dc + w->at * n, n);
}

static void add_dy(const row *w, int64_t t) {
  const real *dy = at_step(w, w->p->dy, t, w->p->units);
  for (int64_t k = 0; dy && k < w->p->units; k++) w->h[k] += dy[k];
}

static void lstm_grad_row(const row *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  begin_back(w, p->dh, p->dc);
  for (int64_t t = p->steps - 1; t >= 0; t--) {
    real *dx = at_step(w, p->dx, t, 4 * n);
    add_dy(w, t);
    memset(dx, 0, (size_t)(4 * n) * sizeof(real));
    if (!counts(w, t)) continue;
    lstm_step_back(w, t, dx);
    product_back(w, dx);
  }
  copy((real *)p->dh0 + w->at * n, w->h, n);
  copy((real *)p->dc0 + w->at * n, w->c, n);
}

static void gru_step(const row *w, int64_t t) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  const real *x = at_step(w, p->x, t, 3 * n), *bias = p->bias;
  real *gates = at_step(w, p->y_gates, t, 3 * n), *kept = at_step(w, p->inner, t, n);
  for (int64_t j = 0; bias && j < 3 * n; j++) w->z[j] += bias[j];
  for (int64_t k = 0; k < n; k++) {
    const real z = sigmoid(x[k] + w->z[k]), r = sigmoid(x[n + k] + w->z[n + k]),
               inner = w->z[2 * n + k], fresh = (real)tanh(x[2 * n + k] + r * inner);
    w->h[k] = z * w->h[k] + (1 - z) * fresh;
    for (int b = 0; gates && b < 3; b++) gates[b * n + k] = (real[]){z, r, fresh}[b];
    if (kept) kept[k] = inner;
  }
}

static void gru_row(const row *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  copy(w->h, (const real *)p->h0 + w->at * n, n);
  for (int64_t t = 0; t < p->steps; t++) {
    copy(at_step(w, p->before, t, n), w->h, n);
    product(w);
    if (counts(w, t)) gru_step(w, t);
    copy(at_step(w, p->y, t, n), w->h, n);
  }
  copy((real *)p->h + w->at * n, w->h, n);
}

static void gru_step_back(const row *w, int64_t t, real *dx, real *du) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  const real *gates = at_step(w, p->y_gates, t, 3 * n), *inner = at_step(w, p->inner, t, n),
             *before = at_step(w, p->before, t, n);
  for (int64_t k = 0; k < n; k++) {
    const real z = gates[k], r = gates[n + k], fresh = gates[2 * n + k], dh = w->h[k],
               dn = dh * (1 - z) * (1 - fresh * fresh);
    dx[k] = du[k] = dh * (before[k] - fresh) * z * (1 - z);
    dx[n + k] = du[n + k] = dn * inner[k] * r * (1 - r);
    dx[2 * n + k] = dn;
    du[2 * n + k] = dn * r;
    w->h[k] = dh * z;
  }
}

static void gru_grad_row(const row *w) {
  const knn__recurrent *p = w->p;
  const int64_t n = p->units;
  begin_back(w, p->dh, NULL);
  for (int64_t t = p->steps - 1; t >= 0; t--) {
    real *dx = at_step(w, p->dx, t, 3 * n), *du = at_step(w, p->du, t, 3 * n);
    add_dy(w, t);
    memset(dx, 0, (size_t)(3 * n) * sizeof(real));
    memset(du, 0, (size_t)(3 * n) * sizeof(real));
    if (!counts(w, t)) continue;
    gru_step_back(w, t, dx, du);
    product_back(w, du);
  }
  copy((real *)p->dh0 + w->at * n, w->h, n);
}

typedef struct job {
  const knn__recurrent *p;
  real *scratch;
  int pieces;
  row_fn *fn;
} job;

static void run_piece(void *arg, int piece) {
  const job *j = arg;
  const int64_t n = j->p->units, gates = j->p->gates;
  int64_t first, last;
  knn__piece_range(j->p->batch, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) {
    real *z = j->scratch + i * (gates + 2) * n;
    j->fn(&(row){j->p, i, z, z + gates * n, z + (gates + 1) * n});
  }
}

static void run(knn_ctx *ctx, const knn__recurrent *p, void *scratch, row_fn *fn) {
  job j = {p, scratch, knn__pieces(p->batch, 1), fn};
  knn__parallel(ctx, j.pieces, run_piece, &j);
}

void KNN__REAL(lstm)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  run(ctx, p, scratch, lstm_row);
}

void KNN__REAL(lstm_grad)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  run(ctx, p, scratch, lstm_grad_row);
}

void KNN__REAL(gru)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  run(ctx, p, scratch, gru_row);
}

void KNN__REAL(gru_grad)(knn_ctx *ctx, const knn__recurrent *p, void *scratch) {
  run(ctx, p, scratch, gru_grad_row);
}
