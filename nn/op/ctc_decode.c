/* ctc_decode.c - label sequences from the outputs of a network that was trained with ctc_loss.
 * inputs (batch, steps, classes) logits, sequence_lengths (batch) -> decoded (paths, batch, steps)
 * int32, filled up with -1, and scores (batch, paths).
 *
 * greedy: the best class of each step, repeats merged and blanks dropped; the score is minus the
 * sum of the best logits. beam_search: after each step the beam_width most probable readings are
 * kept, each with two logarithms: of the probability of having just emitted its last label, and of
 * having seen a blank since. The scores are the logarithms of the readings' probabilities. Of
 * equals the reading with the smaller class first counts as better, as in Keras. No gradient.
 * Source: Graves et al. 2006; Hannun 2017 for prefix beam search. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ctc.h"
#include "op_list.h"
#include "reals.h"

typedef struct decode_args {
  int strategy;
  int64_t beam_width, top_paths, mask_index;
  bool merge_repeated;
} decode_args;

enum { GREEDY, BEAM_SEARCH };

static const knn_param params[] = {
    KNN__PARAM(decode_args, strategy, KNN_P_ENUM, "greedy", "How readings are found.",
               .choices = "greedy|beam_search"),
    KNN__PARAM(decode_args, beam_width, KNN_P_INT, "100",
               "Readings kept after each step of a beam search.", .mark = KNN_COUNT, .min = 1,
               .max = 1e6),
    KNN__PARAM(decode_args, top_paths, KNN_P_INT, "1", "Readings that a beam search gives.",
               .mark = KNN_COUNT, .min = 1, .max = 1e6),
    KNN__PARAM(decode_args, merge_repeated, KNN_P_BOOL, "true",
               "Whether the greedy way merges equal neighbours."),
    KNN__PARAM(decode_args, mask_index, KNN_P_INT, "0", "Class of the blank; null: the last one.",
               .nullable = true, .mark = KNN_LABEL, .min = 0, .max = 2147483647),
};

static int64_t paths_of(const decode_args *args) {
  return args->strategy == GREEDY ? 1 : args->top_paths;
}

static int64_t blank_of(const decode_args *args, int64_t classes) {
  return args->mask_index == KNN_NONE ? classes - 1 : args->mask_index;
}

static knn_status infer(const knn__infer *q) {
  const decode_args *args = q->args;
  const knn__spec *x = &q->in[0];
  if (x->rank != 3 || !knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ESHAPE, "inputs must be logits (batch, steps, classes), got %s %s",
                    knn_dtype_name(x->dtype), KNN__SPEC(*x));
  if (x->dims[2] != KNN_ANY && blank_of(args, x->dims[2]) >= x->dims[2])
    return knn_fail(q->ctx, KNN_EARG, "mask_index %lld is no class: inputs %s have 0 .. %lld",
                    (long long)args->mask_index, KNN__SPEC(*x), (long long)x->dims[2] - 1);
  if (args->strategy == BEAM_SEARCH && args->top_paths > args->beam_width)
    return knn_fail(q->ctx, KNN_EARG, "top_paths %lld is more than beam_width %lld",
                    (long long)args->top_paths, (long long)args->beam_width);
  KNN__TRY(knn__need_lengths(q->ctx, "sequence_lengths", &q->in[1], x));
  q->out[0] =
      (knn__spec){.dtype = KNN_I32, .rank = 3, .dims = {paths_of(args), x->dims[0], x->dims[1]}};
  q->out[1] = (knn__spec){.dtype = x->dtype, .rank = 2, .dims = {x->dims[0], paths_of(args)}};
  return KNN_OK;
}

/* A reading: the labels at `labels`, and its two logarithms. */
typedef struct reading {
  int32_t *labels;
  int64_t n;
  double emitted, blank;
  int64_t shorter; /* which reading it is without its last label; -1: none that is kept */
} reading;

/* What a reading may become: itself (label -1), or itself and a label. */
typedef struct candidate {
  double emitted, blank, score;
  const reading *from;
  int32_t label;
} candidate;

typedef struct search {
  const decode_args *args;
  int64_t steps, classes, blank, width;
  int64_t n, n_candidates;
  double *log_p; /* of a step */
  reading *kept, *next;
  candidate *candidates; /* width classes */
} search;

