/* erfinv.c - the inverse of the error function: erf(y) = x. x (...) -> (...), infinite at -1 and 1,
 * NaN beyond. dx = dy sqrt(pi) / 2 e^(y^2). */
#include <math.h>

#include "op_list.h"
#include "traverse.h"

static knn__loop *const loops[KNN_DTYPES] = {KNN__REAL_LOOPS(erfinv)};

static knn_status infer(const knn__infer *q) {
  return knn__infer_elementwise(q, loops, 0, KNN_DTYPE_NONE);
}

static void inner(const knn__call *call, knn__inner *out) {
  knn__best_loop(call, call->in[0].spec.dtype, loops, 0, out);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (knn__wants(g, 0))
    g->dx[0] = knn__multiply(s, knn__times(s, g->dy[0], 1 / M_2_SQRTPI),
                             knn__exp(s, knn__square(s, g->out[0])));
}

const knn__op knn__op_erfinv = {
    .cls = {.family = "op",
            .name = "erfinv",
            .summary = "Inverse of the error function.",
            .detail = "erf(y) = x; infinite at -1 and 1, NaN beyond.",
            .shapes = "x (...) -> (...)",
            .example = "print(knn.ops.erfinv(knn.tensor{-0.5, 0, 0.9}))",
            .see = "erf"},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_INPLACE | KNN__OP_TO_FLOAT,
    .infer = infer,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp};
