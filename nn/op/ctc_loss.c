/* ctc_loss.c - the loss of a sequence of labels of which nobody says when each is spoken: minus the
 * logarithm of the probability that outputs, repeats merged and blanks dropped, read as the labels.
 * target (batch, n) labels, output (batch, t, classes) logits, their lengths (batch) -> (batch).
 *
 * After each step, phi[i] is the logarithm of the probability of having emitted i labels and then a
 * blank (or nothing), emit[i] that of having just emitted label i. What cannot be costs 1e5 rather
 * than infinity, as in Keras. The gradient walks back over the same steps. All of it is written on
 * numbers that carry their derivative along a direction in the logits, so that one function gives
 * the gradient and, along a direction, its derivative.
 * Source: Graves et al. 2006; the recursion is optax's, which Keras takes. */
#include <math.h>
#include <string.h>

#include "ctc.h"
#include "op_list.h"
#include "pool.h"
#include "reals.h"
#include "traverse.h"

typedef struct ctc_args {
  int64_t mask_index;
} ctc_args;

static const knn_param params[] = {
    KNN__PARAM(ctc_args, mask_index, KNN_P_INT, "0", "Class of the blank.", .mark = KNN_LABEL,
               .min = 0, .max = 2147483647),
};

static const double NEVER = -1e5; /* Keras's logarithm of 0 */

/* A number and its derivative. */
typedef struct dual {
  double v, d;
} dual;

static dual sum(dual a, dual b) {
  return (dual){a.v + b.v, a.d + b.d};
}

static dual less(dual a, dual b) {
  return (dual){a.v - b.v, a.d - b.d};
}

static dual product(dual a, dual b) {
  return (dual){a.v * b.v, a.v * b.d + a.d * b.v};
}

static dual exponential(dual a) {
  const double e = exp(a.v);
  return (dual){e, e * a.d};
}

/* What a has of the sum of e^a and e^b. */
static dual share(dual a, dual b) {
  const double w = 1 / (1 + exp(b.v - a.v));
  return (dual){w, w * (1 - w) * (a.d - b.d)};
}

/* log(e^a + e^b) */
static dual either(dual a, dual b) {
  const double w = share(a, b).v, most = fmax(a.v, b.v);
  return (dual){most + log1p(exp(-fabs(a.v - b.v))), w * a.d + (1 - w) * b.d};
}

typedef struct job {
  const knn__buf *target, *output, *target_length, *output_length;
  const knn__buf *dy, *along; /* NULL: the loss is wanted; the gradient, not its derivative */
  const knn__buf *out;
  int64_t blank;
  dual *scratch; /* room(...) of them per piece */
  int pieces;
} job;

/* One sample, and its part of the scratch. */
typedef struct sample {
  const job *j;
  int64_t first;           /* its first logit */
  int64_t label;           /* its first label */
  int64_t classes, n, t;   /* n labels, t steps */
  dual *log_sum;           /* of each step's e^logit */
  dual *states;            /* phi (n + 1) and emit (n) before each step and after the last */
  dual *phi, *emit;        /* of one step, or gradients by them */
  dual *by_phi, *by_class; /* gradients by phi before labels pass on, by a step's logits */
} sample;

static int64_t room(int64_t t, int64_t n, int64_t classes) {
  return t + (t + 1) * (2 * n + 1) + 2 * (n + 1) + n + classes;
}

static int64_t label(const sample *s, int64_t i) {
  return knn__index_at(s->j->target, s->label + i);
}

static dual logit(const sample *s, int64_t t, int64_t k) {
  const int64_t at = s->first + t * s->classes + k;
  return (dual){knn__real_at(s->j->output, at), s->j->along ? knn__real_at(s->j->along, at) : 0};
}

static dual log_probability(const sample *s, int64_t t, int64_t k) {
  return less(logit(s, t, k), s->log_sum[t]);
}

static dual sum_of_step(const sample *s, int64_t t) {
  dual most = logit(s, t, 0), all = {0, 0};
  for (int64_t k = 1; k < s->classes; k++)
    if (logit(s, t, k).v > most.v) most = logit(s, t, k);
  for (int64_t k = 0; k < s->classes; k++) all = sum(all, exponential(less(logit(s, t, k), most)));
  return sum(most, (dual){log(all.v), all.d / all.v});
}

