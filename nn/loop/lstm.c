/* lstm.c - LSTM over a sequence:
 *   i, f, g, o = blocks of x + h kernel    c = sigmoid(f) c + sigmoid(i) tanh(g)
 *   h = sigmoid(o) tanh(c)
 * Operands x, h0, c0, kernel, mask; results h, c, y and, saved, the gates, c and h before each
 * step. The gradient by x is also that by the recurrent product, so that by the kernel is before'
 * dx. */
#include "scan.h"
#include "sequence.h"
#include "sequence_op.h"

extern const knn__op knn__op_lstm, knn__op_lstm_grad;

static const knn_param params[] = {
    KNN__SEQUENCE_FLAG(masked, "Whether the last operand is a mask."),
    KNN__SEQUENCE_FLAG(sequences, "Whether h of all steps is given."),
    KNN__SEQUENCE_FLAG(saves, "Whether what the gradient reads is given."),
};

/* ---- forward ---- */

static knn_status infer(const knn__infer *q) {
  const knn__sequence_args *args = q->args;
  const knn__spec *x = &q->in[0];
  KNN__TRY(knn__sequence_check(q, x, &q->in[1], &q->in[3], 4));
  const int64_t units = q->in[3].dims[0];
  int n = 0;
  q->out[n++] = q->in[1];
  q->out[n++] = q->in[2];
  if (args->sequences) q->out[n++] = knn__sequence_spec(x, units);
  if (args->saves) {
    q->out[n++] = *x;
    q->out[n++] = knn__sequence_spec(x, units);
    q->out[n++] = knn__sequence_spec(x, units);
  }
  ((knn__infer *)(uintptr_t)q)->n_out = n;
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  const knn__recurrent p = knn__sequence_problem(&call->in[0].spec, 4);
  return knn__sequence_prepare(call, &p);
}

static knn_status forward(const knn__call *call) {
  const knn__sequence_args *args = call->args;
  knn__recurrent p = knn__sequence_problem(&call->in[0].spec, 4);
  const knn__buf *saved = call->out + 2 + args->sequences;
  p.x = call->in[0].data;
  p.h0 = call->in[1].data;
  p.c0 = call->in[2].data;
  p.kernel = call->in[3].data;
  if (args->masked) p.mask = call->in[4].data;
  p.h = call->out[0].data;
  p.c = call->out[1].data;
  if (args->sequences) p.y = call->out[2].data;
  if (args->saves) {
    p.y_gates = saved[0].data;
    p.cells = saved[1].data;
    p.before = saved[2].data;
  }
  knn__sequence_run(call, &p, KNN__LSTM);
  return KNN_OK;
}

/* ---- backward: x, h0, c0, kernel, gates, cells, mask, dy, dh, dc -> dx, dh0, dc0 ---- */

static knn_status infer_grad(const knn__infer *q) {
  q->out[0] = q->in[0];
  q->out[1] = q->in[1];
  q->out[2] = q->in[2];
  return KNN_OK;
}

static knn_status forward_grad(const knn__call *call) {
  const knn__sequence_args *args = call->args;
  knn__recurrent p = knn__sequence_problem(&call->in[0].spec, 4);
  const knn__buf *next = call->in + 6;
  p.c0 = call->in[2].data;
  p.kernel = call->in[3].data;
  p.y_gates = call->in[4].data;
  p.cells = call->in[5].data;
  if (args->masked) p.mask = (next++)->data;
  if (args->dy) p.dy = (next++)->data;
  if (args->dh) p.dh = (next++)->data;
  if (args->dc) p.dc = (next++)->data;
  p.dx = call->out[0].data;
  p.dh0 = call->out[1].data;
  p.dc0 = call->out[2].data;
  knn__sequence_run(call, &p, KNN__LSTM_GRAD);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__sequence_args *args = g->args;
  knn__sequence_args with = *args;
  const int first = 2 + args->sequences; /* of the saved results */
  knn_value *again[8], *ins[10], *outs[8];
  knn_value *const *all = g->out;
  knn_value *dh = g->dy[0], *dc = g->dy[1], *dy = args->sequences ? g->dy[2] : NULL,
            *dbefore = args->saves ? g->dy[first + 2] : NULL;
  if (!args->saves) {
    with.saves = true;
    knn__sequence_apply(s, &knn__op_lstm, &with, g->n_in, g->in, again);
    all = again;
  }
  if (dbefore) dy = knn__sequence_shift(s, dy, dbefore);
  if (s->status != KNN_OK || !(dy || dh || dc)) return;
  const knn__sequence_args flags = {
      .masked = args->masked, .dy = dy != NULL, .dh = dh != NULL, .dc = dc != NULL};
  int n = 0;
  for (int i = 0; i < 4; i++) ins[n++] = g->in[i];
  ins[n++] = all[first];
  ins[n++] = all[first + 1];
  if (args->masked) ins[n++] = g->in[4];
  if (dy) ins[n++] = dy;
  if (dh) ins[n++] = dh;
  if (dc) ins[n++] = dc;
  knn__sequence_apply(s, &knn__op_lstm_grad, &flags, n, ins, outs);
  if (s->status != KNN_OK) return;
  g->dx[0] = outs[0];
  g->dx[1] = outs[1];
  g->dx[2] = outs[2];
  if (dbefore)
    g->dx[1] = knn__add(s, outs[1], knn__squeeze(s, knn__slice_axis(s, dbefore, 1, 0, 1, 1), 1));
  if (g->wanted[3])
    g->dx[3] = knn__matmul(s, knn__sequence_rows(s, all[first + 2]), knn__sequence_rows(s, outs[0]),
                           true, false);
}

