/* take.c - parts of x along an axis, chosen by number: x (..., n, ...), indices (i, ...) -> (...,
 * i, ..., ...), the index's axes in place of the axis. An embedding is take at axis 0. The gradient
 * adds each part of dy back at its index (scatter_add). */
#include <string.h>

#include "index.h"
#include "op_list.h"
#include "pool.h"
#include "shape_args.h"
#include "traverse.h"
#include "view_copy.h"

static const knn_param params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "null",
               "Axis that is indexed; null: x is read as one long row.", .mark = KNN_AXIS,
               .nullable = true),
};

static knn_status infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  const knn__spec *x = &q->in[0], *index = &q->in[1];
  bool whole = args->axis == KNN_NONE;
  int at = 0, after = 0;
  KNN__TRY(knn__need_indices(q->ctx, index));
  if (!whole) {
    KNN__TRY(knn__need_axis(q->ctx, args->axis, x->rank, &at));
    after = x->rank - at - 1;
  }
  knn__spec out = {.dtype = x->dtype};
  if (at + index->rank + after > KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "indices %s into %s give more than %d axes",
                    KNN__SPEC(*index), KNN__SPEC(*x), KNN_MAX_RANK);
  for (int i = 0; i < at; i++) out.dims[out.rank++] = x->dims[i];
  for (int i = 0; i < index->rank; i++) out.dims[out.rank++] = index->dims[i];
  for (int i = 0; i < after; i++) out.dims[out.rank++] = x->dims[at + 1 + i];
  q->out[0] = out;
  return KNN_OK;
}

typedef struct job {
  const knn__buf *index;
  const char *x;
  char *y;
  int64_t size, units; /* of the axis; outer * indices */
  size_t bytes;        /* of one part */
  int pieces;
} job;

static void piece(void *arg, int number) {
  const job *w = arg;
  int64_t first, last;
  knn__piece_range(w->units, w->pieces, number, &first, &last);
  for (int64_t u = first; u < last; u++) {
    int64_t from = u / w->index->n * w->size + knn__index_at(w->index, u % w->index->n);
    memcpy(w->y + (size_t)u * w->bytes, w->x + (size_t)from * w->bytes, w->bytes);
  }
}

static knn_status forward(const knn__call *call) {
  const knn__axis_args *args = call->args;
  const knn__buf *x = &call->in[0], *index = &call->in[1];
  int64_t outer = 1, inner = 1, size = x->n;
  int at;
  if (args->axis != KNN_NONE) {
    KNN__TRY(knn__need_axis(call->ctx, args->axis, x->spec.rank, &at));
    knn__around(&x->spec, at, &outer, &inner);
    size = x->spec.dims[at];
  }
  KNN__TRY(knn__check_indices(call->ctx, index, size));
  if (call->out[0].n == 0) return KNN_OK;
  job w = {.index = index,
           .x = x->data,
           .y = call->out[0].data,
           .size = size,
           .units = outer * index->n,
           .bytes = (size_t)inner * knn_dtype_size(x->spec.dtype)};
  w.pieces = knn__pieces(call->out[0].n, KNN__GRAIN);
  if (w.pieces > w.units) w.pieces = (int)w.units;
  knn__parallel(call->ctx, w.pieces, piece, &w);
  return KNN_OK;
}

/* dy (..., i, ..., ...) with the index's axes in front, added up by index, and the axis moved back
 * to its place. */
static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__axis_args *args = g->args;
  const knn__spec *x = &g->in[0]->spec;
  knn_value *indices = g->in[1], *dy = g->dy[0];
  int at = 0, n_index = indices->spec.rank, rank = g->out[0]->spec.rank;
  bool whole = args->axis == KNN_NONE;
  if (!g->wanted[0] || !dy || (!whole && !knn__axis(args->axis, x->rank, &at))) return;
  int64_t rows = whole ? knn__count(x->rank, x->dims) : x->dims[at], order[KNN_MAX_RANK];
  if (rows == KNN_ANY) {
    knn__scope_fail(s, KNN_ESHAPE, "the axis that is indexed has an unknown size in %s",
                    KNN__SPEC(*x));
    return;
  }
  for (int i = 0; i < rank; i++)
    order[i] = i < n_index ? at + i : i < n_index + at ? i - n_index : i;
  if (at > 0) dy = knn__transpose(s, dy, rank, order);
  knn_value *dx = knn__scatter_add(s, indices, dy, rows);
  for (int i = 0; i < x->rank; i++) order[i] = i < at ? i + 1 : i == at ? 0 : i;
  if (at > 0) dx = knn__transpose(s, dx, x->rank, order);
  g->dx[0] = whole ? knn__reshape_like(s, dx, g->in[0]) : dx;
}

/* Rows that are not chosen are not read. */
static void cost_of(const knn__call *call, knn__cost *cost) {
  const knn__buf *index = &call->in[1], *y = &call->out[0];
  cost->flops = (double)y->n;
  cost->bytes = 2.0 * (double)y->n * (double)knn_dtype_size(y->spec.dtype) +
                (double)index->n * (double)knn_dtype_size(index->spec.dtype);
}

const knn__op knn__op_take = {
    .cls = {.family = "op",
            .name = "take",
            .summary = "Parts of an array along an axis, chosen by number.",
            .detail = "Indices are int32, int64 or uint8 from 0; one out of range is an error that "
                      "names it.",
            .shapes = "x (..., n, ...), indices (i, ...) -> (..., i, ..., ...)",
            .example = "knn.ops.take(knn.tensor{{1, 2}, {3, 4}}, knn.tensor({1, 2, 2}, {dtype = "
                       "'int32'}), {axis = 1})",
            KNN__PARAMS(params, knn__axis_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
    .cost = cost_of};

knn_value *knn__take(knn__scope *s, knn_value *x, knn_value *indices, int64_t axis) {
  return knn__op2(s, &knn__op_take, &(knn__axis_args){axis}, x, indices);
}
