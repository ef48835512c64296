/* resize.c - images of another size: x (batch, spatial..., channels) -> (batch, size..., channels).
 * Axis by axis, y[o] = sum over i of k((c - i) / scale) x[i], with the weights divided by their
 * sum; c = (o + 1/2) n / size - 1/2, k the kernel of the interpolation, scale = n / size when
 * antialias is set and the axis shrinks, else 1. nearest takes x[floor((o + 1/2) n / size)]. */
#include <math.h>

#include "op_list.h"
#include "taps.h"
#include "window.h"

typedef struct resize_args {
  knn_ints size;
  int interpolation;
  bool antialias;
  knn_ints sizes; /* gradient: spatial sizes of x */
} resize_args;

#define COMMON                                                         \
  KNN__PARAM(resize_args, interpolation, KNN_P_ENUM, "bilinear",       \
             "How values between elements are made.",                  \
             .choices = "nearest|bilinear|bicubic|lanczos3|lanczos5"), \
      KNN__PARAM(resize_args, antialias, KNN_P_BOOL, "false",          \
                 "Whether an axis that shrinks is smoothed.")
static const knn_param params[] = {
    KNN__PARAM(resize_args, size, KNN_P_INTS, NULL, "New sizes of the spatial axes.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    COMMON};
static const knn_param grad_params[] = {
    KNN__PARAM(resize_args, sizes, KNN_P_INTS, NULL,
               "Spatial sizes of x; -1 = as in the second operand.", .mark = KNN_SIZE),
    COMMON};

static void near(const knn__tap_rule *rule, int64_t o, int64_t *first, int64_t *last) {
  const int64_t i = (int64_t)floor(((double)o + 0.5) * rule->step);
  *first = i < rule->n_in ? i : rule->n_in - 1;
  *last = *first + 1;
}

static double centre(const knn__tap_rule *rule, int64_t o) {
  return ((double)o + 0.5) * rule->step - 0.5;
}

static void within_reach(const knn__tap_rule *rule, int64_t o, int64_t *first, int64_t *last) {
  const double c = centre(rule, o), reach = rule->reach * rule->scale;
  *first = (int64_t)ceil(c - reach);
  *last = (int64_t)floor(c + reach) + 1;
  if (*first < 0) *first = 0;
  if (*last > rule->n_in) *last = rule->n_in;
}

static double distance(const knn__tap_rule *rule, int64_t o, int64_t i) {
  return fabs(centre(rule, o) - (double)i) / rule->scale;
}

static double one(const knn__tap_rule *rule, int64_t o, int64_t i) {
  (void)rule, (void)o, (void)i;
  return 1;
}

static double triangle(const knn__tap_rule *rule, int64_t o, int64_t i) {
  return fmax(0, 1 - distance(rule, o, i));
}

/* Keys 1981 with a = -1/2. */
static double cubic(const knn__tap_rule *rule, int64_t o, int64_t i) {
  const double x = distance(rule, o, i);
  if (x >= 2) return 0;
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1;
}

static double lanczos(const knn__tap_rule *rule, int64_t o, int64_t i) {
  const double x = distance(rule, o, i), pi = 3.14159265358979323846;
  if (x > rule->reach) return 0;
  if (x <= 1e-3) return 1;
  return rule->reach * sin(pi * x) * sin(pi * x / rule->reach) / (pi * pi * x * x);
}

static knn__tap_rule rule_of(const resize_args *args, int64_t n_in, int64_t n_out) {
  static const struct {
    double reach;
    double (*weight)(const knn__tap_rule *rule, int64_t o, int64_t i);
  } kernels[] = {{0, one}, {1, triangle}, {2, cubic}, {3, lanczos}, {5, lanczos}};
  const double step = (double)n_in / (double)n_out;
  return (knn__tap_rule){.n_in = n_in,
                         .n_out = n_out,
                         .reach = kernels[args->interpolation].reach,
                         .step = step,
                         .scale = args->antialias && step > 1 ? step : 1,
                         .normalised = args->interpolation > 0,
                         .range = args->interpolation > 0 ? within_reach : near,
                         .weight = kernels[args->interpolation].weight};
}

static knn_status need_sizes(const knn__infer *q, const char *what, const knn_ints *sizes) {
  KNN__TRY(knn__window_operand(q->ctx, "the operand", &q->in[0]));
  if (sizes->n == q->in[0].rank - 2) return KNN_OK;
  return knn_fail(q->ctx, KNN_EARG,
                  "option '%s' has %d values, expected one for each of the %d "
                  "spatial axes of %s",
                  what, sizes->n, q->in[0].rank - 2, KNN__SPEC(q->in[0]));
}

static knn_status infer(const knn__infer *q) {
  const resize_args *args = q->args;
  KNN__TRY(need_sizes(q, "size", &args->size));
  q->out[0] = q->in[0];
  for (int i = 0; i < args->size.n; i++) {
    q->out[0].dims[1 + i] = args->size.v[i];
    if (q->in[0].dims[1 + i] == 0)
      return knn_fail(q->ctx, KNN_ESHAPE, "there is nothing to resize in %s", KNN__SPEC(q->in[0]));
  }
  return KNN_OK;
}

static knn_status infer_grad(const knn__infer *q) {
  const resize_args *args = q->args;
  KNN__TRY(need_sizes(q, "sizes", &args->sizes));
  q->out[0] = q->in[0];
  for (int i = 0; i < args->sizes.n; i++) {
    const bool lent = args->sizes.v[i] == KNN_ANY && q->n_in == 2 && i + 1 < q->in[1].rank;
    q->out[0].dims[1 + i] = lent ? q->in[1].dims[1 + i] : args->sizes.v[i];
  }
  return KNN_OK;
}

static knn_status prepare_as(knn__call *call, const knn__spec *x, const knn__spec *y, bool back) {
  knn__tap_rule rules[3];
  for (int i = 0; i < x->rank - 2; i++)
    rules[i] = rule_of(call->args, x->dims[1 + i], y->dims[1 + i]);
  return knn__taps_prepare(call, x->rank - 2, rules, back);
}

static knn_status prepare(knn__call *call) {
  return prepare_as(call, &call->in[0].spec, &call->out[0].spec, false);
}

static knn_status prepare_grad(knn__call *call) {
  return prepare_as(call, &call->out[0].spec, &call->in[0].spec, true);
}

static knn_ints spatial(const knn__spec *x) {
  knn_ints out = {.n = x->rank - 2};
  for (int i = 0; i < out.n; i++) out.v[i] = x->dims[1 + i];
  return out;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  resize_args args = *(const resize_args *)g->args;
  if (!g->dy[0] || !g->wanted[0]) return;
  args.sizes = spatial(&g->in[0]->spec);
  const bool known = knn__count(args.sizes.n, args.sizes.v) != KNN_ANY;
  g->dx[0] = knn__op_apply(s, &knn__op_resize_grad, &args, known ? 1 : 2,
                           (knn_value *[]){g->dy[0], g->in[0]});
}

static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  resize_args args = *(const resize_args *)g->args;
  if (!g->dy[0] || !g->wanted[0]) return;
  args.size = spatial(&g->in[0]->spec);
  g->dx[0] = knn__op1(s, &knn__op_resize, &args, g->dy[0]);
}

const knn__op knn__op_resize = {
    .cls = {.family = "op",
            .name = "resize",
            .summary = "Images of another size.",
            .detail = "Half-pixel centres: y[o] is read at c = (o + 1/2) n / size - 1/2 with the "
                      "kernel of the interpolation; nearest takes x[floor((o + 1/2) n / size)].",
            .shapes = "x (batch, spatial..., channels) -> (batch, size..., channels)",
            .example = "print(knn.ops.resize(knn.ones{1, 2, 2, 1}, {size = {4, 4}}))",
            .source = "Keys 1981, Cubic convolution interpolation for digital image processing",
            .see = "repeat|average_pool",
            KNN__PARAMS(params, resize_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer,
    .prepare = prepare,
    .release = knn__taps_release,
    .forward = knn__taps_forward,
    .vjp = vjp,
};

const knn__op knn__op_resize_grad = {
    .cls = {.family = "op",
            .name = "resize_grad",
            .summary = "Gradient of resize: each dy goes back to the elements it was made of.",
            .shapes = "dy (batch, size..., channels) -> (batch, sizes..., channels)",
            .see = "resize",
            KNN__PARAMS(grad_params, resize_args)},
    .min_in = 1,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_grad,
    .prepare = prepare_grad,
    .release = knn__taps_release,
    .forward = knn__taps_forward,
    .vjp = vjp_grad,
};

knn_value *knn__resize_op(knn__scope *s, knn_value *x, int n, const int64_t *size,
                          knn__interpolation interpolation, bool antialias) {
  resize_args args = {
      .size.n = n, .interpolation = (int)interpolation, .antialias = antialias, .sizes.n = -1};
  for (int i = 0; i < n; i++) args.size.v[i] = size[i];
  return knn__op1(s, &knn__op_resize, &args, x);
}
