/* flip.c - one axis in reverse order: y[..., i, ...] = x[..., n - 1 - i, ...]. The gradient is
 * flipped too. */
#include "op_list.h"
#include "shape_args.h"
#include "view_copy.h"

static const knn_param params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "-1", "Axis that is reversed.", .mark = KNN_AXIS),
};

static knn_status infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  int at;
  KNN__TRY(knn__need_axis(q->ctx, args->axis, q->in[0].rank, &at));
  q->out[0] = q->in[0];
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const knn__axis_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  int at;
  int64_t outer, inner;
  KNN__TRY(knn__need_axis(call->ctx, args->axis, x->rank, &at));
  if (call->in[0].n == 0) return KNN_OK;
  knn__around(x, at, &outer, &inner);
  int64_t n = x->dims[at];
  size_t size = knn_dtype_size(x->dtype);
  knn__view view = {.rank = 3,
                    .dims = {outer, n, inner},
                    .strides = {n * inner, -inner, 1},
                    .src = (const char *)call->in[0].data + (size_t)((n - 1) * inner) * size,
                    .size = size};
  knn__view_copy(call->ctx, view, call->out[0].data);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__axis_args *args = g->args;
  if (g->wanted[0] && g->dy[0]) g->dx[0] = knn__flip(s, g->dy[0], args->axis);
}

const knn__op knn__op_flip = {.cls = {.family = "op",
                                      .name = "flip",
                                      .summary = "One axis in reverse order.",
                                      .detail = "The other axes stay as they are.",
                                      .shapes = "x (...) -> (...)",
                                      .example = "knn.ops.flip(knn.tensor{1, 2, 3})",
                                      KNN__PARAMS(params, knn__axis_args)},
                              .min_in = 1,
                              .max_in = 1,
                              .n_out = 1,
                              .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
                              .infer = infer,
                              .forward = forward,
                              .vjp = vjp};

knn_value *knn__flip(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_flip, &(knn__axis_args){axis}, x);
}
