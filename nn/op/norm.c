/* norm.c - layer and batch normalisation and their gradients: y = gamma normal + beta, normal = (x
 * - mean) / sqrt(variance + epsilon), the variance biased. layer_norm: over the last axes of x, as
 * many as gamma has; gamma and beta have their sizes, mean and variance x's with these axes 1.
 * batch_norm: over all axes but the last; all four have the last one's size. Ba et al. 2016, Ioffe
 * and Szegedy 2015.
 *
 * With E the mean over the normalised axes, r = 1 / sqrt(variance + epsilon) and P(u) = u - E u -
 * normal E(u normal), the gradient is dx = r P(gamma dy), dgamma = sum dy normal, dbeta = sum dy.
 * The gradient's own gradient, given u, v, w for dx, dgamma, dbeta, with d = gamma dy:
 *   by dy:    gamma r P(u) + v normal + w
 *   by gamma: sum of dy r P(u)
 *   by x:     r P(v dy - r (u E(d normal) + d E(u normal))) - r^2 normal E(d P(u))
 * Mean and variance are operands of the gradient for speed only; they count as parts of x. */
#include "norm.h"
#include "norm_loops.h"
#include "ops.h"
#include "simd.h"

extern const knn__op knn__op_layer_norm, knn__op_layer_norm_grad;
extern const knn__op knn__op_batch_norm, knn__op_batch_norm_grad;

typedef struct norm_args {
  double epsilon;
} norm_args;

static const knn_param params[] = {
    KNN__PARAM(norm_args, epsilon, KNN_P_FLOAT, "0.001", "Added to the variance.", .min = 0,
               .max = 1e30),
};

/* The trailing axes of x must have the sizes of gamma and beta. */
static knn_status check_parameter(const knn__infer *q, const char *what, const knn__spec *x,
                                  const knn__spec *p, int rank) {
  if (p->dtype != x->dtype)
    return knn_fail(q->ctx, KNN_ETYPE, "%s must be %s as x, got %s", what, knn_dtype_name(x->dtype),
                    knn_dtype_name(p->dtype));
  const int64_t *last = x->dims + (x->rank >= rank ? x->rank - rank : 0);
  if (rank >= 1 && x->rank >= rank && knn__dims_fit(p->rank, p->dims, rank, last)) return KNN_OK;
  return knn_fail(q->ctx, KNN_ESHAPE, "%s %s must have the sizes of the last %d axes of %s", what,
                  KNN__SPEC(*p), rank, KNN__SPEC(*x));
}

static knn_status check(const knn__infer *q, const knn__spec *x, const knn__spec *gamma, int rank) {
  if (!knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "wants float32 or float64, got %s; cast it",
                    knn_dtype_name(x->dtype));
  return check_parameter(q, "gamma", x, gamma, rank);
}

static knn_status infer_layer(const knn__infer *q) {
  const knn__spec *x = &q->in[0];
  const int rank = q->in[1].rank;
  KNN__TRY(check(q, x, &q->in[1], rank));
  KNN__TRY(check_parameter(q, "beta", x, &q->in[2], rank));
  q->out[0] = q->out[1] = *x;
  for (int i = x->rank - rank; i < x->rank; i++) q->out[1].dims[i] = 1;
  q->out[2] = q->out[1];
  return KNN_OK;
}

static knn_status infer_batch(const knn__infer *q) {
  const knn__spec *x = &q->in[0];
  if (x->rank < 2)
    return knn_fail(q->ctx, KNN_ESHAPE, "x must be (batch, ..., channels), got %s", KNN__SPEC(*x));
  KNN__TRY(check(q, x, &q->in[1], 1));
  KNN__TRY(check_parameter(q, "beta", x, &q->in[2], 1));
  q->out[0] = *x;
  q->out[1] = q->out[2] = q->in[1];
  return KNN_OK;
}

