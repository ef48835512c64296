/* gather.c - the rows of all batches as one batch, for those who need all data at once. */
#include "pipeline.h"

static knn_status count(knn_pipeline *p, int64_t *n) {
  knn_cursor *cursor = NULL;
  bool end = false;
  *n = 0;
  KNN__TRY(knn_cursor_open(p, 0, &cursor));
  knn_status st = KNN_OK;
  while (st == KNN_OK && !end) {
    knn__parts e;
    st = knn__cursor_next(cursor, &e, &end);
    if (st != KNN_OK || end) continue;
    knn__parts_clear(&e);
    ++*n;
  }
  knn_cursor_close(cursor);
  return st;
}

static knn_status first(knn_pipeline *p, knn_element *out) {
  knn_cursor *cursor = NULL;
  bool end;
  KNN__TRY(knn_cursor_open(p, 0, &cursor));
  knn_status st = knn_cursor_next(cursor, out, &end);
  knn_cursor_close(cursor);
  return st;
}

/* The rows are kept while they are counted, so the data is asked for once. */
knn_status knn_pipeline_gather(knn_pipeline *batches, knn_element *out) {
  knn_ctx *ctx = batches->ctx;
  knn_pipeline *rows = NULL, *kept = NULL, *whole = NULL;
  int64_t n = 0;
  if (knn_pipeline_cardinality(batches) == KNN_INFINITE)
    return knn_fail(ctx, KNN_EARG, "the data set never ends; take(n) makes an end");
  knn_status st = knn_pipeline_unbatch(batches, &rows);
  if (st == KNN_OK) st = knn_pipeline_cache(rows, &kept);
  if (st == KNN_OK) st = count(kept, &n);
  if (st == KNN_OK && n == 0) st = knn_fail(ctx, KNN_EDATA, "the data set is empty");
  if (st == KNN_OK) st = knn_pipeline_batch(kept, n, false, &whole);
  if (st == KNN_OK) st = first(whole, out);
  knn_pipeline_release(rows);
  knn_pipeline_release(kept);
  knn_pipeline_release(whole);
  return st;
}
