/* hash_cross.c - one bin for what several integers are together: y = hash(x1, x2, ...) mod bins. x
 * (...) each, int64, of one shape -> (...) int64 of 0 .. bins - 1. Where the hash begins is fixed,
 * as in TensorFlow's crosses. No gradient. */
#include "hash.h"
#include "op_list.h"

typedef struct cross_args {
  int64_t bins;
} cross_args;

static const knn_param params[] = {KNN__PARAM(cross_args, bins, KNN_P_INT, NULL, "Number of bins.",
                                              .mark = KNN_COUNT, .positional = true, .min = 1,
                                              .max = 9e15)};

static knn_status infer(const knn__infer *q) {
  const knn__spec *first = &q->in[0];
  for (int i = 0; i < q->n_in; i++) {
    const knn__spec *x = &q->in[i];
    if (x->dtype != KNN_I64)
      return knn_fail(q->ctx, KNN_ETYPE, "wants int64, operand %d is %s; cast it", i + 1,
                      knn_dtype_name(x->dtype));
    if (!knn__dims_fit(first->rank, first->dims, x->rank, x->dims))
      return knn_fail(q->ctx, KNN_ESHAPE, "operands must have one shape, got %s and %s",
                      KNN__SPEC(*first), KNN__SPEC(*x));
  }
  q->out[0] = *first;
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const cross_args *args = call->args;
  const uint64_t begin = 0xDECAFCAFFE;
  int64_t *y = call->out[0].data;
  for (int64_t i = 0; i < call->out[0].n; i++) {
    uint64_t hash = begin;
    for (int k = 0; k < call->n_in; k++)
      hash = knn__fingerprint_join(hash, (uint64_t)((const int64_t *)call->in[k].data)[i]);
    y[i] = (int64_t)(hash % (uint64_t)args->bins);
  }
  return KNN_OK;
}

const knn__op knn__op_hash_cross = {
    .cls =
        {.family = "op",
         .name = "hash_cross",
         .summary = "One bin for what several integers are together.",
         .detail = "y = hash(x1, x2, ...) mod bins; the order of the operands counts.",
         .shapes = "x1 (...), x2 (...), ... int64 -> (...) int64",
         .example =
             "print(knn.ops.hash_cross({knn.tensor({1, 2}, 'int64'), knn.tensor({5, 5}, 'int64')}, "
             "{bins = 10}))",
         .source = "TensorFlow, sparse.cross_hashed",
         .see = "hash_bins",
         KNN__PARAMS(params, cross_args)},
    .min_in = 1,
    .max_in = -1,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
};

knn_value *knn__hash_cross(knn__scope *s, int n, knn_value *const *x, int64_t bins) {
  return knn__op_apply(s, &knn__op_hash_cross, &(cross_args){bins}, n, x);
}
