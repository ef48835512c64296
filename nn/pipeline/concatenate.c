/* concatenate.c - the elements of one, then those of the other. */
#include "pipeline.h"

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  int64_t *at = c->state; /* which of the two */
  for (; *at < 2; ++*at) {
    if (!c->in) KNN__TRY(knn__cursor_open(c->p->in[*at], c->ctx, c->pass, &c->in));
    KNN__TRY(knn__cursor_next(c->in, out, end));
    if (!*end) return KNN_OK;
    knn_cursor_close(c->in);
    c->in = NULL;
  }
  *end = true;
  return KNN_OK;
}

static int64_t cardinality(const knn_pipeline *p) {
  const int64_t a = knn_pipeline_cardinality(p->in[0]), b = knn_pipeline_cardinality(p->in[1]);
  if (a == KNN_INFINITE || b == KNN_INFINITE) return KNN_INFINITE;
  return a == KNN_UNKNOWN || b == KNN_UNKNOWN ? KNN_UNKNOWN : a + b;
}

static const knn__stage stage = {
    .name = "concatenate",
    .state = sizeof(int64_t),
    .next = next,
    .cardinality = cardinality,
};

knn_status knn_pipeline_concatenate(knn_pipeline *p, knn_pipeline *more, knn_pipeline **out) {
  return knn__pipeline_new(p->ctx, &stage, (knn_pipeline *[]){p, more}, 2, out);
}
