/* conv.c - convolution (cross-correlation) over 1 to 3 spatial axes, channels last, and its two
 * gradients as ops. x (batch, spatial..., channels), w (window..., channels / groups, filters) -> y
 * (batch, out..., filters): y[o, f] = sum over i, c of x[o stride + i dilation - before, c] w[i, c,
 * f]; elements outside of x count as 0. y is linear in x and in w, so each of the three is
 * differentiated by the other two. */
#include "chosen.h"
#include "fused.h"

extern const knn__op knn__op_conv_grad_input, knn__op_conv_grad_filter;

typedef knn__conv_args conv_args;

#define GROUPS                                                                                \
  KNN__PARAM(conv_args, groups, KNN_P_INT, "1",                                               \
             "Channels and filters fall into so many independent groups.", .mark = KNN_COUNT, \
             .min = 1, .max = 1e9)
#define SIZES(doc) KNN__PARAM(conv_args, sizes, KNN_P_INTS, NULL, doc, .mark = KNN_SIZE)

static const knn_param conv_params[] = {KNN__WINDOW_PARAMS(conv_args, "1"), GROUPS};
static const knn_param input_params[] = {
    KNN__WINDOW_PARAMS(conv_args, "1"), GROUPS,
    SIZES("Spatial sizes of the input whose gradient is wanted; -1 = as in the third operand.")};
static const knn_param filter_params[] = {KNN__WINDOW_PARAMS(conv_args, "1"), GROUPS,
                                          SIZES("Spatial sizes of the filters.")};

static knn_ints spatial(const knn__spec *x) {
  knn_ints out = {.n = x->rank - 2};
  for (int i = 0; i < out.n; i++) out.v[i] = x->dims[1 + i];
  return out;
}

/* Leading sizes of w. */
static knn_ints filter_sizes(const knn__spec *w) {
  knn_ints out = {.n = w->rank - 2};
  for (int i = 0; i < out.n; i++) out.v[i] = w->dims[i];
  return out;
}

static bool differ(int64_t a, int64_t b) {
  return a != b && a != KNN_ANY && b != KNN_ANY;
}

/* Check x, w, y against each other whichever of them is the result; *window is complete afterwards.
 * out: y's sizes. */
static knn_status check(const knn__infer *q, const knn__spec *x, const knn__spec *w,
                        knn__window *window, int64_t *out) {
  const conv_args *args = q->args;
  KNN__TRY(knn__window_operand(q->ctx, "the input", x));
  if (w->dtype != x->dtype)
    return knn_fail(q->ctx, KNN_ETYPE,
                    "wants operands of one type, got %s and %s; cast one of them",
                    knn_dtype_name(x->dtype), knn_dtype_name(w->dtype));
  if (w->rank != x->rank)
    return knn_fail(
        q->ctx, KNN_ESHAPE,
        "the filters must have rank %d (window, channels, filters) for the input %s, got %s",
        x->rank, KNN__SPEC(*x), KNN__SPEC(*w));
  int64_t channels = x->dims[x->rank - 1], per_group = w->dims[w->rank - 2],
          filters = w->dims[w->rank - 1];
  if (channels == KNN_ANY)
    return knn_fail(q->ctx, KNN_ESHAPE, "the number of channels must be known, got %s",
                    KNN__SPEC(*x));
  if (differ(channels, per_group * args->groups) || filters % args->groups != 0)
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "filters %s in %lld group%s do not fit the %lld channels of %s", KNN__SPEC(*w),
                    (long long)args->groups, args->groups == 1 ? "" : "s", (long long)channels,
                    KNN__SPEC(*x));
  knn_ints sizes = filter_sizes(w);
  KNN__TRY(knn__window_read(q->ctx, x->rank - 2, &sizes, &args->window, window));
  return knn__window_out(q->ctx, window, x->dims + 1, out);
}

static knn_status infer_conv(const knn__infer *q) {
  const knn__spec *x = &q->in[0], *w = &q->in[1];
  knn__spec y = *x;
  knn__window window;
  KNN__TRY(check(q, x, w, &window, y.dims + 1));
  y.dims[y.rank - 1] = w->dims[w->rank - 1];
  q->out[0] = y;
  return KNN_OK;
}

