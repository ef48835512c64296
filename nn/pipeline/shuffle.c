/* shuffle.c - the next element is drawn from a buffer, whose place the next one from below takes.
 * Elements are references and numbers of rows; no data moves. */
#include "pipeline.h"
#include "random.h"

/* The draw number of shuffles: out of reach of the random ops of a step. */
enum { SHUFFLE_DRAW = 0x7FFFFFFE };

typedef struct shuffle {
  int64_t buffer, seed; /* KNN_ANY = the context's */
  bool reshuffle;
} shuffle;

typedef struct state {
  knn__stream stream;
  uint64_t drawn;
  knn__parts **held;
  int n, capacity;
  bool dry; /* nothing comes from below */
} state;

static knn_status open(knn_cursor *c) {
  const shuffle *args = c->p->args;
  state *s = c->state;
  const uint64_t seed = args->seed == KNN_ANY ? c->ctx->seed : (uint64_t)args->seed;
  s->stream = (knn__stream){seed, SHUFFLE_DRAW, args->reshuffle ? (uint32_t)c->pass : 0};
  return knn__open_below(c, c->pass);
}

/* One more element into the buffer, in a block of its own size. */
static knn_status fetch(knn_cursor *c, state *s) {
  knn__parts e;
  KNN__TRY(knn__cursor_next(c->in, &e, &s->dry));
  if (s->dry) return KNN_OK;
  const size_t size = offsetof(knn__parts, items) + (size_t)e.n * sizeof *e.items;
  knn_status st = knn__grow(c->ctx, (void **)&s->held, &s->capacity, s->n, sizeof *s->held);
  knn__parts *kept = st == KNN_OK ? knn__alloc(c->ctx, size) : NULL;
  if (!kept) {
    knn__parts_clear(&e);
    return KNN_ENOMEM;
  }
  knn__parts_copy(&e, kept);
  knn__parts_clear(&e);
  s->held[s->n++] = kept;
  return KNN_OK;
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  state *s = c->state;
  while (!s->dry && s->n < ((const shuffle *)c->p->args)->buffer) KNN__TRY(fetch(c, s));
  *end = s->n == 0;
  if (*end) return KNN_OK;
  const uint64_t bits = knn__random_u64(&s->stream, s->drawn++);
  const int at = (int)(((unsigned __int128)bits * (unsigned __int128)s->n) >> 64);
  knn__parts *drawn = s->held[at];
  s->held[at] = s->held[--s->n];
  knn__parts_copy(drawn, out);
  knn__parts_clear(drawn);
  knn__free(c->ctx, drawn);
  return KNN_OK;
}

static void close(knn_cursor *c) {
  state *s = c->state;
  while (s->n > 0) {
    knn__parts_clear(s->held[--s->n]);
    knn__free(c->ctx, s->held[s->n]);
  }
  knn__free(c->ctx, s->held);
}

static const knn__stage stage = {
    .name = "shuffle",
    .args = sizeof(shuffle),
    .state = sizeof(state),
    .open = open,
    .next = next,
    .close = close,
    .cardinality = knn__cardinality_below,
};

knn_status knn_pipeline_shuffle(knn_pipeline *p, int64_t buffer, int64_t seed, bool reshuffle,
                                knn_pipeline **out) {
  KNN__TRY(knn__pipeline_count(p->ctx, stage.name, "buffer_size", buffer, 1));
  KNN__TRY(knn__pipeline_new(p->ctx, &stage, &p, 1, out));
  *(shuffle *)(*out)->args = (shuffle){buffer > INT32_MAX ? INT32_MAX : buffer, seed, reshuffle};
  return KNN_OK;
}
