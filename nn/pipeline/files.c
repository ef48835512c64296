/* files.c - source: element i is what a reader makes of file i, and row i of what belongs to it. */
#include "pipeline.h"

typedef struct files {
  char **paths;
  int64_t n;
  knn__parts rest; /* its layout: of the whole element */
  knn_reader reader;
} files;

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  const files *f = c->p->args;
  int64_t *at = c->state;
  *end = *at >= f->n;
  if (*end) return KNN_OK;
  knn_layout_retain(out->layout = f->rest.layout);
  out->items[0].row = KNN__WHOLE;
  knn_status st = f->reader.read(f->reader.self, c->ctx, f->paths[*at], &out->items[0].tensor);
  if (st != KNN_OK) return knn_fail_in(c->ctx, st, "file %s", f->paths[*at]);
  out->n = 1;
  knn__add_row(&f->rest, (*at)++, out);
  return KNN_OK;
}

static int64_t cardinality(const knn_pipeline *p) {
  return ((const files *)p->args)->n;
}

static void finalize(knn_pipeline *p) {
  files *f = p->args;
  for (int64_t i = 0; f->paths && i < f->n; i++) knn__free(p->ctx, f->paths[i]);
  knn__free(p->ctx, f->paths);
  knn__parts_clear(&f->rest);
  if (f->reader.free_self) f->reader.free_self(f->reader.self);
}

static const knn__stage stage = {
    .name = "from_files",
    .args = sizeof(files),
    .state = sizeof(int64_t),
    .next = next,
    .cardinality = cardinality,
    .finalize = finalize,
};

static knn_status fill(knn_pipeline *p, const char *const *paths, int64_t n,
                       const knn_element *rest) {
  files *f = p->args;
  f->paths = knn__alloc(p->ctx, (size_t)n * sizeof *f->paths);
  if (!f->paths) return KNN_ENOMEM;
  f->n = n;
  for (int64_t i = 0; i < n; i++)
    if (!(f->paths[i] = knn__strdup(p->ctx, paths[i]))) return KNN_ENOMEM;
  if (rest) KNN__TRY(knn__hold_rows(p->ctx, stage.name, rest, n, &f->rest));
  knn_layout_release(f->rest.layout);
  f->rest.layout = NULL;
  return knn__layout_before(p->ctx, rest ? rest->layout : NULL, &f->rest.layout);
}

knn_status knn_pipeline_from_files(knn_ctx *ctx, const char *const *paths, int64_t n,
                                   const knn_element *rest, const knn_reader *reader,
                                   knn_pipeline **out) {
  knn_pipeline *p = NULL;
  KNN__TRY(knn__pipeline_new(ctx, &stage, NULL, 0, &p));
  p->bound = !reader->any_thread;
  knn_status st = fill(p, paths, n, rest);
  if (st != KNN_OK) {
    knn_pipeline_release(p);
    return st;
  }
  ((files *)p->args)->reader = *reader;
  *out = p;
  return KNN_OK;
}
