/* table_lookup.c - integers replaced by way of a table: y = values[i] where keys[i] = x, else
 * `missing`, or an error where there is to be none. x (...), keys (n) ascending, values (n), all
 * int64 -> (...) int64. No gradient. */
#include "op_list.h"
#include "pool.h"
#include "traverse.h"

typedef struct lookup_args {
  int64_t missing; /* KNN_NONE: an error */
} lookup_args;

static const knn_param params[] = {KNN__PARAM(lookup_args, missing, KNN_P_INT, "null",
                                              "Value for what is no key; null = that is an error.",
                                              .mark = KNN_LABEL)};

static knn_status infer(const knn__infer *q) {
  const knn__spec *keys = &q->in[1], *values = &q->in[2];
  for (int i = 0; i < 3; i++)
    if (q->in[i].dtype != KNN_I64)
      return knn_fail(q->ctx, KNN_ETYPE, "wants int64, operand %d is %s; cast it", i + 1,
                      knn_dtype_name(q->in[i].dtype));
  if (keys->rank != 1 || values->rank != 1 ||
      !knn__dims_fit(keys->rank, keys->dims, values->rank, values->dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "keys and values must be lists of one size, got %s and %s",
                    KNN__SPEC(*keys), KNN__SPEC(*values));
  q->out[0] = q->in[0];
  return KNN_OK;
}

typedef struct job {
  const int64_t *x, *keys, *values;
  int64_t *y, n, size, missing;
  int pieces;
} job;

/* Place of x among the keys, -1 if it is none. */
static int64_t find(const job *j, int64_t x) {
  int64_t low = 0, high = j->size;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (j->keys[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return low < j->size && j->keys[low] == x ? low : -1;
}

static void piece(void *arg, int number) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->n, j->pieces, number, &first, &last);
  for (int64_t i = first; i < last; i++) {
    const int64_t place = find(j, j->x[i]);
    j->y[i] = place < 0 ? j->missing : j->values[place];
  }
}

static knn_status forward(const knn__call *call) {
  const lookup_args *args = call->args;
  job j = {.x = call->in[0].data,
           .keys = call->in[1].data,
           .values = call->in[2].data,
           .y = call->out[0].data,
           .n = call->in[0].n,
           .size = call->in[1].n,
           .missing = args->missing};
  for (int64_t i = 0; i < j.n && args->missing == KNN_NONE; i++)
    if (find(&j, j.x[i]) < 0)
      return knn_fail(call->ctx, KNN_EDATA, "element %lld is %lld, which is not in the table",
                      (long long)i + 1, (long long)j.x[i]);
  j.pieces = knn__pieces(j.n, KNN__GRAIN);
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

const knn__op knn__op_table_lookup = {
    .cls = {.family = "op",
            .name = "table_lookup",
            .summary = "Integers replaced by way of a table.",
            .detail = "y = values[i] where keys[i] = x; keys ascend. `missing` stands for what is "
                      "no key.",
            .shapes = "x (...), keys (n), values (n), all int64 -> (...) int64",
            .example = "print(knn.ops.table_lookup(knn.tensor({7, 5}, 'int64'), knn.tensor({5, 7}, "
                       "'int64'), knn.tensor({1, 2}, 'int64')))",
            .see = "one_hot|take",
            KNN__PARAMS(params, lookup_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
};

knn_value *knn__table_lookup(knn__scope *s, knn_value *x, knn_value *keys, knn_value *values,
                             int64_t missing) {
  return knn__op3(s, &knn__op_table_lookup, &(lookup_args){missing}, x, keys, values);
}
