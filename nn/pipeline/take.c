/* take.c - the first elements of a pass, or all but these. */
#include "pipeline.h"

static int64_t count_of(const knn_pipeline *p) {
  const int64_t count = *(const int64_t *)p->args;
  return count == KNN_ANY ? INT64_MAX : count;
}

static knn_status open(knn_cursor *c) {
  return knn__open_below(c, c->pass);
}

static knn_status next_taken(knn_cursor *c, knn__parts *out, bool *end) {
  int64_t *done = c->state;
  *end = *done >= count_of(c->p);
  if (*end) return KNN_OK;
  ++*done;
  return knn__cursor_next(c->in, out, end);
}

static knn_status next_left(knn_cursor *c, knn__parts *out, bool *end) {
  int64_t *done = c->state;
  for (; *done < count_of(c->p); ++*done) {
    KNN__TRY(knn__cursor_next(c->in, out, end));
    if (*end) return KNN_OK;
    knn__parts_clear(out);
  }
  return knn__cursor_next(c->in, out, end);
}

static int64_t taken(const knn_pipeline *p) {
  const int64_t below = knn__cardinality_below(p), count = count_of(p);
  if (count == INT64_MAX || below == KNN_UNKNOWN) return below;
  return below == KNN_INFINITE || below > count ? count : below;
}

static int64_t left(const knn_pipeline *p) {
  const int64_t below = knn__cardinality_below(p), count = count_of(p);
  if (count == INT64_MAX) return 0;
  return below < 0 ? below : below > count ? below - count : 0;
}

static const knn__stage take = {
    .name = "take",
    .args = sizeof(int64_t),
    .state = sizeof(int64_t),
    .open = open,
    .next = next_taken,
    .cardinality = taken,
};

static const knn__stage skip = {
    .name = "skip",
    .args = sizeof(int64_t),
    .state = sizeof(int64_t),
    .open = open,
    .next = next_left,
    .cardinality = left,
};

static knn_status stand_on(knn_pipeline *p, const knn__stage *stage, int64_t count,
                           knn_pipeline **out) {
  if (count != KNN_ANY) KNN__TRY(knn__pipeline_count(p->ctx, stage->name, "the count", count, 0));
  KNN__TRY(knn__pipeline_new(p->ctx, stage, &p, 1, out));
  *(int64_t *)(*out)->args = count;
  return KNN_OK;
}

knn_status knn_pipeline_take(knn_pipeline *p, int64_t count, knn_pipeline **out) {
  return stand_on(p, &take, count, out);
}

knn_status knn_pipeline_skip(knn_pipeline *p, int64_t count, knn_pipeline **out) {
  return stand_on(p, &skip, count, out);
}
