/* confusion.c - true and false positives and negatives at each threshold, in one pass over a batch:
 * a hidden op.
 *
 * y_true, y_pred, weights (n...) and thresholds (k) -> tp, fp, tn, fn (k); by label: (rows, labels)
 * -> (k, labels). Where the thresholds lie evenly over [0, 1], a score falls into bucket ceil(p (k
 * - 1)) - 1, computed in float32 as Keras does, and counts at threshold i are the sums of buckets i
 * and above; else every score is compared with every threshold. Sums are taken in double in the
 * order of the samples, so they depend on nothing but the data. */
#include "confusion.h"

#include <math.h>
#include <string.h>

#include "loss.h"

typedef struct count_args {
  bool even;    /* thresholds are even */
  bool widened; /* the first lies below 0 or the last above 1: a score of 0 is in the lowest bucket
                 */
  bool by_label;
} count_args;

static knn_status infer(const knn__infer *q) {
  const count_args *args = q->args;
  const knn__spec *t = &q->in[0], *p = &q->in[1];
  if (!knn__dims_fit(t->rank, t->dims, p->rank, p->dims))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "y_true has shape %s, but y_pred has shape %s; they must agree", KNN__SPEC(*t),
                    KNN__SPEC(*p));
  if (args->by_label && p->rank != 2)
    return knn_fail(q->ctx, KNN_ESHAPE, "multi_label wants y_pred of shape (batch, labels), got %s",
                    KNN__SPEC(*p));
  for (int i = 0; i < 4; i++) {
    q->out[i] = (knn__spec){
        .dtype = KNN_F32, .rank = args->by_label ? 2 : 1, .dims = {q->in[q->n_in - 1].dims[0]}};
    if (args->by_label) q->out[i].dims[1] = p->dims[1];
  }
  return KNN_OK;
}

/* Scratch: per label and threshold the weights of positives, then of negatives; then both totals
 * per label. */
static knn_status prepare(knn__call *call) {
  size_t n = (size_t)call->out[0].n, labels = n / (size_t)call->in[call->n_in - 1].n;
  call->scratch_bytes = 2 * (n + labels) * sizeof(double);
  return KNN_OK;
}

typedef struct tally {
  double *hits[2];  /* (k, labels) at or above a threshold, of negatives and of positives */
  double *total[2]; /* (labels) */
} tally;

static void take_bucket(const count_args *args, double *hits, int64_t k, int64_t stride, float p,
                        double w) {
  float held = p < 0 ? 0 : p > 1 ? 1 : p;
  float bucket = ceilf(held * (float)(k - 1)) - 1;
  if (isnan(p)) return;
  if (args->widened && bucket < 0) bucket = 0;
  if (bucket >= 0) hits[(int64_t)bucket * stride] += w;
}

static void take_each(const float *thresholds, double *hits, int64_t k, int64_t stride, float p,
                      double w) {
  for (int64_t i = 0; i < k; i++)
    if (p > thresholds[i]) hits[i * stride] += w;
}

/* Buckets become sums of all buckets above. */
static void add_up(double *hits, int64_t k, int64_t stride) {
  for (int64_t i = (k - 2) * stride; i >= 0; i--) hits[i] += hits[i + stride];
}

static void write_out(const knn__call *call, const tally *a, int64_t n, int64_t labels) {
  float *tp = call->out[KNN__TP].data, *fp = call->out[KNN__FP].data, *tn = call->out[KNN__TN].data,
        *fn = call->out[KNN__FN].data;
  for (int64_t i = 0; i < n; i++) {
    int64_t label = i % labels;
    tp[i] = (float)a->hits[1][i];
    fp[i] = (float)a->hits[0][i];
    tn[i] = (float)(a->total[0][label] - a->hits[0][i]);
    fn[i] = (float)(a->total[1][label] - a->hits[1][i]);
  }
}

static knn_status forward(const knn__call *call) {
  const count_args *args = call->args;
  const float *t = call->in[0].data, *p = call->in[1].data,
              *w = call->n_in == 4 ? call->in[2].data : NULL;
  const knn__buf *thresholds = &call->in[call->n_in - 1];
  int64_t k = thresholds->n, n = call->out[0].n, labels = k > 0 ? n / k : 0;
  double *scratch = call->scratch;
  tally a = {{scratch, scratch + n}, {scratch + 2 * n, scratch + 2 * n + labels}};
  memset(scratch, 0, call->scratch_bytes);
  for (int64_t i = 0; i < call->in[1].n; i++) {
    int64_t label = i % labels;
    int positive = t[i] != 0;
    double weight = w ? (double)w[i] : 1;
    a.total[positive][label] += weight;
    if (args->even)
      take_bucket(args, a.hits[positive] + label, k, labels, p[i], weight);
    else
      take_each(thresholds->data, a.hits[positive] + label, k, labels, p[i], weight);
  }
  for (int side = 0; side < 2 && args->even; side++) add_up(a.hits[side], k, labels);
  write_out(call, &a, n, labels);
  return KNN_OK;
}

static const knn__op op_count = {
    .cls = {.family = "op",
            .name = "confusion_counts",
            .summary = "True and false positives and negatives at each threshold.",
            .shapes = "y_true, y_pred, weights (...), thresholds (k) -> four times (k)",
            .args_size = sizeof(count_args)},
    .min_in = 3,
    .max_in = 4,
    .n_out = 4,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
};

