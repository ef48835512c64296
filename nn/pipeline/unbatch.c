/* unbatch.c - the rows of batches as elements. */
#include "pipeline.h"

typedef struct state {
  knn__parts batch; /* contiguous */
  int64_t at, rows;
} state;

static knn_status open(knn_cursor *c) {
  return knn__open_below(c, c->pass);
}

static knn_status fetch(knn_cursor *c, state *s, bool *end) {
  knn__parts e;
  knn_element whole = {0};
  knn__parts_clear(&s->batch);
  KNN__TRY(knn__cursor_next(c->in, &e, end));
  if (*end) return KNN_OK;
  knn_status st = knn__parts_whole(c->ctx, &e, &whole);
  knn__parts_clear(&e);
  if (st == KNN_OK) {
    s->at = 0;
    s->rows = knn_tensor_rank(whole.tensors[0]) ? knn_tensor_dim(whole.tensors[0], 0) : 0;
    st = knn__hold_rows(c->ctx, "unbatch", &whole, s->rows, &s->batch);
  }
  knn_element_clear(&whole);
  return st;
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  state *s = c->state;
  while (s->at >= s->rows) {
    KNN__TRY(fetch(c, s, end));
    if (*end) return KNN_OK;
  }
  knn_layout_retain(out->layout = s->batch.layout);
  knn__add_row(&s->batch, s->at++, out);
  return KNN_OK;
}

static void close(knn_cursor *c) {
  knn__parts_clear(&((state *)c->state)->batch);
}

static int64_t cardinality(const knn_pipeline *p) {
  const int64_t below = knn__cardinality_below(p);
  return below == KNN_INFINITE ? KNN_INFINITE : KNN_UNKNOWN;
}

static const knn__stage stage = {
    .name = "unbatch",
    .state = sizeof(state),
    .open = open,
    .next = next,
    .close = close,
    .cardinality = cardinality,
};

knn_status knn_pipeline_unbatch(knn_pipeline *p, knn_pipeline **out) {
  return knn__pipeline_new(p->ctx, &stage, &p, 1, out);
}
