/* distinct_rows.c - which rows of a table are named by indices (...): rows (n) in ascending order,
 * filled up with the table's size, and places (...), where in that list each index stands.
 * scatter_add at the places gives sums of the named rows only: the gradient of an embedding without
 * the rows that have none. n is the number of indices, at most that of the rows. */
#include <string.h>

#include "index.h"
#include "op_list.h"

typedef struct distinct_args {
  int64_t rows;
} distinct_args;

static const knn_param params[] = {
    KNN__PARAM(distinct_args, rows, KNN_P_INT, NULL, "Rows of the table.", .mark = KNN_COUNT,
               .positional = true, .min = 0, .max = INT32_MAX),
};

static knn_status infer(const knn__infer *q) {
  const distinct_args *args = q->args;
  const knn__spec *index = &q->in[0];
  KNN__TRY(knn__need_indices(q->ctx, index));
  int64_t n = knn__count(index->rank, index->dims);
  q->out[0] = (knn__spec){.dtype = KNN_I32, .rank = 1, .dims = {n < args->rows ? n : args->rows}};
  q->out[1] = *index;
  q->out[1].dtype = KNN_I32;
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  call->scratch_bytes = (size_t)((const distinct_args *)call->args)->rows * sizeof(int32_t);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  int64_t rows = ((const distinct_args *)call->args)->rows, n = 0;
  const knn__buf *index = &call->in[0];
  int32_t *list = call->out[0].data, *places = call->out[1].data, *place = call->scratch;
  KNN__TRY(knn__check_indices(call->ctx, index, rows));
  if (index->n == 0) return KNN_OK;
  memset(place, 0, (size_t)rows * sizeof *place);
  for (int64_t i = 0; i < index->n; i++) place[knn__index_at(index, i)] = 1;
  for (int64_t row = 0; row < rows; row++) {
    if (!place[row]) continue;
    list[n] = (int32_t)row;
    place[row] = (int32_t)n++;
  }
  for (; n < call->out[0].n; n++) list[n] = (int32_t)rows;
  for (int64_t i = 0; i < index->n; i++) places[i] = place[knn__index_at(index, i)];
  return KNN_OK;
}

const knn__op knn__op_distinct_rows = {
    .cls = {.family = "op",
            .name = "distinct_rows",
            .summary = "Which rows are named, and where in their list each index stands.",
            .detail = "The rows ascend and are filled up with their number; indices[i] = "
                      "rows[places[i]].",
            .shapes = "indices (...) -> rows (n), places (...)",
            .see = "scatter_add",
            KNN__PARAMS(params, distinct_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = forward};

knn_status knn__distinct_rows(knn__scope *s, knn_value *indices, int64_t rows, knn_value **list,
                              knn_value **places) {
  knn_value *outs[2] = {NULL, NULL};
  int n = 2;
  if (s->status != KNN_OK) return s->status;
  s->status =
      knn__apply(s->ctx, &knn__op_distinct_rows, &(distinct_args){rows}, &indices, 1, outs, &n);
  if (s->status != KNN_OK) return s->status;
  *list = knn__hold(s, outs[0]);
  *places = knn__hold(s, outs[1]);
  return s->status;
}
