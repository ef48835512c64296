/* cumulative.c - running sums and products along an axis: y[i] = x[0] + ... + x[i], or the product.
 * x (..., n, ...) -> same. cumsum: dx = the running sum of dy from the other end. cumprod: dx[i] =
 * (sum over j >= i of dy[j] y[j]) / x[i], which needs x other than 0. */
#include "op_list.h"
#include "shape_args.h"
#include "view_copy.h"

static const knn_param params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "null",
               "Axis that is run along; null: x is read as one long row.", .mark = KNN_AXIS,
               .nullable = true),
};

static knn_status infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  const knn__spec *x = &q->in[0];
  int at;
  if (x->dtype == KNN_BOOL || x->dtype == KNN_U8)
    return knn_fail(q->ctx, KNN_ETYPE, "wants int32, int64 or floats, got %s; cast it",
                    knn_dtype_name(x->dtype));
  q->out[0] = *x;
  if (args->axis != KNN_NONE) return knn__need_axis(q->ctx, args->axis, x->rank, &at);
  q->out[0].rank = 1;
  q->out[0].dims[0] = knn__count(x->rank, x->dims);
  return KNN_OK;
}

/* Sizes around the axis. */
static void lines_of(const knn__call *call, int64_t *outer, int64_t *n, int64_t *inner) {
  const knn__axis_args *args = call->args;
  int at = 0;
  *outer = *inner = 1;
  *n = call->in[0].n;
  if (args->axis == KNN_NONE || !knn__axis(args->axis, call->in[0].spec.rank, &at)) return;
  knn__around(&call->in[0].spec, at, outer, inner);
  *n = call->in[0].spec.dims[at];
}

#define RUN(NAME, TYPE, OPERATOR)                                                     \
  static void NAME(const TYPE *x, TYPE *y, int64_t outer, int64_t n, int64_t inner) { \
    for (int64_t o = 0; o < outer; o++, x += n * inner, y += n * inner)               \
      for (int64_t i = 0; i < n * inner; i++)                                         \
        y[i] = i < inner ? x[i] : y[i - inner] OPERATOR x[i];                         \
  }
RUN(sum_f32, float, +)
RUN(sum_f64, double, +)
RUN(sum_i32, int32_t, +)
RUN(sum_i64, int64_t, +)
RUN(prod_f32, float, *)
RUN(prod_f64, double, *)
RUN(prod_i32, int32_t, *)
RUN(prod_i64, int64_t, *)

#define FORWARD(NAME)                                         \
  static knn_status NAME##_forward(const knn__call *call) {   \
    int64_t outer, n, inner;                                  \
    const void *x = call->in[0].data;                         \
    void *y = call->out[0].data;                              \
    lines_of(call, &outer, &n, &inner);                       \
    switch (call->in[0].spec.dtype) {                         \
      case KNN_F32: NAME##_f32(x, y, outer, n, inner); break; \
      case KNN_F64: NAME##_f64(x, y, outer, n, inner); break; \
      case KNN_I32: NAME##_i32(x, y, outer, n, inner); break; \
      default: NAME##_i64(x, y, outer, n, inner); break;      \
    }                                                         \
    return KNN_OK;                                            \
  }
FORWARD(sum)
FORWARD(prod)

/* Running sums from the other end, as the result lies. */
static knn_value *from_the_end(knn__scope *s, knn_value *x, int64_t axis) {
  if (axis == KNN_NONE) axis = 0;
  return knn__flip(s, knn__cumsum(s, knn__flip(s, x, axis), axis), axis);
}

static void sum_vjp(knn__scope *s, const knn__vjp *g) {
  const knn__axis_args *args = g->args;
  if (!g->wanted[0] || !g->dy[0]) return;
  g->dx[0] = knn__reshape_like(s, from_the_end(s, g->dy[0], args->axis), g->in[0]);
}

static void prod_vjp(knn__scope *s, const knn__vjp *g) {
  const knn__axis_args *args = g->args;
  if (!g->wanted[0] || !g->dy[0]) return;
  knn_value *sum = from_the_end(s, knn__multiply(s, g->dy[0], g->out[0]), args->axis);
  g->dx[0] = knn__divide(s, knn__reshape_like(s, sum, g->in[0]), g->in[0]);
}

/* clang-format off */
#define ROW(NAME, SUMMARY, DETAIL, LOOP)                                                           \
  {.cls = {.family = "op", .name = NAME, .summary = SUMMARY, .detail = DETAIL,                     \
           .shapes = "x (..., n, ...) -> same",                                                    \
           .example = "print(knn.ops." NAME "(knn.tensor{1, 2, 3}))", .see = "sum|prod",           \
           KNN__PARAMS(params, knn__axis_args)},                                                   \
   .min_in = 1, .max_in = 1, .n_out = 1, .infer = infer, .forward = LOOP##_forward, .vjp = LOOP##_vjp}
/* clang-format on */

const knn__op knn__op_cumsum =
    ROW("cumsum", "Running sums along an axis.", "y[i] = x[0] + ... + x[i]", sum);
const knn__op knn__op_cumprod =
    ROW("cumprod", "Running products along an axis.",
        "y[i] = x[0] ... x[i]; the gradient needs x other than 0.", prod);

knn_value *knn__cumsum(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_cumsum, &(knn__axis_args){axis}, x);
}
