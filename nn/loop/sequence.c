/* sequence.c - see sequence_op.h. */
#include "sequence_op.h"

#include "body.h"
#include "grad.h"
#include "recurrent_loops.h"
#include "replay.h"
#include "simd.h"

knn__spec knn__sequence_spec(const knn__spec *x, int64_t width) {
  return (knn__spec){.dtype = x->dtype, .rank = 3, .dims = {x->dims[0], x->dims[1], width}};
}

knn_status knn__sequence_check(const knn__infer *q, const knn__spec *x, const knn__spec *h0,
                               const knn__spec *kernel, int gates) {
  const int64_t units = kernel->rank == 2 ? kernel->dims[0] : 0;
  const bool fits = kernel->rank == 2 && kernel->dims[1] == gates * units && x->rank == 3 &&
                    x->dims[2] == gates * units && h0->rank == 2 && h0->dims[1] == units;
  if (!fits)
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "x (batch, steps, %d units), h (batch, units) and the recurrent kernel (units, "
                    "%d units) do not go together: %s, %s, %s",
                    gates, gates, KNN__SPEC(*x), KNN__SPEC(*h0), KNN__SPEC(*kernel));
  if (x->dtype != kernel->dtype || h0->dtype != kernel->dtype || !knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "wants operands of one float type");
  return KNN_OK;
}

knn__recurrent knn__sequence_problem(const knn__spec *x, int gates) {
  return (knn__recurrent){
      .batch = x->dims[0], .steps = x->dims[1], .units = x->dims[2] / gates, .gates = gates};
}

knn_status knn__sequence_prepare(knn__call *call, const knn__recurrent *p) {
  const knn_dtype type = call->in[0].spec.dtype;
  const knn__simd_set *set = knn__simd(call->ctx, type);
  call->scratch_bytes = set ? set->recurrent_scratch(p)
                            : (size_t)knn__ref_recurrent_scratch(p) * knn_dtype_size(type);
  call->provider = set ? "simd" : "ref";
  return KNN_OK;
}

static knn__recurrent_fn *function_of(const knn__simd_set *set, bool is_double,
                                      knn__sequence_kind kind) {
  switch (kind) {
    case KNN__LSTM: return set ? set->lstm : is_double ? knn__ref_lstm_f64 : knn__ref_lstm_f32;
    case KNN__LSTM_GRAD:
      return set ? set->lstm_grad : is_double ? knn__ref_lstm_grad_f64 : knn__ref_lstm_grad_f32;
    case KNN__GRU: return set ? set->gru : is_double ? knn__ref_gru_f64 : knn__ref_gru_f32;
    case KNN__GRU_GRAD:
      return set ? set->gru_grad : is_double ? knn__ref_gru_grad_f64 : knn__ref_gru_grad_f32;
  }
  return NULL;
}

void knn__sequence_run(const knn__call *call, const knn__recurrent *p, knn__sequence_kind kind) {
  const knn_dtype type = call->in[0].spec.dtype;
  if (p->batch * p->units == 0) return;
  function_of(knn__simd(call->ctx, type), type == KNN_F64, kind)(call->ctx, p, call->scratch);
}

void knn__sequence_apply(knn__scope *s, const knn__op *op, const knn__sequence_args *args, int n_in,
                         knn_value *const *ins, knn_value **outs) {
  int n = 8;
  if (s->status != KNN_OK) return;
  s->status = knn__apply(s->ctx, op, args, ins, n_in, outs, &n);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < n; i++) outs[i] = knn__hold(s, outs[i]);
}

knn_value *knn__sequence_rows(knn__scope *s, knn_value *x) {
  if (s->status != KNN_OK) return NULL;
  return knn__reshape(s, x, 2, (int64_t[]){KNN_ANY, x->spec.dims[2]});
}

/* before[t + 1] is y[t] */
knn_value *knn__sequence_shift(knn__scope *s, knn_value *dy, knn_value *dbefore) {
  knn_value *later = knn__slice_axis(s, dbefore, 1, 1, KNN_NONE, 1);
  later = knn__pad(s, later, (int64_t[]){0, 0, 0}, (int64_t[]){0, 1, 0}, 0);
  return dy ? knn__add(s, dy, later) : later;
}

