/* attention.c - y = softmax(scale q k' + mask) v for each head, without storing scores: attention,
 * which also leaves two numbers of each row of scores, and attention_grad, which makes the scores
 * anew from them. q (b, t, h, d), k (b, s, g, d), v (b, s, g, e), mask (b or 1, h or 1, t or 1, s)
 * -> y (b, t, h, e), stats (b, h, t, 2); h a multiple of g. The arithmetic is kernel/attention.h.
 *
 * With P the probabilities and g = dy: dv = P' g, dP = g v', D = row sums of P dP, dS = P (dP - D)
 * where the mask counts, dq = scale dS k, dk = scale dS' q. The gradient of that, for cotangents a,
 * b, c of dq, dk, dv, is written in ops (second_vjp): U = scale (a k' + q b'), E = row sums of U P,
 * G = U (dP - D) - E dP + g c', Z = P (G - row sums of P G); then q: scale (Z k + dS b), k: scale
 * (Z' q + dS' a), v: R' g, g: R v + P c with R = P (U - E). */
#include <float.h>
#include <math.h>

#include "attention.h"
#include "op_list.h"
#include "simd.h"

typedef struct attention_args {
  double scale;
  bool is_causal;
} attention_args;

static const knn_param params[] = {
    KNN__PARAM(attention_args, scale, KNN_P_FLOAT, NULL, "Factor of the scores."),
    KNN__PARAM(attention_args, is_causal, KNN_P_BOOL, "false", "Whether later keys are hidden."),
};

/* Operands: q, k, v, then for the gradient stats and dy, then perhaps the mask. */
enum { Q, K, V, STATS, DY };

static bool agree(int64_t a, int64_t b) {
  return a == b || a == KNN_ANY || b == KNN_ANY;
}

static knn_status check_operands(const knn__infer *q, int n_fixed) {
  const knn__spec *in = q->in;
  for (int i = 0; i < 3; i++)
    if (in[i].rank != 4 || !knn_dtype_is_float(in[i].dtype) || in[i].dtype != in[0].dtype)
      return knn_fail(
          q->ctx, KNN_ESHAPE,
          "query, key and value of one float type and shape (batch, steps, heads, size) "
          "expected, got %s %s, %s %s and %s %s",
          knn_dtype_name(in[Q].dtype), KNN__SPEC(in[Q]), knn_dtype_name(in[K].dtype),
          KNN__SPEC(in[K]), knn_dtype_name(in[V].dtype), KNN__SPEC(in[V]));
  const bool fit = agree(in[Q].dims[0], in[K].dims[0]) && agree(in[K].dims[0], in[V].dims[0]) &&
                   agree(in[K].dims[1], in[V].dims[1]) && in[K].dims[2] == in[V].dims[2] &&
                   in[K].dims[2] > 0 && in[Q].dims[2] % in[K].dims[2] == 0 &&
                   agree(in[Q].dims[3], in[K].dims[3]);
  if (!fit)
    return knn_fail(q->ctx, KNN_ESHAPE, "query %s, key %s and value %s do not fit together",
                    KNN__SPEC(in[Q]), KNN__SPEC(in[K]), KNN__SPEC(in[V]));
  if (q->n_in == n_fixed) return KNN_OK;
  const knn__spec *mask = &in[n_fixed];
  const int64_t wanted[] = {in[Q].dims[0], in[Q].dims[2], in[Q].dims[1], in[K].dims[1]};
  bool fits = mask->rank == 4 && mask->dtype == KNN_BOOL;
  for (int i = 0; i < 4 && fits; i++) fits = mask->dims[i] == 1 || agree(mask->dims[i], wanted[i]);
  if (fits) return KNN_OK;
  return knn_fail(q->ctx, KNN_ESHAPE, "mask of bool that broadcasts to %s expected, got %s %s",
                  KNN__SHAPE(4, wanted), knn_dtype_name(mask->dtype), KNN__SPEC(*mask));
}

