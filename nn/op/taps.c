/* taps.c - see taps.h. The taps of an axis are kept row by row; axes are summed one after the
 * other, the results between them lie in the call's scratch. */
#include "taps.h"

#include <math.h>
#include <string.h>

#include "pool.h"
#include "traverse.h"
#include "view_copy.h"

typedef struct axis_taps {
  int64_t n_in, n_out;
  int64_t *start; /* n_out + 1: where the taps of a result begin */
  int64_t *index; /* of each tap */
  double *weight;
} axis_taps;

typedef struct taps {
  int axes;
  axis_taps axis[3];
} taps;

/* Weights of one result; the number of them. */
static int64_t row_of(const knn__tap_rule *rule, int64_t o, int64_t *first, double *weights) {
  int64_t last;
  double sum = 0;
  rule->range(rule, o, first, &last);
  for (int64_t i = *first; i < last; i++) {
    const double w = rule->weight(rule, o, i);
    if (weights) weights[i - *first] = w;
    sum += w;
  }
  for (int64_t i = 0; weights && rule->normalised && i < last - *first; i++)
    weights[i] = fabs(sum) > 1000 * 1.1920929e-7 ? weights[i] / sum : 0;
  return last - *first;
}

static knn_status make_room(knn_ctx *ctx, axis_taps *a, int64_t total) {
  a->start = knn__alloc(ctx, (size_t)(a->n_out + 1) * sizeof *a->start);
  a->index = knn__alloc(ctx, (size_t)total * sizeof *a->index);
  a->weight = knn__alloc(ctx, (size_t)total * sizeof *a->weight);
  return a->start && a->index && a->weight ? KNN_OK : KNN_ENOMEM;
}

static knn_status make_axis(knn_ctx *ctx, const knn__tap_rule *rule, axis_taps *a) {
  int64_t total = 0, first;
  *a = (axis_taps){.n_in = rule->n_in, .n_out = rule->n_out};
  for (int64_t o = 0; o < rule->n_out; o++) total += row_of(rule, o, &first, NULL);
  KNN__TRY(make_room(ctx, a, total));
  for (int64_t o = 0; o < rule->n_out; o++) {
    const int64_t at = a->start[o], n = row_of(rule, o, &first, a->weight + at);
    for (int64_t i = 0; i < n; i++) a->index[at + i] = first + i;
    a->start[o + 1] = at + n;
  }
  return KNN_OK;
}

static void drop_axis(knn_ctx *ctx, axis_taps *a) {
  knn__free(ctx, a->start);
  knn__free(ctx, a->index);
  knn__free(ctx, a->weight);
}

/* The same taps seen from the elements that they read. */
static knn_status turn_around(knn_ctx *ctx, axis_taps *a) {
  axis_taps b = {.n_in = a->n_out, .n_out = a->n_in};
  const int64_t total = a->start[a->n_out];
  knn_status st = make_room(ctx, &b, total);
  if (st == KNN_OK) {
    for (int64_t t = 0; t < total; t++) b.start[a->index[t] + 1]++;
    for (int64_t i = 0; i < b.n_out; i++) b.start[i + 1] += b.start[i];
    for (int64_t o = 0; o < a->n_out; o++)
      for (int64_t t = a->start[o]; t < a->start[o + 1]; t++) {
        const int64_t at = b.start[a->index[t]]++; /* moves each start to the next one's place */
        b.index[at] = o;
        b.weight[at] = a->weight[t];
      }
    memmove(b.start + 1, b.start, (size_t)b.n_out * sizeof *b.start);
    b.start[0] = 0;
    axis_taps before = *a;
    *a = b;
    b = before;
  }
  drop_axis(ctx, &b);
  return st;
}

/* Elements between the axes that are done and those that are not. */
static int64_t size_after(const taps *t, const knn__spec *x, int done) {
  int64_t n = x->dims[0] * x->dims[x->rank - 1];
  for (int i = 0; i < t->axes; i++) n *= i < done ? t->axis[i].n_out : t->axis[i].n_in;
  return n;
}