/* ---- second derivatives ---- */

enum { MOST = 16 }; /* operands, results and gradients of an op together */

typedef struct twice {
  const knn__sequence_form *form;
  const knn__sequence_args *args;
  knn_value *const *in, *const *dys, *const *us;
} twice;

static bool is_float(const knn_value *v) {
  return knn_dtype_is_float(v->spec.dtype);
}

/* Gradients held by the scope. */
static void gradient(knn__scope *s, int n_ys, knn_value *const *ys, knn_value *const *dys, int n,
                     knn_value *const *by, knn_value **out) {
  const knn_graph *g = s->ctx->tracing;
  if (s->status != KNN_OK) return;
  s->status = knn__gradient_of_all(s->ctx, g->records, g->n_records, n_ys, ys, dys, n, by, out);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < n; i++) knn__hold(s, out[i]);
}

/* Those of `all` that are there take the next of `in`. */
static int pair_up(int n, knn_value *const *all, knn_value *const *values, knn_value *const **in,
                   knn_value **left, knn_value **right) {
  int found = 0;
  for (int i = 0; i < n; i++) {
    if (!all[i]) continue;
    left[found] = values[i];
    right[found++] = *(*in)++;
  }
  return found;
}

/* in = operands, dys, us; out = gradients by the float operands and by the dys */
static void write_twice(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const twice *t = self;
  const knn__sequence_form *f = t->form;
  knn_value *results[MOST], *by[MOST], *first[MOST], *left[MOST], *right[MOST], *wanted[2 * MOST];
  knn_value *const *next = in + f->n_in;
  int n = 0;
  f->write(t->args, s, in, results, by);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < f->n_in; i++)
    if (is_float(in[i])) wanted[n++] = in[i];
  const int n_dys = pair_up(f->n_results, t->dys, results, &next, left, right);
  for (int i = 0; i < n_dys; i++) wanted[n++] = right[i];
  gradient(s, n_dys, left, right, f->n_by, by, first);
  const int n_us = pair_up(f->n_by, t->us, first, &next, left, right);
  gradient(s, n_us, left, right, n, wanted, out);
}

/* Values that are there, behind those in `all`. */
static int gather(int n, knn_value *const *values, int count, knn_value **all) {
  for (int i = 0; i < n; i++)
    if (values[i]) all[count++] = values[i];
  return count;
}

void knn__sequence_twice(knn__scope *s, const knn__sequence_form *form,
                         const knn__sequence_args *args, knn_value *const *in,
                         knn_value *const *dys, knn_value *const *us, knn_value **din,
                         knn_value **ddys) {
  twice t = {form, args, in, dys, us};
  knn__captured captured = {0};
  knn__body *body = NULL;
  knn_value *all[KNN__MAX_IN], *out[2 * MOST];
  knn__spec specs[KNN__MAX_IN];
  if (s->status != KNN_OK) return;
  int n = gather(form->n_in, in, 0, all), n_out = 0, at = 0;
  for (int i = 0; i < n; i++) n_out += is_float(in[i]);
  n = gather(form->n_results, dys, n, all);
  n_out += n - form->n_in;
  n = gather(form->n_by, us, n, all);
  for (int i = 0; i < n; i++) specs[i] = all[i]->spec;
  s->status = knn__body_trace(s->ctx, n, specs, n_out, write_twice, &t, &captured, &body);
  for (int i = 0; i < captured.n; i++) all[n++] = knn__hold(s, captured.v[i]);
  if (s->status == KNN_OK) knn__replay(s, body->graph, n, body->in, all, n_out, body->out, out);
  knn__body_release(body);
  for (int i = 0; i < form->n_in && s->status == KNN_OK; i++)
    din[i] = is_float(in[i]) ? out[at++] : NULL;
  for (int i = 0; i < form->n_results && s->status == KNN_OK; i++)
    ddys[i] = dys[i] ? out[at++] : NULL;
}
