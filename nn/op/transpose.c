/* transpose.c - axes in another order: y has axis i where x has axis axes[i]. x (a, b, c) -> (c, b,
 * a) by default. dx = dy with the inverse order. */
#include "op_list.h"
#include "shape_args.h"
#include "traverse.h"
#include "view_copy.h"

typedef struct transpose_args {
  knn_ints axes;
} transpose_args;

static const knn_param params[] = {
    KNN__PARAM(transpose_args, axes, KNN_P_INTS, "null",
               "Axis of x for each axis of the result; null: reversed.", .mark = KNN_AXIS,
               .nullable = true, .positional = true),
};

static knn_status order_of(knn_ctx *ctx, const transpose_args *args, int rank, int *order) {
  bool used[KNN_MAX_RANK] = {false};
  if (args->axes.n >= 0 && args->axes.n != rank)
    return knn_fail(ctx, KNN_EARG, "axes must name each of the %d axes once, got %d", rank,
                    args->axes.n);
  for (int i = 0; i < rank; i++) {
    order[i] = rank - 1 - i;
    if (args->axes.n < 0) continue;
    KNN__TRY(knn__need_axis(ctx, args->axes.v[i], rank, &order[i]));
    if (used[order[i]])
      return knn_fail(ctx, KNN_EARG, "axis %lld is given twice", (long long)args->axes.v[i]);
    used[order[i]] = true;
  }
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  int order[KNN_MAX_RANK];
  KNN__TRY(order_of(q->ctx, q->args, q->in[0].rank, order));
  q->out[0] = q->in[0];
  for (int i = 0; i < q->in[0].rank; i++) q->out[0].dims[i] = q->in[0].dims[order[i]];
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const knn__spec *x = &call->in[0].spec;
  knn__view view = {.rank = x->rank, .src = call->in[0].data, .size = knn_dtype_size(x->dtype)};
  int64_t strides[KNN_MAX_RANK];
  int order[KNN_MAX_RANK];
  KNN__TRY(order_of(call->ctx, call->args, x->rank, order));
  knn__packed_strides(x->rank, x->dims, strides);
  for (int i = 0; i < x->rank; i++) {
    view.dims[i] = x->dims[order[i]];
    view.strides[i] = strides[order[i]];
  }
  knn__view_copy(call->ctx, view, call->out[0].data);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  int order[KNN_MAX_RANK], rank = g->in[0]->spec.rank;
  int64_t inverse[KNN_MAX_RANK];
  if (!knn__wants(g, 0) || order_of(s->ctx, g->args, rank, order) != KNN_OK) return;
  for (int i = 0; i < rank; i++) inverse[order[i]] = i;
  g->dx[0] = knn__transpose(s, g->dy[0], rank, inverse);
}

const knn__op knn__op_transpose = {
    .cls = {.family = "op",
            .name = "transpose",
            .summary = "Axes in another order.",
            .detail =
                "Axis i of the result is axis axes[i] of x; without axes their order is reversed.",
            .shapes = "x (a, b, c) -> (c, b, a)",
            .example = "knn.ops.transpose(knn.tensor{{1, 2}, {3, 4}})",
            KNN__PARAMS(params, transpose_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = infer,
    .forward = forward,
    .vjp = vjp};

knn_value *knn__transpose(knn__scope *s, knn_value *x, int n, const int64_t *axes) {
  transpose_args args = {.axes.n = n > 0 ? n : -1};
  for (int i = 0; i < n && i < KNN_MAX_RANK; i++) args.axes.v[i] = axes[i];
  return knn__op1(s, &knn__op_transpose, &args, x);
}
