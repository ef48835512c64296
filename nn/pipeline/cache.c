/* cache.c - the elements of the first whole pass, kept for all later ones. Rows are kept by number,
 * so what lies in memory already is not kept twice. */
#include <pthread.h>

#include "pipeline.h"

typedef struct kept {
  knn__parts **elements;
  int n, capacity;
} kept;

typedef struct cache {
  pthread_mutex_t lock; /* cursors may run on several threads */
  kept whole;
  bool full;
} cache;

typedef struct state {
  bool replays;
  int at;
  kept own; /* of a pass that is the first, as far as known */
} state;

static void drop(knn_ctx *ctx, kept *k) {
  while (k->n > 0) {
    knn__parts_clear(k->elements[--k->n]);
    knn__free(ctx, k->elements[k->n]);
  }
  knn__free(ctx, k->elements);
  *k = (kept){0};
}

/* Kept memory is the pipeline's, whichever thread made it. */
static knn_status keep(knn_ctx *ctx, kept *k, const knn__parts *e) {
  KNN__TRY(knn__grow(ctx, (void **)&k->elements, &k->capacity, k->n, sizeof *k->elements));
  k->elements[k->n] =
      knn__alloc(ctx, offsetof(knn__parts, items) + (size_t)e->n * sizeof *e->items);
  if (!k->elements[k->n]) return KNN_ENOMEM;
  knn__parts_copy(e, k->elements[k->n++]);
  return KNN_OK;
}

static knn_status open(knn_cursor *c) {
  cache *args = c->p->args;
  state *s = c->state;
  pthread_mutex_lock(&args->lock);
  s->replays = args->full;
  pthread_mutex_unlock(&args->lock);
  return s->replays ? KNN_OK : knn__open_below(c, c->pass);
}

static void publish(cache *args, state *s) {
  pthread_mutex_lock(&args->lock);
  if (!args->full) {
    args->whole = s->own;
    args->full = true;
    s->own = (kept){0};
  }
  pthread_mutex_unlock(&args->lock);
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  cache *args = c->p->args;
  state *s = c->state;
  if (s->replays) {
    *end = s->at >= args->whole.n;
    if (!*end) knn__parts_copy(args->whole.elements[s->at++], out);
    return KNN_OK;
  }
  KNN__TRY(knn__cursor_next(c->in, out, end));
  if (!*end) return keep(c->p->ctx, &s->own, out);
  publish(args, s);
  return KNN_OK;
}

static void close(knn_cursor *c) {
  drop(c->p->ctx, &((state *)c->state)->own);
}

static int64_t cardinality(const knn_pipeline *p) {
  const cache *args = p->args;
  return args->full ? args->whole.n : knn__cardinality_below(p);
}

static void finalize(knn_pipeline *p) {
  cache *args = p->args;
  drop(p->ctx, &args->whole);
  pthread_mutex_destroy(&args->lock);
}

static const knn__stage stage = {
    .name = "cache",
    .args = sizeof(cache),
    .state = sizeof(state),
    .open = open,
    .next = next,
    .close = close,
    .cardinality = cardinality,
    .finalize = finalize,
};

knn_status knn_pipeline_cache(knn_pipeline *p, knn_pipeline **out) {
  KNN__TRY(knn__pipeline_new(p->ctx, &stage, &p, 1, out));
  pthread_mutex_init(&((cache *)(*out)->args)->lock, NULL);
  return KNN_OK;
}
