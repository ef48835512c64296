/* softmax.c - y[i] = exp(x[i] - max x) / sum_j exp(x[j] - max x) along one axis, and log_softmax =
 * log of it. x (..., n, ...) -> y same shape. softmax: dx = y (dy - sum_j dy[j] y[j]); log_softmax:
 * dx = dy - exp(y) sum_j dy[j]. Both gradients read y only. Source: Bridle 1990; the shift by max x
 * avoids overflow and changes nothing else. */
#include <string.h>

#include "op_list.h"
#include "pool.h"
#include "softmax_loops.h"
#include "traverse.h"

typedef struct softmax_args {
  int64_t axis;
} softmax_args;

static const knn_param params[] = {
    KNN__PARAM(softmax_args, axis, KNN_P_INT, "-1", "Axis whose elements sum to 1.",
               .mark = KNN_AXIS),
};

static knn_status infer(const knn__infer *q) {
  const softmax_args *args = q->args;
  const knn__spec *x = &q->in[0];
  int axis;
  if (!knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "wants float32 or float64, got %s; cast it",
                    knn_dtype_name(x->dtype));
  if (!knn__axis(args->axis, x->rank, &axis))
    return knn_fail(q->ctx, KNN_EARG, "axis %lld is outside of shape %s", (long long)args->axis,
                    KNN__SPEC(*x));
  q->out[0] = *x;
  return KNN_OK;
}

/* Rows that lie packed go through the machine's vectors if the context may take them, other axes
 * through ref. */
typedef struct job {
  knn__softmax_problem p;
  knn__rows *rows;
  knn__rows_grad *grad;
  int pieces;
} job;

static void piece(void *arg, int number) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p.outer, j->pieces, number, &first, &last);
  size_t at = (size_t)(first * j->p.n) * sizeof(float);
  const char *x = (const char *)j->p.x + at;
  if (j->grad)
    j->grad(last - first, j->p.n, x, (const char *)j->p.dy + at, (char *)j->p.y + at);
  else
    j->rows(last - first, j->p.n, x, (char *)j->p.y + at);
}

static knn_status prepare(knn__call *call) {
  if (knn__simd(call->ctx, call->in[0].spec.dtype)) call->provider = "simd";
  return KNN_OK;
}

/* simd: offset of the entry in knn__simd_set */
static knn_status along_axis(const knn__call *call, knn__softmax_loop *narrow,
                             knn__softmax_loop *wide, size_t simd) {
  const softmax_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  const knn__simd_set *set = knn__simd(call->ctx, x->dtype);
  int axis = 0;
  knn__axis(args->axis, x->rank, &axis);
  job j = {.p = {.outer = knn__count(axis, x->dims),
                 .n = x->dims[axis],
                 .inner = knn__count(x->rank - axis - 1, x->dims + axis + 1),
                 .x = call->in[0].data,
                 .dy = call->n_in > 1 ? call->in[1].data : NULL,
                 .y = call->out[0].data}};
  if (call->out[0].n == 0) return KNN_OK;
  if (set && j.p.dy) memcpy(&j.grad, (const char *)set + simd, sizeof j.grad);
  if (set && !j.p.dy) memcpy(&j.rows, (const char *)set + simd, sizeof j.rows);
  if ((j.rows || j.grad) && j.p.inner == 1) {
    j.pieces = knn__pieces(call->out[0].n, KNN__GRAIN);
    if (j.pieces > j.p.outer) j.pieces = (int)j.p.outer;
    knn__parallel(call->ctx, j.pieces, piece, &j);
  } else {
    (x->dtype == KNN_F64 ? wide : narrow)(call->ctx, &j.p);
  }
  return KNN_OK;
}

#define FORWARD(name)                                                     \
  static knn_status name##_forward(const knn__call *call) {               \
    return along_axis(call, knn__ref_##name##_f32, knn__ref_##name##_f64, \
                      offsetof(knn__simd_set, name));                     \
  }
FORWARD(softmax)
FORWARD(log_softmax)
FORWARD(softmax_grad)
FORWARD(log_softmax_grad)

static knn_value *sum_along(knn__scope *s, const knn__vjp *g, knn_value *x) {
  return knn__sum(s, x, KNN__AXIS(((const softmax_args *)g->args)->axis), true);
}

