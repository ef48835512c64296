/* apply.c - a step of a custom loop: weights wherever they lie, gradients as values. On tensors it
 * is made at once, while a plan is recorded it becomes an op of the plan. */
#include <string.h>

#include "constraint.h"
#include "optimizer.h"
#include "ops.h"

typedef struct apply_args {
  knn_object *optimizer;
  int64_t builds; /* the optimizer's when the op was recorded */
} apply_args;

static const knn_param params[] = {
    KNN__PARAM(apply_args, optimizer, KNN_P_OBJECT, NULL, "The optimizer.", .choices = "optimizer"),
    KNN__PARAM(apply_args, builds, KNN_P_INT, NULL, "Which weights it was bound to."),
};

static knn_status infer(const knn__infer *q) {
  (void)q;
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  const apply_args *args = call->args;
  call->scratch_bytes = (size_t)((const knn_optimizer *)args->optimizer)->size * sizeof(float);
  return KNN_OK;
}

/* Gradients are copied, because clipping and scaling change them in place. */
static knn_status forward(const knn__call *call) {
  const apply_args *args = call->args;
  knn_optimizer *o = (knn_optimizer *)args->optimizer;
  float *g = call->scratch, *to = g;
  KNN__TRY(knn__optimizer_ready(o));
  if (o->builds != args->builds)
    return knn_fail(
        call->ctx, KNN_ESTATE,
        "%s: it was given other weights since this step was recorded; make an optimizer "
        "for each list of weights",
        o->base.name);
  for (int i = 0; i < call->n_in; i++) {
    const size_t n = (size_t)call->in[i].n;
    if (n) memcpy(to, call->in[i].data, n * sizeof *to);
    to += n;
  }
  for (int i = 0; i < o->n_segments; i++) {
    const knn__segment *s = &o->segments[i];
    o->spans[i] = (knn__span){.w = knn_tensor_data(knn__variable_tensor(s->variable)),
                              .g = g + s->first,
                              .first = s->first,
                              .n = s->n,
                              .decay = s->decay};
  }
  knn__optimizer_run(o, o->spans, o->n_segments, g);
  return KNN_OK;
}

static const knn__op op_apply = {
    .cls = {.family = "op",
            .name = "apply_gradients",
            .summary = "One optimizer step over weights wherever they lie.",
            .shapes = "gradients in the order of the weights -> nothing",
            KNN__PARAMS(params, apply_args)},
    .min_in = 1,
    .max_in = -1,
    .n_out = 0,
    .flags = KNN__OP_EFFECT | KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
};

static knn_status bind(knn_optimizer *o, knn_value *const *weights, int n) {
  knn_ctx *ctx = o->base.ctx;
  knn_variable **variables = knn__alloc(ctx, (size_t)n * sizeof *variables);
  knn_status st = variables ? KNN_OK : KNN_ENOMEM;
  for (int i = 0; i < n && st == KNN_OK; i++) {
    variables[i] = weights[i]->variable;
    if (!variables[i])
      st =
          knn_fail(ctx, KNN_EARG, "%s: weight %d is a plain tensor; weights of layers are expected",
                   o->base.name, i + 1);
    if (st == KNN_OK && weights[i]->spec.dtype != KNN_F32)
      st = knn_fail(ctx, KNN_ETYPE, "%s: weight '%s' has type %s; float32 is expected",
                    o->base.name, variables[i]->path, knn_dtype_name(weights[i]->spec.dtype));
  }
  if (st == KNN_OK) st = knn__optimizer_build(o, NULL, variables, n);
  knn__free(ctx, variables);
  return st;
}

static knn_status check_gradients(const knn_optimizer *o, knn_value *const *gradients) {
  for (int i = 0; i < o->n_segments; i++) {
    const knn_variable *v = o->segments[i].variable;
    const knn__spec *w = &v->value->spec, *g = &gradients[i]->spec;
    if (g->dtype != KNN_F32 || !knn__dims_equal(g->rank, g->dims, w->rank, w->dims))
      return knn_fail(
          o->base.ctx, KNN_ESHAPE,
          "%s: gradient %d must be a float32 tensor of shape %s, as weight '%s'; got %s %s",
          o->base.name, i + 1, KNN__SPEC(*w), v->path, knn_dtype_name(g->dtype), KNN__SPEC(*g));
  }
  return KNN_OK;
}

/* An op takes so many operands; more gradients are joined before. */
static int join(knn__scope *s, knn_value *const *gradients, int n, knn_value **joined) {
  const int together = (n + KNN__MAX_IN - 1) / KNN__MAX_IN;
  knn_value *flat[KNN__MAX_IN];
  int made = 0;
  for (int i = 0; i < n; i += together) {
    const int count = n - i < together ? n - i : together;
    for (int k = 0; k < count && together > 1; k++)
      flat[k] = knn__reshape(s, gradients[i + k], 1, (int64_t[]){KNN_ANY});
    joined[made++] = together > 1 ? knn__concatenate(s, count, flat, 0) : gradients[i];
  }
  return made;
}

static void project(knn_optimizer *o, knn__scope *s) {
  for (int i = 0; i < o->n_segments && s->status == KNN_OK; i++) {
    knn_variable *v = o->segments[i].variable;
    if (v->constraint) knn__assign(s, v, knn__project(v->constraint, s, v->value));
  }
}

knn_status knn_optimizer_apply(knn_optimizer *o, knn_value *const *gradients,
                               knn_value *const *weights, int n) {
  knn_value *joined[KNN__MAX_IN];
  knn__scope s;
  if (n < 1) return KNN_OK;
  KNN__TRY(bind(o, weights, n));
  KNN__TRY(check_gradients(o, gradients));
  knn__scope_begin(&s, o->base.ctx);
  const int n_joined = join(&s, gradients, n, joined);
  const apply_args args = {&o->base, o->builds};
  int n_out = 0;
  if (s.status == KNN_OK)
    s.status = knn__apply(s.ctx, &op_apply, &args, joined, n_joined, NULL, &n_out);
  project(o, &s);
  return knn__scope_end(&s);
}
