/* scatter_add.c - zeros (rows, ...) to which updates[i] is added at row indices[i]; the gradient of
 * take. indices (i, ...), updates (i, ..., n, ...) -> (rows, n, ...). Rows are shared out among the
 * pieces, and each adds its updates in their order, so the result does not depend on threads. The
 * gradient is take(dy, indices). */
#include <string.h>

#include "index.h"
#include "op_list.h"
#include "pool.h"
#include "simd.h"
#include "traverse.h"

typedef struct scatter_args {
  int64_t rows;
} scatter_args;

static const knn_param params[] = {
    KNN__PARAM(scatter_args, rows, KNN_P_INT, NULL, "Rows of the result.", .mark = KNN_COUNT,
               .positional = true, .min = 0, .max = 9e15),
};

static knn_status infer(const knn__infer *q) {
  const scatter_args *args = q->args;
  const knn__spec *index = &q->in[0], *updates = &q->in[1];
  KNN__TRY(knn__need_indices(q->ctx, index));
  if (updates->rank < index->rank ||
      !knn__dims_fit(index->rank, index->dims, index->rank, updates->dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "updates %s must begin with the axes of indices %s",
                    KNN__SPEC(*updates), KNN__SPEC(*index));
  if (updates->dtype == KNN_BOOL)
    return knn_fail(q->ctx, KNN_ETYPE, "not defined for bool; cast the updates first");
  knn__spec out = {
      .dtype = updates->dtype, .rank = 1 + updates->rank - index->rank, .dims = {args->rows}};
  if (out.rank > KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "a tensor has at most %d axes", KNN_MAX_RANK);
  for (int i = 1; i < out.rank; i++) out.dims[i] = updates->dims[index->rank + i - 1];
  q->out[0] = out;
  return KNN_OK;
}

typedef struct job {
  const knn__buf *index;
  const char *updates;
  char *y;
  int64_t rows, inner;
  size_t bytes; /* of one row */
  knn__loop *add;
  int pieces;
} job;

static void piece(void *arg, int number) {
  const job *w = arg;
  int64_t first, last;
  knn__piece_range(w->rows, w->pieces, number, &first, &last);
  memset(w->y + (size_t)first * w->bytes, 0, (size_t)(last - first) * w->bytes);
  for (int64_t i = 0; i < w->index->n; i++) {
    int64_t row = knn__index_at(w->index, i);
    if (row < first || row >= last) continue;
    char *at = w->y + (size_t)row * w->bytes;
    void *const p[3] = {at, (void *)(uintptr_t)(w->updates + (size_t)i * w->bytes), at};
    w->add(w->inner, p, (const int64_t[]){1, 1});
  }
}

static knn_status prepare(knn__call *call) {
  knn_dtype type = call->in[1].spec.dtype;
  if (knn_dtype_is_float(type)) call->state = (void *)(uintptr_t)knn__simd(call->ctx, type);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  static knn__loop *const add[KNN_DTYPES] = {KNN__REAL_LOOPS(add), KNN__INTEGER_LOOPS(add)};
  const knn__simd_set *set = call->state;
  const knn__buf *index = &call->in[0], *out = &call->out[0];
  int64_t rows = out->spec.dims[0];
  KNN__TRY(knn__check_indices(call->ctx, index, rows));
  if (out->n == 0) return KNN_OK;
  int64_t inner = out->n / rows;
  job w = {.index = index,
           .updates = call->in[1].data,
           .y = out->data,
           .rows = rows,
           .inner = inner,
           .bytes = (size_t)inner * knn_dtype_size(out->spec.dtype),
           .add = set ? set->add : add[out->spec.dtype]};
  w.pieces = knn__pieces(call->in[1].n + out->n, KNN__GRAIN);
  if (w.pieces > 8) w.pieces = 8; /* every piece reads all the indices */
  if (w.pieces > rows) w.pieces = (int)rows;
  knn__parallel(call->ctx, w.pieces, piece, &w);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[1] && g->dy[0]) g->dx[1] = knn__take(s, g->dy[0], g->in[0], 0);
}

const knn__op knn__op_scatter_add = {
    .cls = {.family = "op",
            .name = "scatter_add",
            .summary = "Zeros to which updates are added at given rows.",
            .detail = "y[indices[i]] += updates[i], in the order of i; an index out of range is an "
                      "error that names it.",
            .shapes = "indices (i, ...), updates (i, ..., n) -> (rows, n)",
            .example = "knn.ops.scatter_add(knn.tensor({1, 3, 1}, {dtype = 'int32'}), "
                       "knn.tensor{1, 2, 3}, {rows = 3})",
            KNN__PARAMS(params, scatter_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp};

knn_value *knn__scatter_add(knn__scope *s, knn_value *indices, knn_value *updates, int64_t rows) {
  return knn__op2(s, &knn__op_scatter_add, &(scatter_args){rows}, indices, updates);
}
