/* fused.c - a product or a convolution, then bias and activation in place while the lines are in
 * the cache. The loops are those of the separate ops, so the bits are the same. For passes only: a
 * gradient is written before fusing, so there is no vjp. */
#include "fused.h"

#include "chosen.h"
#include "op_list.h"
#include "pool.h"

#define ACTIVATION_LIST(X) X(relu) X(sigmoid) X(tanh) X(softplus) X(log_sigmoid) X(exp) X(clip)

#define X(name) &knn__op_##name,
const knn__op *const knn__activation_ops[] = {NULL, ACTIVATION_LIST(X)};
#undef X
const int knn__activation_ops_n = sizeof knn__activation_ops / sizeof *knn__activation_ops;

#define FIELD(block, NAME, KIND, DEFAULT, DOC) \
  { .name = #NAME, .kind = KIND, .def = DEFAULT, .doc = DOC, .offset = offsetof(block, plain.NAME) }
#define WINDOW_FIELD(NAME, KIND, DEFAULT, DOC)                     \
  {                                                                \
    .name = #NAME, .kind = KIND, .def = DEFAULT, .doc = DOC,       \
    .offset = offsetof(knn__conv_bias_act_args, plain.window.NAME) \
  }
#define ACT_FIELD(block, at, NAME, KIND, DEFAULT, DOC, ...)                                     \
  {                                                                                             \
    .name = #NAME, .kind = KIND, .def = DEFAULT, .doc = DOC, .offset = offsetof(block, act.at), \
    __VA_ARGS__                                                                                 \
  }
#define OP_NAME(name) "|" #name
#define ACTIVATION(block)                                                                       \
  ACT_FIELD(block, activation, activation, KNN_P_ENUM, "none", "Function of each element.",     \
            .choices = "none" ACTIVATION_LIST(OP_NAME)),                                        \
      ACT_FIELD(block, bounds.x_min, x_min, KNN_P_FLOAT, "null", "Of clip.", .nullable = true), \
      ACT_FIELD(block, bounds.x_max, x_max, KNN_P_FLOAT, "null", "Of clip.", .nullable = true)

static const knn_param matmul_params[] = {
    FIELD(knn__matmul_bias_act_args, trans_a, KNN_P_BOOL, "false",
          "Read the last two axes of a exchanged."),
    FIELD(knn__matmul_bias_act_args, trans_b, KNN_P_BOOL, "false",
          "Read the last two axes of b exchanged."),
    ACTIVATION(knn__matmul_bias_act_args),
};
static const knn_param conv_params[] = {
    WINDOW_FIELD(strides, KNN_P_INTS, "1", "Step of the window along each spatial axis."),
    WINDOW_FIELD(dilation, KNN_P_INTS, "1", "Distance between elements of the window."),
    WINDOW_FIELD(before, KNN_P_INTS, "0", "Padding before each spatial axis."),
    WINDOW_FIELD(after, KNN_P_INTS, "0", "Padding after each spatial axis."),
    FIELD(knn__conv_bias_act_args, groups, KNN_P_INT, "1",
          "Channels and filters fall into so many independent groups."),
    ACTIVATION(knn__conv_bias_act_args),
};

static knn_status infer_with(const knn__infer *q, const knn__op *plain) {
  KNN__TRY(plain->infer(q));
  const knn__spec *y = &q->out[0], *bias = &q->in[2];
  if (y->rank > 0 && bias->rank == 1 && bias->dtype == y->dtype &&
      bias->dims[0] == y->dims[y->rank - 1])
    return KNN_OK;
  return knn_fail(q->ctx, KNN_ESHAPE, "the bias must have one element per column of %s, got %s",
                  KNN__SPEC(*y), KNN__SPEC(*bias));
}

static knn_status infer_matmul(const knn__infer *q) {
  return infer_with(q, &knn__op_matmul);
}

static knn_status infer_conv(const knn__infer *q) {
  return infer_with(q, &knn__op_conv);
}

/* The loops of the separate ops. */
static void choose_loops(knn__call *call, const knn__act_args *act) {
  const knn__op *activation = knn__activation_ops[act->activation];
  knn__chosen *chosen = call->state;
  const knn__call sum = {.ctx = call->ctx, .args = &act->bounds, .in = call->out, .out = call->out};
  knn__inner inner = {0};
  knn__op_add.inner(&sum, &inner);
  chosen->add = inner.loop;
  if (activation) activation->inner(&sum, &chosen->activation);
}

static knn_status prepare_matmul(knn__call *call) {
  KNN__TRY(knn__op_matmul.prepare(call));
  choose_loops(call, &((const knn__matmul_bias_act_args *)call->args)->act);
  return KNN_OK;
}

static knn_status prepare_conv(knn__call *call) {
  KNN__TRY(knn__op_conv.prepare(call));
  choose_loops(call, &((const knn__conv_bias_act_args *)call->args)->act);
  return KNN_OK;
}

typedef struct job {
  int64_t rows, columns;
  size_t element;
  char *y;
  void *bias;
  knn__loop *add;
  const knn__inner *activation;
  int pieces;
} job;

enum { BLOCK = 4096 }; /* elements that stay in the first-level cache between bias and activation */

static void activate(const knn__inner *activation, int64_t n, void *y) {
  void *p[4] = {y};
  int64_t steps[4] = {1};
  for (int i = 0; i < activation->n_constants; i++)
    p[1 + i] = (void *)(uintptr_t)&activation->constants[i];
  p[1 + activation->n_constants] = y;
  activation->loop(n, p, steps);
}

static void piece(void *arg, int index) {
  const job *j = arg;
  int64_t first, last, block = BLOCK / j->columns + 1;
  knn__piece_range(j->rows, j->pieces, index, &first, &last);
  for (int64_t from = first; from < last; from += block) {
    int64_t to = from + block < last ? from + block : last;
    char *start = j->y + (size_t)(from * j->columns) * j->element;
    for (int64_t row = from; row < to; row++) {
      char *y = j->y + (size_t)(row * j->columns) * j->element;
      j->add(j->columns, (void *[]){y, j->bias, y}, (int64_t[]){1, 1});
    }
    if (j->activation->loop) activate(j->activation, (to - from) * j->columns, start);
  }
}

static knn_status finish(const knn__call *call) {
  const knn__chosen *chosen = call->state;
  const knn__buf *y = &call->out[0];
  if (y->n == 0) return KNN_OK;
  job j = {.columns = call->in[2].n,
           .rows = y->n / call->in[2].n,
           .element = knn_dtype_size(y->spec.dtype),
           .y = y->data,
           .bias = call->in[2].data,
           .add = chosen->add,
           .activation = &chosen->activation};
  j.pieces = knn__pieces(j.rows, 4 * BLOCK / j.columns + 1);
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

static knn_status forward_matmul(const knn__call *call) {
  KNN__TRY(knn__op_matmul.forward(call));
  return finish(call);
}

static knn_status forward_conv(const knn__call *call) {
  KNN__TRY(knn__op_conv.forward(call));
  return finish(call);
}

const knn__op knn__op_matmul_bias_act = {
    .cls = {.family = "op",
            .name = "matmul_bias_act",
            .summary = "matmul, then bias and activation in place.",
            .detail = "y = activation(a b + bias), to the same bits as the separate ops.",
            .shapes = "a (..., m, k), b (..., k, n), bias (n) -> (..., m, n)",
            .see = "matmul",
            KNN__PARAMS(matmul_params, knn__matmul_bias_act_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_matmul,
    .prepare = prepare_matmul,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward_matmul,
};

const knn__op knn__op_conv_bias_act = {
    .cls = {.family = "op",
            .name = "conv_bias_act",
            .summary = "conv, then bias and activation in place.",
            .detail = "y = activation(conv(x, w) + bias), to the same bits as the separate ops.",
            .shapes = "x (batch, spatial..., channels), w (window..., channels / groups, filters), "
                      "bias (filters) -> "
                      "(batch, out..., filters)",
            .see = "conv",
            KNN__PARAMS(conv_params, knn__conv_bias_act_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_conv,
    .prepare = prepare_conv,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward_conv,
};
