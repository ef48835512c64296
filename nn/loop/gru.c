/* gru.c - GRU over a sequence, the reset gate acting on the recurrent product u = h kernel + bias:
 *   z = sigmoid(xz + uz)  r = sigmoid(xr + ur)  n = tanh(xn + r un)  h = z h + (1 - z) n
 * Operands x, h0, kernel, bias, mask; results h, y and, saved, the gates, un and h before each
 * step. The gradient op gives dx and du; the gradient by the kernel is before' du, by the bias the
 * sum of du. */
#include "scan.h"
#include "sequence.h"
#include "sequence_op.h"

extern const knn__op knn__op_gru, knn__op_gru_grad;

static const knn_param params[] = {
    KNN__SEQUENCE_FLAG(masked, "Whether the last operand is a mask."),
    KNN__SEQUENCE_FLAG(biased, "Whether the recurrent product has a bias."),
    KNN__SEQUENCE_FLAG(sequences, "Whether h of all steps is given."),
    KNN__SEQUENCE_FLAG(saves, "Whether what the gradient reads is given."),
};

/* ---- forward ---- */

static knn_status infer(const knn__infer *q) {
  const knn__sequence_args *args = q->args;
  const knn__spec *x = &q->in[0];
  KNN__TRY(knn__sequence_check(q, x, &q->in[1], &q->in[2], 3));
  const int64_t units = q->in[2].dims[0];
  int n = 0;
  q->out[n++] = q->in[1];
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
  const knn__recurrent p = knn__sequence_problem(&call->in[0].spec, 3);
  return knn__sequence_prepare(call, &p);
}

static knn_status forward(const knn__call *call) {
  const knn__sequence_args *args = call->args;
  knn__recurrent p = knn__sequence_problem(&call->in[0].spec, 3);
  const knn__buf *next = call->in + 3, *saved = call->out + 1 + args->sequences;
  p.x = call->in[0].data;
  p.h0 = call->in[1].data;
  p.kernel = call->in[2].data;
  if (args->biased) p.bias = (next++)->data;
  if (args->masked) p.mask = (next++)->data;
  p.h = call->out[0].data;
  if (args->sequences) p.y = call->out[1].data;
  if (args->saves) {
    p.y_gates = saved[0].data;
    p.inner = saved[1].data;
    p.before = saved[2].data;
  }
  knn__sequence_run(call, &p, KNN__GRU);
  return KNN_OK;
}

/* ---- backward: x, h0, kernel, bias, mask, gates, inner, before, dy, dh -> dx, du, dh0 ---- */

static int saved_at(const knn__sequence_args *args) {
  return 3 + args->biased + args->masked;
}

static knn_status infer_grad(const knn__infer *q) {
  q->out[0] = q->out[1] = q->in[0];
  q->out[2] = q->in[1];
  return KNN_OK;
}

static knn_status forward_grad(const knn__call *call) {
  const knn__sequence_args *args = call->args;
  knn__recurrent p = knn__sequence_problem(&call->in[0].spec, 3);
  const knn__buf *next = call->in + saved_at(args);
  p.kernel = call->in[2].data;
  if (args->masked) p.mask = call->in[3 + args->biased].data;
  p.y_gates = (next++)->data;
  p.inner = (next++)->data;
  p.before = (next++)->data;
  if (args->dy) p.dy = (next++)->data;
  if (args->dh) p.dh = (next++)->data;
  p.dx = call->out[0].data;
  p.du = call->out[1].data;
  p.dh0 = call->out[2].data;
  knn__sequence_run(call, &p, KNN__GRU_GRAD);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__sequence_args *args = g->args;
  knn__sequence_args with = *args;
  const int first = 1 + args->sequences; /* of the saved results */
  knn_value *again[8], *ins[10], *outs[8];
  knn_value *const *all = g->out;
  knn_value *dh = g->dy[0], *dy = args->sequences ? g->dy[1] : NULL,
            *dbefore = args->saves ? g->dy[first + 2] : NULL;
  if (!args->saves) {
    with.saves = true;
    knn__sequence_apply(s, &knn__op_gru, &with, g->n_in, g->in, again);
    all = again;
  }
  if (dbefore) dy = knn__sequence_shift(s, dy, dbefore);
  if (s->status != KNN_OK || !(dy || dh)) return;
  const knn__sequence_args flags = {
      .masked = args->masked, .biased = args->biased, .dy = dy != NULL, .dh = dh != NULL};
  int n = 0;
  for (; n < g->n_in; n++) ins[n] = g->in[n];
  for (int i = 0; i < 3; i++) ins[n++] = all[first + i];
  if (dy) ins[n++] = dy;
  if (dh) ins[n++] = dh;
  knn__sequence_apply(s, &knn__op_gru_grad, &flags, n, ins, outs);
  if (s->status != KNN_OK) return;
  g->dx[0] = outs[0];
  g->dx[1] = outs[2];
  if (dbefore)
    g->dx[1] = knn__add(s, outs[2], knn__squeeze(s, knn__slice_axis(s, dbefore, 1, 0, 1, 1), 1));
  knn_value *du = knn__sequence_rows(s, outs[1]);
  if (g->wanted[2])
    g->dx[2] = knn__matmul(s, knn__sequence_rows(s, all[first + 2]), du, true, false);
  if (args->biased && g->wanted[3]) g->dx[3] = knn__sum(s, du, KNN__AXIS(0), false);
}