static knn_status infer(const knn__infer *q) {
  const knn__spec *in = q->in;
  KNN__TRY(check_operands(q, 3));
  q->out[0] = in[Q];
  q->out[0].dims[3] = in[V].dims[3];
  q->out[1] = (knn__spec){in[Q].dtype, 4, {in[Q].dims[0], in[Q].dims[2], in[Q].dims[1], 2}};
  return KNN_OK;
}

static knn_status grad_infer(const knn__infer *q) {
  KNN__TRY(check_operands(q, 5));
  for (int i = 0; i < 3; i++) q->out[i] = q->in[i];
  return KNN_OK;
}

static knn__attention problem_of(const knn__call *call, int n_fixed) {
  const attention_args *args = call->args;
  const knn__spec *q = &call->in[Q].spec, *k = &call->in[K].spec, *v = &call->in[V].spec;
  knn__attention p = {.batch = q->dims[0],
                      .queries = q->dims[1],
                      .keys = k->dims[1],
                      .heads = q->dims[2],
                      .kv_heads = k->dims[2],
                      .key_dim = q->dims[3],
                      .value_dim = v->dims[3],
                      .scale = args->scale,
                      .causal = args->is_causal,
                      .q = call->in[Q].data,
                      .k = call->in[K].data,
                      .v = call->in[V].data};
  if (call->n_in == n_fixed) return p;
  const int64_t *dims = call->in[n_fixed].spec.dims;
  int64_t step = 1;
  p.mask = call->in[n_fixed].data;
  for (int i = 3; i >= 0; i--) {
    p.mask_step[i] = dims[i] == 1 ? 0 : step;
    step *= dims[i];
  }
  return p;
}

static bool is_double(const knn__call *call) {
  return call->in[Q].spec.dtype == KNN_F64;
}

/* n_fixed: operands before the mask; sizes are known, memory not yet. */
static knn_status prepare_for(knn__call *call, int n_fixed) {
  const knn__attention p = problem_of(call, n_fixed);
  const knn__simd_set *set = knn__simd(call->ctx, call->in[Q].spec.dtype);
  call->state = (void *)(uintptr_t)set;
  call->provider = set ? "simd" : "ref";
  call->scratch_bytes = set               ? set->attention_scratch(&p)
                        : is_double(call) ? knn__ref_attention_scratch_f64(&p)
                                          : knn__ref_attention_scratch_f32(&p);
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  return prepare_for(call, 3);
}

static knn_status grad_prepare(knn__call *call) {
  return prepare_for(call, 5);
}

static knn_status run(const knn__call *call, const knn__attention *p) {
  const knn__simd_set *set = call->state;
  if (p->batch * p->queries * p->heads * p->keys == 0) return KNN_OK;
  (set               ? set->attention
   : is_double(call) ? knn__ref_attention_f64
                     : knn__ref_attention_f32)(call->ctx, p, call->scratch);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  knn__attention p = problem_of(call, 3);
  p.y = call->out[0].data;
  p.stats = call->out[1].data;
  return run(call, &p);
}

static knn_status grad_forward(const knn__call *call) {
  knn__attention p = problem_of(call, 5);
  p.stats = call->in[STATS].data;
  p.dy = call->in[DY].data;
  p.dq = call->out[0].data;
  p.dk = call->out[1].data;
  p.dv = call->out[2].data;
  return run(call, &p);
}

static knn_status apply_grad(knn__scope *s, const knn__vjp *g, knn_value **outs) {
  knn_value *in[] = {g->in[Q], g->in[K], g->in[V], g->out[1], g->dy[0], NULL};
  int n_out = 3;
  if (g->n_in == 4) in[5] = g->in[3];
  return knn__apply(s->ctx, &knn__op_attention_grad, g->args, in, 2 + g->n_in, outs, &n_out);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  knn_value *outs[3];
  if (!g->dy[0] || s->status != KNN_OK) return;
  s->status = apply_grad(s, g, outs);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < 3; i++) {
    knn_value *dx = knn__hold(s, outs[i]);
    if (g->wanted[i]) g->dx[i] = dx;
  }
}

/* The operands of the second derivative, heads in groups: "tkgd" of a query, "skd" of a key. */
typedef struct second {
  const attention_args *args;
  knn_value *q, *k, *v, *dy,
      *mask;            /* (b, t, k, g, d), (b, s, k, d), mask (b, k, g, t, s) or NULL */
  knn_value *a, *b, *c; /* cotangents of dq, dk, dv; NULL = none */
  knn_value *p, *dp, *sum, *ds;
} second;

