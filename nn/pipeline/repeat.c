/* repeat.c - passes over what stands before, one after another. Each has a number of its own, so a
 * shuffle before it gives another order each time. */
#include "pipeline.h"

/* Passes of an endless repetition are numbered apart from those of the next run through it. */
#define ENDLESS ((int64_t)1 << 24)

static int64_t count_of(const knn_pipeline *p) {
  return *(const int64_t *)p->args;
}

static knn_status open_pass(knn_cursor *c, int64_t done) {
  const int64_t count = count_of(c->p), stride = count == KNN_ANY ? ENDLESS : count;
  knn_cursor_close(c->in);
  c->in = NULL;
  return knn__open_below(c, c->pass * stride + done);
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  int64_t *done = c->state;
  const int64_t count = count_of(c->p);
  for (bool fresh = false;;) {
    *end = count != KNN_ANY && *done >= count;
    if (*end) return KNN_OK;
    if (!c->in) {
      KNN__TRY(open_pass(c, *done));
      fresh = true;
    }
    KNN__TRY(knn__cursor_next(c->in, out, end));
    if (!*end) return KNN_OK;
    if (fresh && count == KNN_ANY) return KNN_OK; /* nothing, for ever, is nothing */
    knn_cursor_close(c->in);
    c->in = NULL;
    ++*done;
  }
}

static int64_t cardinality(const knn_pipeline *p) {
  const int64_t below = knn__cardinality_below(p), count = count_of(p);
  if (count == KNN_ANY) return below == 0 ? 0 : KNN_INFINITE;
  return count == 0 ? 0 : below < 0 ? below : below * count;
}

static const knn__stage stage = {
    .name = "repeat",
    .args = sizeof(int64_t),
    .state = sizeof(int64_t),
    .next = next,
    .cardinality = cardinality,
};

knn_status knn_pipeline_repeat(knn_pipeline *p, int64_t count, knn_pipeline **out) {
  if (count != KNN_ANY) KNN__TRY(knn__pipeline_count(p->ctx, stage.name, "the count", count, 0));
  KNN__TRY(knn__pipeline_new(p->ctx, &stage, &p, 1, out));
  *(int64_t *)(*out)->args = count;
  return KNN_OK;
}