/* log(e^a + e^b); either may be -infinity */
static double either(double a, double b) {
  const double most = fmax(a, b);
  return most == -INFINITY ? most : most + log1p(exp(-fabs(a - b)));
}

static int32_t label_at(const candidate *c, int64_t i) {
  return i < c->from->n ? c->from->labels[i] : i == c->from->n ? c->label : -1;
}

/* Best first; of equals the one whose first different label is smaller, an end being the largest.
 */
static int by_score(const void *pa, const void *pb) {
  const candidate *a = pa, *b = pb;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  for (int64_t i = 0;; i++) {
    const int32_t x = label_at(a, i), y = label_at(b, i);
    if (x != y) return (uint32_t)x < (uint32_t)y ? -1 : 1;
    if (x < 0) return 0;
  }
}

static void add(search *q, const reading *from, int32_t label, double emitted, double blank) {
  candidate *c = &q->candidates[q->n_candidates++];
  *c = (candidate){emitted, blank, either(emitted, blank), from, label};
}

/* Of a label after the reading; the same label again needs a blank between. */
static double extended(const search *q, const reading *r, int64_t label) {
  const bool again = r->n > 0 && r->labels[r->n - 1] == label;
  return q->log_p[label] + (again ? r->blank : either(r->emitted, r->blank));
}

/* Is the reading with the label itself among those kept? Then that one collects its share. */
static bool is_kept(const search *q, int64_t from, int64_t label) {
  for (int64_t i = 0; i < q->n; i++)
    if (q->kept[i].shorter == from && q->kept[i].labels[q->kept[i].n - 1] == label) return true;
  return false;
}

static void find_shorter(search *q) {
  for (int64_t i = 0; i < q->n; i++) {
    reading *r = &q->kept[i];
    r->shorter = -1;
    for (int64_t k = 0; k < q->n && r->shorter < 0; k++)
      if (q->kept[k].n == r->n - 1 &&
          memcmp(q->kept[k].labels, r->labels, (size_t)(r->n - 1) * sizeof(int32_t)) == 0)
        r->shorter = k;
  }
}

static void collect(search *q) {
  q->n_candidates = 0;
  find_shorter(q);
  for (int64_t i = 0; i < q->n; i++) {
    const reading *r = &q->kept[i];
    const int64_t last = r->n > 0 ? r->labels[r->n - 1] : -1;
    double emitted = last >= 0 ? r->emitted + q->log_p[last] : -INFINITY;
    if (r->shorter >= 0) emitted = either(emitted, extended(q, &q->kept[r->shorter], last));
    add(q, r, -1, emitted, either(r->emitted, r->blank) + q->log_p[q->blank]);
    for (int64_t c = 0; c < q->classes; c++)
      if (c != q->blank && !is_kept(q, i, c)) add(q, r, (int32_t)c, extended(q, r, c), -INFINITY);
  }
}

static void keep_best(search *q) {
  qsort(q->candidates, (size_t)q->n_candidates, sizeof *q->candidates, by_score);
  q->n = q->n_candidates < q->width ? q->n_candidates : q->width;
  for (int64_t i = 0; i < q->n; i++) {
    const candidate *c = &q->candidates[i];
    reading *r = &q->next[i];
    memcpy(r->labels, c->from->labels, (size_t)c->from->n * sizeof(int32_t));
    r->n = c->from->n;
    if (c->label >= 0) r->labels[r->n++] = c->label;
    r->emitted = c->emitted, r->blank = c->blank;
  }
  reading *free = q->kept;
  q->kept = q->next, q->next = free;
}

static void read_step(search *q, const knn__buf *x, int64_t at) {
  double most = -INFINITY, sum = 0;
  for (int64_t c = 0; c < q->classes; c++) most = fmax(most, knn__real_at(x, at + c));
  for (int64_t c = 0; c < q->classes; c++) sum += exp(knn__real_at(x, at + c) - most);
  for (int64_t c = 0; c < q->classes; c++) q->log_p[c] = knn__real_at(x, at + c) - most - log(sum);
}