/* (dy, x, gamma, mean, variance) -> dx, dgamma, dbeta */
static knn_status infer_grad(const knn__infer *q, int rank) {
  const knn__spec *dy = &q->in[0], *x = &q->in[1], *gamma = &q->in[2];
  KNN__TRY(check(q, x, gamma, rank));
  if (dy->dtype != x->dtype || !knn__dims_fit(dy->rank, dy->dims, x->rank, x->dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "the gradient %s must be as x, %s", KNN__SPEC(*dy),
                    KNN__SPEC(*x));
  q->out[0] = *x;
  q->out[1] = q->out[2] = *gamma;
  return KNN_OK;
}

static knn_status infer_layer_grad(const knn__infer *q) {
  return infer_grad(q, q->in[2].rank);
}

static knn_status infer_batch_grad(const knn__infer *q) {
  return infer_grad(q, 1);
}

static knn__norm problem(const knn__call *call, const knn__buf *x, const knn__buf *gamma) {
  const norm_args *args = call->args;
  int64_t columns = gamma->n;
  return (knn__norm){.rows = columns ? x->n / columns : 0,
                     .columns = columns,
                     .epsilon = args->epsilon,
                     .x = x->data,
                     .gamma = gamma->data};
}

static knn__norm forward_problem(const knn__call *call) {
  knn__norm p = problem(call, &call->in[0], &call->in[1]);
  p.beta = call->in[2].data;
  p.y = call->out[0].data;
  p.mean = call->out[1].data;
  p.variance = call->out[2].data;
  return p;
}

static knn__norm grad_problem(const knn__call *call) {
  knn__norm p = problem(call, &call->in[1], &call->in[2]);
  p.dy = call->in[0].data;
  p.mean = call->in[3].data;
  p.variance = call->in[4].data;
  p.dx = call->out[0].data;
  p.dgamma = call->out[1].data;
  p.dbeta = call->out[2].data;
  return p;
}

static const knn__simd_set *loops_of(const knn__call *call) {
  return knn__simd(call->ctx, call->in[0].spec.dtype);
}

static void choose(knn__call *call, const knn__norm *p, size_t scratch(const knn__norm *p)) {
  call->state = (void *)(uintptr_t)loops_of(call);
  call->provider = call->state ? "simd" : "ref";
  if (call->state && scratch) call->scratch_bytes = scratch(p);
}

static knn_status prepare_layer(knn__call *call) {
  knn__norm p = forward_problem(call);
  choose(call, &p, NULL);
  return KNN_OK;
}

static knn_status prepare_layer_grad(knn__call *call) {
  const knn__simd_set *set = loops_of(call);
  knn__norm p = grad_problem(call);
  choose(call, &p, set ? set->layer_norm_grad_scratch : NULL);
  return KNN_OK;
}

static knn_status prepare_batch(knn__call *call) {
  const knn__simd_set *set = loops_of(call);
  knn__norm p = forward_problem(call);
  choose(call, &p, set ? set->batch_norm_scratch : NULL);
  return KNN_OK;
}

static knn_status prepare_batch_grad(knn__call *call) {
  const knn__simd_set *set = loops_of(call);
  knn__norm p = grad_problem(call);
  choose(call, &p, set ? set->batch_norm_scratch : NULL);
  return KNN_OK;
}

typedef void ref_loop(const knn__norm *p);

static void run_ref(const knn__call *call, const knn__norm *p, ref_loop *narrow, ref_loop *wide) {
  (call->in[0].spec.dtype == KNN_F64 ? wide : narrow)(p);
}

static knn_status forward_layer(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__norm p = forward_problem(call);
  if (set)
    set->layer_norm(call->ctx, &p);
  else
    run_ref(call, &p, knn__ref_layer_norm_f32, knn__ref_layer_norm_f64);
  return KNN_OK;
}

static knn_status forward_layer_grad(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__norm p = grad_problem(call);
  if (set)
    set->layer_norm_grad(call->ctx, &p, call->scratch);
  else
    run_ref(call, &p, knn__ref_layer_norm_grad_f32, knn__ref_layer_norm_grad_f64);
  return KNN_OK;
}

static knn_status forward_batch(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__norm p = forward_problem(call);
  if (set)
    set->batch_norm(call->ctx, &p, call->scratch);
  else
    run_ref(call, &p, knn__ref_batch_norm_f32, knn__ref_batch_norm_f64);
  return KNN_OK;
}

static knn_status forward_batch_grad(const knn__call *call) {
  const knn__simd_set *set = call->state;
  knn__norm p = grad_problem(call);
  if (set)
    set->batch_norm_grad(call->ctx, &p, call->scratch);
  else
    run_ref(call, &p, knn__ref_batch_norm_grad_f32, knn__ref_batch_norm_grad_f64);
  return KNN_OK;
}

/* The normalised axes of x. */
static knn__axes axes_of(const knn__op *op, const knn_value *x, const knn_value *gamma) {
  knn__axes axes = {0};
  bool layer = op == &knn__op_layer_norm_grad;
  int first = layer ? x->spec.rank - gamma->spec.rank : 0;
  for (int i = first; i < x->spec.rank - !layer; i++) axes.v[axes.n++] = i;
  return axes;
}

/* Results of an op with three; false after a failure. */
static bool apply3(knn__scope *s, const knn__op *op, const void *args, int n_in,
                   knn_value *const *ins, knn_value *outs[3]) {
  int n = 3;
  if (s->status != KNN_OK) return false;
  s->status = knn__apply(s->ctx, op, args, ins, n_in, outs, &n);
  bool done = s->status == KNN_OK;
  for (int i = 0; i < 3 && done; i++) knn__hold(s, outs[i]); /* all of them, even if one fails */
  return s->status == KNN_OK;
}

/* What flows back through mean and variance: dmean / n + 2 (x - mean) dvariance / n. */
static knn_value *through_statistics(knn__scope *s, const knn__vjp *g, knn__axes axes) {
  knn_value *x = g->in[0], *sum = NULL;
  knn_value *ones = knn__broadcast_like(s, knn__scalar_like(s, x, 1), x);
  knn_value *n = knn__sum(s, ones, axes, true);
  if (g->dy[1]) sum = g->dy[1];
  if (g->dy[2]) {
    knn_value *slope = knn__times(s, g->dy[2], 2);
    knn_value *part = knn__multiply(s, knn__subtract(s, x, g->out[1]), slope);
    sum = sum ? knn__add(s, part, sum) : part;
  }
  return knn__broadcast_like(s, knn__divide(s, sum, n), x);
}

static void vjp(knn__scope *s, const knn__vjp *g, const knn__op *grad) {
  knn_value *outs[3];
  if (g->dy[0]) {
    knn_value *const ins[] = {g->dy[0], g->in[0], g->in[1], g->out[1], g->out[2]};
    if (!apply3(s, grad, g->args, 5, ins, outs)) return;
    for (int i = 0; i < 3; i++)
      if (g->wanted[i]) g->dx[i] = outs[i];
  }
  if ((g->dy[1] || g->dy[2]) && g->wanted[0]) {
    knn_value *more = through_statistics(s, g, axes_of(grad, g->in[0], g->in[1]));
    g->dx[0] = g->dx[0] ? knn__add(s, g->dx[0], more) : more;
  }
}

static void vjp_layer(knn__scope *s, const knn__vjp *g) {
  vjp(s, g, &knn__op_layer_norm_grad);
}

static void vjp_batch(knn__scope *s, const knn__vjp *g) {
  vjp(s, g, &knn__op_batch_norm_grad);
}

/* Names as at the top; along(u) = E(u normal). */
typedef struct form {
  knn__scope *s;
  knn__axes axes;
  knn_value *r, *normal;
} form;

static knn_value *along(const form *f, knn_value *u) {
  return knn__mean(f->s, knn__multiply(f->s, u, f->normal), f->axes, true);
}

static knn_value *projected(const form *f, knn_value *u) {
  knn__scope *s = f->s;
  knn_value *rest = knn__subtract(s, u, knn__mean(s, u, f->axes, true));
  return knn__subtract(s, rest, knn__multiply(s, f->normal, along(f, u)));
}

static knn_value *plus(knn__scope *s, knn_value *sum, knn_value *x) {
  return sum ? knn__add(s, sum, x) : x;
}

static void vjp_grad(knn__scope *s, const knn__vjp *g, const knn__op *op) {
  const norm_args *args = g->args;
  knn_value *dy = g->in[0], *x = g->in[1], *gamma = g->in[2], *u = g->dy[0], *v = g->dy[1],
            *w = g->dy[2], *by_dy = NULL, *by_x = NULL;
  form f = {.s = s,
            .axes = axes_of(op, x, gamma),
            .r = knn__rsqrt(s, knn__plus(s, g->in[4], args->epsilon))};
  f.normal = knn__multiply(s, knn__subtract(s, x, g->in[3]), f.r);
  if (u) {
    knn_value *d = knn__multiply(s, dy, gamma), *flat = projected(&f, u);
    knn_value *scaled = knn__multiply(s, flat, f.r);
    by_dy = knn__multiply(s, scaled, gamma);
    if (g->wanted[2] && s->status == KNN_OK)
      g->dx[2] = knn__sum_to(s, knn__multiply(s, dy, scaled), &gamma->spec);
    knn_value *cross =
        knn__add(s, knn__multiply(s, u, along(&f, d)), knn__multiply(s, d, along(&f, u)));
    by_x = knn__negative(s, knn__multiply(s, cross, f.r));
    knn_value *mean = knn__mean(s, knn__multiply(s, d, flat), f.axes, true);
    u = knn__multiply(s, knn__multiply(s, knn__square(s, f.r), f.normal), mean);
  }
  if (v) {
    by_dy = plus(s, by_dy, knn__multiply(s, f.normal, v));
    by_x = plus(s, by_x, knn__multiply(s, dy, v));
  }
  if (w) by_dy = plus(s, by_dy, knn__broadcast_like(s, w, dy));
  if (g->wanted[0]) g->dx[0] = by_dy;
  if (!g->wanted[1] || !by_x) return;
  g->dx[1] = knn__multiply(s, projected(&f, by_x), f.r);
  if (u) g->dx[1] = knn__subtract(s, g->dx[1], u);
}

static void vjp_layer_grad(knn__scope *s, const knn__vjp *g) {
  vjp_grad(s, g, &knn__op_layer_norm_grad);
}

static void vjp_batch_grad(knn__scope *s, const knn__vjp *g) {
  vjp_grad(s, g, &knn__op_batch_norm_grad);
}

/* clang-format off */
#define ROW(NAME, SUMMARY, SHAPES, N_IN, INFER, PREPARE, FORWARD, VJP)                                                     \
  const knn__op knn__op_##NAME = {                                                                                         \
      .cls = {.family = "op", .name = #NAME, .summary = SUMMARY, .shapes = SHAPES, KNN__PARAMS(params, norm_args)},        \
      .min_in = N_IN, .max_in = N_IN, .n_out = 3, .flags = KNN__OP_HIDDEN,                                                 \
      .infer = INFER, .prepare = PREPARE, .forward = FORWARD, .vjp = VJP}
/* clang-format on */

ROW(layer_norm, "Mean 0 and variance 1 over the last axes, then scaled and shifted.",
    "x (..., sizes), gamma and beta (sizes) -> y as x, mean and variance (..., 1)", 3, infer_layer,
    prepare_layer, forward_layer, vjp_layer);
ROW(layer_norm_grad, "Gradients of layer_norm.",
    "dy, x (..., sizes), gamma (sizes), mean, variance -> dx, dgamma, dbeta", 5, infer_layer_grad,
    prepare_layer_grad, forward_layer_grad, vjp_layer_grad);
ROW(batch_norm, "Mean 0 and variance 1 over all axes but the last, then scaled and shifted.",
    "x (..., channels), gamma and beta (channels) -> y as x, mean and variance (channels)", 3,
    infer_batch, prepare_batch, forward_batch, vjp_batch);
ROW(batch_norm_grad, "Gradients of batch_norm.",
    "dy, x (..., channels), gamma, mean, variance (channels) -> dx, dgamma, dbeta", 5,
    infer_batch_grad, prepare_batch_grad, forward_batch_grad, vjp_batch_grad);

knn_value *knn__layer_norm(knn__scope *s, knn_value *x, knn_value *gamma, knn_value *beta,
                           double epsilon) {
  knn_value *outs[3], *const ins[] = {x, gamma, beta};
  return apply3(s, &knn__op_layer_norm, &(norm_args){epsilon}, 3, ins, outs) ? outs[0] : NULL;
}

knn_value *knn__batch_norm(knn__scope *s, knn_value *x, knn_value *gamma, knn_value *beta,
                           double epsilon, knn_value **mean, knn_value **variance) {
  knn_value *outs[3], *const ins[] = {x, gamma, beta};
  *mean = *variance = NULL;
  if (!apply3(s, &knn__op_batch_norm, &(norm_args){epsilon}, 3, ins, outs)) return NULL;
  *mean = outs[1];
  *variance = outs[2];
  return outs[0];
}
