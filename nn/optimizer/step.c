/* step.c - one optimizer step. Two passes over the elements: the squares of the gradients, if their
 * norm is wanted, and all the rest, block by block, while a block of weights, gradients and slots
 * is in the cache. A gradient that is listed by rows is laid out in a block's worth of zeros, so
 * that the rules see what they would see in the arena. Sums of squares are taken weight by weight
 * over fixed pieces in double and added in order, so that clipping depends neither on threads nor
 * on how the weights are packed. Rules that look at a weight as a whole run before the second pass,
 * weight by weight. */
#include <math.h>
#include <string.h>

#include "optimizer.h"
#include "pool.h"

enum { GRAIN = 32768, BLOCK = 4096 };

typedef struct step {
  knn_optimizer *o;
  const knn__optimizer_common *c;
  const knn__simd_set *loops;
  double rate;
  double loss_scale; /* gradients are divided by it; NaN = off */
  int64_t t;
  bool whole;  /* the rule looks at each weight as a whole; the spans are the segments */
  bool due;    /* an update is made; else gradients are only gathered */
  bool scaled; /* gradients are multiplied by */
  float factor;
  const knn__span *span; /* the one being worked on */
  bool rests;            /* its elements without gradient stay as they are */
  int pieces;
} step;

static bool directs(const knn_optimizer *o) {
  return knn__optimizer_def_of(o)->direct != NULL;
}

static float *slot_data(const knn_tensor *slot, int64_t first) {
  return (float *)knn_tensor_data(slot) + first;
}

typedef struct squares {
  const knn__simd_set *loops;
  const float *g;
  int64_t n;
  int pieces;
  double sums[64];
} squares;

static void add_squares(void *arg, int piece) {
  squares *q = arg;
  int64_t first, last;
  knn__piece_range(q->n, q->pieces, piece, &first, &last);
  q->sums[piece] = q->loops->sum_of_squares(last - first, q->g + first);
}

static double sum_of_squares(const step *p, const float *g, int64_t n) {
  knn_ctx *ctx = p->o->base.ctx;
  squares q = {.loops = p->loops, .g = g, .n = n, .pieces = knn__pieces(n, GRAIN)};
  double sum = 0;
  knn__parallel(ctx, q.pieces, add_squares, &q);
  for (int i = 0; i < q.pieces; i++) sum += q.sums[i];
  return sum;
}

/* All gradients, packed in g, times min(1 / |g|, 1 / limit) limit. A norm that is not finite
 * poisons every weight, visibly. */
static void clip_all(step *p, const float *g) {
  double total = 0, limit = p->c->global_clipnorm;
  if (isnan(limit)) return;
  for (int i = 0; i < p->o->n_segments; i++)
    total += sum_of_squares(p, g + p->o->segments[i].first, p->o->segments[i].n);
  p->factor = isfinite(total) ? (float)(limit * fmin(1 / sqrt(total), 1 / limit)) : NAN;
  p->scaled = true;
}

/* One weight's gradient times limit / max(|g|, limit). */
static void clip_one(step *p, const knn__span *span) {
  double limit = p->c->clipnorm;
  if (isnan(limit)) return;
  p->factor = (float)(limit / fmax(sqrt(sum_of_squares(p, span->g, span->n)), limit));
  p->scaled = true;
}

/* Gradients divided by the loss's scale; the sum of the micro-steps, or its mean when an update is
 * due. */
static void gather_piece(void *arg, int piece) {
  const step *p = arg;
  int64_t first, last, k = p->c->gradient_accumulation_steps;
  knn__piece_range(p->span->n, p->pieces, piece, &first, &last);
  float *g = p->span->g, scale = (float)p->loss_scale;
  if (!isnan(scale))
    for (int64_t i = first; i < last; i++) g[i] /= scale;
  if (k == KNN_NONE) return;
  float *acc = slot_data(p->o->accumulator, p->span->first), count = (float)k;
  for (int64_t i = first; i < last; i++) {
    float sum = acc[i] + g[i];
    if (p->due) g[i] = sum / count;
    acc[i] = p->due ? 0 : sum;
  }
}