static void beam_search(search *q, const knn__call *call, int64_t b) {
  const knn__buf *x = &call->in[0], *out = &call->out[0];
  const int64_t batch = x->spec.dims[0], length = knn__index_at(&call->in[1], b);
  q->n = 1;
  q->kept[0].n = 0, q->kept[0].emitted = -INFINITY, q->kept[0].blank = 0;
  for (int64_t t = 0; t < length; t++) {
    read_step(q, x, (b * q->steps + t) * q->classes);
    collect(q);
    keep_best(q);
  }
  for (int64_t p = 0; p < q->args->top_paths; p++) {
    int32_t *to = (int32_t *)out->data + (p * batch + b) * q->steps;
    const reading *r = p < q->n ? &q->kept[p] : NULL;
    for (int64_t i = 0; i < q->steps; i++) to[i] = r && i < r->n ? r->labels[i] : -1;
    knn__set_real(&call->out[1], b * q->args->top_paths + p,
                  r ? either(r->emitted, r->blank) : -INFINITY);
  }
}

static void greedy(const decode_args *args, const knn__call *call, int64_t b) {
  const knn__buf *x = &call->in[0];
  const int64_t steps = x->spec.dims[1], classes = x->spec.dims[2],
                length = knn__index_at(&call->in[1], b);
  int32_t *to = (int32_t *)call->out[0].data + b * steps;
  int64_t n = 0, before = -1;
  double score = 0;
  for (int64_t t = 0; t < length; t++) {
    const int64_t at = (b * steps + t) * classes;
    int64_t best = 0;
    for (int64_t c = 1; c < classes; c++)
      if (knn__real_at(x, at + c) > knn__real_at(x, at + best)) best = c;
    score -= knn__real_at(x, at + best);
    const bool merged = args->merge_repeated && best == before;
    if (best != blank_of(args, classes) && !merged) to[n++] = (int32_t)best;
    before = best;
  }
  while (n < steps) to[n++] = -1;
  knn__set_real(&call->out[1], b, score);
}

/* Two sets of readings with their labels, candidates, a step's probabilities. */
static knn_status prepare(knn__call *call) {
  const decode_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  if (args->strategy == GREEDY) return KNN_OK;
  const size_t width = (size_t)args->beam_width, steps = (size_t)x->dims[1],
               classes = (size_t)x->dims[2];
  call->scratch_bytes = width * (classes + 1) * sizeof(candidate) + 2 * width * sizeof(reading) +
                        classes * sizeof(double) + 2 * width * steps * sizeof(int32_t);
  return KNN_OK;
}

static search begin(const knn__call *call) {
  const decode_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  search q = {.args = args, .steps = x->dims[1], .classes = x->dims[2], .width = args->beam_width};
  q.blank = blank_of(args, q.classes);
  q.candidates = call->scratch;
  q.kept = (reading *)(q.candidates + q.width * (q.classes + 1));
  q.next = q.kept + q.width;
  q.log_p = (double *)(q.next + q.width);
  int32_t *labels = (int32_t *)(q.log_p + q.classes);
  for (int64_t i = 0; i < q.width; i++) {
    q.kept[i].labels = labels + i * q.steps;
    q.next[i].labels = labels + (q.width + i) * q.steps;
  }
  return q;
}

static knn_status forward(const knn__call *call) {
  const decode_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  KNN__TRY(knn__check_lengths(call->ctx, "sequence_lengths", &call->in[1], x->dims[1], "steps"));
  search q = {0};
  if (args->strategy == BEAM_SEARCH) q = begin(call);
  for (int64_t b = 0; b < x->dims[0]; b++) {
    if (args->strategy == BEAM_SEARCH)
      beam_search(&q, call, b);
    else
      greedy(args, call, b);
  }
  return KNN_OK;
}

const knn__op knn__op_ctc_decode = {
    .cls = {.family = "op",
            .name = "ctc_decode",
            .summary = "Label sequences from the outputs of a network trained with ctc_loss.",
            .detail = "The best class of each step, repeats merged and blanks dropped (greedy; the "
                      "score is minus the sum of the best logits), or the most probable readings "
                      "(beam_search; the score is the logarithm of the probability). -1 fills up.",
            .shapes = "inputs (batch, steps, classes), sequence_lengths (batch) -> decoded (paths, "
                      "batch, steps) int32, scores (batch, paths)",
            .example = "print(knn.ops.ctc_decode(knn.randn(1, 4, 3), knn.tensor({4}, 'int32')))",
            .source = "Graves et al. 2006; Keras, ops.ctc_decode",
            .see = "ctc_loss",
            KNN__PARAMS(params, decode_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 2,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
};