/* ---- as a scan, for second derivatives ---- */

/* in = h, x, nothing, mask, kernel, bias; out = h, h. `nothing` is 0, added to the recurrent
 * product, so that there is a gradient by it. */
static void step(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const knn__sequence_args *args = self;
  knn_value *kernel = in[3 + args->masked], *x[3], *u[3];
  if (s->status != KNN_OK) return;
  const int64_t units = kernel->spec.dims[0], sizes[] = {units, units, units};
  knn_value *product = knn__add(s, knn__matmul(s, in[0], kernel, false, false), in[2]);
  if (args->biased) product = knn__add(s, product, in[4 + args->masked]);
  if (knn__split(s, in[1], 3, sizes, -1, x) != KNN_OK) return;
  if (knn__split(s, product, 3, sizes, -1, u) != KNN_OK) return;
  knn_value *z = knn__sigmoid(s, knn__add(s, x[0], u[0])),
            *r = knn__sigmoid(s, knn__add(s, x[1], u[1])),
            *n = knn__tanh(s, knn__add(s, x[2], knn__multiply(s, r, u[2])));
  knn_value *h = knn__add(s, knn__multiply(s, z, knn__subtract(s, in[0], n)), n);
  if (args->masked) h = knn__where(s, knn__expand_dims(s, in[3], 1), h, in[0]);
  out[0] = out[1] = h;
}

static void write_form(const knn__sequence_args *args, knn__scope *s, knn_value *const *in,
                       knn_value **results, knn_value **by) {
  knn_value *nothing = knn__broadcast_like(s, knn__scalar_like(s, in[0], 0), in[0]);
  knn_value *xs[3] = {in[0], nothing, args->masked ? in[3 + args->biased] : NULL};
  knn__scan loop = {.n_states = 1,
                    .n_xs = 2 + args->masked,
                    .n_constants = 1 + args->biased,
                    .n_ys = 1,
                    .states = in + 1,
                    .xs = xs,
                    .constants = in + 2,
                    .axis = 1,
                    .saves = true};
  knn__scan_over(s, &loop, step, (void *)(uintptr_t)args, results + 1, results);
  by[0] = in[0];
  by[1] = nothing;
  by[2] = in[1];
}

static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  const knn__sequence_args *args = g->args;
  const int n = saved_at(args);
  const knn__sequence_form form = {n, 2, 3, write_form};
  knn_value *dys[2], *din[5], *ddys[2];
  const bool there[2] = {args->dy, args->dh};
  int at = n + 3;
  for (int i = 0; i < 2; i++) dys[i] = there[i] ? g->in[at++] : NULL;
  knn__sequence_twice(s, &form, args, g->in, dys, g->dy, din, ddys);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < n; i++) g->dx[i] = din[i];
  at = n + 3;
  for (int i = 0; i < 2; i++)
    if (there[i]) g->dx[at++] = ddys[i];
}

const knn__op knn__op_gru = {
    .cls = {.family = "op",
            .name = "gru",
            .summary = "GRU over a sequence whose input is projected already.",
            .shapes =
                "x (batch, steps, 3 units), h (batch, units), kernel (units, 3 units), bias (3 "
                "units) -> h, y (batch, steps, units)",
            .source = "Cho et al. 2014",
            .see = "lstm|scan",
            KNN__PARAMS(params, knn__sequence_args)},
    .min_in = 3,
    .max_in = 5,
    .n_out = -1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};

const knn__op knn__op_gru_grad = {
    .cls = {.family = "op",
            .name = "gru_grad",
            .summary = "Gradients of gru by x, the recurrent product and h.",
            .shapes = "x, h, kernel, bias, mask, gates, inner, before, dy, dh -> dx, du, dh",
            .see = "gru",
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

void knn__gru(knn__scope *s, knn__sequence *q) {
  const knn__sequence_args args = {.masked = q->mask != NULL,
                                   .biased = q->bias != NULL,
                                   .sequences = q->sequences,
                                   .saves = q->saves};
  knn_value *outs[8], *ins[5] = {q->x, q->h0, q->kernel};
  int n = 3;
  if (q->bias) ins[n++] = q->bias;
  if (q->mask) ins[n++] = q->mask;
  knn__sequence_apply(s, &knn__op_gru, &args, n, ins, outs);
  if (s->status != KNN_OK) return;
  q->h = outs[0];
  q->y = q->sequences ? outs[1] : NULL;
}
