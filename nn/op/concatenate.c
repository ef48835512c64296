/* concatenate.c - arrays joined along an axis they have (concatenate) or along a new one (stack).
 * x1 (..., a, ...), x2 (..., b, ...) -> (..., a + b, ...). The gradient is cut into the same parts.
 */
#include "op_list.h"
#include "shape_args.h"
#include "view_copy.h"

static const knn_param params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "-1", "Axis along which the operands are joined.",
               .mark = KNN_AXIS),
};
static const knn_param stack_params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "0", "Where the new axis stands in the result.",
               .mark = KNN_AXIS),
};

static knn_status same_type(const knn__infer *q, int i) {
  if (q->in[i].dtype == q->in[0].dtype) return KNN_OK;
  return knn_fail(q->ctx, KNN_ETYPE, "operands must have one type, got %s and %s; cast one of them",
                  knn_dtype_name(q->in[0].dtype), knn_dtype_name(q->in[i].dtype));
}

static knn_status concatenate_infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  knn__spec out = q->in[0];
  int at;
  KNN__TRY(knn__need_axis(q->ctx, args->axis, out.rank, &at));
  for (int i = 1; i < q->n_in; i++) {
    knn__spec x = q->in[i];
    KNN__TRY(same_type(q, i));
    bool fits = x.rank == out.rank;
    for (int k = 0; k < out.rank && fits; k++) {
      fits = k == at || x.dims[k] == out.dims[k] || x.dims[k] == KNN_ANY || out.dims[k] == KNN_ANY;
      if (k != at && out.dims[k] == KNN_ANY) out.dims[k] = x.dims[k];
    }
    if (!fits)
      return knn_fail(q->ctx, KNN_ESHAPE,
                      "shapes must agree except on axis %lld, got %s and %s (operand %d)",
                      (long long)args->axis, KNN__SPEC(q->in[0]), KNN__SPEC(x), i + 1);
    bool known = x.dims[at] != KNN_ANY && out.dims[at] != KNN_ANY;
    out.dims[at] = known ? out.dims[at] + x.dims[at] : KNN_ANY;
  }
  q->out[0] = out;
  return KNN_OK;
}

/* The operand's elements from `axis` on form one block for each index of the axes before. */
static knn_status join(const knn__call *call, int axis) {
  const knn__buf *out = &call->out[0];
  size_t size = knn_dtype_size(out->spec.dtype), at = 0;
  int64_t outer = knn__count(axis, out->spec.dims);
  if (out->n == 0) return KNN_OK;
  size_t whole = (size_t)(out->n / outer) * size;
  for (int i = 0; i < call->n_in; i++) {
    size_t part = (size_t)(call->in[i].n / outer) * size;
    knn__copy_blocks(call->ctx, outer, part, (char *)out->data + at, whole, call->in[i].data, part);
    at += part;
  }
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const knn__axis_args *args = call->args;
  int at;
  KNN__TRY(knn__need_axis(call->ctx, args->axis, call->out[0].spec.rank, &at));
  return join(call, at);
}

static void concatenate_vjp(knn__scope *s, const knn__vjp *g) {
  const knn__axis_args *args = g->args;
  int at;
  int64_t start = 0;
  if (!g->dy[0] || !knn__axis(args->axis, g->in[0]->spec.rank, &at)) return;
  for (int i = 0; i < g->n_in; i++) {
    int64_t size = g->in[i]->spec.dims[at];
    if (size == KNN_ANY) {
      knn__scope_fail(s, KNN_ESHAPE, "operand %d has an unknown size on the axis that is joined",
                      i + 1);
      return;
    }
    if (g->wanted[i]) g->dx[i] = knn__slice_axis(s, g->dy[0], at, start, size, 1);
    start += size;
  }
}

const knn__op knn__op_concatenate = {
    .cls = {.family = "op",
            .name = "concatenate",
            .summary = "Arrays joined along an axis.",
            .detail = "All sizes but that of the axis must agree.",
            .shapes = "x1 (..., a, ...), x2 (..., b, ...), ... -> (..., a + b, ...)",
            .example = "knn.ops.concatenate({knn.tensor{1, 2}, knn.tensor{3}})",
            KNN__PARAMS(params, knn__axis_args)},
    .min_in = 1,
    .max_in = -1,
    .n_out = 1,
    .flags = KNN__OP_PROMOTE | KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = concatenate_infer,
    .forward = forward,
    .vjp = concatenate_vjp};

static knn_status stack_infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  knn__spec x = q->in[0], out = {.dtype = x.dtype, .rank = x.rank + 1};
  int at;
  if (x.rank == KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "a tensor has at most %d axes", KNN_MAX_RANK);
  KNN__TRY(knn__need_axis(q->ctx, args->axis, out.rank, &at));
  for (int i = 1; i < q->n_in; i++) {
    KNN__TRY(same_type(q, i));
    if (!knn__dims_fit(x.rank, x.dims, q->in[i].rank, q->in[i].dims))
      return knn_fail(q->ctx, KNN_ESHAPE,
                      "operands must have one shape, got %s and %s (operand %d)", KNN__SPEC(x),
                      KNN__SPEC(q->in[i]), i + 1);
    for (int k = 0; k < x.rank; k++)
      if (x.dims[k] == KNN_ANY) x.dims[k] = q->in[i].dims[k];
  }
  for (int k = 0; k < out.rank; k++) out.dims[k] = k == at ? q->n_in : x.dims[k - (k > at)];
  q->out[0] = out;
  return KNN_OK;
}

static void stack_vjp(knn__scope *s, const knn__vjp *g) {
  const knn__axis_args *args = g->args;
  int at;
  if (!g->dy[0] || !knn__axis(args->axis, g->in[0]->spec.rank + 1, &at)) return;
  for (int i = 0; i < g->n_in; i++)
    if (g->wanted[i]) g->dx[i] = knn__squeeze(s, knn__slice_axis(s, g->dy[0], at, i, 1, 1), at);
}

const knn__op knn__op_stack = {
    .cls = {.family = "op",
            .name = "stack",
            .summary = "Arrays of one shape joined along a new axis.",
            .detail = "Part i of the new axis is operand i.",
            .shapes = "n operands (...) -> (..., n, ...)",
            .example = "knn.ops.stack({knn.tensor{1, 2}, knn.tensor{3, 4}})",
            KNN__PARAMS(stack_params, knn__axis_args)},
    .min_in = 1,
    .max_in = -1,
    .n_out = 1,
    .flags = KNN__OP_PROMOTE | KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = stack_infer,
    .forward = forward,
    .vjp = stack_vjp};

static knn_value *joined(knn__scope *s, const knn__op *op, int n, knn_value *const *xs,
                         int64_t axis) {
  knn_value *in[KNN__MAX_IN];
  if (s->status != KNN_OK) return NULL;
  if (n > KNN__MAX_IN)
    return knn__scope_fail(s, KNN_EARG, "op %s: takes up to %d operands, got %d", op->cls.name,
                           KNN__MAX_IN, n);
  knn__promote(s, op, n, xs, in);
  return knn__op_apply(s, op, &(knn__axis_args){axis}, n, in);
}

knn_value *knn__concatenate(knn__scope *s, int n, knn_value *const *xs, int64_t axis) {
  return joined(s, &knn__op_concatenate, n, xs, axis);
}

knn_value *knn__stack(knn__scope *s, int n, knn_value *const *xs, int64_t axis) {
  return joined(s, &knn__op_stack, n, xs, axis);
}
