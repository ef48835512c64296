/* recurrent_rows.c - see recurrent_rows.h. The kernel is copied once per sequence,
 * [panel][k][COLUMNS], so that every step reads it straight through. */
#include "recurrent_rows.h"

#include <math.h>

#include "pool.h"

enum { PIECE_ROWS = 32 }; /* of the batch: enough for the kernel to be read seldom */
enum { DEPTH = 128 };     /* of the product: a panel of it stays in the first-level cache */
enum { WORTH = 1 << 20 }; /* multiplications that pay for waking a thread */
enum { LINE = 64 / sizeof(real) };

static int64_t whole(int64_t n, int64_t unit) {
  return (n + unit - 1) / unit * unit;
}

static int pieces_of(const knn__recurrent *p) {
  const int64_t work = p->batch * p->steps * p->units * p->units * p->gates;
  int64_t pieces = p->batch / PIECE_ROWS;
  const int worth = knn__pieces(work, WORTH);
  if (pieces < 2) pieces = p->batch < PIECE_ROWS ? 1 : 2;
  return pieces < worth ? (int)pieces : worth;
}

/* Reals of the packed kernel; either way round. */
static int64_t packed_size(const knn__recurrent *p) {
  const int64_t wide = p->gates * p->units, a = whole(wide, COLUMNS) * p->units,
                b = whole(p->units, COLUMNS) * wide;
  return whole(a > b ? a : b, LINE);
}

static int64_t rows_size(const knn__recurrent *p, int64_t rows) {
  return whole(rows * (p->gates + 2) * p->units, LINE);
}

size_t KNN__ISA(recurrent_scratch)(const knn__recurrent *p) {
  return (size_t)(packed_size(p) + rows_size(p, p->batch) + pieces_of(p) * LINE) * sizeof(real);
}

/* Row k of the packed matrix, columns j .. j + n - 1. */
static void pack_row(const knn__recurrent *p, bool transposed, int64_t k, int64_t j, int64_t n,
                     real *to) {
  const real *from = p->kernel;
  const int64_t wide = p->gates * p->units;
  for (int64_t i = 0; i < n; i++)
    to[i] = transposed ? from[(j + i) * wide + k] : from[k * wide + j + i];
  for (int64_t i = n; i < COLUMNS; i++) to[i] = 0;
}

static void pack(const knn__recurrent *p, bool transposed, real *to) {
  const int64_t wide = p->gates * p->units, depth = transposed ? wide : p->units,
                columns = transposed ? p->units : wide;
  for (int64_t j = 0; j < columns; j += COLUMNS) {
    const int64_t n = columns - j < COLUMNS ? columns - j : COLUMNS;
    for (int64_t k = 0; k < depth; k++, to += COLUMNS) pack_row(p, transposed, k, j, n, to);
  }
}

/* All rows times a block of the packed matrix, `columns` wide and `depth` deep. */
static void block_product(const piece *w, const real *a, int64_t a_row, const real *b,
                          int64_t depth, int64_t columns, real *y, int64_t y_row, bool add) {
  const int64_t zero = 0, tiles = tiles_of(w->rows, tile_rows(columns));
  for (int64_t i = 0; i < tiles; i++) {
    const int64_t r0 = w->rows * i / tiles, r1 = w->rows * (i + 1) / tiles;
    const tile t = {.a = a + r0 * a_row,
                    .a_row = a_row,
                    .a_col = 1,
                    .starts = &zero,
                    .runs = 1,
                    .run = depth,
                    .b = b,
                    .b_row = COLUMNS,
                    .c = y + r0 * y_row,
                    .c_row = y_row,
                    .rows = r1 - r0,
                    .columns = columns,
                    .add = add};
    KNN__ISA(tile)(&t);
  }
}

void KNN__ISA(recurrent_product)(const piece *w, const real *a, int64_t a_row, int64_t k, int64_t n,
                                 real *y, bool add) {
  const int64_t cuts = tiles_of(k, DEPTH);
  for (int64_t j = 0; j < n; j += COLUMNS)
    for (int64_t cut = 0; cut < cuts; cut++) {
      const int64_t k0 = k * cut / cuts, k1 = k * (cut + 1) / cuts,
                    columns = n - j < COLUMNS ? n - j : COLUMNS;
      block_product(w, a + k0, a_row, w->packed + j * k + k0 * COLUMNS, k1 - k0, columns, y + j, n,
                    add || cut > 0);
    }
}

typedef struct job {
  const knn__recurrent *p;
  int pieces;
  const real *packed;
  real *scratch;
  piece_fn *fn;
} job;

static void run_piece(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->batch, j->pieces, index, &first, &last);
  piece w = {.p = j->p, .first = first, .rows = last - first, .packed = j->packed};
  w.z = j->scratch + rows_size(j->p, first) + index * LINE;
  w.h = w.z + w.rows * j->p->gates * j->p->units;
  w.c = w.h + w.rows * j->p->units;
  j->fn(&w);
}

void KNN__ISA(recurrent)(knn_ctx *ctx, const knn__recurrent *p, bool transposed, piece_fn *fn,
                         void *scratch) {
  job j = {p, pieces_of(p), scratch, (real *)scratch + packed_size(p), fn};
  pack(p, transposed, scratch);
  knn__parallel(ctx, j.pieces, run_piece, &j);
}

#ifdef KNN_REAL_DOUBLE
vec tanh_of(vec x) {
  for (int i = 0; i < LANES; i++) x[i] = tanh(x[i]);
  return x;
}

vec sigmoid_of(vec x) {
  for (int i = 0; i < LANES; i++) {
    const double e = exp(-fabs(x[i]));
    x[i] = (x[i] < 0 ? e : 1) / (e + 1);
  }
  return x;
}
#endif