/* A label that is followed by the same must be left through a blank, any other need not be. */
static dual left_at_once(const sample *s, const dual *emit, int64_t i) {
  const bool repeats = i + 1 < s->n && label(s, i) == label(s, i + 1);
  return sum(emit[i], (dual){repeats ? NEVER : 0, 0});
}
static dual left_by_blank(const sample *s, const dual *emit, int64_t i) {
  const bool repeats = i + 1 < s->n && label(s, i) == label(s, i + 1);
  return sum(emit[i], (dual){repeats ? 0 : NEVER, 0});
}

/* phi[i + 1] once label i, just emitted, counts as left. */
static dual passed_on(const sample *s, const dual *phi, const dual *emit, int64_t i) {
  return either(phi[i + 1], left_at_once(s, emit, i));
}

static void step(const sample *s, int64_t t) {
  const dual *phi = s->states + t * (2 * s->n + 1), *emit = phi + s->n + 1;
  dual *next_phi = s->states + (t + 1) * (2 * s->n + 1), *next_emit = next_phi + s->n + 1;
  const dual blank = log_probability(s, t, s->j->blank);
  next_phi[0] = sum(phi[0], blank);
  for (int64_t i = 0; i < s->n; i++) {
    const dual before = i == 0 ? phi[0] : passed_on(s, phi, emit, i - 1),
               here = log_probability(s, t, label(s, i));
    next_emit[i] = sum(either(before, emit[i]), here);
    next_phi[i + 1] = sum(either(passed_on(s, phi, emit, i), left_by_blank(s, emit, i)), blank);
  }
}

static dual forth(const sample *s) {
  for (int64_t i = 0; i <= 2 * s->n; i++) s->states[i] = (dual){i == 0 ? 0 : NEVER, 0};
  for (int64_t t = 0; t < s->t; t++) {
    s->log_sum[t] = sum_of_step(s, t);
    step(s, t);
  }
  const dual *phi = s->states + s->t * (2 * s->n + 1), *emit = phi + s->n + 1;
  return s->n == 0 ? phi[0] : either(phi[s->n], emit[s->n - 1]);
}

static void give(dual *to, dual gradient, dual part) {
  *to = sum(*to, product(gradient, part));
}

static dual rest(dual part) {
  return less((dual){1, 0}, part);
}

/* From gradients by the states after step t to those before it and by the step's log
 * probabilities. */
static void step_back(const sample *s, int64_t t) {
  const dual *phi = s->states + t * (2 * s->n + 1), *emit = phi + s->n + 1;
  const dual one = {1, 0};
  memset(s->by_class, 0, (size_t)s->classes * sizeof(dual));
  for (int64_t i = 0; i <= s->n; i++) give(&s->by_class[s->j->blank], s->phi[i], one);
  s->by_phi[0] = s->phi[0];
  for (int64_t i = 0; i < s->n; i++) { /* phi[i + 1] and emit[i] as they came about in step() */
    const dual blanks = share(passed_on(s, phi, emit, i), left_by_blank(s, emit, i));
    const dual before = i == 0 ? phi[0] : passed_on(s, phi, emit, i - 1),
               starts = share(before, emit[i]), by_emit = s->emit[i];
    s->by_phi[i + 1] = product(s->phi[i + 1], blanks);
    s->emit[i] = product(s->phi[i + 1], rest(blanks));
    give(&s->by_class[label(s, i)], by_emit, one);
    give(&s->by_phi[i], by_emit, starts);
    give(&s->emit[i], by_emit, rest(starts));
  }
  s->phi[0] = s->by_phi[0];
  for (int64_t i = 0; i < s->n; i++) {
    const dual stayed = share(phi[i + 1], left_at_once(s, emit, i));
    s->phi[i + 1] = product(s->by_phi[i + 1], stayed);
    give(&s->emit[i], s->by_phi[i + 1], rest(stayed));
  }
}

/* Through the logarithm of the softmax, times dy; with a direction, the derivative of that. */
static void write_step(const sample *s, int64_t t, double dy) {
  dual all = {0, 0};
  for (int64_t k = 0; k < s->classes; k++) all = sum(all, s->by_class[k]);
  for (int64_t k = 0; k < s->classes; k++) {
    const dual probability = exponential(log_probability(s, t, k));
    const dual g = less(s->by_class[k], product(probability, all));
    knn__set_real(s->j->out, s->first + t * s->classes + k, dy * (s->j->along ? g.d : g.v));
  }
}

