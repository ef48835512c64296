/* stop_gradient.c - y = x, through which no gradient flows back. x (...) -> same memory. */
#include "op_list.h"
#include "traverse.h"

static knn_status infer(const knn__infer *q) {
  q->out[0] = q->in[0];
  return KNN_OK;
}

const knn__op knn__op_stop_gradient = {
    .cls = {.family = "op",
            .name = "stop_gradient",
            .summary = "The same values, through which no gradient flows back.",
            .detail = "y = x, with gradient zero.",
            .shapes = "x (...) -> (...)",
            .example = "knn.ops.stop_gradient(knn.tensor{1, 2})"},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HALVES,
    .infer = infer};

knn_value *knn__stop_gradient(knn__scope *s, knn_value *x) {
  return knn__apply1(s, &knn__op_stop_gradient, NULL, x);
}
