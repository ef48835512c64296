/* scan_op.c - states[t], ys[t] = body(states[t - 1], xs[t], constants). The body is planned when
 * the scan is prepared; its memory, two copies of the states (read and written in turn) and the
 * slices lie in the scan's scratch, so running allocates nothing. A slice that lies in one piece is
 * read in place. */
#include "scan_op.h"

#include <string.h>

#include "plan.h"

enum { LINE = 64 }; /* bytes that blocks are aligned to */

static const knn_param params[] = {
    KNN__PARAM(knn__scan_args, body, KNN_P_OBJECT, NULL, "Ops of one step.", .choices = "body"),
    KNN__PARAM(knn__scan_args, n_states, KNN_P_INT, NULL, "How many operands are states."),
    KNN__PARAM(knn__scan_args, n_xs, KNN_P_INT, NULL, "How many operands are sequences."),
    KNN__PARAM(knn__scan_args, axis, KNN_P_INT, "0", "Axis of time.", .mark = KNN_AXIS),
    KNN__PARAM(knn__scan_args, reverse, KNN_P_BOOL, "false", "From the last step to the first."),
    KNN__PARAM(knn__scan_args, saves, KNN_P_BOOL, "false", "Give the states of all steps too."),
};

static knn__spec with_axis(const knn__spec *x, int axis, int64_t size) {
  knn__spec y = *x;
  y.rank++;
  for (int i = y.rank - 1; i > axis; i--) y.dims[i] = x->dims[i - 1];
  y.dims[axis] = size;
  return y;
}

/* Operands of a step. */
static void step_specs(const knn__scan_args *args, int n, const knn__spec *in, knn__spec *step) {
  for (int i = 0; i < n; i++) {
    const bool sequence = i >= args->n_states && i < args->n_states + args->n_xs;
    step[i] = sequence ? knn__slice_spec(&in[i], (int)args->axis) : in[i];
  }
}

static knn_status steps_of(const knn__infer *q, int64_t *steps) {
  const knn__scan_args *args = q->args;
  *steps = KNN_ANY;
  for (int64_t i = args->n_states; i < args->n_states + args->n_xs; i++) {
    if (q->in[i].rank <= args->axis)
      return knn_fail(q->ctx, KNN_ESHAPE, "sequence of shape %s has no time axis",
                      KNN__SPEC(q->in[i]));
    const int64_t n = q->in[i].dims[args->axis];
    if (*steps != KNN_ANY && n != KNN_ANY && n != *steps)
      return knn_fail(q->ctx, KNN_ESHAPE, "sequences of %lld and of %lld steps do not go together",
                      (long long)*steps, (long long)n);
    if (n != KNN_ANY) *steps = n;
  }
  return KNN_OK;
}

static knn_status infer_results(const knn__infer *q, const knn__body *body, int64_t steps) {
  const knn__scan_args *args = q->args;
  const int states = (int)args->n_states, axis = (int)args->axis;
  for (int i = 0; i < body->n_out; i++) {
    const knn__spec *y = &body->out[i]->spec;
    if (i < states) {
      if (y->dtype != q->in[i].dtype ||
          !knn__dims_fit(y->rank, y->dims, q->in[i].rank, q->in[i].dims))
        return knn_fail(q->ctx, KNN_ESHAPE,
                        "state %d is %s %s before the step and %s %s behind it; a step must give "
                        "each state with its own type and shape",
                        i + 1, knn_dtype_name(q->in[i].dtype), KNN__SPEC(q->in[i]),
                        knn_dtype_name(y->dtype), KNN__SPEC(*y));
      q->out[i] = q->in[i];
    } else if (y->rank < axis || y->rank >= KNN_MAX_RANK) {
      return knn_fail(q->ctx, KNN_ESHAPE, "results of shape %s cannot be stacked along axis %d",
                      KNN__SPEC(*y), axis);
    } else {
      q->out[i] = with_axis(y, axis, steps);
    }
  }
  for (int i = 0; i < states && args->saves; i++)
    q->out[body->n_out + i] = with_axis(&q->in[i], axis, steps);
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  const knn__scan_args *args = q->args;
  knn__spec step[KNN__MAX_IN];
  knn__body *body = NULL;
  int64_t steps;
  if (q->n_in != knn__scan_body(args)->n_in)
    return knn_fail(q->ctx, KNN_EARG, "takes %d operands, got %d", knn__scan_body(args)->n_in,
                    q->n_in);
  KNN__TRY(steps_of(q, &steps));
  step_specs(args, q->n_in, q->in, step);
  KNN__TRY(knn__body_fit(knn__scan_body(args), step, &body));
  const knn_status st = infer_results(q, body, steps);
  ((knn__infer *)(uintptr_t)q)->n_out = body->n_out + (args->saves ? (int)args->n_states : 0);
  knn__body_release(body);
  return st;
}

