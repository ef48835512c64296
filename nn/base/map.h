/* map.h - pointers to pointers; open addressing, no deletion. */
#ifndef KNN__MAP_H
#define KNN__MAP_H

#include "ctx.h"

/* Start from {.ctx = ctx}. */
typedef struct knn__map {
  knn_ctx *ctx;
  const void **keys;
  void **values;
  size_t n, room;
} knn__map;

void *knn__map_get(const knn__map *map, const void *key); /* NULL when absent */
knn_status knn__map_set(knn__map *map, const void *key, void *value);
void knn__map_clear(knn__map *map);

#endif
