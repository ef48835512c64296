/* random_loops.c - see random_loops.h. In float a block of the stream (four numbers of 32 bits)
 * makes four uniform or normal elements, in double two; uniform ones are made from many blocks at
 * once. A truncated normal element has blocks of
 * its own: i, i + 2^48, ... until a draw lies inside. Box-Muller: r = sqrt(-2 log u), (r cos 2 pi
 * v, r sin 2 pi v) are independent normal numbers (Box & Muller 1958). */
#include "random_loops.h"

#include "pool.h"
#include "real.h"

#ifdef KNN_REAL_DOUBLE
enum { PER_BLOCK = 2 };
#else
enum { PER_BLOCK = 4 };
#endif

static const double two_pi = 6.283185307179586;

static real unit(const uint32_t *bits, int i) {
#ifdef KNN_REAL_DOUBLE
  return knn__unit_double(bits[2 * i], bits[2 * i + 1]);
#else
  return knn__unit(bits[i]);
#endif
}

/* All normal numbers of a block. The first of a pair is 1 - u, which lies in (0, 1]. */
static void normals(const uint32_t bits[4], real out[PER_BLOCK]) {
  for (int i = 0; i < PER_BLOCK; i += 2) {
    real r = (real)sqrt(-2 * log(1 - unit(bits, i))), angle = (real)two_pi * unit(bits, i + 1);
    out[i] = r * (real)cos(angle);
    out[i + 1] = r * (real)sin(angle);
  }
}

typedef struct job {
  const knn__stream *stream;
  int64_t n;
  real a, b;
  real *y;
  int pieces;
} job;

/* Elements of a block, given its bits. */
typedef void block_fn(const job *j, const uint32_t bits[4], real out[PER_BLOCK]);

static void normal_block(const job *j, const uint32_t bits[4], real out[PER_BLOCK]) {
  normals(bits, out);
  for (int i = 0; i < PER_BLOCK; i++) out[i] = j->a + j->b * out[i];
}

static void blocks(const job *j, int piece, block_fn *fn) {
  int64_t first, last;
  knn__piece_range((j->n + PER_BLOCK - 1) / PER_BLOCK, j->pieces, piece, &first, &last);
  for (int64_t block = first; block < last; block++) {
    uint32_t bits[4];
    real out[PER_BLOCK];
    knn__philox(j->stream, (uint64_t)block, bits);
    fn(j, bits, out);
    for (int i = 0; i < PER_BLOCK && block * PER_BLOCK + i < j->n; i++)
      j->y[block * PER_BLOCK + i] = out[i];
  }
}

static void uniform_piece(void *arg, int piece) {
  enum { AT_ONCE = 512, NUMBERS = 4 / PER_BLOCK };
  const job *j = arg;
  uint32_t bits[AT_ONCE];
  int64_t first, last;
  knn__piece_range(j->n, j->pieces, piece, &first, &last);
  while (first < last) {
    int64_t n = last - first < AT_ONCE / NUMBERS ? last - first : AT_ONCE / NUMBERS;
    knn__ref_random_bits(j->stream, first * NUMBERS, n * NUMBERS, bits);
    for (int64_t i = 0; i < n; i++) {
      real y = j->a + (j->b - j->a) * unit(bits, (int)i);
      j->y[first + i] = y < j->b ? y : j->a; /* rounding may reach b */
    }
    first += n;
  }
}

static void normal_piece(void *arg, int piece) {
  blocks(arg, piece, normal_block);
}

static real truncated(const knn__stream *stream, int64_t i) {
  for (uint64_t attempt = 0;; attempt++) {
    uint32_t bits[4];
    real out[PER_BLOCK];
    knn__philox(stream, (uint64_t)i + (attempt << 48), bits);
    normals(bits, out);
    for (int k = 0; k < PER_BLOCK; k++)
      if (out[k] >= -2 && out[k] <= 2) return out[k];
  }
}

static void truncated_piece(void *arg, int piece) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->n, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) j->y[i] = j->a + j->b * truncated(j->stream, i);
}

static void run(knn_ctx *ctx, job j, void (*piece)(void *, int)) {
  j.pieces = knn__pieces(j.n, 8192);
  knn__parallel(ctx, j.pieces, piece, &j);
}

void KNN__REAL(random_uniform)(knn_ctx *ctx, const knn__stream *stream, int64_t n, double a,
                               double b, void *y) {
  run(ctx, (job){.stream = stream, .n = n, .a = (real)a, .b = (real)b, .y = y}, uniform_piece);
}

void KNN__REAL(random_normal)(knn_ctx *ctx, const knn__stream *stream, int64_t n, double a,
                              double b, void *y) {
  run(ctx, (job){.stream = stream, .n = n, .a = (real)a, .b = (real)b, .y = y}, normal_piece);
}

void KNN__REAL(random_truncated_normal)(knn_ctx *ctx, const knn__stream *stream, int64_t n,
                                        double a, double b, void *y) {
  run(ctx, (job){.stream = stream, .n = n, .a = (real)a, .b = (real)b, .y = y}, truncated_piece);
}

#ifndef KNN_REAL_DOUBLE /* bits have no element type */

enum { LANES = 16 }; /* blocks worked on side by side, for vector units */

/* Blocks first .. first + LANES - 1 of knn__philox, one after the other in `bits`. */
static void philox_lanes(const knn__stream *stream, uint64_t first, uint32_t *bits) {
  uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
  uint32_t k0 = (uint32_t)stream->seed, k1 = (uint32_t)(stream->seed >> 32);
  for (uint64_t i = 0; i < LANES; i++) {
    c0[i] = (uint32_t)(first + i), c1[i] = (uint32_t)((first + i) >> 32);
    c2[i] = stream->op, c3[i] = stream->step;
  }
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < LANES; i++) {
      uint64_t x = (uint64_t)c0[i] * 0xD2511F53u, y = (uint64_t)c2[i] * 0xCD9E8D57u;
      c0[i] = (uint32_t)(y >> 32) ^ c1[i] ^ k0;
      c2[i] = (uint32_t)(x >> 32) ^ c3[i] ^ k1;
      c1[i] = (uint32_t)y;
      c3[i] = (uint32_t)x;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int i = 0; i < LANES; i++) {
    bits[4 * i] = c0[i], bits[4 * i + 1] = c1[i];
    bits[4 * i + 2] = c2[i], bits[4 * i + 3] = c3[i];
  }
}

void knn__ref_random_bits(const knn__stream *stream, int64_t first, int64_t n, uint32_t *bits) {
  int64_t i = 0;
  while (i < n) {
    if ((first + i) % 4 == 0 && n - i >= 4 * LANES) {
      philox_lanes(stream, (uint64_t)(first + i) / 4, bits + i);
      i += 4 * LANES;
      continue;
    }
    uint32_t block[4];
    knn__philox(stream, (uint64_t)(first + i) / 4, block);
    for (int64_t k = (first + i) % 4; k < 4 && i < n; k++, i++) bits[i] = block[k];
  }
}

#endif
