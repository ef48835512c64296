/* softmax.c - y[i] = exp(x[i] - max x) / sum_j exp(x[j] - max x) along one axis, and log_softmax =
 * log of it. x (..., n, ...) -> y same shape. softmax: dx = y (dy - sum_j dy[j] y[j]); log_softmax:
 * dx = dy - exp(y) sum_j dy[j]. Both gradients read y only. Source: Bridle 1990; the shift by max x
 * avoids overflow and changes nothing else. */
#include "ops.h"
#include "softmax_loops.h"

extern const knn__op knn__op_softmax, knn__op_log_softmax;

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

typedef void loop(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x, void *y);

static knn_status along_axis(const knn__call *call, loop *fn) {
  const softmax_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  int axis = 0;
  knn__axis(args->axis, x->rank, &axis);
  int64_t outer = knn__count(axis, x->dims),
          inner = knn__count(x->rank - axis - 1, x->dims + axis + 1);
  fn(call->ctx, outer, x->dims[axis], inner, call->in[0].data, call->out[0].data);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  return along_axis(
      call, call->in[0].spec.dtype == KNN_F64 ? knn__ref_softmax_f64 : knn__ref_softmax_f32);
}

static knn_status forward_log(const knn__call *call) {
  return along_axis(call, call->in[0].spec.dtype == KNN_F64 ? knn__ref_log_softmax_f64
                                                            : knn__ref_log_softmax_f32);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const softmax_args *args = g->args;
  if (!g->dy[0] || !g->wanted[0]) return;
  knn_value *y = g->out[0], *dy = g->dy[0];
  knn_value *sum = knn__sum(s, knn__multiply(s, dy, y), KNN__AXIS(args->axis), true);
  g->dx[0] = knn__multiply(s, y, knn__subtract(s, dy, sum));
}

static void vjp_log(knn__scope *s, const knn__vjp *g) {
  const softmax_args *args = g->args;
  if (!g->dy[0] || !g->wanted[0]) return;
  knn_value *sum = knn__sum(s, g->dy[0], KNN__AXIS(args->axis), true);
  g->dx[0] = knn__subtract(s, g->dy[0], knn__multiply(s, knn__exp(s, g->out[0]), sum));
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
    .forward = forward,
    .vjp = vjp,
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
    .forward = forward_log,
    .vjp = vjp_log,
};

knn_value *knn__softmax(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_softmax, &(softmax_args){axis}, x);
}

knn_value *knn__log_softmax(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_log_softmax, &(softmax_args){axis}, x);
}
