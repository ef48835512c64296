/* peak.c - what this machine can do at best, so that other numbers can be compared with it. */
#include "pool.h"
#include "simd.h"

enum { PIECES = 16, TRIES = 4, ROUNDS = 200000, LENGTH = 1 << 20 }; /* rounds, length: of a piece */

typedef struct job {
  const knn__simd_set *set;
  float *x, *y;
  double done[PIECES];
} job;

static void compute(void *arg, int piece) {
  job *j = arg;
  j->done[piece] = j->set->multiply_adds(ROUNDS);
}

static void move(void *arg, int piece) {
  job *j = arg;
  j->done[piece] =
      j->set->pass(LENGTH, j->x + (int64_t)piece * LENGTH, j->y + (int64_t)piece * LENGTH);
}

/* Of the best of some tries; the first warms up. */
static double rate(knn_ctx *ctx, job *j, void (*fn)(void *arg, int piece)) {
  double best = 0;
  for (int i = 0; i <= TRIES; i++) {
    double start = knn_clock(), total = 0;
    knn__parallel(ctx, PIECES, fn, j);
    double seconds = knn_clock() - start;
    for (int k = 0; k < PIECES; k++) total += j->done[k];
    if (i > 0 && total > best * seconds) best = total / seconds;
  }
  return best;
}

knn_status knn_ctx_measure(knn_ctx *ctx, double *flops, double *bytes) {
  size_t size = (size_t)PIECES * LENGTH * sizeof(float);
  job j = {.set = knn__simd(ctx, KNN_F32)};
  if (!j.set) j.set = &knn__simd_baseline_f32;
  j.x = knn__alloc_aligned(ctx, size);
  j.y = knn__alloc_aligned(ctx, size);
  knn_status st = j.x && j.y ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) {
    *flops = rate(ctx, &j, compute);
    *bytes = rate(ctx, &j, move);
  }
  knn__free(ctx, j.x);
  knn__free(ctx, j.y);
  return st;
}
