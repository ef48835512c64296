/* nextafter.c - the nearest number of the type on the way from x to y. x (...), y (...) -> their
 * broadcast. No gradient. */
#include "op_list.h"
#include "traverse.h"

static knn__loop *const loops[KNN_DTYPES] = {KNN__REAL_LOOPS(nextafter)};

static knn_status infer(const knn__infer *q) {
  return knn__infer_elementwise(q, loops, 0, KNN_DTYPE_NONE);
}

static void inner(const knn__call *call, knn__inner *out) {
  knn__best_loop(call, call->in[0].spec.dtype, loops, 0, out);
}

const knn__op knn__op_nextafter = {
    .cls = {.family = "op",
            .name = "nextafter",
            .summary = "The next number of the type from x towards y.",
            .detail = "x itself where both are equal; gradient zero.",
            .shapes = "x (...), y (...) -> their broadcast",
            .example = "print(knn.ops.nextafter(knn.tensor{1.0}, knn.tensor{2.0}))",
            .source = "Keras, ops.nextafter"},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_INPLACE | KNN__OP_PROMOTE | KNN__OP_TO_FLOAT,
    .infer = infer,
    KNN__ELEMENTWISE(inner)};
