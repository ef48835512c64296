/* clip.c - y = min(max(x, x_min), x_max); NaN stays NaN. x (...) -> same shape and type; the bounds
 * are converted to it. dx = dy where x_min <= x <= x_max, bounds included, else 0 (as TensorFlow;
 * jax.numpy.clip gives one half on a bound). */
#include <math.h>

#include "fused.h"
#include "op_list.h"
#include "tensor_internal.h"
#include "traverse.h"

static const knn_param params[] = {
    KNN__PARAM(knn__clip_args, x_min, KNN_P_FLOAT, "null",
               "Smallest value of the result; null: no bound.", .nullable = true,
               .positional = true),
    KNN__PARAM(knn__clip_args, x_max, KNN_P_FLOAT, "null",
               "Largest value of the result; null: no bound.", .nullable = true,
               .positional = true),
};

static knn__loop *const loops[KNN_DTYPES] = {KNN__REAL_LOOPS(clip), KNN__INTEGER_LOOPS(clip)};

static knn_status infer(const knn__infer *q) {
  const knn__clip_args *args = q->args;
  if (args->x_min > args->x_max)
    return knn_fail(q->ctx, KNN_EARG, "x_min %g is above x_max %g", args->x_min, args->x_max);
  return knn__infer_elementwise(q, loops, 0, KNN_DTYPE_NONE);
}

static void inner(const knn__call *call, knn__inner *out) {
  const knn__clip_args *args = call->args;
  knn_dtype type = call->in[0].spec.dtype;
  knn__best_loop(call, type, loops, offsetof(knn__simd_set, clip), out);
  out->n_constants = 2;
  knn__set_element(type, &out->constants[0], isnan(args->x_min) ? -INFINITY : args->x_min);
  knn__set_element(type, &out->constants[1], isnan(args->x_max) ? INFINITY : args->x_max);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__clip_args *args = g->args;
  knn_value *x = g->in[0], *dx = g->dy[0];
  if (!knn__wants(g, 0)) return;
  knn_value *zero = knn__scalar_like(s, x, 0);
  if (!isnan(args->x_min))
    dx = knn__where(s, knn__greater_equal(s, x, knn__scalar_like(s, x, args->x_min)), dx, zero);
  if (!isnan(args->x_max))
    dx = knn__where(s, knn__less_equal(s, x, knn__scalar_like(s, x, args->x_max)), dx, zero);
  g->dx[0] = dx;
}

const knn__op knn__op_clip = {
    .cls = {.family = "op",
            .name = "clip",
            .summary = "Each element held between two bounds.",
            .detail = "y = min(max(x, x_min), x_max); the gradient passes where x lies between the "
                      "bounds, bounds included.",
            .shapes = "x (...) -> (...)",
            .example = "knn.ops.clip(knn.tensor{-1, 0.5, 2}, {x_min = 0, x_max = 1})",
            KNN__PARAMS(params, knn__clip_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_INPLACE,
    .infer = infer,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp};

knn_value *knn__clip(knn__scope *s, knn_value *x, double low, double high) {
  return knn__apply1(s, &knn__op_clip, &(knn__clip_args){low, high}, x);
}
