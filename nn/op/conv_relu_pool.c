/* conv_relu_pool.c - a convolution, bias, relu and the largest of each window while the lines are
 * in the cache, and the way back. y = relu(conv(x, w) + bias) itself is never in memory as a whole:
 * p keeps its maxima and `where` their places in the windows. dy = dp at these places where p > 0,
 * else 0: what max_pool_grad and then relu_grad give. For passes only, so there is no vjp. Windows
 * lie side by side without padding. */
#include "conv_relu_pool.h"

#include "chosen.h"
#include "pool.h"
#include "simd.h"
#include "traverse.h"

#define WINDOW_FIELD(NAME, DEFAULT, DOC)                           \
  {                                                                \
    .name = #NAME, .kind = KNN_P_INTS, .def = DEFAULT, .doc = DOC, \
    .offset = offsetof(knn__conv_relu_pool_args, conv.window.NAME) \
  }
static const knn_param params[] = {
    WINDOW_FIELD(strides, "1", "Step of the window along each spatial axis."),
    WINDOW_FIELD(dilation, "1", "Distance between elements of the window."),
    WINDOW_FIELD(before, "0", "Padding before each spatial axis."),
    WINDOW_FIELD(after, "0", "Padding after each spatial axis."),
    {.name = "groups",
     .kind = KNN_P_INT,
     .def = "1",
     .doc = "Channels and filters fall into so many independent groups.",
     .offset = offsetof(knn__conv_relu_pool_args, conv.groups)},
    KNN__PARAM(knn__conv_relu_pool_args, pool, KNN_P_INTS, NULL, "Lines and columns of a window.",
               .mark = KNN_SIZE, .min = 1, .max = 255),
};
static const knn_param grad_params[] = {
    KNN__PARAM(knn__conv_relu_pool_grad_args, pool, KNN_P_INTS, NULL,
               "Lines and columns of a window.", .mark = KNN_SIZE, .min = 1, .max = 255),
    KNN__PARAM(knn__conv_relu_pool_grad_args, sizes, KNN_P_INTS, NULL,
               "Lines and columns before the pooling.", .mark = KNN_SIZE, .min = 1, .max = 1e9),
};

/* The window of y's two spatial axes. */
static knn_status read_pool(knn_ctx *ctx, const knn_ints *pool, const knn__spec *y,
                            int64_t window[2]) {
  for (int i = 0; i < 2; i++) window[i] = pool->v[pool->n == 1 ? 0 : i];
  if (y->rank == 4 && (pool->n == 1 || pool->n == 2) && window[0] * window[1] <= 255) return KNN_OK;
  return knn_fail(ctx, KNN_ESHAPE,
                  "wants a window of 255 elements at most over 2 spatial axes, got %s",
                  KNN__SPEC(*y));
}

/* The convolution's result. */
static knn_status infer_conv(knn_ctx *ctx, const void *args, const knn__spec *in, knn__spec *y) {
  knn__infer q = {.ctx = ctx, .args = args, .n_in = 2, .in = in, .n_out = 1, .out = y};
  return knn__op_conv.infer(&q);
}

static knn_status infer(const knn__infer *q) {
  const knn__conv_relu_pool_args *args = q->args;
  knn__spec y, *p = &q->out[0];
  KNN__TRY(infer_conv(q->ctx, &args->conv, q->in, &y));
  int64_t window[2];
  KNN__TRY(read_pool(q->ctx, &args->pool, &y, window));
  if (q->in[2].rank != 1 || q->in[2].dtype != y.dtype || q->in[2].dims[0] != y.dims[3])
    return knn_fail(q->ctx, KNN_ESHAPE, "the bias must have one element per column of %s, got %s",
                    KNN__SPEC(y), KNN__SPEC(q->in[2]));
  *p = y;
  for (int i = 0; i < 2; i++)
    if (y.dims[1 + i] != KNN_ANY) p->dims[1 + i] = y.dims[1 + i] / window[i];
  q->out[1] = *p;
  q->out[1].dtype = KNN_U8;
  return KNN_OK;
}

static const knn__simd_set *loops(const knn_ctx *ctx, knn_dtype dtype) {
  const knn__simd_set *set = knn__simd(ctx, dtype);
  if (set) return set; /* choosing the largest does not round: any set gives the bits of ref */
  return dtype == KNN_F64 ? &knn__simd_baseline_f64 : &knn__simd_baseline_f32;
}

static knn__pooled pooled(const knn_ints *pool, const int64_t *dims) {
  return (knn__pooled){.window = {pool->v[0], pool->v[pool->n - 1]},
                       .lines = dims[0],
                       .columns = dims[1],
                       .channels = dims[2]};
}

typedef struct job {
  const knn__simd_set *set;
  knn__pooled pooled;
  size_t element; /* bytes */
  const void *bias;
  char *p;
  uint8_t *where;
} job;

/* Lines first .. first + lines - 1, counted through all images, whole windows of one image. */
static void finish(const void *arg, const void *y, int64_t first, int64_t lines) {
  const job *j = arg;
  int64_t height = j->pooled.lines / j->pooled.window[0],
          line = first / j->pooled.lines * height + first % j->pooled.lines / j->pooled.window[0];
  int64_t at = line * (j->pooled.columns / j->pooled.window[1]) * j->pooled.channels;
  j->set->relu_pool(&j->pooled, lines, y, j->bias, j->p + (size_t)at * j->element, j->where + at);
}