static void back(const sample *s, double dy) {
  const dual *phi = s->states + s->t * (2 * s->n + 1), *emit = phi + s->n + 1;
  memset(s->phi, 0, (size_t)(2 * s->n + 1) * sizeof(dual));
  s->phi[s->n] = (dual){-1, 0};
  if (s->n > 0) {
    const dual blanks = share(phi[s->n], emit[s->n - 1]);
    s->phi[s->n] = product((dual){-1, 0}, blanks);
    s->emit[s->n - 1] = product((dual){-1, 0}, rest(blanks));
  }
  for (int64_t t = s->t - 1; t >= 0; t--) {
    step_back(s, t);
    write_step(s, t, dy);
  }
  for (int64_t i = s->t * s->classes; i < s->j->output->spec.dims[1] * s->classes; i++)
    knn__set_real(s->j->out, s->first + i, 0);
}

static void one(const job *j, int64_t b, dual *scratch) {
  const int64_t steps = j->output->spec.dims[1], most = j->target->spec.dims[1];
  sample s = {.j = j,
              .classes = j->output->spec.dims[2],
              .n = knn__index_at(j->target_length, b),
              .t = knn__index_at(j->output_length, b)};
  s.first = b * steps * s.classes;
  s.label = b * most;
  s.log_sum = scratch;
  s.states = s.log_sum + steps;
  s.phi = s.states + (steps + 1) * (2 * most + 1);
  s.emit = s.phi + s.n + 1;
  s.by_phi = s.emit + s.n;
  s.by_class = s.by_phi + s.n + 1;
  const dual loss = forth(&s);
  if (j->dy)
    back(&s, knn__real_at(j->dy, b));
  else
    knn__set_real(j->out, b, -loss.v);
}

static void piece(void *arg, int number) {
  const job *j = arg;
  const knn__spec *output = &j->output->spec;
  const int64_t own = room(output->dims[1], j->target->spec.dims[1], output->dims[2]);
  int64_t first, last;
  knn__piece_range(output->dims[0], j->pieces, number, &first, &last);
  for (int64_t b = first; b < last; b++) one(j, b, j->scratch + number * own);
}