static knn_value *grouped(knn__scope *s, knn_value *x, int64_t kv_heads) {
  if (!x || s->status != KNN_OK) return x;
  const int64_t *d = x->spec.dims;
  return knn__reshape(s, x, 5, (int64_t[]){d[0], d[1], kv_heads, d[2] / kv_heads, d[3]});
}

/* (b, h, t, s) as (b, k, g, t, s), shared heads staying shared; with the order if causal. */
static knn_value *grouped_mask(knn__scope *s, const attention_args *args, knn_value *mask,
                               knn_value *q, knn_value *k) {
  knn_value *order = args->is_causal ? knn__position_mask(s, q, k, 1, true, KNN_NONE) : NULL;
  if (!mask || s->status != KNN_OK) return order;
  const int64_t *d = mask->spec.dims, groups = k->spec.dims[2];
  const int64_t outer = d[1] == 1 ? 1 : groups;
  mask = knn__reshape(s, mask, 5, (int64_t[]){d[0], outer, d[1] / outer, d[2], d[3]});
  return order ? knn__logical_and(s, mask, order) : mask;
}

static knn_value *pair(knn__scope *s, const char *subscripts, knn_value *x, knn_value *y) {
  return knn__einsum(s, subscripts, 2, (knn_value *[]){x, y});
}

static knn_value *plus(knn__scope *s, knn_value *x, knn_value *y) {
  return x && y ? knn__add(s, x, y) : x ? x : y;
}

static knn_value *row_sum(knn__scope *s, knn_value *x, knn_value *y) {
  return knn__sum(s, knn__multiply(s, x, y), KNN__AXIS(-1), true);
}

static knn_value *masked(knn__scope *s, const second *z, knn_value *x) {
  return z->mask ? knn__where(s, z->mask, x, knn__scalar_like(s, x, 0)) : x;
}

static void probabilities(knn__scope *s, second *z) {
  knn_value *scores = knn__times(s, pair(s, "btkgd,bskd->bkgts", z->q, z->k), z->args->scale);
  if (s->status != KNN_OK) return;
  const double most = scores->spec.dtype == KNN_F64 ? DBL_MAX : FLT_MAX;
  if (z->mask)
    scores = knn__where(s, z->mask, scores, knn__scalar_like(s, scores, KNN__LOWEST_SCORE * most));
  z->p = knn__softmax(s, scores, -1);
  z->dp = pair(s, "btkgd,bskd->bkgts", z->dy, z->v);
  z->sum = row_sum(s, z->p, z->dp);
  z->ds = masked(s, z, knn__multiply(s, z->p, knn__subtract(s, z->dp, z->sum)));
}

static knn_value *scaled(knn__scope *s, const second *z, knn_value *x) {
  return x ? knn__times(s, x, z->args->scale) : NULL;
}

/* U = scale (a k' + q b'), where the mask counts; NULL = zero */
static knn_value *cotangent_of_scores(knn__scope *s, const second *z) {
  knn_value *u = z->a ? pair(s, "btkgd,bskd->bkgts", z->a, z->k) : NULL;
  if (z->b) u = plus(s, u, pair(s, "btkgd,bskd->bkgts", z->q, z->b));
  return u ? masked(s, z, scaled(s, z, u)) : NULL;
}

