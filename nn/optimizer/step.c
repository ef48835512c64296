/* step.c - one optimizer step, as a pipeline over spans of elements. Sums of squares are taken over fixed pieces in double and
 * added in order, so that the clipping factor does not depend on the number of threads. */
#include <math.h>
#include <string.h>

#include "optimizer.h"
#include "pool.h"

enum { GRAIN = 32768 };

typedef struct step {
  knn_optimizer *o;
  const knn__optimizer_common *c;
  double rate;
  int64_t t;
  knn__span span; /* the one being worked on */
  int pieces;
} step;

static float *slot_data(const knn_tensor *slot, int64_t first) {
  return (float *)knn_tensor_data(slot) + first;
}

typedef struct squares {
  const float *g;
  int64_t n;
  int pieces;
  double sums[64];
} squares;

static void add_squares(void *arg, int piece) {
  squares *q = arg;
  int64_t first, last;
  double lanes[8] = {0}; /* fixed order, and wide enough for vector units */
  knn__piece_range(q->n, q->pieces, piece, &first, &last);
  int64_t i = first;
  for (; i + 8 <= last; i += 8)
    for (int k = 0; k < 8; k++) lanes[k] += (double)q->g[i + k] * (double)q->g[i + k];
  for (; i < last; i++) lanes[0] += (double)q->g[i] * (double)q->g[i];
  for (int k = 0; k < 8; k++) q->sums[piece] += lanes[k];
}

static double sum_of_squares(knn_ctx *ctx, const float *g, int64_t n) {
  squares q = {.g = g, .n = n, .pieces = knn__pieces(n, GRAIN)};
  double sum = 0;
  knn__parallel(ctx, q.pieces, add_squares, &q);
  for (int i = 0; i < q.pieces; i++) sum += q.sums[i];
  return sum;
}

static void scale_gradient(const knn__span *s, float factor) {
  for (int64_t i = 0; i < s->n; i++) s->g[i] *= factor;
}

static void clip(step *p, knn__span *spans, int n) {
  const knn__optimizer_common *c = p->c;
  if (!isnan(c->clipvalue)) {
    float v = (float)c->clipvalue;
    for (int k = 0; k < n; k++)
      for (int64_t i = 0; i < spans[k].n; i++) spans[k].g[i] = spans[k].g[i] > v ? v : spans[k].g[i] < -v ? -v : spans[k].g[i];
  } else if (!isnan(c->clipnorm)) {
    for (int k = 0; k < n; k++) {
      double norm = sqrt(sum_of_squares(p->o->base.ctx, spans[k].g, spans[k].n));
      scale_gradient(&spans[k], (float)(c->clipnorm / fmax(norm, c->clipnorm)));
    }
  } else if (!isnan(c->global_clipnorm)) {
    double total = 0, limit = c->global_clipnorm;
    for (int k = 0; k < n; k++) total += sum_of_squares(p->o->base.ctx, spans[k].g, spans[k].n);
    /* a norm that is not finite poisons every weight, visibly */
    float factor = isfinite(total) ? (float)(limit * fmin(1 / sqrt(total), 1 / limit)) : NAN;
    for (int k = 0; k < n; k++) scale_gradient(&spans[k], factor);
  }
}

/* Gather micro-steps; true when an update is due, with the mean gradient in g. */
static bool accumulate(step *p, knn__span *spans, int n) {
  int64_t k = p->c->gradient_accumulation_steps;
  if (k == KNN_NONE) return true;
  bool due = (p->o->iterations + 1) % k == 0;
  for (int j = 0; j < n; j++) {
    float *acc = slot_data(p->o->accumulator, spans[j].first);
    for (int64_t i = 0; i < spans[j].n; i++) {
      float sum = acc[i] + spans[j].g[i];
      if (due) spans[j].g[i] = sum / (float)k;
      acc[i] = due ? 0 : sum;
    }
  }
  return due;
}

static void update_piece(void *arg, int piece) {
  const step *p = arg;
  const knn__optimizer_def *def = (const knn__optimizer_def *)p->o->base.cls;
  int64_t first, last;
  knn__piece_range(p->span.n, p->pieces, piece, &first, &last);
  knn__update u = {.args = p->o->base.args, .w = p->span.w + first, .g = p->span.g + first, .n = last - first, .rate = p->rate, .t = p->t};
  for (int i = 0; i < p->o->n_slots; i++) u.slot[i] = slot_data(p->o->slots[i], p->span.first + first);
  if (p->span.decay && !isnan(p->c->weight_decay)) {
    float share = (float)p->c->weight_decay * (float)p->rate;
    for (int64_t i = 0; i < u.n; i++) u.w[i] -= u.w[i] * share;
  }
  def->update(&u);
}

static void update_spans(step *p, const knn__span *spans, int n) {
  for (int k = 0; k < n; k++) {
    p->span = spans[k];
    p->pieces = knn__pieces(spans[k].n, GRAIN);
    knn__parallel(p->o->base.ctx, p->pieces, update_piece, p);
  }
}