static knn_status check(const knn__infer *q) {
  const ctc_args *args = q->args;
  const knn__spec *target = &q->in[0], *output = &q->in[1];
  if (output->rank != 3 || !knn_dtype_is_float(output->dtype))
    return knn_fail(q->ctx, KNN_ESHAPE, "output must be logits (batch, steps, classes), got %s %s",
                    knn_dtype_name(output->dtype), KNN__SPEC(*output));
  KNN__TRY(knn__need_indices(q->ctx, target));
  if (target->rank != 2 || !knn__dims_fit(1, target->dims, 1, output->dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "target must be labels (batch, n) for output %s, got %s",
                    KNN__SPEC(*output), KNN__SPEC(*target));
  if (output->dims[2] != KNN_ANY && args->mask_index >= output->dims[2])
    return knn_fail(q->ctx, KNN_EARG, "mask_index %lld is no class: output %s has 0 .. %lld",
                    (long long)args->mask_index, KNN__SPEC(*output),
                    (long long)output->dims[2] - 1);
  KNN__TRY(knn__need_lengths(q->ctx, "target_length", &q->in[2], output));
  return knn__need_lengths(q->ctx, "output_length", &q->in[3], output);
}

static knn_status infer(const knn__infer *q) {
  KNN__TRY(check(q));
  q->out[0] = (knn__spec){.dtype = q->in[1].dtype, .rank = 1, .dims = {q->in[1].dims[0]}};
  return KNN_OK;
}

static knn_status grad_infer(const knn__infer *q) {
  KNN__TRY(check(q));
  q->out[0] = q->in[1];
  return KNN_OK;
}

static int pieces_of(const knn__buf *output, const knn__buf *target) {
  const int64_t batch = output->spec.dims[0];
  const int pieces = knn__pieces(output->n + target->n * output->spec.dims[1], KNN__GRAIN / 8);
  return pieces > batch ? (int)batch : pieces;
}

static knn_status prepare(knn__call *call) {
  const knn__spec *output = &call->in[1].spec;
  const int64_t own = room(output->dims[1], call->in[0].spec.dims[1], output->dims[2]);
  call->scratch_bytes = (size_t)pieces_of(&call->in[1], &call->in[0]) * (size_t)own * sizeof(dual);
  return KNN_OK;
}

/* Labels that count are classes. */
static knn_status check_labels(const knn__call *call) {
  const knn__buf *target = &call->in[0];
  const int64_t most = target->spec.dims[1], classes = call->in[1].spec.dims[2];
  for (int64_t b = 0; b < target->spec.dims[0]; b++)
    for (int64_t i = 0; i < knn__index_at(&call->in[2], b); i++) {
      const int64_t found = knn__index_at(target, b * most + i);
      if (found < 0 || found >= classes)
        return knn_fail(call->ctx, KNN_EDATA,
                        "label %lld of sample %lld is %lld, outside of the classes 0 .. %lld",
                        (long long)i + 1, (long long)b + 1, (long long)found,
                        (long long)classes - 1);
    }
  return KNN_OK;
}

static knn_status run(const knn__call *call) {
  const ctc_args *args = call->args;
  const knn__buf *in = call->in;
  KNN__TRY(knn__check_lengths(call->ctx, "target_length", &in[2], in[0].spec.dims[1], "labels"));
  KNN__TRY(knn__check_lengths(call->ctx, "output_length", &in[3], in[1].spec.dims[1], "steps"));
  KNN__TRY(check_labels(call));
  job j = {.target = &in[0],
           .output = &in[1],
           .target_length = &in[2],
           .output_length = &in[3],
           .dy = call->n_in > 4 ? &in[4] : NULL,
           .along = call->n_in > 5 ? &in[5] : NULL,
           .out = &call->out[0],
           .blank = args->mask_index,
           .scratch = call->scratch,
           .pieces = pieces_of(&in[1], &in[0])};
  if (in[1].n > 0) knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

static knn_value *gradient(knn__scope *s, const knn__vjp *g, knn_value *dy, knn_value *along) {
  knn_value *in[6] = {g->in[0], g->in[1], g->in[2], g->in[3], dy, along};
  return knn__op_apply(s, &knn__op_ctc_loss_grad, g->args, along ? 6 : 5, in);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[1] && g->dy[0]) g->dx[1] = gradient(s, g, g->dy[0], NULL);
}

/* The second derivative is symmetric: the gradient's derivative along what flows back. */
static void grad_vjp(knn__scope *s, const knn__vjp *g) {
  if (!g->dy[0] || g->n_in > 5) return;
  if (g->wanted[1]) g->dx[1] = gradient(s, g, g->in[4], g->dy[0]);
  if (!g->wanted[4]) return;
  knn_value *ones = knn__broadcast_like(s, knn__scalar_like(s, g->in[4], 1), g->in[4]);
  knn_value *all = knn__multiply(s, gradient(s, g, ones, NULL), g->dy[0]);
  g->dx[4] = knn__sum(s, all, (knn__axes){2, {1, 2}}, false);
}

const knn__op knn__op_ctc_loss = {
    .cls = {.family = "op",
            .name = "ctc_loss",
            .summary = "Loss of label sequences of which nobody says when each label is spoken.",
            .detail = "-ln of the probability that the outputs, repeats merged and blanks "
                      "(mask_index) dropped, read as the labels. Labels and steps beyond the "
                      "lengths do not count; a target that cannot be spoken in its steps costs "
                      "about 1e5, as in Keras.",
            .shapes = "target (batch, n) int, output (batch, steps, classes) logits, target_length "
                      "(batch) int, output_length (batch) int -> (batch)",
            .example = "print(knn.ops.ctc_loss(knn.tensor({{1, 2}}, 'int32'), knn.zeros{1, 4, 3}, "
                       "knn.tensor({2}, 'int32'), knn.tensor({4}, 'int32')))",
            .source = "Graves et al. 2006; Keras, ops.ctc_loss",
            .see = "ctc_decode",
            KNN__PARAMS(params, ctc_args)},
    .min_in = 4,
    .max_in = 4,
    .n_out = 1,
    .infer = infer,
    .prepare = prepare,
    .forward = run,
    .vjp = vjp,
};

const knn__op knn__op_ctc_loss_grad = {
    .cls = {.family = "op",
            .name = "ctc_loss_grad",
            .summary = "Gradient of ctc_loss by its logits, or its derivative along a direction.",
            .shapes = "as ctc_loss, dy (batch)[, direction as output] -> as output",
            .see = "ctc_loss",
            KNN__PARAMS(params, ctc_args)},
    .min_in = 5,
    .max_in = 6,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = grad_infer,
    .prepare = prepare,
    .forward = run,
    .vjp = grad_vjp,
};

knn_value *knn__ctc_loss(knn__scope *s, knn_value *target, knn_value *output,
                         knn_value *target_length, knn_value *output_length, int64_t mask_index) {
  return knn__op_apply(s, &knn__op_ctc_loss, &(ctc_args){mask_index}, 4,
                       (knn_value *[]){target, output, target_length, output_length});
}
