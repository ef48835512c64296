/* prefetch.c - elements made ahead on a thread, in a ring. The stages before run there in a context
 * of their own, with the host's memory but without its hooks; what they make is handed over as it
 * is. */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "pipeline.h"

typedef struct state {
  knn_ctx *own;
  pid_t owner; /* threads do not survive a fork */
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool runs, stop;
  knn__parts *ring;
  int64_t size, first, n;
  bool ended; /* nothing comes after what is in the ring */
  knn_status failed;
} state;

static bool wait_for_room(state *s) {
  pthread_mutex_lock(&s->lock);
  while (!s->stop && s->n == s->size) pthread_cond_wait(&s->changed, &s->lock);
  const bool room = !s->stop;
  pthread_mutex_unlock(&s->lock);
  return room;
}

static void hand_over(state *s, const knn__parts *e, knn_status st, bool end) {
  pthread_mutex_lock(&s->lock);
  s->failed = st;
  s->ended = end || st != KNN_OK;
  if (!s->ended) s->ring[(s->first + s->n++) % s->size] = *e;
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
}

static void *work(void *arg) {
  knn_cursor *c = arg;
  state *s = c->state;
  bool end = false;
  knn_status st = KNN_OK;
  while (st == KNN_OK && !end && wait_for_room(s)) {
    knn__parts e;
    st = knn__cursor_next(c->in, &e, &end);
    hand_over(s, &e, st, end);
  }
  return NULL;
}

static knn_status make_context(knn_cursor *c, state *s) {
  knn_ctx_options options = c->ctx->hooks;
  options.log = NULL;
  options.cancelled = NULL;
  options.parallel = NULL;
  options.threads = 1;
  options.seed = c->ctx->seed;
  return knn_ctx_new(&options, &s->own);
}

/* Without a thread the elements are pulled as they are asked for. */
static void start(knn_cursor *c, state *s) {
  sigset_t all, old; /* the host's signals are the host's threads' business */
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->changed, NULL);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  s->runs = pthread_create(&s->thread, NULL, work, c) == 0;
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  if (s->runs) return;
  pthread_mutex_destroy(&s->lock);
  pthread_cond_destroy(&s->changed);
}

static knn_status open(knn_cursor *c) {
  state *s = c->state;
  if (c->p->bound) return knn__open_below(c, c->pass);
  s->size = *(const int64_t *)c->p->args;
  s->owner = getpid();
  KNN__TRY(make_context(c, s));
  s->ring = knn__alloc(s->own, (size_t)s->size * sizeof *s->ring);
  if (!s->ring) return KNN_ENOMEM;
  KNN__TRY(knn__cursor_open(c->p->in[0], s->own, c->pass, &c->in));
  start(c, s);
  return KNN_OK;
}

static knn_status pull(knn_cursor *c, const state *s, knn__parts *out, bool *end) {
  knn_status st = knn__cursor_next(c->in, out, end);
  return st == KNN_OK || !s->own ? st : knn_fail(c->ctx, st, "%s", knn_ctx_error(s->own));
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  state *s = c->state;
  if (!s->runs) return pull(c, s, out, end);
  if (s->owner != getpid())
    return knn_fail(
        c->ctx, KNN_ESTATE,
        "prefetch: the thread stayed in the process that was forked; start the pass anew");
  pthread_mutex_lock(&s->lock);
  while (s->n == 0 && !s->ended) pthread_cond_wait(&s->changed, &s->lock);
  *end = s->n == 0;
  const knn_status st = *end ? s->failed : KNN_OK;
  if (!*end) {
    *out = s->ring[s->first];
    s->first = (s->first + 1) % s->size;
    s->n--;
    pthread_cond_broadcast(&s->changed);
  }
  pthread_mutex_unlock(&s->lock);
  return st == KNN_OK ? KNN_OK : knn_fail(c->ctx, st, "%s", knn_ctx_error(s->own));
}

static void stop(state *s) {
  if (!s->runs || s->owner != getpid()) return;
  pthread_mutex_lock(&s->lock);
  s->stop = true;
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
  pthread_join(s->thread, NULL);
  pthread_mutex_destroy(&s->lock);
  pthread_cond_destroy(&s->changed);
}

static void close_ring(knn_cursor *c) {
  state *s = c->state;
  stop(s);
  for (; s->n > 0; s->n--) {
    knn__parts_clear(&s->ring[s->first]);
    s->first = (s->first + 1) % s->size;
  }
  if (s->own) knn__free(s->own, s->ring);
  knn_ctx_release(s->own);
}

static const knn__stage stage = {
    .name = "prefetch",
    .args = sizeof(int64_t),
    .state = sizeof(state),
    .open = open,
    .next = next,
    .close = close_ring,
    .cardinality = knn__cardinality_below,
};

knn_status knn_pipeline_prefetch(knn_pipeline *p, int64_t count, knn_pipeline **out) {
  KNN__TRY(knn__pipeline_count(p->ctx, stage.name, "the count", count, 1));
  KNN__TRY(knn__pipeline_new(p->ctx, &stage, &p, 1, out));
  *(int64_t *)(*out)->args = count;
  return KNN_OK;
}
