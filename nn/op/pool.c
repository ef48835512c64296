/* pool.c - max and average pooling over 1 to 3 spatial axes, channels last, and their gradients as
 * ops. max: y = largest element of the window, padding never wins; the gradient goes to the first
 * largest element in row-major order, as XLA's select-and-scatter (hence Keras on JAX and
 * TensorFlow) does. average: y = sum / (elements of the window inside of x), padding excluded, as
 * Keras does. Both are linear in dy once x is fixed: max_pool_grad and max_pool_pick are each
 * other's transpose, so are average_pool and average_pool_grad. */
#include "pool_args.h"
#include "pool_loops.h"
#include "simd.h"

extern const knn__op knn__op_max_pool, knn__op_max_pool_grad, knn__op_max_pool_pick;
extern const knn__op knn__op_average_pool, knn__op_average_pool_grad;

typedef knn__pool_args pool_args;

#define SIZE                                                                                  \
  {                                                                                           \
    .name = "size", .kind = KNN_P_INTS, .doc = "Size of the window along each spatial axis.", \
    .offset = offsetof(pool_args, size), .mark = KNN_SIZE, .positional = true, .min = 1,      \
    .max = 1e9                                                                                \
  }

static const knn_param params[] = {SIZE, KNN__WINDOW_PARAMS(pool_args, "null")};
static const knn_param grad_params[] = {
    SIZE, KNN__WINDOW_PARAMS(pool_args, "null"),
    KNN__PARAM(pool_args, sizes, KNN_P_INTS, NULL,
               "Spatial sizes of the input; -1 = as in the second operand.", .mark = KNN_SIZE)};

static knn_status pooled(const knn__infer *q, const knn__spec *x, knn__spec *y) {
  const pool_args *args = q->args;
  knn__window window;
  KNN__TRY(knn__window_operand(q->ctx, "the input", x));
  KNN__TRY(knn__window_read(q->ctx, x->rank - 2, &args->size, &args->window, &window));
  for (int i = 0; i < window.rank; i++)
    if (window.before[i] > (window.size[i] - 1) * window.dilation[i])
      return knn_fail(q->ctx, KNN_EARG, "padding %lld is wider than the window %lld",
                      (long long)window.before[i], (long long)window.size[i]);
  *y = *x;
  return knn__window_out(q->ctx, &window, x->dims + 1, y->dims + 1);
}

static knn_status fits(const knn__infer *q, const char *what, const knn__spec *got,
                       const knn__spec *want) {
  if (got->dtype != want->dtype)
    return knn_fail(q->ctx, KNN_ETYPE, "%s must be %s, got %s", what, knn_dtype_name(want->dtype),
                    knn_dtype_name(got->dtype));
  if (knn__dims_fit(got->rank, got->dims, want->rank, want->dims)) return KNN_OK;
  return knn_fail(q->ctx, KNN_ESHAPE, "%s must be %s, got %s", what, KNN__SPEC(*want),
                  KNN__SPEC(*got));
}

static knn_status infer_pool(const knn__infer *q) {
  knn__spec y;
  KNN__TRY(pooled(q, &q->in[0], &y));
  q->out[0] = y;
  return KNN_OK;
}

/* (x, y, dy) -> dx */
static knn_status infer_max_grad(const knn__infer *q) {
  knn__spec y;
  KNN__TRY(pooled(q, &q->in[0], &y));
  KNN__TRY(fits(q, "the result of the pooling", &q->in[1], &y));
  KNN__TRY(fits(q, "the gradient of the result", &q->in[2], &y));
  q->out[0] = q->in[0];
  return KNN_OK;
}

/* (x, y, d) -> dy */
static knn_status infer_max_pick(const knn__infer *q) {
  knn__spec y;
  KNN__TRY(pooled(q, &q->in[0], &y));
  KNN__TRY(fits(q, "the result of the pooling", &q->in[1], &y));
  KNN__TRY(fits(q, "the operand to pick from", &q->in[2], &q->in[0]));
  q->out[0] = y;
  return KNN_OK;
}

