/* alloc.c - every allocation of the engine, over the host's two hooks.
 *
 * In front of each block stands a 16-byte header {bytes, distance to the host's block}, so that
 * freeing and resizing need no size from the caller and the context can count what is alive. */
#include <stdlib.h>
#include <string.h>

#include "ctx.h"

typedef struct header {
  size_t bytes;
  size_t distance; /* from the host's block to ours */
} header;

_Static_assert(sizeof(header) == 16, "blocks stay 16-byte aligned");

static header *header_of(void *block) {
  return (header *)block - 1;
}

bool knn__add_size(size_t a, size_t b, size_t *out) {
  return !__builtin_add_overflow(a, b, out);
}

bool knn__mul_size(size_t a, size_t b, size_t *out) {
  return !__builtin_mul_overflow(a, b, out);
}

static void *alloc_block(knn_ctx *ctx, size_t bytes, size_t align) {
  size_t total;
  char *raw = NULL;
  if (knn__add_size(bytes, sizeof(header) + align, &total))
    raw = ctx->hooks.alloc(ctx->hooks.user, total);
  if (!raw) {
    knn_fail(ctx, KNN_ENOMEM, "out of memory: %zu bytes were asked for", bytes);
    return NULL;
  }
  uintptr_t at = ((uintptr_t)raw + sizeof(header) + align - 1) / align * align;
  char *block = raw + (at - (uintptr_t)raw);
  memset(block, 0, bytes);
  *header_of(block) = (header){bytes, (size_t)(block - raw)};
  atomic_fetch_add_explicit(&ctx->bytes, bytes, memory_order_relaxed);
  atomic_fetch_add_explicit(&ctx->blocks, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&ctx->allocations, 1, memory_order_relaxed);
  return block;
}

void *knn__alloc(knn_ctx *ctx, size_t bytes) {
  return alloc_block(ctx, bytes, 16);
}

void *knn__alloc_aligned(knn_ctx *ctx, size_t bytes) {
  return alloc_block(ctx, bytes, 64);
}

void *knn__resize(knn_ctx *ctx, void *block, size_t bytes) {
  if (!block) return knn__alloc(ctx, bytes);
  void *fresh = knn__alloc(ctx, bytes);
  if (!fresh) return NULL;
  size_t old = header_of(block)->bytes;
  memcpy(fresh, block, old < bytes ? old : bytes);
  knn__free(ctx, block);
  return fresh;
}

void knn__free(knn_ctx *ctx, void *block) {
  if (!block) return;
  header h = *header_of(block);
  atomic_fetch_sub_explicit(&ctx->bytes, h.bytes, memory_order_relaxed);
  atomic_fetch_sub_explicit(&ctx->blocks, 1, memory_order_relaxed);
  ctx->hooks.release(ctx->hooks.user, (char *)block - h.distance);
}

char *knn__strdup(knn_ctx *ctx, const char *text) {
  size_t n = strlen(text) + 1;
  char *copy = knn__alloc(ctx, n);
  if (copy) memcpy(copy, text, n);
  return copy;
}

knn_status knn__grow(knn_ctx *ctx, void **items, int *capacity, int count, size_t item_size) {
  if (count < *capacity) return KNN_OK;
  int wanted = *capacity ? *capacity * 2 : 8;
  void *bigger = knn__resize(ctx, *items, (size_t)wanted * item_size);
  if (!bigger) return KNN_ENOMEM;
  *items = bigger;
  *capacity = wanted;
  return KNN_OK;
}
