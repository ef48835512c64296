/* pool.h - one thread pool of a context. Work is cut into pieces whose number depends on the
 * problem only, never on the number of threads, so results do not depend on it either. */
#ifndef KNN__POOL_H
#define KNN__POOL_H

#include "ctx.h"

/* Run fn(arg, i) for i in 0 .. pieces - 1, each exactly once, on any thread; returns when all are
 * done. One piece, one thread or a nested call runs here at once. Never fails: without threads the
 * caller does all the work. */
void knn__parallel(knn_ctx *ctx, int pieces, void (*fn)(void *arg, int piece), void *arg);

/* How many pieces n units of work make when a piece should have at least `grain` of them; at
 * most 64. */
int knn__pieces(int64_t n, int64_t grain);
/* Bounds of a piece: [*first, *last) of n. */
void knn__piece_range(int64_t n, int pieces, int piece, int64_t *first, int64_t *last);

void knn__pool_release(knn__pool *pool);

#endif
