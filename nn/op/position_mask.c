/* position_mask.c - which keys a query may see by their places: mask (1, t, s), true at (i, j)
 * where j <= i (causal) and |i - j| < window. Only the operands' sizes are read. No gradient. */
#include "op_list.h"
#include "shape_args.h"

typedef struct position_args {
  int64_t axis;
  bool causal;
  int64_t window;
} position_args;

static const knn_param params[] = {
    KNN__PARAM(position_args, axis, KNN_P_INT, "1", "Axis of the steps.", .mark = KNN_AXIS),
    KNN__PARAM(position_args, causal, KNN_P_BOOL, "false", "Whether later keys are hidden."),
    KNN__PARAM(position_args, window, KNN_P_INT, "null",
               "Keys so far away or farther are hidden; null: none.", .mark = KNN_COUNT, .min = 1,
               .max = 1e15),
};

static knn_status infer(const knn__infer *q) {
  const position_args *args = q->args;
  knn__spec out = {.dtype = KNN_BOOL, .rank = 3, .dims = {1}};
  for (int i = 0; i < 2; i++) {
    int at;
    KNN__TRY(knn__need_axis(q->ctx, args->axis, q->in[i].rank, &at));
    out.dims[1 + i] = q->in[i].dims[at];
  }
  q->out[0] = out;
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const position_args *args = call->args;
  const int64_t rows = call->out[0].spec.dims[1], cols = call->out[0].spec.dims[2];
  const int64_t window = args->window == KNN_NONE ? INT64_MAX : args->window;
  unsigned char *y = call->out[0].data;
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < cols; j++)
      y[i * cols + j] = (!args->causal || j <= i) && (i > j ? i - j : j - i) < window;
  return KNN_OK;
}

const knn__op knn__op_position_mask = {
    .cls = {.family = "op",
            .name = "position_mask",
            .summary = "Which keys a query may see by their places.",
            .detail = "True at (i, j) where j <= i if causal, and |i - j| < window.",
            .shapes = "q (b, t, ...), k (b, s, ...) -> (1, t, s)",
            .example = "knn.ops.dot_product_attention(knn.ones{1, 2, 1, 3}, knn.ones{1, 2, 1, 3}, "
                       "knn.ones{1, 2, 1, 3}, {is_causal = true})",
            KNN__PARAMS(params, position_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .forward = forward};

knn_value *knn__position_mask(knn__scope *s, knn_value *q, knn_value *k, int64_t axis, bool causal,
                              int64_t window) {
  return knn__op2(s, &knn__op_position_mask, &(position_args){axis, causal, window}, q, k);
}