/* (dy [, x]) -> dx */
static knn_status infer_average_grad(const knn__infer *q) {
  const pool_args *args = q->args;
  KNN__TRY(knn__window_operand(q->ctx, "the gradient of the result", &q->in[0]));
  knn__spec x = q->in[0], y;
  if (args->sizes.n != x.rank - 2)
    return knn_fail(q->ctx, KNN_EARG, "option 'sizes' has %d values, expected %d", args->sizes.n,
                    x.rank - 2);
  for (int i = 0; i < args->sizes.n; i++) {
    int64_t size = args->sizes.v[i];
    x.dims[1 + i] =
        size == KNN_ANY && q->n_in == 2 && i + 1 < q->in[1].rank ? q->in[1].dims[1 + i] : size;
  }
  KNN__TRY(pooled(q, &x, &y));
  KNN__TRY(fits(q, "the gradient of the result", &q->in[0], &y));
  q->out[0] = x;
  return KNN_OK;
}

static knn_status geometry(const knn__call *call, const knn__spec *x, const knn__spec *y,
                           knn__conv *p) {
  const pool_args *args = call->args;
  knn__window window;
  KNN__TRY(knn__window_read(call->ctx, x->rank - 2, &args->size, &args->window, &window));
  *p = (knn__conv){0};
  knn__window_problem(&window, x, y, p);
  return KNN_OK;
}

/* The vector loops, for windows that they take. */
static knn_status prepare(knn__call *call) {
  const pool_args *args = call->args;
  knn__window window;
  int64_t elements = 1;
  KNN__TRY(
      knn__window_read(call->ctx, call->in[0].spec.rank - 2, &args->size, &args->window, &window));
  for (int i = 0; i < window.rank; i++) {
    elements *= window.size[i];
    if (elements > KNN__POOL_WINDOW) return KNN_OK;
  }
  call->state = (void *)(uintptr_t)knn__simd(call->ctx, call->in[0].spec.dtype);
  if (call->state) call->provider = "simd";
  return KNN_OK;
}

static knn_status forward_max(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__conv p;
  KNN__TRY(geometry(call, &call->in[0].spec, &call->out[0].spec, &p));
  if (set) {
    set->max_pool(call->ctx, &p, call->in[0].data, call->out[0].data);
    return KNN_OK;
  }
  (p.dtype == KNN_F64 ? knn__ref_max_pool_f64 : knn__ref_max_pool_f32)(
      call->ctx, &p, call->in[0].data, call->out[0].data);
  return KNN_OK;
}

static knn_status forward_max_grad(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__conv p;
  KNN__TRY(geometry(call, &call->in[0].spec, &call->in[1].spec, &p));
  if (set) {
    set->max_pool_grad(call->ctx, &p, call->in[0].data, call->in[1].data, call->in[2].data,
                       call->out[0].data);
    return KNN_OK;
  }
  (p.dtype == KNN_F64 ? knn__ref_max_pool_grad_f64 : knn__ref_max_pool_grad_f32)(
      call->ctx, &p, call->in[0].data, call->in[1].data, call->in[2].data, call->out[0].data);
  return KNN_OK;
}

static knn_status forward_max_pick(const knn__call *call) {
  knn__conv p;
  KNN__TRY(geometry(call, &call->in[0].spec, &call->in[1].spec, &p));
  (p.dtype == KNN_F64 ? knn__ref_max_pool_pick_f64 : knn__ref_max_pool_pick_f32)(
      call->ctx, &p, call->in[0].data, call->in[1].data, call->in[2].data, call->out[0].data);
  return KNN_OK;
}

static knn_status forward_average(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__conv p;
  KNN__TRY(geometry(call, &call->in[0].spec, &call->out[0].spec, &p));
  if (set) {
    set->average_pool(call->ctx, &p, call->in[0].data, call->out[0].data);
    return KNN_OK;
  }
  (p.dtype == KNN_F64 ? knn__ref_average_pool_f64 : knn__ref_average_pool_f32)(
      call->ctx, &p, call->in[0].data, call->out[0].data);
  return KNN_OK;
}

static knn_status forward_average_grad(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__conv p;
  KNN__TRY(geometry(call, &call->out[0].spec, &call->in[0].spec, &p));
  if (set) {
    set->average_pool_grad(call->ctx, &p, call->in[0].data, call->out[0].data);
    return KNN_OK;
  }
  (p.dtype == KNN_F64 ? knn__ref_average_pool_grad_f64 : knn__ref_average_pool_grad_f32)(
      call->ctx, &p, call->in[0].data, call->out[0].data);
  return KNN_OK;
}

static knn_value *average_grad(knn__scope *s, const pool_args *args, knn_value *dy,
                               knn_value *like) {
  pool_args a = *args;
  a.sizes.n = like->spec.rank - 2;
  for (int i = 0; i < a.sizes.n; i++) a.sizes.v[i] = like->spec.dims[1 + i];
  bool known = knn__count(a.sizes.n, a.sizes.v) != KNN_ANY;
  return known ? knn__op1(s, &knn__op_average_pool_grad, &a, dy)
               : knn__op2(s, &knn__op_average_pool_grad, &a, dy, like);
}

