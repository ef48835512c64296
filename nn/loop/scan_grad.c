/* scan_grad.c - the gradient of a scan is a scan over reversed time. Its states are the gradients
 * by the states and, as sums, by what the body captured; its sequences are the states before each
 * step, the sequences themselves and the gradients by the results. Its body computes the step again
 * and differentiates it, so it is made of ops and can be differentiated too. */
#include "grad.h"
#include "replay.h"
#include "scan_op.h"

/* Which operands and results take part, by index; positions in the gradient's own operands follow
 * from the counts. */
typedef struct back {
  const knn__scan_args *args;
  int n_in, n_const;                  /* operands of the scan; captured ones among them */
  int n_states, states[KNN__MAX_OUT]; /* float states */
  int n_sums, sums[KNN__MAX_IN];      /* captured operands with a gradient */
  int n_dxs, dxs[KNN__MAX_IN];        /* sequences with a gradient */
  int n_dys, dys[KNN__MAX_OUT];       /* stacked results (saved states too) with a gradient */
} back;

static bool is_float(const knn_value *v) {
  return knn_dtype_is_float(v->spec.dtype);
}

static back take_part(const knn__vjp *g) {
  back b = {.args = g->args, .n_in = g->n_in};
  const int states = (int)b.args->n_states, xs = (int)b.args->n_xs;
  b.n_const = g->n_in - states - xs;
  for (int i = 0; i < states; i++)
    if (is_float(g->in[i])) b.states[b.n_states++] = i;
  for (int i = states; i < g->n_in; i++) {
    if (!g->wanted[i] || !is_float(g->in[i])) continue;
    if (i < states + xs)
      b.dxs[b.n_dxs++] = i;
    else
      b.sums[b.n_sums++] = i;
  }
  for (int i = states; i < g->n_out; i++)
    if (g->dy[i] && is_float(g->out[i])) b.dys[b.n_dys++] = i;
  return b;
}

/* Operands of the step from those of the gradient's step:
 * in = ds, sums | states, xs, dys | constants. */
static void step_again(const back *b, knn__scope *s, knn_value *const *in, knn_value **operands,
                       knn_value **results) {
  const knn__body *body = knn__scan_body(b->args);
  const int steps = (int)(b->args->n_states + b->args->n_xs), first = b->n_states + b->n_sums;
  for (int i = 0; i < b->n_in; i++) operands[i] = in[first + i + (i < steps ? 0 : b->n_dys)];
  knn__replay(s, body->graph, body->n_in, body->in, operands, body->n_out, body->out, results);
}

/* Gradients by the operands `by`, from those of the results. */
static void differentiate(const back *b, knn__scope *s, knn_value *const *in,
                          knn_value *const *operands, knn_value *const *results, int n,
                          knn_value *const *by, knn_value **gradients) {
  const knn_graph *g = s->ctx->tracing;
  const int steps = (int)(b->args->n_states + b->args->n_xs), first = b->n_states + b->n_sums;
  knn_value *ys[2 * KNN__MAX_OUT], *dys[2 * KNN__MAX_OUT];
  const int n_out = knn__scan_body(b->args)->n_out;
  int n_ys = 0;
  for (int i = 0; i < b->n_states; i++) {
    ys[n_ys] = results[b->states[i]];
    dys[n_ys++] = in[i];
  }
  for (int i = 0; i < b->n_dys; i++) {
    ys[n_ys] = b->dys[i] < n_out ? results[b->dys[i]] : operands[b->dys[i] - n_out];
    dys[n_ys++] = in[first + steps + i];
  }
  s->status =
      knn__gradient_of_all(s->ctx, g->records, g->n_records, n_ys, ys, dys, n, by, gradients);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < n; i++) knn__hold(s, gradients[i]);
}

static void step_back(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const back *b = self;
  knn_value *operands[KNN__MAX_IN], *results[KNN__MAX_OUT], *by[2 * KNN__MAX_IN],
      *gradients[2 * KNN__MAX_IN];
  int n = 0;
  step_again(b, s, in, operands, results);
  for (int i = 0; i < b->n_states; i++) by[n++] = operands[b->states[i]];
  for (int i = 0; i < b->n_sums; i++) by[n++] = operands[b->sums[i]];
  for (int i = 0; i < b->n_dxs; i++) by[n++] = operands[b->dxs[i]];
  if (s->status == KNN_OK) differentiate(b, s, in, operands, results, n, by, gradients);
  for (int i = 0; i < n && s->status == KNN_OK; i++) {
    const bool sum = i >= b->n_states && i < b->n_states + b->n_sums;
    out[i] = sum ? knn__add(s, in[i], gradients[i]) : gradients[i];
  }
}

static knn_value *zeros_like(knn__scope *s, knn_value *x) {
  return knn__broadcast_like(s, knn__scalar_like(s, x, 0), x);
}

/* The states before each step: saved, or the scan runs once more. */
static void states_before(const back *b, knn__scope *s, const knn__vjp *g, knn_value **before) {
  knn_value *outs[KNN__MAX_OUT];
  knn__scan_args args = *b->args;
  const int n_out = knn__scan_body(b->args)->n_out, states = (int)args.n_states;
  knn_value *const *from = g->out;
  if (!args.saves && states > 0) {
    args.saves = true;
    knn__scan_apply(s, &args, g->n_in, g->in, outs);
    from = outs;
  }
  for (int i = 0; i < states && s->status == KNN_OK; i++) before[i] = from[n_out + i];
}

static void run_back(const back *b, knn__scope *s, const knn__vjp *g, knn_value *const *before) {
  const int states = (int)b->args->n_states, xs = (int)b->args->n_xs,
            kept = b->n_states + b->n_sums;
  knn_value *first[KNN__MAX_IN], *sequences[KNN__MAX_IN], *last[KNN__MAX_OUT],
      *stacked[KNN__MAX_OUT];
  for (int i = 0; i < b->n_states; i++) {
    knn_value *dy = g->dy[b->states[i]];
    first[i] = dy ? dy : zeros_like(s, g->in[b->states[i]]);
  }
  for (int i = 0; i < b->n_sums; i++) first[b->n_states + i] = zeros_like(s, g->in[b->sums[i]]);
  for (int i = 0; i < states; i++) sequences[i] = before[i];
  for (int i = 0; i < xs; i++) sequences[states + i] = g->in[states + i];
  for (int i = 0; i < b->n_dys; i++) sequences[states + xs + i] = g->dy[b->dys[i]];
  knn__scan loop = {.n_states = kept,
                    .n_xs = states + xs + b->n_dys,
                    .n_ys = b->n_dxs,
                    .n_constants = b->n_const,
                    .states = first,
                    .xs = sequences,
                    .constants = g->in + states + xs,
                    .axis = (int)b->args->axis,
                    .reverse = !b->args->reverse};
  knn__scan_over(s, &loop, step_back, (void *)(uintptr_t)b, last, stacked);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < b->n_states; i++)
    if (g->wanted[b->states[i]]) g->dx[b->states[i]] = last[i];
  for (int i = 0; i < b->n_sums; i++) g->dx[b->sums[i]] = last[b->n_states + i];
  for (int i = 0; i < b->n_dxs; i++) g->dx[b->dxs[i]] = stacked[i];
}

void knn__scan_vjp(knn__scope *s, const knn__vjp *g) {
  const back b = take_part(g);
  knn_value *before[KNN__MAX_OUT];
  if (b.n_states + b.n_sums + b.n_dxs == 0) return;
  states_before(&b, s, g, before);
  if (s->status == KNN_OK) run_back(&b, s, g, before);
}
