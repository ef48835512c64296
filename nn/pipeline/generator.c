/* generator.c - source: elements that a host makes. */
#include "pipeline.h"

typedef struct generator {
  knn_generator host;
  int64_t cardinality;
} generator;

static knn_status open(knn_cursor *c) {
  const knn_generator *host = &((const generator *)c->p->args)->host;
  return host->begin(host->self, c->pass, c->state);
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  const knn_generator *host = &((const generator *)c->p->args)->host;
  knn_element e = {0};
  KNN__TRY(host->next(host->self, *(void **)c->state, &e, end));
  if (!*end) knn__parts_take(&e, out);
  return KNN_OK;
}

static void close(knn_cursor *c) {
  const knn_generator *host = &((const generator *)c->p->args)->host;
  if (*(void **)c->state) host->end(host->self, *(void **)c->state);
}

static int64_t cardinality(const knn_pipeline *p) {
  return ((const generator *)p->args)->cardinality;
}

static void finalize(knn_pipeline *p) {
  const knn_generator *host = &((const generator *)p->args)->host;
  if (host->free_self) host->free_self(host->self);
}

static const knn__stage stage = {
    .name = "from_generator",
    .args = sizeof(generator),
    .state = sizeof(void *),
    .open = open,
    .next = next,
    .close = close,
    .cardinality = cardinality,
    .finalize = finalize,
};

knn_status knn_pipeline_from_generator(knn_ctx *ctx, const knn_generator *host, int64_t cardinality,
                                       knn_pipeline **out) {
  KNN__TRY(knn__pipeline_new(ctx, &stage, NULL, 0, out));
  *(generator *)(*out)->args = (generator){*host, cardinality};
  (*out)->bound = true;
  return KNN_OK;
}
