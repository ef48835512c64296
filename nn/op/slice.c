/* slice.c - every step-th element of one axis: y[..., i, ...] = x[..., start + i * step, ...], i <
 * count; and unslice, its gradient: zeros in the shape of a second operand with dy put back in
 * place. x (..., n, ...) -> (..., count, ...). */
#include <string.h>

#include "op_list.h"
#include "shape_args.h"
#include "view_copy.h"

typedef struct slice_args {
  int64_t axis, start, count, step;
} slice_args;

static const knn_param params[] = {
    KNN__PARAM(slice_args, axis, KNN_P_INT, NULL, "Axis that is cut.", .mark = KNN_AXIS,
               .positional = true),
    KNN__PARAM(slice_args, start, KNN_P_INT, "0",
               "First element; a negative one counts from the end.", .mark = KNN_POSITION),
    KNN__PARAM(slice_args, count, KNN_P_INT, "null",
               "How many elements; null: up to the end of the axis.", .mark = KNN_COUNT,
               .nullable = true, .min = 0, .max = 9e15),
    KNN__PARAM(slice_args, step, KNN_P_INT, "1",
               "Distance between two elements; negative goes backwards.", .mark = KNN_COUNT),
};

/* Axis, first element and number of elements for an axis of known or unknown size. */
static knn_status resolve(knn_ctx *ctx, const slice_args *args, const knn__spec *x, int *axis,
                          int64_t *start, int64_t *count) {
  *start = args->start;
  *count = args->count;
  KNN__TRY(knn__need_axis(ctx, args->axis, x->rank, axis));
  if (args->step == 0 || args->step == INT64_MIN)
    return knn_fail(ctx, KNN_EARG, "'step' must not be %lld", (long long)args->step);
  int64_t n = x->dims[*axis];
  if (n == KNN_ANY) {
    if (*count == KNN_NONE) *count = KNN_ANY;
    return KNN_OK;
  }
  if (*start < 0) *start += n;
  if (*count == KNN_NONE)
    *count = args->step > 0 ? (n - *start + args->step - 1) / args->step : *start / -args->step + 1;
  if (*count < 0) *count = 0;
  if (*count == 0) return KNN_OK;
  /* compared by division: start + (count - 1) * step could overflow */
  bool inside = *start >= 0 && *start < n;
  if (inside)
    inside = args->step > 0 ? *count - 1 <= (n - 1 - *start) / args->step
                            : *count - 1 <= *start / -args->step;
  if (!inside)
    return knn_fail(
        ctx, KNN_ESHAPE,
        "%lld elements from %lld by steps of %lld leave axis %lld of %s, which has size %lld",
        (long long)*count, (long long)args->start, (long long)args->step, (long long)args->axis,
        KNN__SPEC(*x), (long long)n);
  return KNN_OK;
}

static knn_status slice_infer(const knn__infer *q) {
  int axis;
  int64_t start, count;
  KNN__TRY(resolve(q->ctx, q->args, &q->in[0], &axis, &start, &count));
  q->out[0] = q->in[0];
  q->out[0].dims[axis] = count;
  return KNN_OK;
}

static knn_status slice_forward(const knn__call *call) {
  const slice_args *args = call->args;
  const knn__buf *x = &call->in[0];
  int axis;
  int64_t start, count, outer, inner;
  KNN__TRY(resolve(call->ctx, args, &x->spec, &axis, &start, &count));
  if (call->out[0].n == 0) return KNN_OK;
  knn__around(&x->spec, axis, &outer, &inner);
  size_t size = knn_dtype_size(x->spec.dtype);
  knn__view view = {.rank = 3,
                    .dims = {outer, count, inner},
                    .strides = {x->spec.dims[axis] * inner, args->step * inner, 1},
                    .src = (const char *)x->data + (size_t)(start * inner) * size,
                    .size = size};
  knn__view_copy(call->ctx, view, call->out[0].data);
  return KNN_OK;
}

static void slice_vjp(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[0] && g->dy[0])
    g->dx[0] = knn__op2(s, &knn__op_unslice, g->args, g->dy[0], g->in[0]);
}

const knn__op knn__op_slice_axis = {
    .cls = {.family = "op",
            .name = "slice_axis",
            .summary = "Every step-th element of one axis.",
            .detail = "y[..., i, ...] = x[..., start + i * step, ...]",
            .shapes = "x (..., n, ...) -> (..., count, ...)",
            .example =
                "knn.ops.slice_axis(knn.tensor{1, 2, 3, 4}, {axis = 1, start = 2, count = 2})",
            KNN__PARAMS(params, slice_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = slice_infer,
    .forward = slice_forward,
    .vjp = slice_vjp};

knn_value *knn__slice_axis(knn__scope *s, knn_value *x, int64_t axis, int64_t start, int64_t count,
                           int64_t step) {
  return knn__op1(s, &knn__op_slice_axis, &(slice_args){axis, start, count, step}, x);
}

static knn_status unslice_infer(const knn__infer *q) {
  int axis;
  int64_t start, count;
  KNN__TRY(resolve(q->ctx, q->args, &q->in[1], &axis, &start, &count));
  q->out[0] = q->in[1];
  q->out[0].dtype = q->in[0].dtype;
  return KNN_OK;
}

static knn_status unslice_forward(const knn__call *call) {
  const slice_args *args = call->args;
  knn__buf *out = &call->out[0];
  int axis;
  int64_t start, count, outer, inner;
  KNN__TRY(resolve(call->ctx, args, &out->spec, &axis, &start, &count));
  size_t size = knn_dtype_size(out->spec.dtype);
  if (out->n) memset(out->data, 0, (size_t)out->n * size);
  if (call->in[0].n == 0) return KNN_OK;
  knn__around(&out->spec, axis, &outer, &inner);
  size_t block = (size_t)inner * size, whole = (size_t)out->spec.dims[axis] * block;
  const char *src = call->in[0].data;
  if (args->step == 1) {
    knn__copy_blocks(call->ctx, outer, (size_t)count * block,
                     (char *)out->data + (size_t)start * block, whole, src, (size_t)count * block);
    return KNN_OK;
  }
  for (int64_t i = 0; i < count; i++)
    knn__copy_blocks(call->ctx, outer, block,
                     (char *)out->data + (size_t)(start + i * args->step) * block, whole,
                     src + (size_t)i * block, (size_t)count * block);
  return KNN_OK;
}

static void unslice_vjp(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[0] && g->dy[0]) g->dx[0] = knn__op1(s, &knn__op_slice_axis, g->args, g->dy[0]);
}

const knn__op knn__op_unslice = {
    .cls = {.family = "op",
            .name = "unslice",
            .summary = "Gradient of slice_axis: dy in its place among zeros.",
            .detail = "Only the shape of the second operand is read.",
            .shapes = "dy (..., count, ...), like (..., n, ...) -> (..., n, ...)",
            .example =
                "knn.ops.slice_axis(knn.tensor{1, 2, 3, 4}, {axis = 1, start = 2, count = 2})",
            KNN__PARAMS(params, slice_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN | KNN__OP_HALVES,
    .infer = unslice_infer,
    .forward = unslice_forward,
    .vjp = unslice_vjp};