/* A prepared scan. */
typedef struct running {
  knn_ctx *ctx; /* of the plan */
  knn__body *body;
  knn__plan *plan;
  size_t states_at[2][KNN__MAX_OUT], slices_at[KNN__MAX_IN]; /* in the scratch */
} running;

/* Elements as outer x steps x inner bytes. */
typedef struct sequence {
  int64_t outer, steps;
  size_t inner;
} sequence;

static sequence sequence_of(const knn__buf *x, int axis) {
  const knn__spec *spec = &x->spec;
  return (sequence){knn__count(axis, spec->dims), spec->dims[axis],
                    (size_t)knn__count(spec->rank - axis - 1, spec->dims + axis + 1) *
                        knn_dtype_size(spec->dtype)};
}

static size_t bytes_of(const knn__buf *x) {
  return (size_t)x->n * knn_dtype_size(x->spec.dtype);
}

static size_t book(knn__call *call, size_t bytes) {
  const size_t at = call->scratch_bytes;
  call->scratch_bytes += (bytes + LINE - 1) / LINE * LINE;
  return at;
}

static knn_status prepare_plan(knn__call *call, running *r) {
  const knn__scan_args *args = call->args;
  knn__spec in[KNN__MAX_IN], step[KNN__MAX_IN];
  for (int i = 0; i < call->n_in; i++) in[i] = call->in[i].spec;
  step_specs(args, call->n_in, in, step);
  KNN__TRY(knn__body_fit(knn__scan_body(args), step, &r->body));
  if (!r->body->plain)
    return knn_fail(call->ctx, KNN_EARG,
                    "a step that draws random numbers or changes a variable needs a known number "
                    "of steps");
  return knn__plan_new_inner(r->body->graph, r->body->out, r->body->n_out, &r->plan);
}

static void release(knn__call *call) {
  running *r = call->state;
  if (!r) return;
  knn__plan_release(r->plan);
  knn__body_release(r->body);
  knn__free(call->ctx, r);
  call->state = NULL;
}

static knn_status prepare(knn__call *call) {
  const knn__scan_args *args = call->args;
  running *r = call->state = knn__alloc(call->ctx, sizeof *r);
  if (!r) return KNN_ENOMEM;
  r->ctx = call->ctx;
  const knn_status st = prepare_plan(call, r);
  if (st != KNN_OK) {
    release(call);
    return st;
  }
  book(call, knn__plan_bytes(r->plan));
  for (int i = 0; i < args->n_states; i++)
    for (int k = 0; k < 2; k++) r->states_at[k][i] = book(call, bytes_of(&call->in[i]));
  for (int64_t i = args->n_states; i < args->n_states + args->n_xs; i++) {
    const sequence x = sequence_of(&call->in[i], (int)args->axis);
    r->slices_at[i] = book(call, (size_t)x.outer * x.inner);
  }
  return KNN_OK;
}

static void copy(void *to, const void *from, size_t bytes) {
  if (bytes) memcpy(to, from, bytes);
}