static void vjp_max(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0])
    g->dx[0] = knn__op3(s, &knn__op_max_pool_grad, g->args, g->in[0], g->out[0], g->dy[0]);
}

static void vjp_max_grad(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[2])
    g->dx[2] = knn__op3(s, &knn__op_max_pool_pick, g->args, g->in[0], g->in[1], g->dy[0]);
}

static void vjp_max_pick(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[2])
    g->dx[2] = knn__op3(s, &knn__op_max_pool_grad, g->args, g->in[0], g->in[1], g->dy[0]);
}

static void vjp_average(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0]) g->dx[0] = average_grad(s, g->args, g->dy[0], g->in[0]);
}

static void vjp_average_grad(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0]) g->dx[0] = knn__op1(s, &knn__op_average_pool, g->args, g->dy[0]);
}

const knn__op knn__op_max_pool = {
    .cls = {.family = "op",
            .name = "max_pool",
            .summary = "Largest element of each window, channels last.",
            .detail =
                "Padding never wins. The gradient goes to the first largest element of the window.",
            .shapes = "x (batch, spatial..., channels) -> (batch, out..., channels)",
            .example = "print(knn.ops.max_pool(knn.ones{1, 4, 4, 1}, {size = 2}))",
            .source = "Weng et al. 1992, Cresceptron",
            .see = "average_pool|conv",
            KNN__PARAMS(params, pool_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer_pool,
    .prepare = prepare,
    .forward = forward_max,
    .vjp = vjp_max,
};

const knn__op knn__op_max_pool_grad = {
    .cls = {.family = "op",
            .name = "max_pool_grad",
            .summary = "Gradient of max_pool: dy at the first largest element of each window.",
            .shapes = "x (batch, spatial..., channels), y and dy (batch, out..., channels) -> as x",
            .see = "max_pool",
            KNN__PARAMS(params, pool_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_max_grad,
    .prepare = prepare,
    .forward = forward_max_grad,
    .vjp = vjp_max_grad,
};

const knn__op knn__op_max_pool_pick = {
    .cls = {.family = "op",
            .name = "max_pool_pick",
            .summary = "Elements of d where the first largest element of each window of x stands.",
            .shapes =
                "x (batch, spatial..., channels), y (batch, out..., channels), d as x -> as y",
            .see = "max_pool",
            KNN__PARAMS(params, pool_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_max_pick,
    .forward = forward_max_pick,
    .vjp = vjp_max_pick,
};

const knn__op knn__op_average_pool = {
    .cls = {.family = "op",
            .name = "average_pool",
            .summary = "Mean of each window, channels last.",
            .detail = "The sum is divided by the number of elements of the window that lie in x: "
                      "padding does not count.",
            .shapes = "x (batch, spatial..., channels) -> (batch, out..., channels)",
            .example = "print(knn.ops.average_pool(knn.ones{1, 4, 4, 1}, {size = 2}))",
            .source =
                "LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition",
            .see = "max_pool|conv",
            KNN__PARAMS(params, pool_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer_pool,
    .prepare = prepare,
    .forward = forward_average,
    .vjp = vjp_average,
};

const knn__op knn__op_average_pool_grad = {
    .cls = {.family = "op",
            .name = "average_pool_grad",
            .summary = "Gradient of average_pool: each dy spread evenly over its window.",
            .shapes = "dy (batch, out..., channels) -> (batch, sizes..., channels)",
            .see = "average_pool",
            KNN__PARAMS(grad_params, pool_args)},
    .min_in = 1,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_average_grad,
    .prepare = prepare,
    .forward = forward_average_grad,
    .vjp = vjp_average_grad,
};

static knn_value *pool(knn__scope *s, const knn__op *op, knn_value *x, const knn__window *window) {
  pool_args args = {.window = knn__window_args_of(window), .size = {.n = window->rank}};
  for (int i = 0; i < window->rank; i++) args.size.v[i] = window->size[i];
  return knn__op1(s, op, &args, x);
}

knn_value *knn__max_pool(knn__scope *s, knn_value *x, const knn__window *window) {
  return pool(s, &knn__op_max_pool, x, window);
}

knn_value *knn__average_pool(knn__scope *s, knn_value *x, const knn__window *window) {
  return pool(s, &knn__op_average_pool, x, window);
}
