/* map.c - a host's function of every element: map puts its result in place of it, filter keeps the
 * elements it says yes to. */
#include "pipeline.h"

static knn_status call(knn_cursor *c, const knn__parts *given, knn_element *out, bool *keep) {
  const knn_element_fn *fn = c->p->args;
  knn_element in = {0};
  KNN__TRY(knn__parts_whole(c->ctx, given, &in));
  knn_status st = fn->call(fn->self, c->ctx, &in, out, keep);
  knn_element_clear(&in);
  return st;
}

static knn_status open(knn_cursor *c) {
  return knn__open_below(c, c->pass);
}

static knn_status next_mapped(knn_cursor *c, knn__parts *out, bool *end) {
  knn__parts given;
  knn_element made = {0};
  bool keep;
  KNN__TRY(knn__cursor_next(c->in, &given, end));
  if (*end) return KNN_OK;
  knn_status st = call(c, &given, &made, &keep);
  knn__parts_clear(&given);
  if (st == KNN_OK) knn__parts_take(&made, out);
  return st;
}

static knn_status next_kept(knn_cursor *c, knn__parts *out, bool *end) {
  for (;;) {
    bool keep = false;
    KNN__TRY(knn__cursor_next(c->in, out, end));
    if (*end) return KNN_OK;
    knn_element unused = {0};
    KNN__TRY(call(c, out, &unused, &keep));
    if (keep) return KNN_OK;
    knn__parts_clear(out);
  }
}

static int64_t unknown(const knn_pipeline *p) {
  const int64_t below = knn__cardinality_below(p);
  return below == KNN_INFINITE ? KNN_INFINITE : KNN_UNKNOWN;
}

static void finalize(knn_pipeline *p) {
  const knn_element_fn *fn = p->args;
  if (fn->free_self) fn->free_self(fn->self);
}

static const knn__stage map = {
    .name = "map",
    .args = sizeof(knn_element_fn),
    .open = open,
    .next = next_mapped,
    .cardinality = knn__cardinality_below,
    .finalize = finalize,
};

static const knn__stage filter = {
    .name = "filter",
    .args = sizeof(knn_element_fn),
    .open = open,
    .next = next_kept,
    .cardinality = unknown,
    .finalize = finalize,
};

static knn_status stand_on(knn_pipeline *p, const knn__stage *stage, const knn_element_fn *fn,
                           knn_pipeline **out) {
  KNN__TRY(knn__pipeline_new(p->ctx, stage, &p, 1, out));
  *(knn_element_fn *)(*out)->args = *fn;
  (*out)->bound = p->bound || !fn->any_thread;
  return KNN_OK;
}

knn_status knn_pipeline_map(knn_pipeline *p, const knn_element_fn *fn, knn_pipeline **out) {
  return stand_on(p, &map, fn, out);
}

knn_status knn_pipeline_filter(knn_pipeline *p, const knn_element_fn *fn, knn_pipeline **out) {
  return stand_on(p, &filter, fn, out);
}
