/* conv_transpose.c - transposed convolution: every element of x adds a scaled copy of the filters
 * to the result, copies stand `strides` apart. It is the gradient of conv by its input, with sizes
 * that follow from x. x (batch, spatial..., channels), w (window..., filters / groups, channels) ->
 * y (batch, out..., filters): y[i s + k d - before, f] += x[i, c] w[k, f, c];
 * out = (n - 1) s + (k - 1) d + 1 - before - after + output_padding. */
#include "fused.h"

extern const knn__op knn__op_conv_transpose, knn__op_conv_grad_input;

/* The plain row's arguments stand first: its prepare, forward and release serve here too. */
typedef struct transpose_args {
  knn__conv_args plain;
  knn_ints output_padding;
} transpose_args;

/* clang-format off */
#define WINDOW(field, NAME, DEFAULT, MARK, DOC, ...)                                                  \
  {.name = NAME, .kind = KNN_P_INTS, .def = DEFAULT, .doc = DOC, .mark = MARK,                        \
   .offset = offsetof(transpose_args, field), __VA_ARGS__}
static const knn_param params[] = {
    WINDOW(plain.window.strides, "strides", "1", KNN_SIZE, "Distance between the copies.", .min = 1, .max = 1e9),
    WINDOW(plain.window.dilation, "dilation", "1", KNN_SIZE, "Distance between elements of the window.",
           .min = 1, .max = 1e9),
    WINDOW(plain.window.before, "before", "0", KNN_COUNT, "Elements of the result left out in front.",
           .min = 0, .max = 1e9),
    WINDOW(plain.window.after, "after", "0", KNN_COUNT, "Elements of the result left out behind.",
           .min = 0, .max = 1e9),
    WINDOW(output_padding, "output_padding", "0", KNN_COUNT, "Zeros behind; fewer than the stride.",
           .min = 0, .max = 1e9),
    {.name = "groups", .kind = KNN_P_INT, .def = "1", .mark = KNN_COUNT, .min = 1, .max = 1e9,
     .doc = "Channels and filters fall into so many independent groups.",
     .offset = offsetof(transpose_args, plain.groups)},
};
/* clang-format on */

/* What conv_grad_input is asked for: sizes, and the padding that conv would need to get back to
 * x's. */
static knn_status resolve(knn_ctx *ctx, const transpose_args *args, const knn__spec *x,
                          const knn__spec *w, knn__conv_args *out) {
  const int rank = x->rank - 2;
  knn_ints kernel = {.n = rank};
  knn__window window;
  KNN__TRY(knn__window_operand(ctx, "the input", x));
  if (w->rank != x->rank)
    return knn_fail(ctx, KNN_ESHAPE,
                    "the filters must have rank %d (window, filters, channels) for the input %s, "
                    "got %s",
                    x->rank, KNN__SPEC(*x), KNN__SPEC(*w));
  const int64_t channels = x->dims[rank + 1];
  if (channels != KNN_ANY && channels != w->dims[rank + 1])
    return knn_fail(ctx, KNN_ESHAPE, "filters %s do not fit the %lld channels of %s", KNN__SPEC(*w),
                    (long long)channels, KNN__SPEC(*x));
  for (int i = 0; i < rank; i++) kernel.v[i] = w->dims[i];
  KNN__TRY(knn__window_read(ctx, rank, &kernel, &args->plain.window, &window));
  *out = args->plain;
  out->sizes.n = rank;
  for (int i = 0; i < rank; i++) {
    const int64_t n = x->dims[1 + i], span = (window.size[i] - 1) * window.dilation[i] + 1,
                  more = args->output_padding.v[args->output_padding.n == 1 ? 0 : i],
                  size = (n - 1) * window.stride[i] + span - window.before[i] - window.after[i];
    if (more >= window.stride[i] || (n != KNN_ANY && size + more <= 0))
      return knn_fail(ctx, KNN_ESHAPE,
                      "axis %d of %s: %lld elements come of it, output_padding %lld must be below "
                      "the stride %lld and leave at least 1",
                      i + 2, KNN__SPEC(*x), (long long)size, (long long)more,
                      (long long)window.stride[i]);
    out->sizes.v[i] = n == KNN_ANY ? KNN_ANY : size + more;
    window.after[i] = window.after[i] > more ? window.after[i] - more : 0;
  }
  out->window = knn__window_args_of(&window);
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  const transpose_args *args = q->args;
  knn__conv_args plain;
  if (args->output_padding.n != 1 && args->output_padding.n != q->in[0].rank - 2)
    return knn_fail(q->ctx, KNN_EARG,
                    "option 'output_padding' has %d values, expected 1 or one per spatial axis",
                    args->output_padding.n);
  KNN__TRY(resolve(q->ctx, args, &q->in[0], &q->in[1], &plain));
  knn__infer inner = *q;
  inner.args = &plain;
  return knn__op_conv_grad_input.infer(&inner);
}

static knn_status prepare(knn__call *call) {
  return knn__op_conv_grad_input.prepare(call);
}

static knn_status forward(const knn__call *call) {
  return knn__op_conv_grad_input.forward(call);
}

static void release(knn__call *call) {
  knn__op_conv_grad_input.release(call);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  knn__conv_args plain;
  knn__vjp inner = *g;
  if (s->status == KNN_OK)
    s->status = resolve(s->ctx, g->args, &g->in[0]->spec, &g->in[1]->spec, &plain);
  if (s->status != KNN_OK) return;
  inner.args = &plain;
  knn__op_conv_grad_input.vjp(s, &inner);
}

const knn__op knn__op_conv_transpose = {
    .cls = {.family = "op",
            .name = "conv_transpose",
            .summary = "Transposed convolution over 1 to 3 spatial axes, channels last.",
            .detail = "y[i strides + k dilation - before, f] += x[i, c] w[k, f, c]. Sizes: (n - 1) "
                      "strides + (size - 1) dilation + 1 - before - after + output_padding.",
            .shapes = "x (batch, spatial..., channels), w (window..., filters / groups, channels) "
                      "-> (batch, out..., filters)",
            .example = "print(knn.ops.conv_transpose(knn.ones{1, 3, 3, 2}, knn.ones{2, 2, 1, 2}, "
                       "{strides = 2}))",
            .source = "Zeiler et al. 2010, Deconvolutional networks",
            .see = "conv|conv_grad_input",
            KNN__PARAMS(params, transpose_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .infer = infer,
    .prepare = prepare,
    .release = release,
    .forward = forward,
    .vjp = vjp,
};

knn_value *knn__conv_transpose(knn__scope *s, knn_value *x, knn_value *w, const knn__window *window,
                               const int64_t *output_padding) {
  transpose_args args = {.plain = {.window = knn__window_args_of(window), .groups = 1},
                         .output_padding.n = window->rank};
  for (int i = 0; i < window->rank; i++) args.output_padding.v[i] = output_padding[i];
  return knn__op2(s, &knn__op_conv_transpose, &args, x, w);
}
