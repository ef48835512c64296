/* conv.c - convolution and its gradients by oneDNN: activations stay channels-last, the filters go
 * into the order that the library chose, into scratch.
 *
 * Pieces are ranges of images, each with a primitive of its own on one thread, or lines of the only
 * image. The input's gradient with stride 1 is a convolution with the filters turned round, for
 * which the library has its better kernels. The filters' gradient has a dw per piece, added up in
 * the order of the pieces. Images and lines are cut by the problem's size alone. */
#include <string.h>

#include "onednn.h"
#include "pool.h"
#include "problem.h"

enum { SUMS = 8 };        /* most partial sums of dw */
enum { SMALL = 1 << 18 }; /* elements of a dw that may be held several times */

typedef struct piece {
  knn__dnnl_op op;
  int64_t x_at, y_at;
} piece;

typedef struct state {
  knn__dnnl_op reorder; /* of the filters; none if they lie as the library wants them */
  knn__dnnl_layout plain;
  int n;
  bool turned;
  size_t filters, reversed, slice; /* bytes of scratch: the library's w (one or one per piece), the
                                      window in reverse; scratch of a piece */
  piece pieces[];
} state;

typedef struct run {
  const state *s;
  const knn__conv *p;
  knn__dnnl_way way;
  char *filters, *slices;
} run;

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

static size_t dw_bytes(const knn__conv *p) {
  return (size_t)(volume(p->kernel) * (p->channels / p->groups) * p->filters) * sizeof(float);
}

