/* names.c - automatic names: dense, dense_1, dense_2, ... One count per stem and context. The list
 * is small and outlives the objects it named, so its blocks are the host's own and not counted
 * among the context's objects. */
#include <stdio.h>
#include <string.h>

#include "ctx.h"

typedef struct knn__name {
  struct knn__name *next;
  int64_t uses;
  char stem[];
} knn__name;

static knn__name *find_or_add(knn_ctx *ctx, const char *stem) {
  for (knn__name *n = ctx->names; n; n = n->next)
    if (strcmp(n->stem, stem) == 0) return n;
  size_t length = strlen(stem) + 1;
  knn__name *n = ctx->hooks.alloc(ctx->hooks.user, sizeof *n + length);
  if (!n) return NULL;
  n->next = ctx->names;
  n->uses = 0;
  memcpy(n->stem, stem, length);
  ctx->names = n;
  return n;
}

knn_status knn__unique_name(knn_ctx *ctx, const char *stem, char **out) {
  char number[24] = "";
  knn__name *n = find_or_add(ctx, stem);
  if (!n) return knn_fail(ctx, KNN_ENOMEM, "out of memory: no room for the name '%s'", stem);
  if (n->uses) snprintf(number, sizeof number, "_%lld", (long long)n->uses);
  size_t length = strlen(stem) + strlen(number) + 1;
  char *name = knn__alloc(ctx, length);
  if (!name) return KNN_ENOMEM;
  snprintf(name, length, "%s%s", stem, number);
  n->uses++;
  *out = name;
  return KNN_OK;
}

void knn_ctx_forget_names(knn_ctx *ctx) {
  while (ctx->names) {
    knn__name *n = ctx->names;
    ctx->names = n->next;
    ctx->hooks.release(ctx->hooks.user, n);
  }
}
