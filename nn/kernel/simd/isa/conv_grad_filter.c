/* conv_grad_filter.c - dw[k, c, f] = sum over pixels of x[pixel + k, c] dy[pixel, f]: tiles of some
 * channels of one line of the window by a panel of filters, over the pixels of a unit (lines.h),
 * added up over all units. Small filters: pieces are ranges of units, each with a dw of its own in
 * scratch, added in the order of pieces; their number depends on the problem alone. Large filters:
 * pieces are ranges of the window, each going over all units. */
#include <string.h>

#include "depthwise.h"
#include "pool.h"
#include "set.h"
#include "tile.h"

enum { WORTH = 1 << 20 }; /* multiplications that pay for waking a thread */
enum { SUMS = 8 };        /* most partial sums */
enum { SMALL = 1 << 18 }; /* elements of a dw that may be held several times */

typedef struct plan {
  lines s;
  int pieces;
  bool by_window; /* else by units */
  bool copies_dy;
  int64_t columns, size; /* of a panel; elements of dw */
  int64_t *starts;       /* of the window's runs */
  real *sums, *buffers;
  int64_t slice; /* reals of buffers per piece: lines of x, then a panel of dy */
} plan;

static int64_t at_most(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static plan plan_of(const knn__conv *p) {
  plan c = {.s = KNN__ISA(lines)(p, (int64_t[]){1, 1, 1})};
  int64_t filters = p->filters / p->groups, pixels = c.s.rows * p->out[2];
  c.size = p->kernel[0] * p->kernel[1] * p->kernel[2] * (p->channels / p->groups) * p->filters;
  c.columns = at_most(COLUMNS, vectors_of(filters) * LANES);
  c.copies_dy = !is_depthwise(p) && (p->groups > 1 || p->filters != c.columns);
  c.slice = c.s.buffer + (c.copies_dy ? pixels * c.columns : 0);
  c.by_window = c.size > SMALL && !is_depthwise(p);
  int64_t work = at_most(c.size, INT32_MAX) * pixels * c.s.units;
  c.pieces = knn__pieces(work, WORTH);
  c.pieces = (int)at_most(c.pieces, c.by_window ? c.s.runs : at_most(SUMS, c.s.units));
  return c;
}

static size_t scratch_of(plan *c, char *scratch) {
  size_t starts = (size_t)(c->s.runs + c->s.rows) * sizeof(int64_t), at = (starts + 63) / 64 * 64;
  size_t sums = c->by_window || c->pieces == 1 ? 0 : (size_t)(c->pieces * c->size) * sizeof(real);
  if (scratch) {
    c->starts = (int64_t *)(void *)scratch;
    c->sums = (real *)(void *)(scratch + at);
    c->buffers = (real *)(void *)(scratch + at + sums);
  }
  return at + sums + (size_t)(c->pieces * c->slice) * sizeof(real);
}

/* Columns j .. j + n - 1 of dy's pixels into rows of whole vectors. */
static void copy_dy(const plan *c, const real *dy, int64_t pixels, int64_t n, real *to) {
  int64_t width = vectors_of(n) * LANES;
  for (int64_t i = 0; i < pixels; i++, to += width) {
    memcpy(to, dy + i * c->s.p.filters, (size_t)n * sizeof(real));
    for (int64_t j = n; j < width; j++) to[j] = 0;
  }
}

/* Add a unit's part to runs first .. last - 1 of dw, for the filters of one panel. */
static void unit_panel(const plan *c, const unit *u, const real *x, real *buffer, real *dw,
                       int64_t group, int64_t j, int64_t first, int64_t last) {
  const knn__conv *p = &c->s.p;
  int64_t channels = p->channels / p->groups, filters = p->filters / p->groups,
          n = at_most(c->columns, filters - j);
  const real *dy = (const real *)p->y + u->y_at * p->filters + group * filters + j;
  tile t = {.a_row = 1,
            .a_col = p->stride[2] * p->channels,
            .starts = c->starts + c->s.runs,
            .runs = u->rows,
            .run = p->out[2],
            .b = c->copies_dy ? buffer + c->s.buffer : dy,
            .columns = n,
            .b_row = c->copies_dy ? vectors_of(n) * LANES : p->filters,
            .c_row = p->filters,
            .add = true};
  if (c->copies_dy) copy_dy(c, dy, u->rows * p->out[2], n, buffer + c->s.buffer);
  int64_t cuts = tiles_of(c->s.run, tile_rows(n));
  for (int64_t q = first; q < last; q++)
    for (int64_t cut = 0; cut < cuts; cut++) {
      int64_t i0 = c->s.run * cut / cuts, i1 = c->s.run * (cut + 1) / cuts;
      t.rows = i1 - i0;
      t.a = x + c->starts[q] + group * channels + i0;
      t.c = dw + (q * c->s.run + i0) * p->filters + group * filters + j;
      KNN__ISA(tile)(&t);
    }
}

static void add_units(const plan *c, int piece, real *dw, int64_t first, int64_t last, int64_t run0,
                      int64_t run1) {
  const knn__conv *p = &c->s.p;
  int64_t filters = p->filters / p->groups;
  real *buffer = c->buffers + piece * c->slice;
  memset(dw + run0 * c->s.run * p->filters, 0,
         (size_t)((run1 - run0) * c->s.run * p->filters) * sizeof(real));
  for (int64_t i = first; i < last; i++) {
    unit u = KNN__ISA(lines_unit)(&c->s, i);
    const real *x = KNN__ISA(lines_read)(&c->s, &u, buffer);
    if (is_depthwise(p)) {
      KNN__ISA(depthwise_filter)(&c->s, &u, c->starts, x, dw);
      continue;
    }
    for (int64_t group = 0; group < p->groups; group++)
      for (int64_t j = 0; j < filters; j += c->columns)
        unit_panel(c, &u, x, buffer, dw, group, j, run0, run1);
  }
}

static void units_piece(void *arg, int piece) {
  const plan *c = arg;
  int64_t first, last;
  knn__piece_range(c->s.units, c->pieces, piece, &first, &last);
  add_units(c, piece, c->pieces == 1 ? c->s.p.w : c->sums + piece * c->size, first, last, 0,
            c->s.runs);
}

static void window_piece(void *arg, int piece) {
  const plan *c = arg;
  int64_t first, last;
  knn__piece_range(c->s.runs, c->pieces, piece, &first, &last);
  add_units(c, piece, c->s.p.w, 0, c->s.units, first, last);
}

static void add_sums(const plan *c) {
  real *dw = c->s.p.w;
  memcpy(dw, c->sums, (size_t)c->size * sizeof(real));
  for (int piece = 1; piece < c->pieces; piece++) {
    const real *sum = c->sums + piece * c->size;
    for (int64_t i = 0; i < c->size; i++) dw[i] += sum[i];
  }
}

size_t KNN__ISA(conv_grad_filter_scratch)(const knn__conv *p) {
  plan c = plan_of(p);
  return scratch_of(&c, NULL);
}

void KNN__ISA(conv_grad_filter)(knn_ctx *ctx, const knn__conv *p, void *scratch) {
  plan c = plan_of(p);
  scratch_of(&c, scratch);
  KNN__ISA(lines_starts)(&c.s, c.starts);
  for (int64_t row = 0; row < c.s.rows; row++)
    c.starts[c.s.runs + row] = row * p->stride[1] * c.s.line_step;
  knn__parallel(ctx, c.pieces, c.by_window ? window_piece : units_piece, &c);
  if (!c.by_window && c.pieces > 1) add_sums(&c);
}
