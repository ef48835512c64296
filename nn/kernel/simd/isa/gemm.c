/* gemm.c - products from tiles. For each block of k: for each panel of columns: copy b's panel
 * (DEPTH, columns) to scratch where it is transposed, hangs over the last vector or is read often;
 * then tile down the rows. a is read where it lies, or from a copy where it is transposed and
 * several panels read it; lines of c are asked for before they are written. Pieces: products of a
 * batch, else column panels, else rows. */
#include <string.h>

#include "pool.h"
#include "set.h"
#include "tile.h"
#include "transpose.h"

enum { DEPTH = 256 }; /* of k: a panel of b stays in the first-level cache */
/* rows whose copy of a stays in the second-level cache, large where vectors are; whole tiles */
enum { HEIGHT = KNN_VECTOR_BYTES == 64 ? 384 : 192 };
enum { LINE = 64 / sizeof(real) }; /* of the caches */
enum { WORTH = 1 << 20 };          /* multiplications that pay for waking a thread */

typedef struct plan {
  const knn__gemm *p;
  int pieces;
  bool by_product, by_column, copies_a;
  real *scratch;
  int64_t slice; /* reals of scratch per piece */
} plan;

static int64_t at_most(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* Ask for a block that will be used soon. */
static void prefetch(const real *from, int64_t step, int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j += LINE) __builtin_prefetch(from + i * step + j, 0, 2);
}

/* Columns of the panels: wide ones unless n is small. */
static int64_t panel_columns(const knn__gemm *p) {
  return at_most(COLUMNS, vectors_of(p->n) * LANES);
}

static plan plan_of(const knn__gemm *p) {
  plan s = {.p = p};
  int64_t columns = panel_columns(p), panels = (p->n + columns - 1) / columns,
          work = p->m * p->n * p->k;
  s.copies_a = p->trans_a && panels > 1;
  int64_t most = tile_rows(columns), height = at_most(HEIGHT, tiles_of(p->m, most) * most);
  s.slice = at_most(DEPTH, p->k) * (columns + (s.copies_a ? height : 0));
  s.by_product = p->batch > 1;
  s.by_column = panels * COLUMNS >= p->m;
  if (s.by_product)
    s.pieces = knn__pieces(p->batch, WORTH / work + 1);
  else
    s.pieces =
        (int)at_most(knn__pieces(work, WORTH), s.by_column ? panels : tiles_of(p->m, 4 * ROWS));
  return s;
}

/* The transpose of `from` (columns, depth) as rows of `width`, in squares held in registers. */
static void copy_transposed(const real *from, int64_t step, int64_t depth, int64_t columns,
                            int64_t width, real *to) {
  int64_t squares = depth - depth % LANES, j = 0;
  for (; j + LANES <= columns; j += LANES)
    for (int64_t k = 0; k < squares; k += LANES)
      transpose(from + j * step + k, step, to + k * width + j, width);
  for (int64_t i = 0; i < j; i++)
    for (int64_t k = squares; k < depth; k++) to[k * width + i] = from[i * step + k];
  for (; j < columns; j++)
    for (int64_t k = 0; k < depth; k++) to[k * width + j] = from[j * step + k];
}

/* b's block of `depth` rows from k0 and `columns` from j0, into rows of `width` (whole vectors),
 * the rest 0. */
static void copy_b(const knn__gemm *p, const real *b, int64_t k0, int64_t depth, int64_t j0,
                   int64_t columns, int64_t width, real *to) {
  if (p->trans_b)
    copy_transposed(b + j0 * p->ldb + k0, p->ldb, depth, columns, width, to);
  else
    for (int64_t k = 0; k < depth; k++) {
      const real *from = b + (k0 + k) * p->ldb + j0;
      for (int64_t j = 0; j < columns; j++) to[k * width + j] = from[j];
    }
  for (int64_t k = 0; k < depth; k++)
    for (int64_t j = columns; j < width; j++) to[k * width + j] = 0;
}

/* Rows of a's transpose, tile by tile: [tile][k][most]. A few k at a time: the rows of `from` that
 * all tiles share stay in the first-level cache. */
INLINE void copy_tiles(const real *from, int64_t step, int64_t rows, int64_t depth, const int most,
                       real *to) {
  for (int64_t k0 = 0; k0 < depth; k0 += 16) {
    int64_t k1 = at_most(k0 + 16, depth), i = 0;
    for (; i + most <= rows; i += most)
      for (int64_t k = k0; k < k1; k++)
        memcpy(to + i * depth + k * most, from + k * step + i, (size_t)most * sizeof(real));
    for (int64_t k = k0; k < k1; k++)
      for (int64_t r = i; r < rows; r++) to[i * depth + k * most + r - i] = from[k * step + r];
  }
}

static void copy_a(const knn__gemm *p, const real *a, int64_t i0, int64_t rows, int64_t k0,
                   int64_t depth, int64_t most, real *to) {
  const real *from = a + k0 * p->lda + i0;
  if (most == ROWS)
    copy_tiles(from, p->lda, rows, depth, ROWS, to);
  else
    copy_tiles(from, p->lda, rows, depth, WIDE_ROWS, to);
}

