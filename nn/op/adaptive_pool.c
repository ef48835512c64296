/* adaptive_pool.c - pooling to a given number of windows: along each spatial axis window o of m
 * covers the elements floor(o n / m) .. ceil((o + 1) n / m) - 1 of n. x (batch, spatial...,
 * channels) -> (batch, output_size..., channels) The gradient of the maximum goes to the first
 * largest element. */
#include <math.h>

#include "op_list.h"
#include "pool.h"
#include "taps.h"
#include "traverse.h"
#include "window.h"

typedef struct adaptive_args {
  knn_ints output_size;
  knn_ints sizes; /* gradient: spatial sizes of x */
} adaptive_args;

static const knn_param params[] = {
    KNN__PARAM(adaptive_args, output_size, KNN_P_INTS, NULL,
               "Windows along each spatial axis, one number for all or one for each.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9)};
static const knn_param grad_params[] = {
    KNN__PARAM(adaptive_args, sizes, KNN_P_INTS, NULL,
               "Spatial sizes of x; -1 = as in the second operand.", .mark = KNN_SIZE)};

static void bin(int64_t n, int64_t m, int64_t o, int64_t *first, int64_t *last) {
  *first = o * n / m;
  *last = ((o + 1) * n + m - 1) / m;
}

static void range(const knn__tap_rule *rule, int64_t o, int64_t *first, int64_t *last) {
  bin(rule->n_in, rule->n_out, o, first, last);
}

static double share(const knn__tap_rule *rule, int64_t o, int64_t i) {
  int64_t first, last;
  (void)i;
  bin(rule->n_in, rule->n_out, o, &first, &last);
  return 1 / (double)(last - first);
}

static knn_status infer(const knn__infer *q) {
  const adaptive_args *args = q->args;
  const knn_ints *size = &args->output_size;
  const int axes = q->in[0].rank - 2;
  KNN__TRY(knn__window_operand(q->ctx, "the operand", &q->in[0]));
  if (size->n != 1 && size->n != axes)
    return knn_fail(q->ctx, KNN_EARG,
                    "option 'output_size' has %d values, expected 1 or one for each of the %d "
                    "spatial axes of %s",
                    size->n, axes, KNN__SPEC(q->in[0]));
  q->out[0] = q->in[0];
  for (int i = 0; i < axes; i++) {
    q->out[0].dims[1 + i] = size->v[size->n == 1 ? 0 : i];
    if (q->in[0].dims[1 + i] == 0)
      return knn_fail(q->ctx, KNN_ESHAPE, "there is nothing to pool in %s", KNN__SPEC(q->in[0]));
  }
  return KNN_OK;
}

static knn_status infer_grad(const knn__infer *q) {
  const adaptive_args *args = q->args;
  KNN__TRY(knn__window_operand(q->ctx, "the operand", &q->in[0]));
  q->out[0] = q->in[0];
  for (int i = 0; i < q->in[0].rank - 2; i++) {
    const bool lent = args->sizes.v[i] == KNN_ANY && q->n_in == 2 && i + 1 < q->in[1].rank;
    q->out[0].dims[1 + i] = lent ? q->in[1].dims[1 + i] : args->sizes.v[i];
  }
  return KNN_OK;
}

static knn_status infer_max(const knn__infer *q) {
  KNN__TRY(infer(q));
  q->out[1] = q->out[0];
  q->out[1].dtype = KNN_I32;
  return KNN_OK;
}

static knn_status prepare_as(knn__call *call, const knn__spec *x, const knn__spec *y, bool back) {
  knn__tap_rule rules[3];
  for (int i = 0; i < x->rank - 2; i++)
    rules[i] = (knn__tap_rule){
        .n_in = x->dims[1 + i], .n_out = y->dims[1 + i], .range = range, .weight = share};
  return knn__taps_prepare(call, x->rank - 2, rules, back);
}

static knn_status prepare(knn__call *call) {
  return prepare_as(call, &call->in[0].spec, &call->out[0].spec, false);
}

static knn_status prepare_grad(knn__call *call) {
  return prepare_as(call, &call->out[0].spec, &call->in[0].spec, true);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__spec *x = &g->in[0]->spec;
  adaptive_args args = {.sizes.n = x->rank - 2};
  if (!g->dy[0] || !g->wanted[0]) return;
  for (int i = 0; i < args.sizes.n; i++) args.sizes.v[i] = x->dims[1 + i];
  const bool known = knn__count(args.sizes.n, args.sizes.v) != KNN_ANY;
  g->dx[0] = knn__op_apply(s, &knn__op_adaptive_pool_grad, &args, known ? 1 : 2,
                           (knn_value *[]){g->dy[0], g->in[0]});
}

static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  const knn__spec *y = &g->in[0]->spec;
  adaptive_args args = {.output_size.n = y->rank - 2};
  if (!g->dy[0] || !g->wanted[0]) return;
  for (int i = 0; i < args.output_size.n; i++) args.output_size.v[i] = y->dims[1 + i];
  g->dx[0] = knn__op1(s, &knn__op_adaptive_average_pool, &args, g->dy[0]);
}

/* The geometry as three axes; missing ones in front have size 1. */
typedef struct job {
  const knn__call *call;
  int64_t in[3], out[3], channels, rows; /* rows: batch times out[0] out[1] out[2] */
  int pieces;
} job;

/* Largest of a box for every channel, and its place among the positions of the image. */
#define LARGEST(name, T)                                                                       \
  static void name(const job *j, const int64_t *first, const int64_t *last, const void *image, \
                   void *values, int32_t *places) {                                            \
    T *y = values;                                                                             \
    for (int64_t a = first[0]; a < last[0]; a++)                                               \
      for (int64_t b = first[1]; b < last[1]; b++)                                             \
        for (int64_t d = first[2]; d < last[2]; d++) {                                         \
          const int64_t place = (a * j->in[1] + b) * j->in[2] + d;                             \
          const T *x = (const T *)image + place * j->channels;                                 \
          const bool begin = a == first[0] && b == first[1] && d == first[2];                  \
          for (int64_t c = 0; c < j->channels; c++)                                            \
            if (begin || x[c] > y[c] || (isnan(x[c]) && !isnan(y[c]))) {                       \
              y[c] = x[c];                                                                     \
              places[c] = (int32_t)place;                                                      \
            }                                                                                  \
        }                                                                                      \
  }
LARGEST(largest_f32, float)
LARGEST(largest_f64, double)

static void piece(void *arg, int number) {
  const job *j = arg;
  const knn__buf *x = &j->call->in[0], *y = &j->call->out[0];
  const size_t size = knn_dtype_size(x->spec.dtype);
  const int64_t image = j->in[0] * j->in[1] * j->in[2] * j->channels;
  int64_t from, to, first[3], last[3];
  knn__piece_range(j->rows, j->pieces, number, &from, &to);
  for (int64_t r = from; r < to; r++) {
    int64_t rest = r;
    for (int i = 2; i >= 0; i--) {
      bin(j->in[i], j->out[i], rest % j->out[i], &first[i], &last[i]);
      rest /= j->out[i];
    }
    const int64_t at = r * j->channels;
    (x->spec.dtype == KNN_F64 ? largest_f64 : largest_f32)(
        j, first, last, (const char *)x->data + (size_t)(rest * image) * size,
        (char *)y->data + (size_t)at * size, (int32_t *)j->call->out[1].data + at);
  }
}

static knn_status forward_max(const knn__call *call) {
  const knn__spec *x = &call->in[0].spec, *y = &call->out[0].spec;
  job j = {.call = call, .channels = x->dims[x->rank - 1], .rows = y->dims[0]};
  for (int i = 0; i < 3; i++) {
    const int at = i - (5 - x->rank); /* spatial axis, or negative where there is none */
    j.in[i] = at < 0 ? 1 : x->dims[1 + at];
    j.out[i] = at < 0 ? 1 : y->dims[1 + at];
    j.rows *= j.out[i];
  }
  if (call->out[0].n == 0) return KNN_OK;
  j.pieces = knn__pieces(call->in[0].n, KNN__GRAIN);
  if (j.pieces > j.rows) j.pieces = (int)j.rows;
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

/* (batch, spatial..., channels) -> (batch, positions, channels) */
static knn_value *flat(knn__scope *s, knn_value *x) {
  if (s->status != KNN_OK) return NULL;
  const knn__spec *spec = &x->spec;
  return knn__reshape(s, x, 3,
                      (int64_t[]){spec->dims[0], knn__count(spec->rank - 2, spec->dims + 1),
                                  spec->dims[spec->rank - 1]});
}

static void vjp_max(knn__scope *s, const knn__vjp *g) {
  if (!g->dy[0] || !g->wanted[0]) return;
  const struct { int64_t axis; } along = {1};
  knn_value *dx = knn__op3(s, &knn__op_take_along_axis_grad, &along, flat(s, g->dy[0]),
                           flat(s, g->out[1]), flat(s, g->in[0]));
  g->dx[0] = knn__reshape_like(s, dx, g->in[0]);
}

const knn__op knn__op_adaptive_average_pool = {
    .cls = {.family = "op",
            .name = "adaptive_average_pool",
            .summary = "Mean of each of a given number of windows, channels last.",
            .detail = "Window o of m covers the elements floor(o n / m) .. ceil((o + 1) n / m) - 1 "
                      "of n, counted from 0; windows may overlap.",
            .shapes = "x (batch, spatial..., channels) -> (batch, output_size..., channels)",
            .example = "print(knn.ops.adaptive_average_pool(knn.ones{1, 7, 5, 1}, {output_size = "
                       "{3, 2}}))",
            .source = "He et al. 2014, Spatial pyramid pooling",
            .see = "average_pool|adaptive_max_pool",
            KNN__PARAMS(params, adaptive_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer,
    .prepare = prepare,
    .release = knn__taps_release,
    .forward = knn__taps_forward,
    .vjp = vjp,
};

const knn__op knn__op_adaptive_pool_grad = {
    .cls = {.family = "op",
            .name = "adaptive_pool_grad",
            .summary = "Gradient of adaptive_average_pool: each dy spread evenly over its window.",
            .shapes = "dy (batch, output_size..., channels) -> (batch, sizes..., channels)",
            .see = "adaptive_average_pool",
            KNN__PARAMS(grad_params, adaptive_args)},
    .min_in = 1,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_grad,
    .prepare = prepare_grad,
    .release = knn__taps_release,
    .forward = knn__taps_forward,
    .vjp = vjp_grad,
};

const knn__op knn__op_adaptive_max_pool = {
    .cls = {.family = "op",
            .name = "adaptive_max_pool",
            .summary = "Largest element of each of a given number of windows, channels last.",
            .detail = "Windows as those of adaptive_average_pool. The second result tells where "
                      "the first largest element stands among the positions, counted from 0; the "
                      "gradient goes there.",
            .shapes = "x (batch, spatial..., channels) -> (batch, output_size..., channels), int32 "
                      "as that",
            .example = "print(knn.ops.adaptive_max_pool(knn.ones{1, 7, 5, 1}, {output_size = {3, "
                       "2}}))",
            .source = "He et al. 2014, Spatial pyramid pooling",
            .see = "max_pool|adaptive_average_pool",
            KNN__PARAMS(params, adaptive_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .infer = infer_max,
    .forward = forward_max,
    .vjp = vjp_max,
};

static adaptive_args args_of(int n, const int64_t *size) {
  adaptive_args args = {.output_size.n = n};
  for (int i = 0; i < n; i++) args.output_size.v[i] = size[i];
  return args;
}

knn_value *knn__adaptive_average_pool(knn__scope *s, knn_value *x, int n, const int64_t *size) {
  const adaptive_args args = args_of(n, size);
  return knn__op1(s, &knn__op_adaptive_average_pool, &args, x);
}

knn_value *knn__adaptive_max_pool(knn__scope *s, knn_value *x, int n, const int64_t *size) {
  const adaptive_args args = args_of(n, size);
  knn_value *outs[2];
  int n_out = 2;
  if (s->status != KNN_OK) return NULL;
  s->status = knn__apply(s->ctx, &knn__op_adaptive_max_pool, &args, &x, 1, outs, &n_out);
  if (s->status != KNN_OK) return NULL;
  knn__hold(s, outs[1]);
  return knn__hold(s, outs[0]);
}
