/* take_along_axis.c - y[..., i, ...] = x[..., indices[..., i, ...], ...] along an axis; and its
 * gradient, which adds dy back in place among zeros. x (..., n, ...), indices (..., m, ...) ->
 * (..., m, ...); the other sizes agree. */
#include <string.h>

#include "index.h"
#include "op_list.h"
#include "pool.h"
#include "shape_args.h"
#include "traverse.h"
#include "view_copy.h"

static const knn_param params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "-1", "Axis that is indexed.", .mark = KNN_AXIS),
};

/* The shape of the indices with the other sizes of x where these are known. */
static knn_status check(const knn__infer *q, const knn__spec *x, knn__spec *out) {
  const knn__axis_args *args = q->args;
  knn__spec index = q->in[1];
  int at;
  KNN__TRY(knn__need_indices(q->ctx, &index));
  KNN__TRY(knn__need_axis(q->ctx, args->axis, x->rank, &at));
  bool fits = index.rank == x->rank;
  for (int i = 0; i < x->rank && fits; i++)
    if (i != at) {
      fits = index.dims[i] == x->dims[i] || index.dims[i] == KNN_ANY || x->dims[i] == KNN_ANY;
      if (index.dims[i] == KNN_ANY) index.dims[i] = x->dims[i];
    }
  if (!fits)
    return knn_fail(q->ctx, KNN_ESHAPE, "indices %s and %s must agree except on axis %lld",
                    KNN__SPEC(q->in[1]), KNN__SPEC(*x), (long long)args->axis);
  index.dtype = x->dtype;
  *out = index;
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  knn__spec out;
  KNN__TRY(check(q, &q->in[0], &out));
  q->out[0] = out;
  return KNN_OK;
}

/* One lane: all positions of the axis for one index of the others. */
typedef struct job {
  const knn__buf *index;
  const char *from;                  /* x, or dy */
  char *to;                          /* y, or dx */
  int64_t size, count, inner, outer; /* of the axis in x, in indices */
  int64_t bytes;
  knn__loop *add; /* NULL: copy from x to y; else add dy to dx */
  int pieces;
} job;

static void lane(const job *w, int64_t outer, int64_t inner) {
  for (int64_t i = 0; i < w->count; i++) {
    int64_t here = (outer * w->count + i) * w->inner + inner;
    int64_t there = (outer * w->size + knn__index_at(w->index, here)) * w->inner + inner;
    if (!w->add) {
      memcpy(w->to + here * w->bytes, w->from + there * w->bytes, (size_t)w->bytes);
      continue;
    }
    char *at = w->to + there * w->bytes;
    void *const p[3] = {at, (void *)(uintptr_t)(w->from + here * w->bytes), at};
    w->add(1, p, (const int64_t[]){1, 1});
  }
}

static void piece(void *arg, int number) {
  const job *w = arg;
  int64_t first, last;
  knn__piece_range(w->outer * w->inner, w->pieces, number, &first, &last);
  for (int64_t u = first; u < last; u++) lane(w, u / w->inner, u % w->inner);
}

/* `wide` has x's shape. */
static knn_status run(const knn__call *call, const knn__spec *wide, knn__loop *add) {
  const knn__axis_args *args = call->args;
  const knn__buf *index = &call->in[1];
  int at;
  KNN__TRY(knn__need_axis(call->ctx, args->axis, wide->rank, &at));
  job w = {.index = index,
           .from = call->in[0].data,
           .to = call->out[0].data,
           .size = wide->dims[at],
           .count = index->spec.dims[at],
           .bytes = (int64_t)knn_dtype_size(wide->dtype),
           .add = add};
  KNN__TRY(knn__check_indices(call->ctx, index, w.size));
  if (index->n == 0) return KNN_OK;
  knn__around(wide, at, &w.outer, &w.inner);
  w.pieces = knn__pieces(index->n, KNN__GRAIN);
  if (w.pieces > w.outer * w.inner) w.pieces = (int)(w.outer * w.inner);
  knn__parallel(call->ctx, w.pieces, piece, &w);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  return run(call, &call->in[0].spec, NULL);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (knn__wants(g, 0))
    g->dx[0] = knn__op3(s, &knn__op_take_along_axis_grad, g->args, g->dy[0], g->in[1], g->in[0]);
}

const knn__op knn__op_take_along_axis = {
    .cls = {.family = "op",
            .name = "take_along_axis",
            .summary = "Elements chosen by an array of positions along an axis.",
            .detail = "y[..., i, ...] = x[..., indices[..., i, ...], ...]; indices from 0, one out "
                      "of range is an error that names it.",
            .shapes = "x (..., n, ...), indices (..., m, ...) -> (..., m, ...)",
            .example = "knn.ops.take_along_axis(knn.tensor{{1, 2}, {3, 4}}, knn.tensor({{2}, {1}}, "
                       "{dtype = 'int32'}))",
            KNN__PARAMS(params, knn__axis_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
    .vjp = vjp};

knn_value *knn__take_along_axis(knn__scope *s, knn_value *x, knn_value *indices, int64_t axis) {
  return knn__op2(s, &knn__op_take_along_axis, &(knn__axis_args){axis}, x, indices);
}

static knn_status grad_infer(const knn__infer *q) {
  knn__spec out;
  KNN__TRY(check(q, &q->in[2], &out));
  if (q->in[0].dtype == KNN_BOOL) return knn_fail(q->ctx, KNN_ETYPE, "not defined for bool");
  q->out[0] = q->in[2];
  q->out[0].dtype = q->in[0].dtype;
  return KNN_OK;
}

static knn_status grad_forward(const knn__call *call) {
  static knn__loop *const add[KNN_DTYPES] = {KNN__REAL_LOOPS(add), KNN__INTEGER_LOOPS(add)};
  const knn__buf *out = &call->out[0];
  if (out->n) memset(out->data, 0, (size_t)out->n * knn_dtype_size(out->spec.dtype));
  return run(call, &out->spec, add[out->spec.dtype]);
}

static void grad_vjp(knn__scope *s, const knn__vjp *g) {
  if (knn__wants(g, 0))
    g->dx[0] = knn__op2(s, &knn__op_take_along_axis, g->args, g->dy[0], g->in[1]);
}

const knn__op knn__op_take_along_axis_grad = {
    .cls = {.family = "op",
            .name = "take_along_axis_grad",
            .summary = "Gradient of take_along_axis: dy added in its place among zeros.",
            .detail = "Only the shape of the third operand is read.",
            .shapes =
                "dy (..., m, ...), indices (..., m, ...), like (..., n, ...) -> (..., n, ...)",
            .example = "knn.ops.take_along_axis(knn.tensor{{1, 2}, {3, 4}}, knn.tensor({{2}, {1}}, "
                       "{dtype = 'int32'}))",
            KNN__PARAMS(params, knn__axis_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = grad_infer,
    .forward = grad_forward,
    .vjp = grad_vjp};