typedef struct block {
  const real *a, *b;
  real *c;
  int64_t i0, i1, j0, j1; /* of c */
} block;

/* Ask for the part-th of `parts` of the next panel of b, to be transposed: each of its columns is a
 * short row far from the others, which no cache foresees. */
static void prefetch_b(const knn__gemm *p, const real *b, int64_t depth, int64_t columns,
                       int64_t part, int64_t parts) {
  int64_t first = columns * part / parts, last = columns * (part + 1) / parts;
  prefetch(b + first * p->ldb, p->ldb, last - first, depth);
}

/* All panels of rows i0 .. i1 - 1 and k0 .. k0 + depth - 1. */
static void panels(const plan *s, const block *x, int64_t i0, int64_t i1, int64_t k0, int64_t depth,
                   real *scratch) {
  const knn__gemm *p = s->p;
  const int64_t columns = panel_columns(p), most = tile_rows(columns), zero = 0;
  real *copied_a = scratch + at_most(DEPTH, p->k) * columns;
  if (s->copies_a) copy_a(p, x->a, i0, i1 - i0, k0, depth, most, copied_a);
  for (int64_t j = x->j0; j < x->j1; j += columns) {
    int64_t n = at_most(columns, x->j1 - j), width = vectors_of(n) * LANES;
    int64_t next = p->trans_b ? at_most(columns, x->j1 - j - columns) : 0;
    bool in_place = !p->trans_b && n == width && (p->ldb == width || i1 - i0 <= 2 * most);
    tile t = {.starts = &zero,
              .runs = 1,
              .run = depth,
              .columns = n,
              .c_row = p->ldc,
              .add = p->accumulate || k0 > 0};
    t.b = in_place ? x->b + k0 * p->ldb + j : scratch;
    t.b_row = in_place ? p->ldb : width;
    if (!in_place) copy_b(p, x->b, k0, depth, j, n, width, scratch);
    for (int64_t i = i0; i < i1; i += most) {
      t.rows = at_most(most, i1 - i);
      t.c = x->c + i * p->ldc + j;
      t.a_row = p->trans_a ? 1 : p->lda;
      t.a_col = s->copies_a ? most : p->trans_a ? p->lda : 1;
      t.a = s->copies_a ? copied_a + (i - i0) * depth : x->a + i * t.a_row + k0 * t.a_col;
      prefetch(t.c, p->ldc, t.rows, n);
      if (next > 0)
        prefetch_b(p, x->b + (j + columns) * p->ldb + k0, depth, next, (i - i0) / most,
                   tiles_of(i1 - i0, most));
      KNN__ISA(tile)(&t);
    }
  }
}

static void multiply(const plan *s, const block *x, real *scratch) {
  int64_t k = s->p->k, cuts = tiles_of(k, DEPTH), rows = x->i1 - x->i0;
  int64_t most = tile_rows(panel_columns(s->p));
  int64_t blocks = tiles_of(rows, HEIGHT); /* of nearly equal height */
  int64_t height = blocks > 0 ? tiles_of(tiles_of(rows, blocks), most) * most : 0;
  for (int64_t cut = 0; cut < cuts; cut++) {
    int64_t k0 = k * cut / cuts, k1 = k * (cut + 1) / cuts;
    for (int64_t i = x->i0; i < x->i1; i += height)
      panels(s, x, i, at_most(i + height, x->i1), k0, k1 - k0, scratch);
  }
}

static block whole(const knn__gemm *p, int64_t product) {
  return (block){(const real *)p->a + product * p->stride_a,
                 (const real *)p->b + product * p->stride_b,
                 (real *)p->c + product * p->stride_c,
                 0,
                 p->m,
                 0,
                 p->n};
}

static void products_piece(void *arg, int piece) {
  const plan *s = arg;
  int64_t first, last;
  knn__piece_range(s->p->batch, s->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) {
    block x = whole(s->p, i);
    multiply(s, &x, s->scratch + piece * s->slice);
  }
}

/* A range of whole panels or tiles of the only product. */
static void cut_piece(void *arg, int piece) {
  const plan *s = arg;
  const knn__gemm *p = s->p;
  block x = whole(p, 0);
  int64_t columns = panel_columns(p), first, last,
          unit = s->by_column ? columns : tile_rows(columns);
  int64_t n = s->by_column ? p->n : p->m;
  knn__piece_range(tiles_of(n, unit), s->pieces, piece, &first, &last);
  first *= unit;
  last = at_most(last * unit, n);
  if (s->by_column)
    x.j0 = first, x.j1 = last;
  else
    x.i0 = first, x.i1 = last;
  multiply(s, &x, s->scratch + piece * s->slice);
}

size_t KNN__ISA(gemm_scratch)(const knn__gemm *p) {
  plan s = plan_of(p);
  return (size_t)(s.pieces * s.slice) * sizeof(real);
}

void KNN__ISA(gemm)(knn_ctx *ctx, const knn__gemm *p, void *scratch) {
  plan s = plan_of(p);
  s.scratch = scratch;
  knn__parallel(ctx, s.pieces, s.by_product ? products_piece : cut_piece, &s);
}