/* A float32 constant of rank 1. */
static knn_value *constant(knn__scope *s, const double *x, int n) {
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status != KNN_OK) return NULL;
  s->status = knn_tensor_new(s->ctx, KNN_F32, 1, (int64_t[]){n}, &t);
  if (s->status == KNN_OK) {
    for (int i = 0; i < n; i++) knn_tensor_set(t, i, x[i]);
    s->status = knn_value_from(t, &v);
  }
  knn_tensor_release(t);
  return s->status == KNN_OK ? knn__hold(s, v) : NULL;
}

/* The k best of the last axis stay, the others fall below every threshold. */
static knn_value *keep_top_k(knn__scope *s, knn_value *p, int64_t k) {
  knn_value *values = NULL, *places = NULL;
  if (s->status != KNN_OK) return NULL;
  int64_t classes = p->spec.dims[p->spec.rank - 1];
  knn__top_k(s, p, k, &values, &places);
  knn_value *kept = knn__any(s, knn__one_hot(s, places, classes, KNN_BOOL), KNN__AXIS(-2), false);
  return knn__where(s, kept, p, knn__scalar(s, KNN_F32, KNN__NO_THRESHOLD));
}

static knn_value *column(knn__scope *s, knn_value *x, int64_t class_id) {
  if (s->status != KNN_OK) return NULL;
  if (x->spec.rank < 2)
    return knn__scope_fail(s, KNN_ESHAPE, "class_id wants y_pred of shape (batch, classes), got %s",
                           KNN__SPEC(x->spec));
  return knn__slice_axis(s, x, -1, class_id, 1, 1);
}

/* Weights per sample, per position or per element, spread over y_pred's shape. */
static knn_value *spread_weights(knn__scope *s, knn_value *w, knn_value *p) {
  w = knn__cast(s, w, KNN_F32);
  if (s->status != KNN_OK) return NULL;
  if (w->spec.rank == p->spec.rank + 1) w = knn__squeeze(s, w, -1);
  while (s->status == KNN_OK && w->spec.rank < p->spec.rank) w = knn__expand_dims(s, w, -1);
  return knn__broadcast_like(s, w, p);
}

knn__counts knn__count_confusion(const knn_metric *m, knn__scope *s, const knn__counting *how,
                                 knn_value *y_true, knn_value *y_pred, knn_value *sample_weight) {
  knn__counts counts = {{0}};
  const knn_floats *by = how->label_weights;
  int n_out = 4;
  y_pred = knn__cast(s, y_pred, KNN_F32);
  if (s->status != KNN_OK || !knn__match_targets(s, &y_true, &y_pred)) return counts;
  if (how->top_k != KNN_NONE) y_pred = keep_top_k(s, y_pred, how->top_k);
  if (how->class_id != KNN_NONE) {
    y_true = column(s, y_true, how->class_id);
    y_pred = column(s, y_pred, how->class_id);
  }
  knn_value *weights = sample_weight ? spread_weights(s, sample_weight, y_pred) : NULL;
  if (by && by->n >= 0 && !how->by_label) {
    knn_value *each = knn__broadcast_like(s, constant(s, by->v, by->n), y_pred);
    weights = weights ? knn__multiply(s, weights, each) : each;
  }
  knn_value *ins[4] = {y_true, y_pred, weights, NULL};
  int n_in = weights ? 3 : 2;
  ins[n_in++] = constant(s, m->thresholds, m->n_thresholds);
  count_args args = {.even = m->even,
                     .by_label = how->by_label,
                     .widened = m->thresholds[0] < 0 || m->thresholds[m->n_thresholds - 1] > 1};
  if (s->status == KNN_OK)
    s->status = knn__apply(s->ctx, &op_count, &args, ins, n_in, counts.of, &n_out);
  if (s->status == KNN_OK)
    for (int i = 0; i < 4; i++) knn__hold(s, counts.of[i]);
  return counts;
}

int knn__confusion_states(const knn_metric *m, knn__spec *specs, const char **names) {
  static const char *const known[4] = {"true_positives", "false_positives", "true_negatives",
                                       "false_negatives"};
  for (int i = 0; i < 4; i++) {
    specs[i] = (knn__spec){.dtype = KNN_F32, .rank = 1, .dims = {m->n_thresholds}};
    names[i] = known[i];
  }
  return 4;
}

bool knn__evenly_spread(const double *thresholds, int n) {
  if (n < 3) return false;
  for (int i = 0; i < n;
       i++) { /* as numpy.allclose with its default relative and Keras's absolute tolerance */
    double even = (double)i / (n - 1);
    if (fabs(thresholds[i] - even) > KNN__EPSILON + 1e-5 * even) return false;
  }
  return true;
}

knn_status knn__set_thresholds(knn_metric *m, const knn_floats *given, double otherwise) {
  knn_ctx *ctx = m->base.ctx;
  int n = given->n > 0 ? given->n : 1;
  for (int i = 0; i < given->n; i++)
    if (!(given->v[i] >= 0 && given->v[i] <= 1))
      return knn_fail(ctx, KNN_EARG, "%s: thresholds must lie in [0, 1], got %g", m->base.cls->name,
                      given->v[i]);
  m->thresholds = knn__alloc(ctx, (size_t)n * sizeof *m->thresholds);
  if (!m->thresholds) return KNN_ENOMEM;
  m->thresholds[0] = otherwise;
  for (int i = 0; i < given->n; i++) m->thresholds[i] = given->v[i];
  m->n_thresholds = m->n_results = n;
  m->even = knn__evenly_spread(m->thresholds, n);
  return KNN_OK;
}
