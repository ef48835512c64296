/* random.h - counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3").
 *
 * A stream is named by (seed, op, step); its i-th number depends on nothing else, so results do not
 * depend on the number of threads or on what else was drawn. */
#ifndef KNN__RANDOM_H
#define KNN__RANDOM_H

#include <stdint.h>

struct knn_ctx;

typedef struct knn__stream {
  uint64_t seed; /* the key */
  uint32_t op;   /* which draw of a step */
  uint32_t step;
} knn__stream;

/* Four numbers of 32 bits: block i holds the stream's numbers 4i .. 4i + 3. */
void knn__philox(const knn__stream *stream, uint64_t block, uint32_t out[4]);
/* [0, 1), 24 bits. */
static inline float knn__unit(uint32_t bits) {
  return (float)(bits >> 8) * 0x1p-24f;
}
/* (0, 1], for logarithms. */
static inline float knn__unit_open(uint32_t bits) {
  return (float)((bits >> 8) + 1) * 0x1p-24f;
}
/* 53 bits from two numbers, [0, 1). */
static inline double knn__unit_double(uint32_t high, uint32_t low) {
  return (double)(((uint64_t)high << 32 | low) >> 11) * 0x1p-53;
}

/* The stream of the next eager random op, or of the next object that wants a seed of its own. */
knn__stream knn__next_stream(struct knn_ctx *ctx);

/* One 64-bit number of a stream. */
uint64_t knn__random_u64(const knn__stream *stream, uint64_t index);
/* order[0 .. n - 1] becomes a permutation of 0 .. n - 1 (Fisher-Yates). */
void knn__permutation(const knn__stream *stream, int64_t n, int64_t *order);

#endif
