/* cast.c - y = x in another element type. x (...) -> same shape. Floats to integers truncate
 * towards 0 and stop at the type's limits, NaN becomes 0; any nonzero is true. Gradient: dy cast
 * back, between floats only. */
#include "op_list.h"
#include "traverse.h"

typedef struct cast_args {
  knn_dtype dtype;
} cast_args;

static const knn_param params[] = {
    KNN__PARAM(cast_args, dtype, KNN_P_DTYPE, NULL, "Element type of the result.",
               .positional = true),
};

static knn_status infer(const knn__infer *q) {
  const cast_args *args = q->args;
  q->out[0] = q->in[0];
  q->out[0].dtype = args->dtype;
  return KNN_OK;
}

static void inner(const knn__call *call, knn__inner *out) {
  out->loop = knn__ref_cast(call->out[0].spec.dtype, call->in[0].spec.dtype);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  knn_dtype from = g->in[0]->spec.dtype;
  if (knn__wants(g, 0) && knn_dtype_is_float(from)) g->dx[0] = knn__cast(s, g->dy[0], from);
}

const knn__op knn__op_cast = {
    .cls = {.family = "op",
            .name = "cast",
            .summary = "The same numbers in another element type.",
            .detail = "Floats to integers truncate towards 0, NaN becomes 0; any nonzero is true.",
            .shapes = "x (...) -> (...)",
            .example = "knn.ops.cast(knn.tensor{0.5, 1.5}, {dtype = 'int32'})",
            KNN__PARAMS(params, cast_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp};

knn_value *knn__cast(knn__scope *s, knn_value *x, knn_dtype type) {
  if (s->status != KNN_OK || x->spec.dtype == type) return s->status == KNN_OK ? x : NULL;
  return knn__op1(s, &knn__op_cast, &(cast_args){type}, x);
}
