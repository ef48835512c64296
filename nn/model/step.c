/* step.c - from a batch's signature to a plan: trace the forward pass, differentiate, store the
 * gradients in their arena, or in a list of rows where a table has few, update by the optimizer,
 * project by the constraints. Plans are kept per signature; the least recently used one goes first.
 */
#include <math.h>
#include <string.h>

#include "constraint.h"
#include "grad.h"
#include "model.h"
#include "op_list.h"

typedef struct update_args {
  knn_model *model;
  knn_optimizer *optimizer;
  float *w, *g;
  int n_listed;
  int listed[KNN__TABLES]; /* segments of which the operands are rows and sums, by turns; then the
                              loss */
} update_args;

static knn_status infer_update(const knn__infer *q) {
  (void)q;
  return KNN_OK;
}

static knn_status forward_update(const knn__call *call) {
  const update_args *args = call->args;
  knn__row_gradient listed[KNN__TABLES];
  const float *loss = call->in[2 * args->n_listed].data;
  if (!isfinite(*loss) && !args->model->nan_told) { /* held back: see first_nan.c */
    args->model->nan_pending = true;
    return KNN_OK;
  }
  for (int i = 0; i < args->n_listed; i++) {
    const knn__buf *rows = &call->in[2 * i], *sums = rows + 1;
    listed[i] =
        (knn__row_gradient){args->listed[i], rows->data, sums->data, rows->n, sums->n / rows->n};
  }
  knn__optimizer_step(args->optimizer, args->w, args->g, listed, args->n_listed);
  return KNN_OK;
}

/* Weights, gradients and slots: read, and all but the gradients written. Of a table with a list,
 * the listed gradients only, and the listed weights if the others rest. */
static void cost_of_update(const knn__call *call, knn__cost *cost) {
  const update_args *args = call->args;
  const knn_optimizer *o = args->optimizer;
  double weights = (double)o->size, gradients = weights;
  for (int i = 0; i < args->n_listed; i++) {
    const knn__segment *segment = &o->segments[args->listed[i]];
    double unlisted = (double)(segment->n - call->in[2 * i + 1].n);
    gradients -= unlisted;
    if (knn__optimizer_rests(o, segment->decay)) weights -= unlisted;
  }
  cost->flops = weights * (2 + 3 * o->n_slots);
  cost->bytes = sizeof(float) * (weights * (2 + 2 * o->n_slots) + gradients);
}

static const knn__op op_update = {
    .cls = {.family = "op",
            .name = "update_weights",
            .summary = "One optimizer step over the arena of weights.",
            .shapes = "rows (n), sums (n, ...) of each listed gradient, loss () -> nothing",
            .args_size = sizeof(update_args)},
    .min_in = 1,
    .max_in = 2 * KNN__TABLES + 1,
    .n_out = 0,
    .flags = KNN__OP_EFFECT | KNN__OP_HIDDEN,
    .infer = infer_update,
    .forward = forward_update,
    .cost = cost_of_update,
};

static knn_status apply_effect(knn_ctx *ctx, const knn__op *op, const void *args,
                               knn_value *const *ins, int n_in) {
  int n = 0;
  return knn__apply(ctx, op, args, ins, n_in, NULL, &n);
}

void knn__model_project(knn_model *m, knn__scope *s) {
  for (int i = 0; i < m->n_trainable && s->status == KNN_OK; i++)
    if (m->trainable[i]->constraint)
      knn__assign(s, m->trainable[i],
                  knn__project(m->trainable[i]->constraint, s, m->trainable[i]->value));
}

/* Whether a gradient is nothing but a scatter_add to few rows. Then the same sums are made of the
 * rows that occur, and the scatter_add to all rows goes as dead code. */
static bool has_few_rows(const knn_value *gradient) {
  const knn__record *r = gradient->from;
  const knn__spec *spec = &gradient->spec;
  if (!r || r->op != &knn__op_scatter_add || spec->dtype != KNN_F32) return false;
  int64_t n = knn__count(r->in[0]->spec.rank, r->in[0]->spec.dims), rows = spec->dims[0];
  return n > 0 && n <= rows / 2 && rows <= INT32_MAX && knn__count(spec->rank, spec->dims) > 0;
}