/* average <- m average + (1 - m) w, m = 0 in the first step; now and then the averages become the weights. */
static void keep_averages(const step *p, const knn__span *spans, int n) {
  int64_t every = p->c->ema_overwrite_frequency, done = p->t - 1;
  float m = done == 0 ? 0.0f : (float)p->c->ema_momentum;
  if (!p->o->average) return;
  for (int k = 0; k < n; k++) {
    float *avg = slot_data(p->o->average, spans[k].first);
    for (int64_t i = 0; i < spans[k].n; i++) avg[i] = m * avg[i] + (1 - m) * spans[k].w[i];
    if (every == KNN_NONE || (done + 1) % every != 0) continue;
    for (int64_t i = 0; i < spans[k].n; i++) spans[k].w[i] = avg[i];
  }
}

static void run(knn_optimizer *o, knn__span *spans, int n) {
  step p = {.o = o, .c = knn__optimizer_common_of(o), .rate = knn_optimizer_learning_rate(o), .t = knn_optimizer_iterations(o) + 1};
  if (!isnan(p.c->loss_scale_factor))
    for (int k = 0; k < n; k++)
      for (int64_t i = 0; i < spans[k].n; i++) spans[k].g[i] /= (float)p.c->loss_scale_factor;
  if (accumulate(&p, spans, n)) {
    clip(&p, spans, n);
    update_spans(&p, spans, n);
  }
  keep_averages(&p, spans, n);
  o->iterations++;
}

/* Spans of packed arenas: one per weight where its own norm matters, else one per run of equal settings, so that a model of
 * many small weights is few loops. */
static int pack_spans(knn_optimizer *o, float *w, float *g) {
  bool apart = !isnan(knn__optimizer_common_of(o)->clipnorm);
  int n = 0;
  for (int i = 0; i < o->n_segments; i++) {
    const knn__segment *s = &o->segments[i];
    if (n > 0 && !apart && o->spans[n - 1].decay == s->decay)
      o->spans[n - 1].n += s->n;
    else
      o->spans[n++] = (knn__span){w + s->first, g + s->first, s->first, s->n, s->decay};
  }
  return n;
}

void knn__optimizer_step(knn_optimizer *o, float *w, float *g) {
  run(o, o->spans, pack_spans(o, w, g));
}

void knn__optimizer_finish(knn_optimizer *o, float *w) {
  if (o->average && o->iterations > 0) memcpy(w, knn_tensor_data(o->average), (size_t)o->size * sizeof *w);
}

static knn_status bind(knn_optimizer *o, knn_value *const *weights, int n) {
  knn_ctx *ctx = o->base.ctx;
  knn_variable **variables = knn__alloc(ctx, (size_t)n * sizeof *variables);
  knn_status st = variables ? KNN_OK : KNN_ENOMEM;
  for (int i = 0; i < n && st == KNN_OK; i++) {
    variables[i] = weights[i]->variable;
    if (!variables[i]) st = knn_fail(ctx, KNN_EARG, "%s: weight %d is a plain tensor; weights of layers are expected", o->base.name, i + 1);
    if (st == KNN_OK && weights[i]->spec.dtype != KNN_F32)
      st = knn_fail(ctx, KNN_ETYPE, "%s: weight '%s' has type %s; float32 is expected", o->base.name, variables[i]->path,
                    knn_dtype_name(weights[i]->spec.dtype));
  }
  if (st == KNN_OK) st = knn__optimizer_build(o, variables, n);
  knn__free(ctx, variables);
  return st;
}

/* Gradients are copied, because clipping and scaling change them in place. */
static knn_status gather(knn_optimizer *o, knn_value *const *gradients, int n, float *g) {
  for (int i = 0; i < n; i++) {
    const knn__segment *s = &o->segments[i];
    knn_value *w = s->variable->value;
    if (!gradients[i]->tensor || gradients[i]->spec.dtype != KNN_F32 ||
        !knn__dims_equal(gradients[i]->spec.rank, gradients[i]->spec.dims, w->spec.rank, w->spec.dims))
      return knn_fail(o->base.ctx, KNN_ESHAPE, "%s: gradient %d must be a float32 tensor of shape %s, as weight '%s'; got %s %s", o->base.name,
                      i + 1, KNN__SPEC(w->spec), s->variable->path, knn_dtype_name(gradients[i]->spec.dtype), KNN__SPEC(gradients[i]->spec));
    KNN__TRY(knn_tensor_read(gradients[i]->tensor, g + s->first, (size_t)s->n * sizeof *g));
    o->spans[i] = (knn__span){knn_tensor_data(knn__variable_tensor(s->variable)), g + s->first, s->first, s->n, s->decay};
  }
  return KNN_OK;
}

knn_status knn_optimizer_apply(knn_optimizer *o, knn_value *const *gradients, knn_value *const *weights, int n) {
  knn_ctx *ctx = o->base.ctx;
  if (n < 1) return KNN_OK;
  KNN__TRY(bind(o, weights, n));
  float *g = knn__alloc_aligned(ctx, (size_t)o->size * sizeof *g);
  if (!g) return KNN_ENOMEM;
  knn_status st = gather(o, gradients, n, g);
  if (st == KNN_OK) run(o, o->spans, n);
  knn__free(ctx, g);
  return st;
}
