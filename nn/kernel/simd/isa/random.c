/* random.c - the mask of dropout: numbers of a Philox stream, many blocks side by side, compared,
 * stretch by stretch while they are in the cache. The numbers are those of knn__philox. A
 * block stands in a lane of 64 bits; the upper half of a lane holds what a product left there and
 * is never read. */
#include "random.h"

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "set.h"
#include "vector.h"

typedef uint64_t words __attribute__((vector_size(KNN_VECTOR_BYTES)));
typedef uint32_t halves __attribute__((vector_size(KNN_VECTOR_BYTES / 2)));
typedef uint32_t halves_at
    __attribute__((vector_size(KNN_VECTOR_BYTES / 2), aligned(1), may_alias));

enum { AT_ONCE = KNN_VECTOR_BYTES / 8, GROUPS = 4 }; /* blocks of a vector; vectors of a stretch */
enum { STRETCH = 4 * AT_ONCE * GROUPS };             /* numbers */

/* Products of the lower halves. The vector extensions have no word for this instruction. */
static inline words product(words a, words b) {
#if defined(__AVX512F__) && KNN_VECTOR_BYTES == 64
  return (words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__) && KNN_VECTOR_BYTES == 32
  return (words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__) && KNN_VECTOR_BYTES == 16
  return (words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
  return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

static inline words same(uint64_t x) {
  return x + (words){0};
}

/* GROUPS vectors of blocks from `first` on; c[k] becomes number k of each. */
static inline void philox(const knn__stream *stream, uint64_t first, words c[4][GROUPS]) {
  uint32_t k0 = (uint32_t)stream->seed, k1 = (uint32_t)(stream->seed >> 32);
  words block;
  for (int i = 0; i < AT_ONCE; i++) block[i] = first + (uint64_t)i;
  for (int j = 0; j < GROUPS; j++) {
    c[0][j] = block + (uint64_t)(j * AT_ONCE);
    c[1][j] = c[0][j] >> 32;
    c[2][j] = same(stream->op);
    c[3][j] = same(stream->step);
  }
  for (int round = 0; round < 10; round++) {
    for (int j = 0; j < GROUPS; j++) {
      words x = product(c[0][j], same(0xD2511F53u)), y = product(c[2][j], same(0xCD9E8D57u));
      c[0][j] = (y >> 32) ^ c[1][j] ^ k0;
      c[2][j] = (x >> 32) ^ c[3][j] ^ k1;
      c[1][j] = y;
      c[3][j] = x;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
}

/* 0x01 where the number is at least the threshold, as a byte: number k of a block is byte k of its
 * half word. */
static void draw_stretch(const knn__stream *stream, uint64_t block, uint32_t threshold,
                         uint8_t *mask) {
  words c[4][GROUPS];
  philox(stream, block, c);
  for (int j = 0; j < GROUPS; j++) {
    words low = same(0);
    for (int k = 0; k < 4; k++) { /* the sign of the difference */
      words less = (c[k][j] & 0xffffffffu) - (uint64_t)threshold;
      low |= less >> (63 - 8 * k) & (uint64_t)1 << 8 * k;
    }
    *(halves_at *)(mask + 4 * AT_ONCE * j) = __builtin_convertvector(low ^ 0x01010101u, halves);
  }
}

void KNN__ISA(draw_mask)(const knn__stream *stream, uint32_t threshold, int64_t first, int64_t n,
                         uint8_t *mask) {
  int64_t i = 0;
  while (i < n) {
    if ((first + i) % 4 == 0 && n - i >= STRETCH) {
      draw_stretch(stream, (uint64_t)(first + i) / 4, threshold, mask + i);
      i += STRETCH;
      continue;
    }
    uint32_t block[4];
    knn__philox(stream, (uint64_t)(first + i) / 4, block);
    for (int64_t k = (first + i) % 4; k < 4 && i < n; k++, i++) mask[i] = block[k] >= threshold;
  }
}
