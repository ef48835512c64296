/* batch_norm.c - each column of x (rows, columns) with mean 0 and variance 1, times gamma plus
 * beta, and the gradient (norm.h). x is read twice: for the sums, and for the result. Sums are made
 * in double, of differences from the first row (forward) or from the mean (backward), so that large
 * means cost no digits.
 *
 * Few columns make poor vectors, so x is walked in lines of some rows side by side: `width`
 * numbers, whole vectors; numbers that belong to columns are repeated along a line. Pieces are
 * ranges of lines with sums of their own in scratch, added in the order of pieces. */
#include "norm.h"

#include <math.h>
#include <string.h>

#include "pool.h"
#include "set.h"

enum { GRAIN = 16384, MOST = 16 }; /* elements that pay for waking a thread; pieces */
enum { WIDE = 256 };               /* columns that are wide enough by themselves */

typedef struct plan {
  const knn__norm *p;
  int64_t width, lines; /* the last line may be shorter */
  int pieces;
  double *sums; /* by piece: two sums of `width` */
  /* along a line: what is taken off x, and the numbers of the second pass */
  real *from, *factor, *shift, *slope;
} plan;

static int64_t common_divisor(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static plan plan_of(const knn__norm *p) {
  plan c = {.p = p, .width = p->columns};
  if (p->columns < WIDE) c.width *= LANES / common_divisor(p->columns, LANES);
  int64_t n = p->rows * p->columns;
  c.lines = (n + c.width - 1) / c.width;
  c.pieces = knn__pieces(n, GRAIN);
  if (c.pieces > MOST) c.pieces = MOST;
  if (c.pieces > c.lines) c.pieces = c.lines < 1 ? 1 : (int)c.lines;
  return c;
}

static size_t scratch_of(const plan *c) {
  return (size_t)(2 * c->width * c->pieces) * sizeof(double) +
         (size_t)(4 * c->width) * sizeof(real);
}

static void lay_out(plan *c, void *scratch) {
  c->sums = scratch;
  c->from = (real *)(void *)(c->sums + 2 * c->width * c->pieces);
  c->factor = c->from + c->width;
  c->shift = c->factor + c->width;
  c->slope = c->shift + c->width;
}

/* Elements [*first, *last) of a piece. */
static void range_of(const plan *c, int index, int64_t *first, int64_t *last) {
  const int64_t n = c->p->rows * c->p->columns;
  knn__piece_range(c->lines, c->pieces, index, first, last);
  *first *= c->width;
  *last *= c->width;
  if (*last > n) *last = n;
}

/* Four lines at a time, so that the sums are seldom touched. */
static void add_lines(const plan *c, const real *restrict x, double *restrict sum,
                      double *restrict square) {
  const int64_t w = c->width;
  const real *restrict from = c->from;
  for (int64_t i = 0; i < w; i++) {
    double a = (double)(x[i] - from[i]), b = (double)(x[i + w] - from[i]);
    double d = (double)(x[i + 2 * w] - from[i]), e = (double)(x[i + 3 * w] - from[i]);
    sum[i] += (a + b) + (d + e);
    square[i] += (a * a + b * b) + (d * d + e * e);
  }
}

static void sums_piece(void *arg, int index) {
  const plan *c = arg;
  const int64_t w = c->width;
  const real *restrict x = c->p->x, *restrict from = c->from;
  double *restrict sum = c->sums + 2 * w * index, *restrict square = sum + w;
  int64_t at, last;
  memset(sum, 0, (size_t)(2 * w) * sizeof *sum);
  range_of(c, index, &at, &last);
  for (; at + 4 * w <= last; at += 4 * w) add_lines(c, x + at, sum, square);
  for (; at < last; at += w) {
    int64_t n = last - at < w ? last - at : w;
    for (int64_t i = 0; i < n; i++) {
      double d = (double)(x[at + i] - from[i]);
      sum[i] += d;
      square[i] += d * d;
    }
  }
}

/* As add_lines: sums of dy, and of dy (x - mean). */
static void add_lines_back(const plan *c, const real *restrict x, const real *restrict dy,
                           double *restrict sum, double *restrict along) {
  const int64_t w = c->width;
  const real *restrict from = c->from;
  for (int64_t i = 0; i < w; i++) {
    real a = dy[i], b = dy[i + w], d = dy[i + 2 * w], e = dy[i + 3 * w];
    sum[i] += ((double)a + (double)b) + ((double)d + (double)e);
    along[i] += ((double)(a * (x[i] - from[i])) + (double)(b * (x[i + w] - from[i]))) +
                ((double)(d * (x[i + 2 * w] - from[i])) + (double)(e * (x[i + 3 * w] - from[i])));
  }
}

static void sums_back_piece(void *arg, int index) {
  const plan *c = arg;
  const int64_t w = c->width;
  const real *restrict x = c->p->x, *restrict dy = c->p->dy, *restrict from = c->from;
  double *restrict sum = c->sums + 2 * w * index, *restrict along = sum + w;
  int64_t at, last;
  memset(sum, 0, (size_t)(2 * w) * sizeof *sum);
  range_of(c, index, &at, &last);
  for (; at + 4 * w <= last; at += 4 * w) add_lines_back(c, x + at, dy + at, sum, along);
  for (; at < last; at += w) {
    int64_t n = last - at < w ? last - at : w;
    for (int64_t i = 0; i < n; i++) {
      sum[i] += (double)dy[at + i];
      along[i] += (double)(dy[at + i] * (x[at + i] - from[i]));
    }
  }
}

/* Both sums of a column, over pieces and over its places in a line. */
static void column_sums(const plan *c, int64_t column, double *first, double *second) {
  *first = *second = 0;
  for (int k = 0; k < c->pieces; k++)
    for (int64_t i = column; i < c->width; i += c->p->columns) {
      *first += c->sums[2 * c->width * k + i];
      *second += c->sums[2 * c->width * k + c->width + i];
    }
}

static void repeat(const plan *c, real *line) {
  for (int64_t i = c->p->columns; i < c->width; i++) line[i] = line[i - c->p->columns];
}

static void statistics(const plan *c) {
  const knn__norm *p = c->p;
  const real *x = p->x, *gamma = p->gamma, *beta = p->beta;
  const double n = (double)p->rows;
  for (int64_t i = 0; i < p->columns; i++) {
    double sum, square;
    column_sums(c, i, &sum, &square);
    double offset = sum / n, variance = square / n - offset * offset;
    if (variance < 0) variance = 0; /* by rounding */
    double mean = p->rows ? (double)x[i] + offset : offset;
    ((real *)p->mean)[i] = c->from[i] = (real)mean;
    ((real *)p->variance)[i] = (real)variance;
    c->factor[i] = (real)((double)gamma[i] / sqrt(variance + p->epsilon));
    c->shift[i] = beta[i];
  }
  repeat(c, c->from);
  repeat(c, c->factor);
  repeat(c, c->shift);
}

static void apply_piece(void *arg, int index) {
  const plan *c = arg;
  const real *restrict x = c->p->x, *restrict from = c->from, *restrict factor = c->factor,
                       *restrict shift = c->shift;
  real *restrict y = c->p->y;
  int64_t at, last;
  range_of(c, index, &at, &last);
  for (; at < last; at += c->width) {
    int64_t n = last - at < c->width ? last - at : c->width;
    for (int64_t i = 0; i < n; i++) y[at + i] = (x[at + i] - from[i]) * factor[i] + shift[i];
  }
}

size_t KNN__ISA(batch_norm_scratch)(const knn__norm *p) {
  plan c = plan_of(p);
  return scratch_of(&c);
}

void KNN__ISA(batch_norm)(knn_ctx *ctx, const knn__norm *p, void *scratch) {
  plan c = plan_of(p);
  lay_out(&c, scratch);
  memset(c.from, 0, (size_t)c.width * sizeof *c.from);
  if (p->rows) memcpy(c.from, p->x, (size_t)p->columns * sizeof *c.from);
  repeat(&c, c.from);
  knn__parallel(ctx, c.pieces, sums_piece, &c);
  statistics(&c);
  knn__parallel(ctx, c.pieces, apply_piece, &c);
}

/* dx = (dy - shift) factor + (x - mean) slope */
static void gradient_numbers(const plan *c) {
  const knn__norm *p = c->p;
  const real *gamma = p->gamma, *variance = p->variance;
  const double n = (double)p->rows;
  for (int64_t i = 0; i < p->columns; i++) {
    double sum, along, root = 1 / sqrt((double)variance[i] + p->epsilon);
    column_sums(c, i, &sum, &along);
    ((real *)p->dbeta)[i] = (real)sum;
    ((real *)p->dgamma)[i] = (real)(along * root);
    double factor = (double)gamma[i] * root;
    c->factor[i] = (real)factor;
    c->shift[i] = (real)(sum / n);
    c->slope[i] = (real)(-factor * root * root * along / n);
  }
  repeat(c, c->factor);
  repeat(c, c->shift);
  repeat(c, c->slope);
}

static void apply_back_piece(void *arg, int index) {
  const plan *c = arg;
  const real *restrict x = c->p->x, *restrict dy = c->p->dy, *restrict from = c->from,
                       *restrict factor = c->factor, *restrict shift = c->shift,
                       *restrict slope = c->slope;
  real *restrict dx = c->p->dx;
  int64_t at, last;
  range_of(c, index, &at, &last);
  for (; at < last; at += c->width) {
    int64_t n = last - at < c->width ? last - at : c->width;
    for (int64_t i = 0; i < n; i++)
      dx[at + i] = (dy[at + i] - shift[i]) * factor[i] + (x[at + i] - from[i]) * slope[i];
  }
}

void KNN__ISA(batch_norm_grad)(knn_ctx *ctx, const knn__norm *p, void *scratch) {
  plan c = plan_of(p);
  lay_out(&c, scratch);
  memcpy(c.from, p->mean, (size_t)p->columns * sizeof *c.from);
  repeat(&c, c.from);
  knn__parallel(ctx, c.pieces, sums_back_piece, &c);
  gradient_numbers(&c);
  knn__parallel(ctx, c.pieces, apply_back_piece, &c);
}