static void softmax_vjp(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0])
    g->dx[0] = knn__op2(s, &knn__op_softmax_grad, g->args, g->out[0], g->dy[0]);
}

static void log_softmax_vjp(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0])
    g->dx[0] = knn__op2(s, &knn__op_log_softmax_grad, g->args, g->out[0], g->dy[0]);
}

/* dx = y (dy - sum dy y), u its gradient: for dy it is the same with u; for y it is
 * u (dy - sum dy y) - dy sum u y. */
static void softmax_grad_vjp(knn__scope *s, const knn__vjp *g) {
  knn_value *y = g->in[0], *dy = g->in[1], *u = g->dy[0];
  if (!u) return;
  if (g->wanted[1]) g->dx[1] = knn__op2(s, &knn__op_softmax_grad, g->args, y, u);
  if (!g->wanted[0]) return;
  knn_value *inner = knn__subtract(s, dy, sum_along(s, g, knn__multiply(s, dy, y)));
  knn_value *outer = knn__multiply(s, dy, sum_along(s, g, knn__multiply(s, u, y)));
  g->dx[0] = knn__subtract(s, knn__multiply(s, u, inner), outer);
}

/* dx = dy - exp(y) sum dy, u its gradient: u - sum u exp(y) for dy, -u exp(y) sum dy for y. */
static void log_softmax_grad_vjp(knn__scope *s, const knn__vjp *g) {
  knn_value *dy = g->in[1], *u = g->dy[0];
  if (!u) return;
  knn_value *share = knn__multiply(s, u, knn__exp(s, g->in[0]));
  if (g->wanted[1]) g->dx[1] = knn__subtract(s, u, sum_along(s, g, share));
  if (g->wanted[0]) g->dx[0] = knn__negative(s, knn__multiply(s, share, sum_along(s, g, dy)));
}

const knn__op knn__op_softmax = {
    .cls = {.family = "op",
            .name = "softmax",
            .summary = "exp(x) divided by its sum along an axis.",
            .detail = "y[i] = exp(x[i] - max x) / sum_j exp(x[j] - max x).",
            .shapes = "x (..., n, ...) -> same",
            .example = "print(knn.ops.softmax(knn.tensor{1, 2, 3}))",
            .source = "Bridle 1990, Probabilistic interpretation of feedforward classification "
                      "network outputs",
            .see = "log_softmax|logsumexp",
            KNN__PARAMS(params, softmax_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = softmax_forward,
    .vjp = softmax_vjp,
};

const knn__op knn__op_log_softmax = {
    .cls = {.family = "op",
            .name = "log_softmax",
            .summary = "Logarithm of softmax, without overflow.",
            .detail = "y[i] = x[i] - max x - log(sum_j exp(x[j] - max x)).",
            .shapes = "x (..., n, ...) -> same",
            .example = "print(knn.ops.log_softmax(knn.tensor{1, 2, 3}))",
            .source = "Bridle 1990, Probabilistic interpretation of feedforward classification "
                      "network outputs",
            .see = "softmax|logsumexp",
            KNN__PARAMS(params, softmax_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = log_softmax_forward,
    .vjp = log_softmax_vjp,
};

const knn__op knn__op_softmax_grad = {
    .cls = {.family = "op",
            .name = "softmax_grad",
            .summary = "Gradient of softmax from its result y.",
            .detail = "dx = y (dy - sum_j dy[j] y[j])",
            .shapes = "y (..., n, ...), dy -> same",
            .see = "softmax",
            KNN__PARAMS(params, softmax_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = softmax_grad_forward,
    .vjp = softmax_grad_vjp,
};

const knn__op knn__op_log_softmax_grad = {
    .cls = {.family = "op",
            .name = "log_softmax_grad",
            .summary = "Gradient of log_softmax from its result y.",
            .detail = "dx = dy - exp(y) sum_j dy[j]",
            .shapes = "y (..., n, ...), dy -> same",
            .see = "log_softmax",
            KNN__PARAMS(params, softmax_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = log_softmax_grad_forward,
    .vjp = log_softmax_grad_vjp,
};

knn_value *knn__softmax(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_softmax, &(softmax_args){axis}, x);
}

knn_value *knn__log_softmax(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_log_softmax, &(softmax_args){axis}, x);
}