static knn_status list_rows(knn__scope *s, const knn_value *gradient, knn_value *outs[2]) {
  const knn__record *r = gradient->from;
  knn_value *places = NULL;
  KNN__TRY(knn__distinct_rows(s, r->in[0], gradient->spec.dims[0], &outs[0], &places));
  outs[1] = knn__scatter_add(s, places, r->in[1], outs[0]->spec.dims[0]);
  return s->status;
}

static knn_status store_and_update(knn_model *m, knn__scope *s, knn_value *loss,
                                   knn_value *const *gradients) {
  knn_optimizer *o = m->optimizer;
  update_args args = {.model = m,
                      .optimizer = o,
                      .w = knn_tensor_data(m->weights),
                      .g = knn_tensor_data(m->gradients)};
  knn_value *listed[2 * KNN__TABLES + 1];
  bool lists = knn__optimizer_lists_rows(o);
  for (int i = 0; i < o->n_segments; i++) {
    if (lists && args.n_listed < KNN__TABLES && has_few_rows(gradients[i])) {
      KNN__TRY(list_rows(s, gradients[i], listed + 2 * args.n_listed));
      args.listed[args.n_listed++] = i;
    } else {
      knn__store_args place = {args.g + o->segments[i].first};
      KNN__TRY(apply_effect(m->ctx, &knn__op_store, &place, &gradients[i], 1));
    }
  }
  listed[2 * args.n_listed] = knn__cast(s, loss, KNN_F32);
  KNN__TRY(s->status);
  return apply_effect(m->ctx, &op_update, &args, listed, 2 * args.n_listed + 1);
}

/* Gradients, update and projections, behind the forward pass on the graph. */
static void record_update(knn_model *m, knn__scope *s, knn_graph *g, knn_value *total) {
  knn_value **xs = knn__alloc(m->ctx, (size_t)m->n_trainable * 2 * sizeof *xs),
            **dxs = xs + m->n_trainable, *scaled = total;
  if (!xs) s->status = KNN_ENOMEM;
  for (int i = 0; i < m->n_trainable && s->status == KNN_OK; i++)
    s->status = knn__graph_leaf(g, m->trainable[i]->value, &xs[i]);
  if (s->status == KNN_OK) scaled = knn__optimizer_scale_loss(m->optimizer, s, total);
  if (s->status == KNN_OK)
    s->status =
        knn__gradient(m->ctx, g->records, g->n_records, scaled, NULL, xs, m->n_trainable, dxs);
  if (s->status == KNN_OK) {
    for (int i = 0; i < m->n_trainable; i++) knn__hold(s, dxs[i]);
    s->status = store_and_update(m, s, total, dxs);
    knn__model_project(m, s);
  }
  knn__free(m->ctx, xs);
}

static knn_status make_inputs(knn_graph *g, const knn__signature *sig, knn__step *step) {
  for (int i = 0; i < sig->n_x; i++) KNN__TRY(knn__graph_input(g, &sig->x[i], &step->x[i]));
  for (int i = 0; i < sig->n_y; i++) KNN__TRY(knn__graph_input(g, &sig->y[i], &step->y[i]));
  for (int i = 0; i < sig->n_weight; i++)
    if (knn__weighs(&sig->weight[i]))
      KNN__TRY(knn__graph_input(g, &sig->weight[i], &step->weight[i]));
  return KNN_OK;
}

