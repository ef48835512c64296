/* zip.c - elements side by side: each gives one group of the result, as long as the shortest. */
#include "pipeline.h"

typedef struct state {
  knn_cursor *in[KNN_GROUPS_MAX];
  knn_layout *from[KNN_GROUPS_MAX], *layout; /* of the last element; NULL before the first */
} state;

static knn_status open(knn_cursor *c) {
  state *s = c->state;
  for (int i = 0; i < c->p->n_in; i++)
    KNN__TRY(knn__cursor_open(c->p->in[i], c->ctx, c->pass, &s->in[i]));
  return KNN_OK;
}

/* Several groups become one list, if each of them is a tensor. */
static knn_status as_group(knn_ctx *ctx, int at, const knn_layout *l, knn_group *out) {
  *out = *knn_layout_group(l, 0);
  if (knn_layout_groups(l) == 1) return KNN_OK;
  *out = (knn_group){.n = knn_layout_groups(l), .list = true};
  for (int i = 0; i < out->n; i++)
    if (knn_layout_group(l, i)->list || knn_layout_group(l, i)->names)
      return knn_fail(ctx, KNN_ESHAPE,
                      "zip: the elements of data set %d hold lists or tables among several parts; "
                      "parts of parts of parts are too deep",
                      at + 1);
  return KNN_OK;
}

static void forget_layout(state *s, int i, knn_layout *now) {
  knn_layout_retain(now);
  knn_layout_release(s->from[i]);
  knn_layout_release(s->layout);
  s->from[i] = now;
  s->layout = NULL;
}

/* The next element of data set i behind what is there. */
static knn_status pull(knn_cursor *c, int i, knn__parts *out, bool *end) {
  state *s = c->state;
  knn__parts e;
  KNN__TRY(knn__cursor_next(s->in[i], &e, end));
  if (*end) return KNN_OK;
  if (e.layout != s->from[i]) forget_layout(s, i, e.layout);
  knn_status st = KNN_OK;
  if (out->n + e.n > KNN_ELEMENT_MAX)
    st = knn_fail(c->ctx, KNN_EARG, "zip: an element has at most %d tensors", KNN_ELEMENT_MAX);
  for (int k = 0; st == KNN_OK && k < e.n; k++) {
    out->items[out->n++] = e.items[k];
    knn_tensor_retain(e.items[k].tensor);
  }
  knn__parts_clear(&e);
  return st;
}

static knn_status make_layout(knn_cursor *c) {
  state *s = c->state;
  knn_group groups[KNN_GROUPS_MAX];
  for (int i = 0; i < c->p->n_in; i++) KNN__TRY(as_group(c->ctx, i, s->from[i], &groups[i]));
  return knn_layout_new(c->ctx, groups, c->p->n_in, &s->layout);
}

static knn_status next(knn_cursor *c, knn__parts *out, bool *end) {
  state *s = c->state;
  for (int i = 0; i < c->p->n_in; i++) {
    KNN__TRY(pull(c, i, out, end));
    if (*end) return KNN_OK;
  }
  if (!s->layout) KNN__TRY(make_layout(c));
  knn_layout_retain(out->layout = s->layout);
  return KNN_OK;
}

static void close(knn_cursor *c) {
  state *s = c->state;
  for (int i = 0; i < c->p->n_in; i++) {
    knn_cursor_close(s->in[i]);
    knn_layout_release(s->from[i]);
  }
  knn_layout_release(s->layout);
}

static int64_t cardinality(const knn_pipeline *p) {
  int64_t least = KNN_INFINITE;
  for (int i = 0; i < p->n_in; i++) {
    const int64_t n = knn_pipeline_cardinality(p->in[i]);
    if (n == KNN_UNKNOWN) return KNN_UNKNOWN;
    if (n >= 0 && (least == KNN_INFINITE || n < least)) least = n;
  }
  return least;
}

static const knn__stage stage = {
    .name = "zip",
    .state = sizeof(state),
    .open = open,
    .next = next,
    .close = close,
    .cardinality = cardinality,
};

knn_status knn_pipeline_zip(knn_pipeline *const *ps, int n, knn_pipeline **out) {
  if (n > KNN_GROUPS_MAX)
    return knn_fail(ps[0]->ctx, KNN_EARG, "zip: at most %d data sets, got %d", KNN_GROUPS_MAX, n);
  return knn__pipeline_new(ps[0]->ctx, &stage, ps, n, out);
}
