/* batch.c - elements put together along a new first axis: (...) each -> (size, ...). Rows that lie
 * one after another in a tensor are a view; all others are copied once. */
#include <string.h>

#include "pipeline.h"

typedef struct batch {
  int64_t size;
  bool drop;
} batch;

typedef struct state { /* the elements of the batch under way */
  knn__parts *first;   /* with its own items */
  knn__item *items;    /* column k at k * size */
  int64_t n;
} state;

static knn_status open(knn_cursor *c) {
  state *s = c->state;
  s->first = knn__alloc(c->ctx, sizeof *s->first);
  return s->first ? knn__open_below(c, c->pass) : KNN_ENOMEM;
}

static void drop_items(knn_cursor *c) {
  state *s = c->state;
  const int64_t size = ((const batch *)c->p->args)->size;
  for (int k = 0; s->items && k < s->first->n; k++)
    for (int64_t i = 0; i < s->n; i++) knn_tensor_release(s->items[k * size + i].tensor);
  knn__free(c->ctx, s->items);
  s->items = NULL;
  s->n = 0;
  if (s->first) knn__parts_clear(s->first);
}

static void close(knn_cursor *c) {
  drop_items(c);
  knn__free(c->ctx, ((state *)c->state)->first);
}

static knn_status check_alike(knn_cursor *c, const knn__parts *e) {
  const state *s = c->state;
  if (!knn_layout_equal(e->layout, s->first->layout))
    return knn_fail(c->ctx, KNN_ESHAPE,
                    "batch: element %lld has other parts than the first of its batch",
                    (long long)s->n + 1);
  for (int k = 0; k < e->n; k++) {
    const knn__item *now = &e->items[k], *first = &s->first->items[k];
    if (now->tensor == first->tensor && now->row != KNN__WHOLE && first->row != KNN__WHOLE)
      continue;
    const knn__spec a = knn__item_spec(now), b = knn__item_spec(first);
    if (a.dtype != b.dtype || !knn__dims_equal(a.rank, a.dims, b.rank, b.dims))
      return knn_fail(c->ctx, KNN_ESHAPE,
                      "batch: element %lld is %s of shape %s, the first of its batch %s of shape "
                      "%s; elements of one batch are alike",
                      (long long)s->n + 1, knn_dtype_name(a.dtype), KNN__SPEC(a),
                      knn_dtype_name(b.dtype), KNN__SPEC(b));
  }
  return KNN_OK;
}

static knn_status add(knn_cursor *c, const knn__parts *e) {
  state *s = c->state;
  const int64_t size = ((const batch *)c->p->args)->size;
  if (s->n == 0) {
    s->items = knn__alloc(c->ctx, (size_t)e->n * (size_t)size * sizeof *s->items);
    if (!s->items) return KNN_ENOMEM;
    knn__parts_copy(e, s->first);
  }
  KNN__TRY(check_alike(c, e));
  for (int k = 0; k < e->n; k++)
    knn_tensor_retain((s->items[k * size + s->n] = e->items[k]).tensor);
  s->n++;
  return KNN_OK;
}

static knn_status collect(knn_cursor *c) {
  const state *s = c->state;
  const int64_t size = ((const batch *)c->p->args)->size;
  bool end = false;
  while (s->n < size) {
    knn__parts e;
    KNN__TRY(knn__cursor_next(c->in, &e, &end));
    if (end) return KNN_OK;
    knn_status st = add(c, &e);
    knn__parts_clear(&e);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static bool in_a_row(const knn__item *items, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (items[0].row == KNN__WHOLE || items[i].tensor != items[0].tensor ||
        items[i].row != items[0].row + i)
      return false;
  return true;
}

static knn_status put_together(knn_ctx *ctx, const knn__item *items, int64_t n, knn_tensor **out) {
  knn__spec spec = knn__item_spec(&items[0]);
  if (spec.rank == KNN_MAX_RANK)
    return knn_fail(ctx, KNN_ESHAPE, "batch: elements have %d axes at most, got %s",
                    KNN_MAX_RANK - 1, KNN__SPEC(spec));
  memmove(spec.dims + 1, spec.dims, (size_t)spec.rank++ * sizeof *spec.dims);
  spec.dims[0] = n;
  if (in_a_row(items, n))
    return knn__view_in(ctx, items[0].tensor, &spec, knn__item_data(&items[0]), out);
  KNN__TRY(knn_tensor_new(ctx, spec.dtype, spec.rank, spec.dims, out));
  const size_t row = knn_tensor_bytes(*out) / (size_t)n;
  char *to = knn_tensor_data(*out);
  for (int64_t i = 0; i < n; i++) {
    const knn_tensor *t = items[i].tensor;
    if (items[i].row != KNN__WHOLE || knn_tensor_is_contiguous(t))
      memcpy(to + row * (size_t)i, knn__item_data(&items[i]), row);
    else
      KNN__TRY(knn_tensor_read(t, to + row * (size_t)i, row));
  }
  return spec.dtype == KNN_STRING ? knn__strings_own(*out) : KNN_OK;
}

static knn_status make(knn_cursor *c, knn__parts *out) {
  const state *s = c->state;
  const int64_t size = ((const batch *)c->p->args)->size;
  knn_layout_retain(out->layout = s->first->layout);
  for (int k = 0; k < s->first->n; k++) {
    out->items[k] = (knn__item){NULL, KNN__WHOLE};
    knn_status st = put_together(c->ctx, s->items + k * size, s->n, &out->items[k].tensor);
    out->n = k + (out->items[k].tensor != NULL);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  const batch *args = c->p->args;
  const state *s = c->state;
  KNN__TRY(collect(c));
  *end = s->n == 0 || (args->drop && s->n < args->size);
  knn_status st = *end ? KNN_OK : make(c, out);
  drop_items(c);
  return st;
}

static int64_t cardinality(const knn_pipeline *p) {
  const batch *args = p->args;
  const int64_t below = knn__cardinality_below(p);
  if (below < 0) return below;
  return below / args->size + (!args->drop && below % args->size > 0);
}

static const knn__stage stage = {
    .name = "batch",
    .args = sizeof(batch),
    .state = sizeof(state),
    .open = open,
    .next = next,
    .close = close,
    .cardinality = cardinality,
};

knn_status knn_pipeline_batch(knn_pipeline *p, int64_t size, bool drop_remainder,
                              knn_pipeline **out) {
  KNN__TRY(knn__pipeline_count(p->ctx, stage.name, "batch_size", size, 1));
  KNN__TRY(knn__pipeline_new(p->ctx, &stage, &p, 1, out));
  *(batch *)(*out)->args = (batch){size, drop_remainder};
  return KNN_OK;
}