static void clip_block(const step *p, float *g, int64_t n) {
  float v = (float)p->c->clipvalue, factor = p->factor;
  if (p->scaled)
    for (int64_t i = 0; i < n; i++) g[i] *= factor;
  if (!isnan(v))
    for (int64_t i = 0; i < n; i++) g[i] = g[i] > v ? v : g[i] < -v ? -v : g[i];
}

static void decay_block(const step *p, float *w, int64_t n) {
  float share = (float)p->span->decay * (float)p->rate;
  if (share != 0)
    for (int64_t i = 0; i < n; i++) w[i] -= w[i] * share;
}

static knn__update update_of(const step *p, float *w, float *g, int64_t n) {
  return (knn__update){.args = knn__optimizer_rule(p->o)->args,
                       .loops = p->loops,
                       .rule = {.w = w, .g = g, .n = n},
                       .g = g,
                       .rate = p->rate,
                       .t = p->t};
}

static void update_block(const step *p, int64_t first, int64_t n, float *g) {
  const knn__optimizer_def *def = knn__optimizer_def_of(p->o);
  float *w = p->span->w + first;
  knn__update u = update_of(p, w, g, n);
  for (int i = 0; i < p->o->n_slots; i++)
    u.rule.slot[i] = slot_data(p->o->slots[i], p->span->first + first);
  clip_block(p, g, n);
  decay_block(p, w, n);
  def->update(&u);
}

/* A rule that looks at the weight as a whole: its direction takes the place of the gradient. */
static void update_whole(step *p, const knn__span *span, const knn__segment *weight) {
  const knn__optimizer_def *def = knn__optimizer_def_of(p->o);
  knn__update u = update_of(p, span->w, span->g, span->n);
  p->span = span;
  for (int i = 0; i < p->o->n_slots; i++)
    if (weight->slot_first[i] >= 0)
      u.rule.slot[i] = slot_data(p->o->slots[i], weight->slot_first[i]);
  clip_block(p, span->g, span->n);
  decay_block(p, span->w, span->n);
  u.rule.c[0] = def->direct(p->o, weight, &u);
  p->loops->sgd(&u.rule);
}

