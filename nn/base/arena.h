/* arena.h - memory that goes together: blocks are carved from chunks and freed all at once. */
#ifndef KNN__ARENA_H
#define KNN__ARENA_H

#include "ctx.h"

typedef struct knn__arena {
  knn_ctx *ctx;
  struct knn__chunk *chunks;
} knn__arena;

/* Zeroed, 16-byte aligned; NULL when out of memory, with the message set. */
void *knn__arena_alloc(knn__arena *arena, size_t bytes);
char *knn__arena_strdup(knn__arena *arena, const char *text);
void knn__arena_clear(knn__arena *arena);

#endif