knn_status knn__taps_prepare(knn__call *call, int axes, const knn__tap_rule *rules, bool back) {
  knn_status st = KNN_OK;
  taps *t = knn__alloc(call->ctx, sizeof *t);
  if (!t) return KNN_ENOMEM;
  call->state = t;
  t->axes = axes;
  for (int i = 0; i < axes && st == KNN_OK; i++) {
    st = make_axis(call->ctx, &rules[i], &t->axis[i]);
    if (st == KNN_OK && back) st = turn_around(call->ctx, &t->axis[i]);
  }
  if (st != KNN_OK) {
    knn__taps_release(call);
    return st;
  }
  const knn__spec *x = &call->in[0].spec;
  size_t elements = 0;
  for (int i = 1; i < axes; i++) elements += (size_t)size_after(t, x, i);
  call->scratch_bytes = elements * knn_dtype_size(x->dtype);
  return KNN_OK;
}

void knn__taps_release(knn__call *call) {
  taps *t = call->state;
  if (!t) return;
  for (int i = 0; i < t->axes; i++) drop_axis(call->ctx, &t->axis[i]);
  knn__free(call->ctx, t);
  call->state = NULL;
}

typedef struct job {
  const axis_taps *a;
  knn_dtype type;
  const void *x;
  void *y;
  int64_t rows, inner; /* rows: outer times n_out */
  int pieces;
} job;

/* y[inner] = sum of weight x[index][inner], term by term. */
#define SUM(name, T)                                                                           \
  static void name(const axis_taps *a, int64_t o, int64_t inner, const void *from, void *to) { \
    T *y = to;                                                                                 \
    for (int64_t c = 0; c < inner; c++) y[c] = 0;                                              \
    for (int64_t t = a->start[o]; t < a->start[o + 1]; t++) {                                  \
      const T *x = (const T *)from + a->index[t] * inner, w = (T)a->weight[t];                 \
      for (int64_t c = 0; c < inner; c++) y[c] += w * x[c];                                    \
    }                                                                                          \
  }
SUM(sum_f32, float)
SUM(sum_f64, double)

static void piece(void *arg, int number) {
  const job *j = arg;
  int64_t first, last;
  const size_t size = knn_dtype_size(j->type);
  knn__piece_range(j->rows, j->pieces, number, &first, &last);
  for (int64_t r = first; r < last; r++) {
    const int64_t outer = r / j->a->n_out, o = r % j->a->n_out;
    (j->type == KNN_F64 ? sum_f64 : sum_f32)(
        j->a, o, j->inner, (const char *)j->x + (size_t)(outer * j->a->n_in * j->inner) * size,
        (char *)j->y + (size_t)(r * j->inner) * size);
  }
}

knn_status knn__taps_forward(const knn__call *call) {
  const taps *t = call->state;
  const knn__spec *x = &call->in[0].spec;
  const size_t size = knn_dtype_size(x->dtype);
  const char *from = call->in[0].data;
  char *between = call->scratch;
  int64_t outer = x->dims[0];
  if (call->out[0].n == 0) return KNN_OK;
  for (int i = 0; i < t->axes; i++) {
    const axis_taps *a = &t->axis[i];
    char *to = i == t->axes - 1 ? call->out[0].data : between;
    job j = {.a = a, .type = x->dtype, .x = from, .y = to, .rows = outer * a->n_out};
    j.inner = knn__count(x->rank - 2 - i, x->dims + 2 + i);
    j.pieces = knn__pieces(j.rows * j.inner, KNN__GRAIN);
    if (j.pieces > j.rows) j.pieces = (int)j.rows;
    knn__parallel(call->ctx, j.pieces, piece, &j);
    outer *= a->n_out;
    from = to;
    between += (size_t)size_after(t, x, i + 1) * size;
  }
  return KNN_OK;
}
