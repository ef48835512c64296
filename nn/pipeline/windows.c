/* windows.c - source: windows over the rows of a series, gathered when asked for. x (rows, ...) ->
 * element i (length, ...), and the row of what belongs to its start. */
#include <string.h>

#include "pipeline.h"

typedef struct windows {
  knn_tensor *x; /* contiguous */
  int64_t *starts, n, length, step;
  knn__parts rest; /* its layout: of the whole element */
} windows;

/* Windows of rows that lie one after another are views. */
static knn_status window(knn_ctx *ctx, const windows *w, int64_t start, knn_tensor **out) {
  knn__spec spec = w->x->spec;
  const size_t row = knn_tensor_bytes(w->x) / (size_t)spec.dims[0];
  const char *from = (const char *)knn_tensor_data(w->x) + row * (size_t)start;
  spec.dims[0] = w->length;
  if (w->step == 1) return knn__view_in(ctx, w->x, &spec, from, out);
  KNN__TRY(knn_tensor_new(ctx, spec.dtype, spec.rank, spec.dims, out));
  char *to = knn_tensor_data(*out);
  for (int64_t i = 0; i < w->length; i++)
    memcpy(to + row * (size_t)i, from + row * (size_t)(i * w->step), row);
  return spec.dtype == KNN_STRING ? knn__strings_own(*out) : KNN_OK;
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  const windows *w = c->p->args;
  int64_t *at = c->state;
  *end = *at >= w->n;
  if (*end) return KNN_OK;
  const int64_t start = w->starts[(*at)++];
  knn_layout_retain(out->layout = w->rest.layout);
  out->items[0].row = KNN__WHOLE;
  KNN__TRY(window(c->ctx, w, start, &out->items[0].tensor));
  out->n = 1;
  knn__add_row(&w->rest, start, out);
  return KNN_OK;
}

static int64_t cardinality(const knn_pipeline *p) {
  return ((const windows *)p->args)->n;
}

static void finalize(knn_pipeline *p) {
  windows *w = p->args;
  knn_tensor_release(w->x);
  knn__free(p->ctx, w->starts);
  knn__parts_clear(&w->rest);
}

static const knn__stage stage = {
    .name = "windows",
    .args = sizeof(windows),
    .state = sizeof(int64_t),
    .next = next,
    .cardinality = cardinality,
    .finalize = finalize,
};

/* Every row that a window names is there; of the others as many as the last start asks for. */
static knn_status check(knn_ctx *ctx, const windows *w, const knn_element *rest) {
  const int64_t reach = (w->length - 1) * w->step, rows = knn_tensor_dim(w->x, 0);
  for (int64_t i = 0; i < w->n; i++) {
    if (w->starts[i] < 0 || w->starts[i] + reach >= rows)
      return knn_fail(
          ctx, KNN_ESHAPE,
          "windows: the window of %lld rows from row %lld does not lie inside %lld rows",
          (long long)w->length, (long long)w->starts[i] + 1, (long long)rows);
    for (int k = 0; rest && k < rest->n; k++)
      if (!knn_tensor_rank(rest->tensors[k]) || knn_tensor_dim(rest->tensors[k], 0) <= w->starts[i])
        return knn_fail(ctx, KNN_ESHAPE, "windows: there is no target for the window from row %lld",
                        (long long)w->starts[i] + 1);
  }
  return KNN_OK;
}

static knn_status hold_rest(knn_ctx *ctx, windows *w, const knn_element *rest) {
  for (int i = 0; rest && i < rest->n; i++) {
    KNN__TRY(knn_tensor_contiguous(rest->tensors[i], &w->rest.items[i].tensor));
    w->rest.n = i + 1;
  }
  return knn__layout_before(ctx, rest ? rest->layout : NULL, &w->rest.layout);
}

knn_status knn_pipeline_windows(knn_tensor *x, const int64_t *starts, int64_t n, int64_t length,
                                int64_t step, const knn_element *rest, knn_pipeline **out) {
  knn_ctx *ctx = knn_tensor_ctx(x);
  knn_pipeline *p = NULL;
  if (knn_tensor_rank(x) == 0 || length < 1 || step < 1)
    return knn_fail(ctx, KNN_EARG, "windows: rows, a length and a step of at least 1 are expected");
  KNN__TRY(knn__pipeline_new(ctx, &stage, NULL, 0, &p));
  windows *w = p->args;
  w->n = n;
  w->length = length;
  w->step = step;
  w->starts = knn__alloc(ctx, (size_t)n * sizeof *starts);
  knn_status st = w->starts ? knn_tensor_contiguous(x, &w->x) : KNN_ENOMEM;
  if (st == KNN_OK) {
    if (n) memcpy(w->starts, starts, (size_t)n * sizeof *starts);
    st = check(ctx, w, rest);
  }
  if (st == KNN_OK) st = hold_rest(ctx, w, rest);
  if (st == KNN_OK)
    *out = p;
  else
    knn_pipeline_release(p);
  return st;
}