static knn_status trace(knn_model *m, knn_graph *g, const knn__signature *sig, knn__step *step) {
  KNN__TRY(make_inputs(g, sig, step));
  knn__scope s;
  knn__scope_begin(&s, m->ctx);
  knn_graph *before = knn__trace_begin(g);
  knn__forward f = {.mode = sig->mode,
                    .x = step->x,
                    .n_x = sig->n_x,
                    .y = step->y,
                    .n_y = sig->n_y,
                    .weight = step->weight,
                    .n_weight = sig->n_weight};
  const bool host = knn__model_has_step(m, sig->mode);
  (host ? knn__model_host_step : knn__model_forward)(m, &s, &f);
  if (s.status == KNN_OK && sig->mode == KNN__TRAIN && m->n_trainable > 0 && !host)
    record_update(m, &s, g, f.total);
  knn__trace_end(m->ctx, before);
  step->n_out = f.n_out;
  for (int i = 0; i < f.n_out; i++) step->out[i] = f.out[i];
  memcpy(step->log, f.log, sizeof step->log);
  /* an untouched input, returned as it is, or a constant prediction still needs a node */
  for (int i = 0; i < f.n_out && s.status == KNN_OK; i++)
    if (!step->out[i]->graph) s.status = knn__graph_leaf(g, step->out[i], &step->out[i]);
  return knn__scope_end(&s);
}

knn_status knn__model_trace_step(knn_model *m, const knn__signature *sig, bool unplaced,
                                 knn__step *step) {
  knn_graph *g = NULL;
  if (sig->mode == KNN__TRAIN) KNN__TRY(knn__front_check_frozen(m));
  KNN__TRY(knn__graph_new(m->ctx, &g));
  step->signature = *sig;
  knn_status st = trace(m, g, sig, step);
  if (st == KNN_OK)
    st = (unplaced ? knn__plan_new_inner : knn__plan_new)(g, step->out, step->n_out, &step->plan);
  knn__graph_release(g);
  return st;
}

static knn_status make_step(knn_model *m, const knn__signature *sig, knn__step **out) {
  knn__step *step = knn__alloc(m->ctx, sizeof *step);
  if (!step) return KNN_ENOMEM;
  knn_status st = knn__model_trace_step(m, sig, false, step);
  if (st == KNN_OK)
    *out = step;
  else
    knn__step_free(m->ctx, step);
  return st;
}

void knn__step_free(knn_ctx *ctx, knn__step *step) {
  if (!step) return;
  knn__plan_release(step->plan);
  for (int i = 0; i < KNN__MODEL_IO; i++) knn__free(ctx, step->log[i]);
  knn__free(ctx, step);
}

static bool same_specs(const knn__spec *a, const knn__spec *b, int n) {
  for (int i = 0; i < n; i++)
    if (a[i].dtype != b[i].dtype || !knn__dims_equal(a[i].rank, a[i].dims, b[i].rank, b[i].dims))
      return false;
  return true;
}

static bool same_signature(const knn__signature *a, const knn__signature *b) {
  return a->mode == b->mode && a->n_x == b->n_x && a->n_y == b->n_y && a->n_weight == b->n_weight &&
         same_specs(a->x, b->x, a->n_x) && same_specs(a->y, b->y, a->n_y) &&
         same_specs(a->weight, b->weight, a->n_weight);
}

knn_status knn__model_step(knn_model *m, const knn__signature *sig, knn__step **out) {
  if (m->weight_moves != m->ctx->weight_moves) knn__model_drop_plans(m);
  m->weight_moves = m->ctx->weight_moves;
  int oldest = 0;
  for (int i = 0; i < KNN__PLANS; i++) {
    knn__step *step = m->steps[i];
    if (step && same_signature(&step->signature, sig)) {
      step->used = ++m->clock;
      *out = step;
      return KNN_OK;
    }
    uint64_t age = step ? step->used : 0, best = m->steps[oldest] ? m->steps[oldest]->used : 0;
    if (age < best) oldest = i;
  }
  knn__step *made = NULL;
  KNN__TRY(make_step(m, sig, &made));
  m->dropped += m->steps[oldest] != NULL;
  knn__step_free(m->ctx, m->steps[oldest]);
  made->used = ++m->clock;
  m->steps[oldest] = made;
  *out = made;
  return KNN_OK;
}
