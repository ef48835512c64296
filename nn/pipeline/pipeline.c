/* pipeline.c - life of pipelines and cursors; what each stage does stands in its own file. */
#include "pipeline.h"

knn_status knn__pipeline_new(knn_ctx *ctx, const knn__stage *stage, knn_pipeline *const *in, int n,
                             knn_pipeline **out) {
  knn_pipeline *p = knn__alloc(ctx, sizeof *p);
  void *args = p ? knn__alloc(ctx, stage->args) : NULL;
  if (!args) {
    knn__free(ctx, p);
    return KNN_ENOMEM;
  }
  atomic_init(&p->refs, 1);
  p->ctx = ctx;
  knn_ctx_retain(ctx);
  p->stage = stage;
  p->args = args;
  p->n_in = n;
  for (int i = 0; i < n; i++) {
    knn_pipeline_retain(p->in[i] = in[i]);
    p->bound = p->bound || in[i]->bound;
  }
  *out = p;
  return KNN_OK;
}

void knn_pipeline_retain(knn_pipeline *p) {
  atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
}

void knn_pipeline_release(knn_pipeline *p) {
  if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = p->ctx;
  if (p->stage->finalize) p->stage->finalize(p);
  for (int i = 0; i < p->n_in; i++) knn_pipeline_release(p->in[i]);
  knn__free(ctx, p->args);
  knn__free(ctx, p);
  knn_ctx_release(ctx);
}

knn_ctx *knn_pipeline_ctx(const knn_pipeline *p) {
  return p->ctx;
}

knn_status knn__pipeline_count(knn_ctx *ctx, const char *stage, const char *what, int64_t count,
                               int64_t least) {
  if (count >= least) return KNN_OK;
  return knn_fail(ctx, KNN_EARG, "%s: %s must be at least %lld, got %lld", stage, what,
                  (long long)least, (long long)count);
}

int64_t knn_pipeline_cardinality(const knn_pipeline *p) {
  return p->stage->cardinality(p);
}

int64_t knn__cardinality_below(const knn_pipeline *p) {
  return knn_pipeline_cardinality(p->in[0]);
}

knn_status knn__cursor_open(knn_pipeline *p, knn_ctx *ctx, int64_t pass, knn_cursor **out) {
  knn_cursor *c = knn__alloc(ctx, sizeof *c);
  if (!c) return KNN_ENOMEM;
  c->ctx = ctx;
  c->pass = pass;
  knn_ctx_retain(ctx);
  knn_pipeline_retain(c->p = p);
  c->state = knn__alloc(ctx, p->stage->state);
  knn_status st = c->state ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK && p->stage->open) st = p->stage->open(c);
  if (st == KNN_OK)
    *out = c;
  else
    knn_cursor_close(c);
  return st;
}

knn_status knn_cursor_open(knn_pipeline *p, int64_t pass, knn_cursor **out) {
  return knn__cursor_open(p, p->ctx, pass, out);
}

void knn_cursor_close(knn_cursor *c) {
  if (!c) return;
  knn_ctx *ctx = c->ctx;
  if (c->state && c->p->stage->close) c->p->stage->close(c);
  knn_cursor_close(c->in);
  knn_pipeline_release(c->p);
  knn__free(ctx, c->state);
  knn__free(ctx, c);
  knn_ctx_release(ctx);
}

knn_status knn__cursor_next(knn_cursor *c, knn__parts *out, bool *end) {
  out->n = 0;
  out->layout = NULL;
  knn_status st = c->p->stage->next(c, out, end);
  if (st != KNN_OK || *end) knn__parts_clear(out);
  return st;
}

knn_status knn_cursor_next(knn_cursor *c, knn_element *out, bool *end) {
  knn__parts e;
  *end = false;
  KNN__TRY(knn__cursor_next(c, &e, end));
  if (*end) return KNN_OK;
  knn_status st = knn__parts_whole(c->ctx, &e, out);
  knn__parts_clear(&e);
  return st;
}

knn_status knn__open_below(knn_cursor *c, int64_t pass) {
  return knn__cursor_open(c->p->in[0], c->ctx, pass, &c->in);
}
