/* slices.c - source: element i is row i of each tensor. */
#include "pipeline.h"

typedef struct slices {
  knn__parts held;
  int64_t rows;
} slices;

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  const slices *s = c->p->args;
  int64_t *at = c->state;
  *end = *at >= s->rows;
  if (*end) return KNN_OK;
  knn_layout_retain(out->layout = s->held.layout);
  knn__add_row(&s->held, (*at)++, out);
  return KNN_OK;
}

static int64_t cardinality(const knn_pipeline *p) {
  return ((const slices *)p->args)->rows;
}

static void finalize(knn_pipeline *p) {
  knn__parts_clear(&((slices *)p->args)->held);
}

static const knn__stage stage = {
    .name = "from_tensor_slices",
    .args = sizeof(slices),
    .state = sizeof(int64_t),
    .next = next,
    .cardinality = cardinality,
    .finalize = finalize,
};

knn_status knn_pipeline_from_tensors(knn_ctx *ctx, const knn_element *whole, knn_pipeline **out) {
  knn_pipeline *p = NULL;
  KNN__TRY(knn__pipeline_new(ctx, &stage, NULL, 0, &p));
  slices *s = p->args;
  const knn_tensor *first = whole->tensors[0];
  s->rows = knn_tensor_rank(first) ? knn_tensor_dim(first, 0) : 0;
  knn_status st = knn__hold_rows(ctx, stage.name, whole, s->rows, &s->held);
  if (st == KNN_OK)
    *out = p;
  else
    knn_pipeline_release(p);
  return st;
}