static int64_t first_listed(const knn__row_gradient *r, int64_t row) {
  int64_t low = 0, high = r->n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (r->rows[middle] < row)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* At most a block, from the listed rows that lie in it: these alone if the others rest. */
static void update_listed(const step *p, int64_t first, int64_t n) {
  const knn__row_gradient *r = p->span->listed;
  int64_t last = first + n;
  float g[BLOCK];
  if (!p->rests) memset(g, 0, (size_t)n * sizeof *g);
  for (int64_t i = first_listed(r, first / r->width); i < r->n; i++) {
    int64_t row = r->rows[i] * r->width, from = row > first ? row : first,
            to = row + r->width < last ? row + r->width : last;
    if (row >= last) break;
    memcpy(g + (from - first), r->sums + i * r->width + (from - row),
           (size_t)(to - from) * sizeof *g);
    if (p->rests) update_block(p, from, to - from, g + (from - first));
  }
  if (!p->rests) update_block(p, first, n, g);
}

/* average <- m average + (1 - m) w, m = 0 in the first step; now and then the averages become the
 * weights. */
static void average_block(const step *p, int64_t first, int64_t n) {
  int64_t every = p->c->ema_overwrite_frequency, done = p->t - 1;
  float m = done == 0 ? 0.0f : (float)p->c->ema_momentum;
  float *w = p->span->w + first, *average = slot_data(p->o->average, p->span->first + first);
  for (int64_t i = 0; i < n; i++) average[i] = m * average[i] + (1 - m) * w[i];
  if (every != KNN_NONE && (done + 1) % every == 0) memcpy(w, average, (size_t)n * sizeof *w);
}

static void work_piece(void *arg, int piece) {
  const step *p = arg;
  int64_t first, last;
  bool by_blocks = p->due && !p->whole;
  knn__piece_range(p->span->n, p->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i += BLOCK) {
    int64_t n = last - i < BLOCK ? last - i : BLOCK;
    if (by_blocks && p->span->listed)
      update_listed(p, i, n);
    else if (by_blocks)
      update_block(p, i, n, p->span->g + i);
    if (p->o->average) average_block(p, i, n);
  }
}

static void each_piece(step *p, const knn__span *span, void fn(void *arg, int piece)) {
  p->span = span;
  p->pieces = knn__pieces(span->n, GRAIN);
  knn__parallel(p->o->base.ctx, p->pieces, fn, p);
}

bool knn__optimizer_rests(const knn_optimizer *o, double decay) {
  const knn__optimizer_def *def = knn__optimizer_def_of(o);
  return decay == 0 && def->rests &&
         def->rests(knn__optimizer_rule(o)->args, knn_optimizer_learning_rate(o));
}

bool knn__optimizer_lists_rows(const knn_optimizer *o) {
  const knn__optimizer_common *c = knn__optimizer_common_of(o);
  return !o->inner && !directs(o) && isnan(c->clipnorm) && isnan(c->global_clipnorm) &&
         isnan(c->loss_scale_factor) && c->gradient_accumulation_steps == KNN_NONE;
}

void knn__optimizer_run(knn_optimizer *o, const knn__span *spans, int n, float *g) {
  const knn__optimizer_common *c = knn__optimizer_common_of(o);
  const knn__optimizer_def *own = (const knn__optimizer_def *)o->base.cls;
  if (own->admit && !own->admit(o, g)) return;
  int64_t k = c->gradient_accumulation_steps;
  step p = {.o = o,
            .c = c,
            .loops = knn__simd_or_baseline(o->base.ctx, KNN_F32),
            .rate = knn_optimizer_learning_rate(o),
            .t = knn_optimizer_iterations(o) + 1,
            .whole = directs(o),
            .loss_scale = o->scale ? NAN : c->loss_scale_factor,
            .due = k == KNN_NONE || (o->iterations + 1) % k == 0};
  for (int i = 0; i < n && (k != KNN_NONE || !isnan(p.loss_scale)); i++)
    each_piece(&p, &spans[i], gather_piece);
  if (p.due) clip_all(&p, g);
  for (int i = 0; i < n; i++) {
    if (p.due) clip_one(&p, &spans[i]);
    if (p.due && p.whole) update_whole(&p, &spans[i], &o->segments[i]);
    p.rests = spans[i].listed && knn__optimizer_rests(o, spans[i].decay);
    each_piece(&p, &spans[i], work_piece);
  }
  o->iterations++;
}

/* Spans of packed arenas: one per weight where its own norm matters, else one per run of equal
 * settings, so that a model of many small weights is few loops. A listed gradient is one by itself.
 */
static int pack_spans(knn_optimizer *o, float *w, float *g, const knn__row_gradient *listed,
                      int n_listed) {
  bool apart = directs(o) || !isnan(knn__optimizer_common_of(o)->clipnorm);
  int n = 0;
  for (int i = 0; i < o->n_segments; i++) {
    const knn__segment *s = &o->segments[i];
    const knn__row_gradient *own = n_listed > 0 && listed->segment == i ? listed : NULL;
    if (own) listed++, n_listed--;
    if (n > 0 && !apart && !own && !o->spans[n - 1].listed && o->spans[n - 1].decay == s->decay)
      o->spans[n - 1].n += s->n;
    else
      o->spans[n++] = (knn__span){w + s->first, g + s->first, s->first, s->n, s->decay, own};
  }
  return n;
}

void knn__optimizer_step(knn_optimizer *o, float *w, float *g, const knn__row_gradient *listed,
                         int n_listed) {
  knn__optimizer_run(o, o->spans, pack_spans(o, w, g, listed, n_listed), g);
}

void knn__optimizer_finish(knn_optimizer *o, float *w) {
  if (o->average && o->iterations > 0)
    memcpy(w, knn_tensor_data(o->average), (size_t)o->size * sizeof *w);
}
