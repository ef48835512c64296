/* order.h - one stable ordering of the elements of an axis for every type: sort, argsort, top_k. */
#ifndef KNN__ORDER_H
#define KNN__ORDER_H

#include "ops.h"

/* An element as a number that compares as it does (NaN above all, -0 equal to 0), and where it
 * stands. */
typedef struct knn__key {
  uint64_t key;
  int64_t at;
} knn__key;

/* Keys of n elements `stride` apart; `down` turns the order round. */
void knn__keys(knn_dtype type, const void *x, int64_t n, int64_t stride, bool down, knn__key *keys);
/* Stable merge sort; `room` has space for n more. */
void knn__sort_keys(knn__key *keys, int64_t n, knn__key *room);
/* The k first in sorted order to the front of `keys`, 0 < k <= n; equal ones in their order. */
void knn__first_keys(knn__key *keys, int64_t n, int64_t k, knn__key *room);

#endif
