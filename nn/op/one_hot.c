/* one_hot.c - y[..., c] = 1 where c = indices[...], else 0: indices (...) -> (..., classes). An
 * index outside 0 .. classes - 1 gives a row of zeros, as in Keras. No gradient. */
#include <string.h>

#include "index.h"
#include "op_list.h"
#include "tensor_internal.h"

typedef struct one_hot_args {
  int64_t num_classes;
  knn_dtype dtype;
} one_hot_args;

static const knn_param params[] = {
    KNN__PARAM(one_hot_args, num_classes, KNN_P_INT, NULL, "Size of the new last axis.",
               .mark = KNN_COUNT, .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(one_hot_args, dtype, KNN_P_DTYPE, "float32", "Element type of the result."),
};

static knn_status infer(const knn__infer *q) {
  const one_hot_args *args = q->args;
  knn__spec out = q->in[0];
  KNN__TRY(knn__need_indices(q->ctx, &out));
  if (out.rank == KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "a tensor has at most %d axes", KNN_MAX_RANK);
  out.dtype = args->dtype;
  out.dims[out.rank++] = args->num_classes;
  q->out[0] = out;
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const one_hot_args *args = call->args;
  const knn__buf *out = &call->out[0];
  size_t size = knn_dtype_size(args->dtype);
  if (out->n) memset(out->data, 0, (size_t)out->n * size);
  for (int64_t i = 0; i < call->in[0].n; i++) {
    int64_t label = knn__index_at(&call->in[0], i);
    if (label >= 0 && label < args->num_classes)
      knn__set_element(args->dtype,
                       (char *)out->data + (size_t)(i * args->num_classes + label) * size, 1);
  }
  return KNN_OK;
}

const knn__op knn__op_one_hot = {
    .cls = {.family = "op",
            .name = "one_hot",
            .summary = "Class numbers as rows with a single 1.",
            .detail = "y[..., c] = 1 where c equals the class, which counts from 0; a class out of "
                      "range gives zeros.",
            .shapes = "indices (...) -> (..., num_classes)",
            .example = "knn.ops.one_hot(knn.tensor({0, 2}, {dtype = 'int32'}), {num_classes = 3})",
            KNN__PARAMS(params, one_hot_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer,
    .forward = forward};

knn_value *knn__one_hot(knn__scope *s, knn_value *indices, int64_t classes, knn_dtype type) {
  return knn__op1(s, &knn__op_one_hot, &(one_hot_args){classes, type}, indices);
}