static size_t whole_lines(size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

static void release(knn_ctx *ctx, void *data) {
  state *s = data;
  if (!s) return;
  for (int i = 0; i < s->n; i++) knn__dnnl_op_clear(&s->pieces[i].op);
  knn__dnnl_op_clear(&s->reorder);
  knn__dnnl_layout_clear(&s->plain);
  knn__free(ctx, s);
}

/* All pieces' primitives, the filters of all in the order of the first. */
static const char *make_pieces(const knn__conv *p, knn__dnnl_way way, state *s) {
  int parts = s->n;
  for (s->n = 0; s->n < parts; s->n++) {
    knn__onednn_part part;
    knn__onednn_part_of(p, way, parts, s->n, &part);
    piece *x = &s->pieces[s->n];
    const char *why = knn__dnnl_conv_new(
        &part.conv, s->n ? knn__dnnl_operand(&s->pieces[0].op, 1) : NULL, &x->op);
    if (why) return why;
    x->x_at = part.x_at, x->y_at = part.y_at;
    if (x->op.scratch > s->slice) s->slice = whole_lines(x->op.scratch);
  }
  return NULL;
}

static const char *make_reorder(const knn__conv *p, knn__dnnl_way way, state *s) {
  knn__dnnl_shape shape;
  if (s->turned)
    knn__onednn_turned_filters(p, &shape);
  else
    knn__onednn_filters(p, &shape);
  const char *why = knn__dnnl_layout_new(&shape, &s->plain);
  if (why) return why;
  knn__dnnl_lent plain = knn__dnnl_lend(&s->plain), own = knn__dnnl_operand(&s->pieces[0].op, 1);
  bool dw = way == KNN__DNNL_GRAD_FILTER;
  s->filters = whole_lines(knn__dnnl_bytes(own));
  s->reversed = s->turned && volume(p->kernel) > 1 ? whole_lines(dw_bytes(p)) : 0;
  if (knn__dnnl_same(plain, own)) return NULL;
  return knn__dnnl_reorder_new(dw ? own : plain, dw ? plain : own, &s->reorder);
}

static int parts_of(const knn__conv *p, knn__dnnl_way way) {
  if (way != KNN__DNNL_GRAD_FILTER) return knn__onednn_parts(p, way == KNN__DNNL_GRAD_INPUT);
  int parts = knn__onednn_parts(p, true);
  return dw_bytes(p) / sizeof(float) > SMALL ? 1 : parts < SUMS ? parts : SUMS;
}

/* Way of the gradient of x: turned round where that is possible. */
static knn_status prepare_as(knn_ctx *ctx, const knn__conv *p, knn__dnnl_way way, void **out,
                             const char **why) {
  knn__conv turned;
  bool turns = way == KNN__DNNL_GRAD_INPUT && knn__onednn_turned(p, &turned);
  if (turns) way = KNN__DNNL_FORWARD;
  const knn__conv *solved = turns ? &turned : p;
  int parts = parts_of(solved, way);
  state *s = knn__alloc(ctx, sizeof *s + (size_t)parts * sizeof *s->pieces);
  if (!s) return KNN_ENOMEM;
  s->n = parts;
  s->turned = turns;
  *why = make_pieces(solved, way, s);
  if (!*why) *why = make_reorder(p, way, s);
  if (*why)
    release(ctx, s);
  else
    *out = s;
  return KNN_OK;
}

static knn_status prepare_forward(knn_ctx *ctx, const void *problem, void **out, const char **why) {
  return prepare_as(ctx, problem, KNN__DNNL_FORWARD, out, why);
}

static knn_status prepare_grad_input(knn_ctx *ctx, const void *problem, void **out,
                                     const char **why) {
  return prepare_as(ctx, problem, KNN__DNNL_GRAD_INPUT, out, why);
}

static knn_status prepare_grad_filter(knn_ctx *ctx, const void *problem, void **out,
                                      const char **why) {
  return prepare_as(ctx, problem, KNN__DNNL_GRAD_FILTER, out, why);
}

/* Scratch: what the pieces need, then the filters (all of the filters' gradient's pieces), then the
 * reversed window. */
static size_t scratch(knn_ctx *ctx, const void *problem, void *data) {
  (void)ctx, (void)problem;
  const state *s = data;
  size_t n = (size_t)s->n;
  return n * s->slice + n * s->filters + s->reversed + whole_lines(s->reorder.scratch);
}

/* The filters as the primitives read them. */
static void *ready_filters(const state *s, const knn__conv *p, char *at) {
  void *w = p->w;
  char *reversed = at + s->filters, *spare = reversed + s->reversed;
  if (s->reversed) {
    int64_t kernels = volume(p->kernel);
    size_t block = dw_bytes(p) / (size_t)kernels;
    for (int64_t k = 0; k < kernels; k++)
      memcpy(reversed + (size_t)(kernels - 1 - k) * block, (char *)p->w + (size_t)k * block, block);
    w = reversed;
  }
  if (!s->reorder.n) return w;
  knn__dnnl_run(&s->reorder, (void *[]){w, at}, spare);
  return at;
}

static void run_piece(void *arg, int index) {
  const run *r = arg;
  const piece *x = &r->s->pieces[index];
  bool dw = r->way == KNN__DNNL_GRAD_FILTER;
  void *data[3] = {(float *)r->p->x + x->x_at,
                   r->filters + (dw ? (size_t)index * r->s->filters : 0),
                   (float *)r->p->y + x->y_at};
  if (r->s->turned) {
    data[0] = (float *)r->p->y + x->x_at;
    data[2] = (float *)r->p->x + x->y_at;
  }
  knn__dnnl_run(&x->op, data, r->slices + (size_t)index * r->s->slice);
}

static void run_with_filters(knn_ctx *ctx, const void *problem, void *data, void *memory) {
  const state *s = data;
  run r = {.s = s, .p = problem, .way = KNN__DNNL_FORWARD, .slices = memory};
  r.filters = ready_filters(s, problem, r.slices + (size_t)s->n * s->slice);
  knn__parallel(ctx, s->n, run_piece, &r);
}

static void run_grad_filter(knn_ctx *ctx, const void *problem, void *data, void *memory) {
  const state *s = data;
  const knn__conv *p = problem;
  run r = {.s = s, .p = p, .way = KNN__DNNL_GRAD_FILTER, .slices = memory};
  r.filters = r.slices + (size_t)s->n * s->slice;
  char *spare = r.filters + (size_t)s->n * s->filters;
  knn__parallel(ctx, s->n, run_piece, &r);
  float *sum = (float *)(void *)r.filters;
  for (int i = 1; i < s->n; i++) {
    const float *more = (const float *)(const void *)(r.filters + (size_t)i * s->filters);
    for (size_t k = 0; k < s->filters / sizeof(float); k++) sum[k] += more[k];
  }
  if (s->reorder.n)
    knn__dnnl_run(&s->reorder, (void *[]){sum, p->w}, spare);
  else
    memcpy(p->w, sum, dw_bytes(p));
}

static const char *declines(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__conv *p = problem;
  if (p->dtype != KNN_F32) return "the numbers are not float32";
  if (p->finish) return "pooling while convolving is done by our own convolution";
  if (p->batch * volume(p->out) * volume(p->in) * p->channels * p->filters == 0)
    return "the convolution is empty";
  int64_t most = INT32_MAX;
  if (p->batch * volume(p->in) * p->channels > most ||
      p->batch * volume(p->out) * p->filters > most)
    return "a size needs more than 32 bits";
  return NULL;
}

const knn__kernel knn__onednn_conv = {.declines = declines,
                                      .slower = knn__onednn_slower_forward,
                                      .scratch = scratch,
                                      .prepare = prepare_forward,
                                      .release = release,
                                      .run = run_with_filters};
const knn__kernel knn__onednn_conv_grad_input = {.declines = declines,
                                                 .slower = knn__onednn_slower_grad_input,
                                                 .scratch = scratch,
                                                 .prepare = prepare_grad_input,
                                                 .release = release,
                                                 .run = run_with_filters};
const knn__kernel knn__onednn_conv_grad_filter = {.declines = declines,
                                                  .slower = knn__onednn_slower_grad_filter,
                                                  .scratch = scratch,
                                                  .prepare = prepare_grad_filter,
                                                  .release = release,
                                                  .run = run_grad_filter};
