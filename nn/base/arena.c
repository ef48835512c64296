/* arena.c - see arena.h. */
#include "arena.h"

#include <string.h>

enum { CHUNK = 16 * 1024 };

typedef struct knn__chunk {
  struct knn__chunk *next;
  size_t used, room;
} knn__chunk;

_Static_assert(sizeof(knn__chunk) <= 32, "blocks start behind the chunk's head");

void *knn__arena_alloc(knn__arena *arena, size_t bytes) {
  knn__chunk *chunk = arena->chunks;
  bytes = (bytes + 15) / 16 * 16;
  if (!chunk || chunk->room - chunk->used < bytes) {
    size_t room = bytes > CHUNK ? bytes : CHUNK;
    chunk = knn__alloc(arena->ctx, 32 + room);
    if (!chunk) return NULL;
    chunk->room = room;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
  }
  void *block = (char *)chunk + 32 + chunk->used;
  chunk->used += bytes;
  return block;
}

char *knn__arena_strdup(knn__arena *arena, const char *text) {
  size_t n = strlen(text) + 1;
  char *copy = knn__arena_alloc(arena, n);
  if (copy) memcpy(copy, text, n);
  return copy;
}

void knn__arena_clear(knn__arena *arena) {
  while (arena->chunks) {
    knn__chunk *next = arena->chunks->next;
    knn__free(arena->ctx, arena->chunks);
    arena->chunks = next;
  }
}