/* ---- as a scan, for second derivatives ---- */

/* in = h, c, x, mask, kernel; out = h, c, h */
static void step(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const knn__sequence_args *args = self;
  knn_value *kernel = in[3 + args->masked], *z[4];
  if (s->status != KNN_OK) return;
  const int64_t units = kernel->spec.dims[0];
  knn_value *sum = knn__add(s, in[2], knn__matmul(s, in[0], kernel, false, false));
  if (knn__split(s, sum, 4, (int64_t[]){units, units, units, units}, -1, z) != KNN_OK) return;
  knn_value *c = knn__add(s, knn__multiply(s, knn__sigmoid(s, z[1]), in[1]),
                          knn__multiply(s, knn__sigmoid(s, z[0]), knn__tanh(s, z[2])));
  knn_value *h = knn__multiply(s, knn__sigmoid(s, z[3]), knn__tanh(s, c));
  if (args->masked) {
    knn_value *mask = knn__expand_dims(s, in[3], 1);
    h = knn__where(s, mask, h, in[0]);
    c = knn__where(s, mask, c, in[1]);
  }
  out[0] = out[2] = h;
  out[1] = c;
}

static void write_form(const knn__sequence_args *args, knn__scope *s, knn_value *const *in,
                       knn_value **results, knn_value **by) {
  knn__scan loop = {.n_states = 2,
                    .n_xs = 1 + args->masked,
                    .n_constants = 1,
                    .n_ys = 1,
                    .states = in + 1,
                    .xs = (knn_value *[]){in[0], args->masked ? in[4] : NULL},
                    .constants = in + 3,
                    .axis = 1,
                    .saves = true};
  knn__scan_over(s, &loop, step, (void *)(uintptr_t)args, results + 1, results);
  for (int i = 0; i < 3; i++) by[i] = in[i];
}

static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  const knn__sequence_args *args = g->args;
  const knn__sequence_form form = {4 + args->masked, 3, 3, write_form};
  knn_value *in[5], *dys[3], *din[5], *ddys[3];
  const bool there[3] = {args->dy, args->dh, args->dc};
  int at = 6 + args->masked;
  for (int i = 0; i < 4; i++) in[i] = g->in[i];
  if (args->masked) in[4] = g->in[6];
  for (int i = 0; i < 3; i++) dys[i] = there[i] ? g->in[at++] : NULL;
  knn__sequence_twice(s, &form, args, in, dys, g->dy, din, ddys);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < 4; i++) g->dx[i] = din[i];
  at = 6 + args->masked;
  for (int i = 0; i < 3; i++)
    if (there[i]) g->dx[at++] = ddys[i];
}

const knn__op knn__op_lstm = {
    .cls = {.family = "op",
            .name = "lstm",
            .summary = "LSTM over a sequence whose input is projected already.",
            .shapes = "x (batch, steps, 4 units), h, c (batch, units), kernel (units, 4 units) -> "
                      "h, c, y (batch, steps, units)",
            .source = "Hochreiter and Schmidhuber 1997; Gers et al. 2000",
            .see = "gru|scan",
            KNN__PARAMS(params, knn__sequence_args)},
    .min_in = 4,
    .max_in = 5,
    .n_out = -1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};

const knn__op knn__op_lstm_grad = {
    .cls = {.family = "op",
            .name = "lstm_grad",
            .summary = "Gradients of lstm by x, h and c.",
            .shapes = "x, h, c, kernel, gates, cells, mask, dy, dh, dc -> dx, dh, dc",
            .see = "lstm",
            KNN__PARAMS(params, knn__sequence_args)},
    .min_in = 7,
    .max_in = 10,
    .n_out = 3,
    .unread = 1u << 0 | 1u << 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_grad,
    .prepare = prepare,
    .forward = forward_grad,
    .vjp = vjp_grad,
};

void knn__lstm(knn__scope *s, knn__sequence *q) {
  const knn__sequence_args args = {
      .masked = q->mask != NULL, .sequences = q->sequences, .saves = q->saves};
  knn_value *outs[8];
  knn__sequence_apply(s, &knn__op_lstm, &args, 4 + args.masked,
                      (knn_value *[]){q->x, q->h0, q->c0, q->kernel, q->mask}, outs);
  if (s->status != KNN_OK) return;
  q->h = outs[0];
  q->c = outs[1];
  q->y = q->sequences ? outs[2] : NULL;
}