/* The slice of step t: in place, or gathered. */
static void *take_slice(const knn__buf *x, int axis, int64_t t, void *room) {
  const sequence q = sequence_of(x, axis);
  char *from = (char *)x->data + (size_t)t * q.inner;
  if (q.outer == 1) return from;
  for (int64_t o = 0; o < q.outer; o++)
    copy((char *)room + (size_t)o * q.inner, from + (size_t)(o * q.steps) * q.inner, q.inner);
  return room;
}

static void put_slice(const knn__buf *y, int axis, int64_t t, const void *from) {
  const sequence q = sequence_of(y, axis);
  char *to = (char *)y->data + (size_t)t * q.inner;
  for (int64_t o = 0; o < q.outer; o++)
    copy(to + (size_t)(o * q.steps) * q.inner, (const char *)from + (size_t)o * q.inner, q.inner);
}

/* One step at slice t, from the states of side `turn` to those of the other. */
static knn_status run_step(const knn__call *call, int64_t t, int turn) {
  const knn__scan_args *args = call->args;
  running *r = call->state;
  char *scratch = call->scratch;
  const int states = (int)args->n_states, axis = (int)args->axis;
  for (int i = 0; i < states; i++) {
    void *state = scratch + r->states_at[turn][i];
    knn__plan_bind(r->plan, r->body->in[i], state);
    if (args->saves) put_slice(&call->out[r->body->n_out + i], axis, t, state);
  }
  for (int64_t i = states; i < states + args->n_xs; i++)
    knn__plan_bind(r->plan, r->body->in[i],
                   take_slice(&call->in[i], axis, t, scratch + r->slices_at[i]));
  knn__plan_place(r->plan, scratch);
  KNN__TRY(knn__plan_run(r->plan, 0));
  for (int i = 0; i < r->body->n_out; i++) {
    const void *y = knn__plan_buffer(r->plan, r->body->out[i])->data;
    if (i < states)
      copy(scratch + r->states_at[!turn][i], y, bytes_of(&call->in[i]));
    else
      put_slice(&call->out[i], axis, t, y);
  }
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const knn__scan_args *args = call->args;
  running *r = call->state;
  const int states = (int)args->n_states;
  const int64_t steps = call->in[states].spec.dims[args->axis];
  int turn = 0;
  if (r->ctx != call->ctx) knn__plan_use_context(r->plan, r->ctx = call->ctx);
  for (int i = 0; i < states; i++)
    copy((char *)call->scratch + r->states_at[0][i], call->in[i].data, bytes_of(&call->in[i]));
  for (int i = states + (int)args->n_xs; i < call->n_in; i++)
    knn__plan_bind(r->plan, r->body->in[i], call->in[i].data);
  for (int64_t i = 0; i < steps; i++, turn = !turn)
    KNN__TRY(run_step(call, args->reverse ? steps - 1 - i : i, turn));
  for (int i = 0; i < states; i++)
    copy(call->out[i].data, (char *)call->scratch + r->states_at[turn][i], bytes_of(&call->in[i]));
  return KNN_OK;
}

const knn__op knn__op_scan = {
    .cls = {.family = "op",
            .name = "scan",
            .summary = "The same ops at every step of a sequence.",
            .detail = "states[t], ys[t] = body(states[t - 1], xs[t], constants)",
            .shapes = "states, xs (..., steps, ...), constants -> states, ys (..., steps, ...)",
            .see = "lstm|gru",
            KNN__PARAMS(params, knn__scan_args)},
    .min_in = 1,
    .max_in = -1,
    .n_out = -1,
    .flags = KNN__OP_HIDDEN | KNN__OP_HALVES,
    .infer = infer,
    .prepare = prepare,
    .release = release,
    .forward = forward,
    .vjp = knn__scan_vjp,
};

void knn__scan_apply(knn__scope *s, const knn__scan_args *args, int n_in, knn_value *const *ins,
                     knn_value **outs) {
  knn_value *results[KNN__MAX_OUT];
  int n = KNN__MAX_OUT;
  if (s->status != KNN_OK) return;
  s->status = knn__apply(s->ctx, &knn__op_scan, args, ins, n_in, results, &n);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < n; i++) outs[i] = knn__hold(s, results[i]);
}
