/* map.c - see map.h. */
#include "map.h"

static size_t slot(const knn__map *map, const void *key) {
  size_t i = ((uintptr_t)key >> 4) * 0x9E3779B97F4A7C15u >> 20 & (map->room - 1);
  while (map->keys[i] && map->keys[i] != key) i = (i + 1) & (map->room - 1);
  return i;
}

void *knn__map_get(const knn__map *map, const void *key) {
  return map->room ? map->values[slot(map, key)] : NULL;
}

static knn_status grow(knn__map *map) {
  knn__map bigger = {.ctx = map->ctx, .room = map->room ? map->room * 2 : 64};
  bigger.keys = knn__alloc(map->ctx, bigger.room * sizeof *bigger.keys);
  bigger.values = knn__alloc(map->ctx, bigger.room * sizeof *bigger.values);
  if (!bigger.keys || !bigger.values) {
    knn__map_clear(&bigger);
    return KNN_ENOMEM;
  }
  for (size_t i = 0; i < map->room; i++)
    if (map->keys[i]) {
      size_t at = slot(&bigger, map->keys[i]);
      bigger.keys[at] = map->keys[i];
      bigger.values[at] = map->values[i];
    }
  bigger.n = map->n;
  knn__map_clear(map);
  *map = bigger;
  return KNN_OK;
}

knn_status knn__map_set(knn__map *map, const void *key, void *value) {
  if (map->n * 2 >= map->room) KNN__TRY(grow(map));
  size_t at = slot(map, key);
  if (!map->keys[at]) map->n++;
  map->keys[at] = key;
  map->values[at] = value;
  return KNN_OK;
}

void knn__map_clear(knn__map *map) {
  knn__free(map->ctx, map->keys);
  knn__free(map->ctx, map->values);
  *map = (knn__map){.ctx = map->ctx};
}
