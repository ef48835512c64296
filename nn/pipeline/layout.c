/* layout.c - how the tensors of an element belong together. */
#include <string.h>

#include "arena.h"
#include "pipeline.h"

struct knn_layout {
  atomic_int refs;
  knn__arena arena; /* groups and names */
  int n;
  knn_group *groups;
};

static knn_status copy_names(knn_layout *l, const knn_group *from, knn_group *to) {
  if (!from->names) return KNN_OK;
  const char **names = knn__arena_alloc(&l->arena, (size_t)from->n * sizeof *names);
  if (!names) return KNN_ENOMEM;
  for (int i = 0; i < from->n; i++)
    if (!(names[i] = knn__arena_strdup(&l->arena, from->names[i]))) return KNN_ENOMEM;
  to->names = names;
  return KNN_OK;
}

static knn_status copy_groups(knn_layout *l, const knn_group *groups, int n) {
  l->groups = knn__arena_alloc(&l->arena, (size_t)n * sizeof *groups);
  if (!l->groups) return KNN_ENOMEM;
  for (int i = 0; i < n; i++) {
    l->groups[i] = (knn_group){.n = groups[i].n, .list = groups[i].list};
    KNN__TRY(copy_names(l, &groups[i], &l->groups[i]));
  }
  l->n = n;
  return KNN_OK;
}

knn_status knn_layout_new(knn_ctx *ctx, const knn_group *groups, int n, knn_layout **out) {
  int total = 0;
  for (int i = 0; i < n; i++) total += groups[i].n;
  if (n < 1 || n > KNN_GROUPS_MAX || total < 1 || total > KNN_ELEMENT_MAX)
    return knn_fail(ctx, KNN_EARG,
                    "an element has 1 to %d parts with %d tensors at most, got %d with %d",
                    KNN_GROUPS_MAX, KNN_ELEMENT_MAX, n, total);
  knn_layout *l = knn__alloc(ctx, sizeof *l);
  if (!l) return KNN_ENOMEM;
  atomic_init(&l->refs, 1);
  l->arena.ctx = ctx;
  knn_ctx_retain(ctx);
  knn_status st = copy_groups(l, groups, n);
  if (st == KNN_OK)
    *out = l;
  else
    knn_layout_release(l);
  return st;
}

void knn_layout_retain(knn_layout *l) {
  atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
}

void knn_layout_release(knn_layout *l) {
  if (!l || atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = l->arena.ctx;
  knn__arena_clear(&l->arena);
  knn__free(ctx, l);
  knn_ctx_release(ctx);
}

int knn_layout_groups(const knn_layout *l) {
  return l->n;
}

const knn_group *knn_layout_group(const knn_layout *l, int i) {
  return &l->groups[i];
}

static bool same_group(const knn_group *a, const knn_group *b) {
  if (a->n != b->n || a->list != b->list || !a->names != !b->names) return false;
  for (int i = 0; a->names && i < a->n; i++)
    if (strcmp(a->names[i], b->names[i]) != 0) return false;
  return true;
}

bool knn_layout_equal(const knn_layout *a, const knn_layout *b) {
  if (a == b) return true;
  if (a->n != b->n) return false;
  for (int i = 0; i < a->n; i++)
    if (!same_group(&a->groups[i], &b->groups[i])) return false;
  return true;
}

knn_status knn__layout_before(knn_ctx *ctx, const knn_layout *rest, knn_layout **out) {
  knn_group groups[KNN_GROUPS_MAX + 1] = {{.n = 1}};
  int n = rest ? rest->n : 0;
  for (int i = 0; i < n; i++) groups[i + 1] = rest->groups[i];
  return knn_layout_new(ctx, groups, n + 1, out);
}
