/* norm_loops.c - see norm_loops.h. A group is a row or a column: n elements `step` apart. */
#include "norm_loops.h"

#include "real.h"

typedef struct group {
  int64_t first, n, step;
} group;

static group row(const knn__norm *p, int64_t i) {
  return (group){i * p->columns, p->columns, 1};
}

static group column(const knn__norm *p, int64_t i) {
  return (group){i, p->rows, p->columns};
}

static void normalise(const knn__norm *p, group g, int64_t index) {
  const real *x = (const real *)p->x + g.first, *gamma = p->gamma, *beta = p->beta;
  real *y = (real *)p->y + g.first;
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < g.n; i++) sum += (double)x[i * g.step];
  const double mean = sum / (double)g.n;
  for (int64_t i = 0; i < g.n; i++) {
    double d = (double)x[i * g.step] - mean;
    squares += d * d;
  }
  const double variance = squares / (double)g.n, factor = 1 / sqrt(variance + p->epsilon);
  ((real *)p->mean)[index] = (real)mean;
  ((real *)p->variance)[index] = (real)variance;
  for (int64_t i = 0; i < g.n; i++) {
    int64_t at = (g.first + i * g.step) % p->columns;
    double normal = ((double)x[i * g.step] - mean) * factor;
    y[i * g.step] = (real)(normal * (double)gamma[at] + (double)beta[at]);
  }
}

/* dx = factor (d - mean d - normal mean(d normal)), d = dy gamma, normal = (x - mean) factor. */
static void gradient(const knn__norm *p, group g, int64_t index) {
  const real *x = (const real *)p->x + g.first, *dy = (const real *)p->dy + g.first,
             *gamma = p->gamma;
  real *dx = (real *)p->dx + g.first, *dgamma = p->dgamma, *dbeta = p->dbeta;
  const double mean = (double)((const real *)p->mean)[index];
  const double factor = 1 / sqrt((double)((const real *)p->variance)[index] + p->epsilon);
  double sum = 0, along = 0;
  for (int64_t i = 0; i < g.n; i++) {
    int64_t at = (g.first + i * g.step) % p->columns;
    double normal = ((double)x[i * g.step] - mean) * factor, d = (double)dy[i * g.step];
    dgamma[at] += (real)(d * normal);
    dbeta[at] += (real)d;
    sum += d * (double)gamma[at];
    along += d * (double)gamma[at] * normal;
  }
  for (int64_t i = 0; i < g.n; i++) {
    int64_t at = (g.first + i * g.step) % p->columns;
    double normal = ((double)x[i * g.step] - mean) * factor;
    double d = (double)dy[i * g.step] * (double)gamma[at];
    dx[i * g.step] = (real)(factor * (d - (sum + normal * along) / (double)g.n));
  }
}

static void clear(const knn__norm *p) {
  real *dgamma = p->dgamma, *dbeta = p->dbeta;
  for (int64_t i = 0; i < p->columns; i++) dgamma[i] = dbeta[i] = 0;
}

void KNN__REAL(layer_norm)(const knn__norm *p) {
  for (int64_t i = 0; i < p->rows; i++) normalise(p, row(p, i), i);
}

void KNN__REAL(layer_norm_grad)(const knn__norm *p) {
  clear(p);
  for (int64_t i = 0; i < p->rows; i++) gradient(p, row(p, i), i);
}

void KNN__REAL(batch_norm)(const knn__norm *p) {
  for (int64_t i = 0; i < p->columns; i++) normalise(p, column(p, i), i);
}

void KNN__REAL(batch_norm_grad)(const knn__norm *p) {
  clear(p);
  for (int64_t i = 0; i < p->columns; i++) gradient(p, column(p, i), i);
}