static void second_gradients(knn__scope *s, const second *z, knn_value **dq, knn_value **dk,
                             knn_value **dv, knn_value **dg) {
  knn_value *u = cotangent_of_scores(s, z), *total = NULL, *r = NULL;
  if (u) {
    knn_value *e = row_sum(s, u, z->p);
    r = knn__multiply(s, z->p, knn__subtract(s, u, e));
    total = knn__subtract(s, knn__multiply(s, u, knn__subtract(s, z->dp, z->sum)),
                          knn__multiply(s, e, z->dp));
    *dv = pair(s, "bkgts,btkgd->bskd", r, z->dy);
    *dg = pair(s, "bkgts,bskd->btkgd", r, z->v);
  }
  if (z->c) {
    total = plus(s, total, pair(s, "btkgd,bskd->bkgts", z->dy, z->c));
    *dg = plus(s, *dg, pair(s, "bkgts,bskd->btkgd", z->p, z->c));
  }
  if (!total) return;
  knn_value *ds =
      masked(s, z, knn__multiply(s, z->p, knn__subtract(s, total, row_sum(s, z->p, total))));
  *dq = pair(s, "bkgts,bskd->btkgd", ds, z->k);
  *dk = pair(s, "bkgts,btkgd->bskd", ds, z->q);
  if (z->b) *dq = plus(s, *dq, pair(s, "bkgts,bskd->btkgd", z->ds, z->b));
  if (z->a) *dk = plus(s, *dk, pair(s, "bkgts,btkgd->bskd", z->ds, z->a));
  *dq = scaled(s, z, *dq);
  *dk = scaled(s, z, *dk);
}

/* stats is a function of q and k, whose derivative is counted there. */
static void second_vjp(knn__scope *s, const knn__vjp *g) {
  const int64_t groups = g->in[K]->spec.dims[2];
  knn_value *mask = g->n_in == 6 ? g->in[5] : NULL, *dx[4] = {NULL};
  static const int operand[4] = {Q, K, V, DY};
  second z = {.args = g->args,
              .q = grouped(s, g->in[Q], groups),
              .k = g->in[K],
              .v = g->in[V],
              .dy = grouped(s, g->in[DY], groups),
              .mask = grouped_mask(s, g->args, mask, g->in[Q], g->in[K]),
              .a = grouped(s, g->dy[0], groups),
              .b = g->dy[1],
              .c = g->dy[2]};
  probabilities(s, &z);
  second_gradients(s, &z, &dx[0], &dx[1], &dx[2], &dx[3]);
  for (int i = 0; i < 4; i++)
    if (dx[i] && g->wanted[operand[i]])
      g->dx[operand[i]] = knn__reshape_like(s, dx[i], g->in[operand[i]]);
}

/* clang-format off */
#define ROW(NAME, SUMMARY, SHAPES)                                                                 \
  .cls = {.family = "op", .name = NAME, .summary = SUMMARY,                                        \
          .detail = "y = softmax(scale q k' + mask) v for each head.", .shapes = SHAPES,           \
          .example = "knn.ops.dot_product_attention(knn.ones{1, 2, 1, 3}, knn.ones{1, 4, 1, 3}, "  \
                     "knn.ones{1, 4, 1, 3})",                                                      \
          .source = "Vaswani et al. 2017; Dao et al. 2022", KNN__PARAMS(params, attention_args)},  \
  .flags = KNN__OP_HIDDEN
/* clang-format on */

const knn__op knn__op_attention = {
    ROW("attention", "Attention of several heads, scores not stored.",
        "q (b, t, h, d), k (b, s, g, d), v (b, s, g, e) -> y (b, t, h, e), stats (b, h, t, 2)"),
    .min_in = 3,
    .max_in = 4,
    .n_out = 2,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp};

const knn__op knn__op_attention_grad = {ROW("attention_grad", "Gradient of attention.",
                                            "q, k, v, stats, dy (b, t, h, e) -> dq, dk, dv"),
                                        .min_in = 5,
                                        .max_in = 6,
                                        .n_out = 3,
                                        .infer = grad_infer,
                                        .prepare = grad_prepare,
                                        .forward = grad_forward,
                                        .vjp = second_vjp};

knn_value *knn__attention_op(knn__scope *s, knn_value *q, knn_value *k, knn_value *v,
                             knn_value *mask, double scale, bool causal) {
  knn_value *in[] = {q, k, v, mask}, *outs[2];
  int n_out = 2;
  const attention_args args = {scale, causal};
  if (s->status != KNN_OK) return NULL;
  s->status = knn__apply(s->ctx, &knn__op_attention, &args, in, mask ? 4 : 3, outs, &n_out);
  if (s->status != KNN_OK) return NULL;
  knn__hold(s, outs[1]);
  return knn__hold(s, outs[0]);
}