/* dy must be what the convolution of x with w gives. */
static knn_status check_dy(const knn__infer *q, const knn__spec *x, const knn__spec *w,
                           const knn__spec *dy) {
  knn__window window;
  knn__spec y = *x;
  KNN__TRY(check(q, x, w, &window, y.dims + 1));
  y.dims[y.rank - 1] = w->dims[w->rank - 1];
  if (!knn__dims_fit(y.rank, y.dims, dy->rank, dy->dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "the gradient of the result must be %s, got %s",
                    KNN__SPEC(y), KNN__SPEC(*dy));
  return KNN_OK;
}

static knn_status sizes_fit(const knn__infer *q, const knn__spec *operand) {
  const conv_args *args = q->args;
  if (args->sizes.n == operand->rank - 2) return KNN_OK;
  return knn_fail(q->ctx, KNN_EARG, "option 'sizes' has %d values, expected %d", args->sizes.n,
                  operand->rank - 2);
}

static knn_status infer_grad_input(const knn__infer *q) {
  const conv_args *args = q->args;
  const knn__spec *dy = &q->in[0], *w = &q->in[1];
  KNN__TRY(knn__window_operand(q->ctx, "the gradient of the result", dy));
  KNN__TRY(sizes_fit(q, dy));
  knn__spec x = *dy;
  for (int i = 0; i < args->sizes.n; i++) {
    int64_t size = args->sizes.v[i];
    x.dims[1 + i] =
        size == KNN_ANY && q->n_in == 3 && i + 1 < q->in[2].rank ? q->in[2].dims[1 + i] : size;
  }
  x.dims[x.rank - 1] = w->rank == x.rank ? w->dims[w->rank - 2] * args->groups : 0;
  KNN__TRY(check_dy(q, &x, w, dy));
  q->out[0] = x;
  return KNN_OK;
}

static knn_status infer_grad_filter(const knn__infer *q) {
  const conv_args *args = q->args;
  const knn__spec *x = &q->in[0], *dy = &q->in[1];
  KNN__TRY(knn__window_operand(q->ctx, "the input", x));
  KNN__TRY(knn__window_operand(q->ctx, "the gradient of the result", dy));
  KNN__TRY(sizes_fit(q, x));
  knn__spec w = {.dtype = x->dtype, .rank = x->rank};
  for (int i = 0; i < args->sizes.n; i++) w.dims[i] = args->sizes.v[i];
  w.dims[w.rank - 2] = x->dims[x->rank - 1] / args->groups;
  w.dims[w.rank - 1] = dy->dims[dy->rank - 1];
  KNN__TRY(check_dy(q, x, &w, dy));
  q->out[0] = w;
  return KNN_OK;
}

knn_status knn__conv_problem(knn_ctx *ctx, const knn__conv_args *args, const knn__spec *x,
                             const knn__spec *w, const knn__spec *y, knn__conv *out) {
  knn__window window;
  knn_ints sizes = filter_sizes(w);
  KNN__TRY(knn__window_read(ctx, x->rank - 2, &sizes, &args->window, &window));
  *out = (knn__conv){.groups = args->groups, .filters = y->dims[y->rank - 1]};
  knn__window_problem(&window, x, y, out);
  return KNN_OK;
}

static knn_status prepare_as(knn__call *call, knn__kernel_kind kind, const knn__spec *x,
                             const knn__spec *w, const knn__spec *y) {
  knn__conv p;
  KNN__TRY(knn__conv_problem(call->ctx, call->args, x, w, y, &p));
  return knn__chosen_new(call, kind, &p);
}

static knn_status prepare_conv(knn__call *call) {
  return prepare_as(call, KNN__CONV, &call->in[0].spec, &call->in[1].spec, &call->out[0].spec);
}

static knn_status prepare_grad_input(knn__call *call) {
  return prepare_as(call, KNN__CONV_GRAD_INPUT, &call->out[0].spec, &call->in[1].spec,
                    &call->in[0].spec);
}

static knn_status prepare_grad_filter(knn__call *call) {
  return prepare_as(call, KNN__CONV_GRAD_FILTER, &call->in[0].spec, &call->out[0].spec,
                    &call->in[1].spec);
}

static knn_status forward_as(const knn__call *call, const knn__buf *x, const knn__buf *w,
                             const knn__buf *y) {
  knn__chosen *chosen = call->state;
  chosen->conv.x = x->data;
  chosen->conv.w = w->data;
  chosen->conv.y = y->data;
  knn__chosen_run(call, chosen);
  return KNN_OK;
}

static knn_status forward_conv(const knn__call *call) {
  return forward_as(call, &call->in[0], &call->in[1], &call->out[0]);
}

static knn_status forward_grad_input(const knn__call *call) {
  return forward_as(call, &call->out[0], &call->in[1], &call->in[0]);
}

static knn_status forward_grad_filter(const knn__call *call) {
  return forward_as(call, &call->in[0], &call->out[0], &call->in[1]);
}

static knn_value *apply_conv(knn__scope *s, const conv_args *args, knn_value *x, knn_value *w) {
  return knn__op2(s, &knn__op_conv, args, x, w);
}

/* `like` has the shape of the result; it is an operand only where its sizes are not known yet. */
static knn_value *apply_grad_input(knn__scope *s, const conv_args *args, knn_value *dy,
                                   knn_value *w, knn_value *like) {
  conv_args a = *args;
  a.sizes = spatial(&like->spec);
  bool known = knn__count(a.sizes.n, a.sizes.v) != KNN_ANY;
  return known ? knn__op2(s, &knn__op_conv_grad_input, &a, dy, w)
               : knn__op3(s, &knn__op_conv_grad_input, &a, dy, w, like);
}

static knn_value *apply_grad_filter(knn__scope *s, const conv_args *args, knn_value *x,
                                    knn_value *dy, knn_value *like) {
  conv_args a = *args;
  a.sizes = filter_sizes(&like->spec);
  return knn__op2(s, &knn__op_conv_grad_filter, &a, x, dy);
}

static void vjp_conv(knn__scope *s, const knn__vjp *g) {
  knn_value *x = g->in[0], *w = g->in[1], *dy = g->dy[0];
  if (!dy) return;
  if (g->wanted[0]) g->dx[0] = apply_grad_input(s, g->args, dy, w, x);
  if (g->wanted[1]) g->dx[1] = apply_grad_filter(s, g->args, x, dy, w);
}

static void vjp_grad_input(knn__scope *s, const knn__vjp *g) {
  knn_value *dy = g->in[0], *w = g->in[1], *d = g->dy[0];
  if (!d) return;
  if (g->wanted[0]) g->dx[0] = apply_conv(s, g->args, d, w);
  if (g->wanted[1]) g->dx[1] = apply_grad_filter(s, g->args, d, dy, w);
}

static void vjp_grad_filter(knn__scope *s, const knn__vjp *g) {
  knn_value *x = g->in[0], *dy = g->in[1], *d = g->dy[0];
  if (!d) return;
  if (g->wanted[0]) g->dx[0] = apply_grad_input(s, g->args, dy, d, x);
  if (g->wanted[1]) g->dx[1] = apply_conv(s, g->args, x, d);
}

const knn__op knn__op_conv = {
    .cls = {.family = "op",
            .name = "conv",
            .summary = "Convolution over 1 to 3 spatial axes, channels last.",
            .detail = "Cross-correlation, as in all neural networks: the filters are not flipped. "
                      "Padding is given per axis; "
                      "elements outside of x count as 0.",
            .shapes = "x (batch, spatial..., channels), w (window..., channels / groups, filters) "
                      "-> (batch, out..., filters)",
            .example = "print(knn.ops.conv(knn.ones{1, 5, 5, 1}, knn.ones{3, 3, 1, 2}, {before = "
                       "1, after = 1}))",
            .source =
                "LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition",
            .see = "max_pool|average_pool|matmul",
            KNN__PARAMS(conv_params, conv_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer_conv,
    .prepare = prepare_conv,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward_conv,
    .vjp = vjp_conv,
};

const knn__op knn__op_conv_grad_input = {
    .cls = {.family = "op",
            .name = "conv_grad_input",
            .summary = "Gradient of conv by its input: the transposed convolution.",
            .detail = "dx[i, c] = sum of dy[o, f] w[k, c, f] over all o, k, f with o stride + k "
                      "dilation - before = i.",
            .shapes = "dy (batch, out..., filters), w (window..., channels / groups, filters) -> "
                      "(batch, sizes..., channels)",
            .example = "print(knn.ops.conv_grad_input(knn.ones{1, 3, 3, 2}, knn.ones{3, 3, 1, 2}, "
                       "{sizes = {5, 5}}))",
            .source = "Zeiler et al. 2010, Deconvolutional networks",
            .see = "conv|conv_grad_filter",
            KNN__PARAMS(input_params, conv_args)},
    .min_in = 2,
    .max_in = 3,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer_grad_input,
    .prepare = prepare_grad_input,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward_grad_input,
    .vjp = vjp_grad_input,
};

const knn__op knn__op_conv_grad_filter = {
    .cls = {.family = "op",
            .name = "conv_grad_filter",
            .summary = "Gradient of conv by its filters.",
            .detail = "dw[k, c, f] = sum of x[o stride + k dilation - before, c] dy[o, f] over the "
                      "batch and all o.",
            .shapes = "x (batch, spatial..., channels), dy (batch, out..., filters) -> (sizes..., "
                      "channels / groups, filters)",
            .example = "print(knn.ops.conv_grad_filter(knn.ones{1, 5, 5, 1}, knn.ones{1, 3, 3, 2}, "
                       "{sizes = {3, 3}}))",
            .source =
                "LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition",
            .see = "conv|conv_grad_input",
            KNN__PARAMS(filter_params, conv_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer_grad_filter,
    .prepare = prepare_grad_filter,
    .release = knn__chosen_release,
    .cost = knn__chosen_cost,
    .forward = forward_grad_filter,
    .vjp = vjp_grad_filter,
};

knn_value *knn__conv_op(knn__scope *s, knn_value *x, knn_value *w, const knn__window *window,
                        int64_t groups) {
  conv_args args = {.window = knn__window_args_of(window), .groups = groups, .sizes = {.n = 0}};
  return apply_conv(s, &args, x, w);
}
