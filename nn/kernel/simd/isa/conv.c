/* conv.c - convolution, and its input's gradient as the convolution of dy (zeros inserted for
 * strides) with the filters turned round: tiles of some pixels of a row of y by a panel of filters,
 * over the whole window at once. Filters are copied into panels first unless they already form one.
 * Pieces are ranges of units (lines.h). */
#include "depthwise.h"
#include "pool.h"
#include "set.h"
#include "tile.h"

enum { WORTH = 1 << 20 }; /* multiplications that pay for waking a thread */

typedef struct plan {
  lines s;
  bool turned;    /* filters of the transposed problem */
  bool depthwise; /* filters stay (window, channels) */
  int64_t depth, columns,
      panels; /* of a group's filters: window elements, columns of a panel, panels */
  int pieces;
  bool copies_w;
  int64_t slice; /* reals of buffers per piece: lines of x, then those of y that go to finish */
  const real *w;
  int64_t *starts;
  real *filters, *buffers; /* filters: [group][panel][depth][columns] */
} plan;

static int64_t at_most(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static plan plan_of(const knn__conv *p, const int64_t insert[3], bool turned) {
  plan c = {
      .s = KNN__ISA(lines)(p, insert), .turned = turned, .depthwise = is_depthwise(p), .w = p->w};
  int64_t filters = p->filters / p->groups;
  c.depth = c.s.runs * c.s.run;
  c.columns = at_most(COLUMNS, vectors_of(filters) * LANES);
  c.panels = (filters + c.columns - 1) / c.columns;
  c.copies_w = turned || p->groups > 1 || p->filters != c.columns;
  if (c.depthwise) c.copies_w = turned;
  int64_t unit_work = c.s.rows * p->out[2] * c.depth * p->filters;
  c.pieces = knn__pieces(c.s.units, WORTH / unit_work + 1);
  c.slice = c.s.buffer + (p->finish ? c.s.rows * p->out[2] * p->filters : 0);
  return c;
}

/* Scratch: starts, filters, buffers. */
static size_t scratch_of(plan *c, char *scratch) {
  size_t starts = (size_t)c->s.runs * sizeof(int64_t), at = (starts + 63) / 64 * 64;
  size_t filters =
      c->copies_w ? (size_t)(c->s.p.groups * c->panels * c->depth * c->columns) * sizeof(real) : 0;
  if (scratch) {
    c->starts = (int64_t *)(void *)scratch;
    c->filters = (real *)(void *)(scratch + at);
    c->buffers = (real *)(void *)(scratch + at + filters);
  }
  return at + filters + (size_t)(c->pieces * c->slice) * sizeof(real);
}

/* Row d of a group's filters, d counting the window and in it the group's channels: filter j at
 * row[j * *step]. */
static const real *filter_row(const plan *c, int64_t group, int64_t d, int64_t *step) {
  const knn__conv *p = &c->s.p;
  int64_t channels = p->channels / p->groups, filters = p->filters / p->groups;
  *step = 1;
  if (!c->turned) return c->w + d * p->filters + group * filters;
  int64_t kernels = p->kernel[0] * p->kernel[1] * p->kernel[2], k = kernels - 1 - d / channels;
  *step = p->channels;
  return c->w + k * filters * p->channels + group * channels + d % channels;
}

static void copy_panel(const plan *c, int64_t group, int64_t first, real *to) {
  int64_t filters = c->s.p.filters / c->s.p.groups, n = at_most(c->columns, filters - first), step;
  for (int64_t d = 0; d < c->depth; d++, to += c->columns) {
    const real *from = filter_row(c, group, d, &step) + first * step;
    for (int64_t j = 0; j < n; j++) to[j] = from[j * step];
    for (int64_t j = n; j < c->columns; j++) to[j] = 0;
  }
}

static void copy_filters(const plan *c) {
  const knn__conv *p = &c->s.p;
  if (c->depthwise) { /* turned round */
    for (int64_t k = 0; k < c->s.runs; k++)
      for (int64_t i = 0; i < p->channels; i++)
        c->filters[k * p->channels + i] = c->w[(c->s.runs - 1 - k) * p->channels + i];
    return;
  }
  for (int64_t group = 0; group < p->groups; group++)
    for (int64_t panel = 0; panel < c->panels; panel++)
      copy_panel(c, group, panel * c->columns,
                 c->filters + (group * c->panels + panel) * c->depth * c->columns);
}

/* All pixels of a unit by one panel of filters, to y. */
static void unit_panel(const plan *c, const unit *u, const real *x, int64_t group, int64_t panel,
                       real *y) {
  const knn__conv *p = &c->s.p;
  int64_t filters = p->filters / p->groups, j = panel * c->columns;
  tile t = {
      .a_row = p->stride[2] * p->channels,
      .a_col = 1,
      .starts = c->starts,
      .runs = c->s.runs,
      .run = c->s.run,
      .b = c->copies_w ? c->filters + (group * c->panels + panel) * c->depth * c->columns : c->w,
      .b_row = c->columns,
      .c_row = p->filters,
      .columns = at_most(c->columns, filters - j)};
  int64_t cuts = tiles_of(p->out[2], tile_rows(t.columns));
  for (int64_t row = 0; row < u->rows; row++)
    for (int64_t cut = 0; cut < cuts; cut++) {
      int64_t first = p->out[2] * cut / cuts, last = p->out[2] * (cut + 1) / cuts;
      t.rows = last - first;
      t.a = x + row * p->stride[1] * c->s.line_step + first * t.a_row +
            group * (p->channels / p->groups);
      t.c = y + (row * p->out[2] + first) * p->filters + group * filters + j;
      KNN__ISA(tile)(&t);
    }
}

static void piece(void *arg, int index) {
  const plan *c = arg;
  const knn__conv *p = &c->s.p;
  int64_t first, last;
  knn__piece_range(c->s.units, c->pieces, index, &first, &last);
  for (int64_t i = first; i < last; i++) {
    unit u = KNN__ISA(lines_unit)(&c->s, i);
    real *buffer = c->buffers + index * c->slice;
    const real *x = KNN__ISA(lines_read)(&c->s, &u, buffer);
    real *y = p->finish ? buffer + c->s.buffer : (real *)p->y + u.y_at * p->filters;
    if (c->depthwise)
      KNN__ISA(depthwise)(&c->s, &u, c->starts, x, c->copies_w ? c->filters : c->w, y);
    for (int64_t group = 0; group < p->groups && !c->depthwise; group++)
      for (int64_t panel = 0; panel < c->panels; panel++) unit_panel(c, &u, x, group, panel, y);
    if (p->finish) p->finish(p->finish_arg, y, u.y_at / p->out[2], u.rows);
  }
}

static void run(knn_ctx *ctx, plan *c, void *scratch) {
  scratch_of(c, scratch);
  KNN__ISA(lines_starts)(&c->s, c->starts);
  if (c->copies_w) copy_filters(c);
  knn__parallel(ctx, c->pieces, piece, c);
}

static const int64_t no_zeros[3] = {1, 1, 1};

size_t KNN__ISA(conv_scratch)(const knn__conv *p) {
  plan c = plan_of(p, no_zeros, false);
  return scratch_of(&c, NULL);
}

void KNN__ISA(conv)(knn_ctx *ctx, const knn__conv *p, void *scratch) {
  plan c = plan_of(p, no_zeros, false);
  run(ctx, &c, scratch);
}

/* dx[i] = sum of dy[o] w[k] over o stride + k dilation - pad = i: a convolution with stride 1 over
 * dy, zeros between its elements, whose window ends where the other began. */
static knn__conv transposed(const knn__conv *p) {
  knn__conv q = *p;
  for (int i = 0; i < 3; i++) {
    q.in[i] = p->out[i];
    q.out[i] = p->in[i];
    q.stride[i] = 1;
    q.pad[i] = (p->kernel[i] - 1) * p->dilation[i] - p->pad[i];
  }
  q.channels = p->filters;
  q.filters = p->channels;
  q.x = p->y;
  q.y = p->x;
  return q;
}

size_t KNN__ISA(conv_grad_input_scratch)(const knn__conv *p) {
  knn__conv q = transposed(p);
  plan c = plan_of(&q, p->stride, true);
  return scratch_of(&c, NULL);
}

void KNN__ISA(conv_grad_input)(knn_ctx *ctx, const knn__conv *p, void *scratch) {
  knn__conv q = transposed(p);
  plan c = plan_of(&q, p->stride, true);
  run(ctx, &c, scratch);
}