static knn_status prepare(knn__call *call) {
  const knn__conv_relu_pool_args *args = call->args;
  knn__conv p;
  knn__spec y, in[2] = {call->in[0].spec, call->in[1].spec};
  KNN__TRY(infer_conv(call->ctx, &args->conv, in, &y));
  KNN__TRY(knn__conv_problem(call->ctx, &args->conv, &in[0], &in[1], &y, &p));
  p.finish = finish;
  p.finish_lines = args->pool.v[0]; /* the first, also of one for both */
  return knn__chosen_new(call, KNN__CONV, &p);
}

static knn_status forward(const knn__call *call) {
  const knn__conv_relu_pool_args *args = call->args;
  knn__chosen *chosen = call->state;
  knn__conv *p = &chosen->conv;
  if (call->out[0].n == 0) return KNN_OK;
  job j = {.set = loops(call->ctx, p->dtype),
           .pooled = pooled(&args->pool, (int64_t[]){p->out[1], p->out[2], p->filters}),
           .element = knn_dtype_size(p->dtype),
           .bias = call->in[2].data,
           .p = call->out[0].data,
           .where = call->out[1].data};
  p->x = call->in[0].data;
  p->w = call->in[1].data;
  p->y = NULL;
  p->finish_arg = &j;
  knn__chosen_run(call, chosen);
  return KNN_OK;
}

static knn_status infer_grad(const knn__infer *q) {
  const knn__conv_relu_pool_grad_args *args = q->args;
  int64_t window[2];
  KNN__TRY(read_pool(q->ctx, &args->pool, &q->in[0], window));
  knn__spec p = q->in[0];
  if (args->sizes.n != 2)
    return knn_fail(q->ctx, KNN_EARG, "option 'sizes' has %d values, expected 2", args->sizes.n);
  q->out[0] = p;
  for (int i = 0; i < 2; i++) {
    q->out[0].dims[1 + i] = args->sizes.v[i];
    p.dims[1 + i] = args->sizes.v[i] / window[i];
  }
  for (int i = 0; i < 3; i++)
    if (!knn__dims_fit(p.rank, p.dims, q->in[i].rank, q->in[i].dims))
      return knn_fail(q->ctx, KNN_ESHAPE, "every operand must be %s, got %s", KNN__SPEC(p),
                      KNN__SPEC(q->in[i]));
  return KNN_OK;
}

typedef struct grad_job {
  const knn__call *call;
  knn__pooled pooled;
  int pieces;
} grad_job;

static void grad_piece(void *arg, int piece) {
  const grad_job *j = arg;
  const knn__buf *in = j->call->in, *out = j->call->out;
  const knn__simd_set *set = loops(j->call->ctx, out->spec.dtype);
  int64_t images = out->spec.dims[0], first, last, small = in->n / images, large = out->n / images;
  size_t element = knn_dtype_size(out->spec.dtype);
  knn__piece_range(images, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++)
    set->relu_pool_grad(&j->pooled, (char *)in[0].data + (size_t)(i * small) * element,
                        (char *)in[1].data + (size_t)(i * small) * element,
                        (uint8_t *)in[2].data + i * small,
                        (char *)out->data + (size_t)(i * large) * element);
}

static knn_status forward_grad(const knn__call *call) {
  const knn__conv_relu_pool_grad_args *args = call->args;
  const knn__spec *y = &call->out[0].spec;
  if (call->out[0].n == 0) return KNN_OK;
  grad_job j = {call, pooled(&args->pool, y->dims + 1), 1};
  j.pieces = knn__pieces(y->dims[0], KNN__GRAIN / (call->out[0].n / y->dims[0]) + 1);
  knn__parallel(call->ctx, j.pieces, grad_piece, &j);
  return KNN_OK;
}

const knn__op knn__op_conv_relu_pool = {
    .cls = {.family = "op",
            .name = "conv_relu_pool",
            .summary = "conv, bias, relu and the largest of each window, line by line.",
            .detail = "p = max_pool(relu(conv(x, w) + bias)), to the same bits as the separate "
                      "ops; where: places of the maxima in their windows.",
            .shapes = "x (batch, lines, columns, channels), w (window..., channels / groups, "
                      "filters), bias (filters) -> p and where (batch, out..., filters)",
            .see = "conv|max_pool",
            KNN__PARAMS(params, knn__conv_relu_pool_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 2,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward,
};

const knn__op knn__op_conv_relu_pool_grad = {
    .cls = {.family = "op",
            .name = "conv_relu_pool_grad",
            .summary = "Gradient of the convolution's result in conv_relu_pool.",
            .detail = "dy = dp at the place of each maximum where p > 0, else 0.",
            .shapes = "dp, p and where (batch, out..., filters) -> (batch, sizes..., filters)",
            .see = "conv_relu_pool",
            KNN__PARAMS(grad_params, knn__conv_relu_pool_grad_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_grad,
    .forward = forward_grad,
};
