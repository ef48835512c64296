/* random.c - see random.h. */
#include "random.h"

#include "ctx.h"

/* Steps of training count up from 0; what is drawn outside of them counts down from the top, so the
 * two never meet. */
knn__stream knn__next_stream(knn_ctx *ctx) {
  if (ctx->in_step) return (knn__stream){ctx->seed, ctx->step_draws++, ctx->step_number};
  uint64_t draw = ctx->draws++;
  return (knn__stream){ctx->seed, (uint32_t)draw, UINT32_MAX - (uint32_t)(draw >> 32)};
}

static uint32_t mul_high(uint32_t a, uint32_t b, uint32_t *low) {
  uint64_t product = (uint64_t)a * b;
  *low = (uint32_t)product;
  return (uint32_t)(product >> 32);
}

void knn__philox(const knn__stream *stream, uint64_t block, uint32_t out[4]) {
  uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = stream->op, c3 = stream->step;
  uint32_t k0 = (uint32_t)stream->seed, k1 = (uint32_t)(stream->seed >> 32);
  for (int round = 0; round < 10; round++) {
    uint32_t low0, low1;
    uint32_t high0 = mul_high(0xD2511F53u, c0, &low0);
    uint32_t high1 = mul_high(0xCD9E8D57u, c2, &low1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

uint64_t knn__random_u64(const knn__stream *stream, uint64_t index) {
  uint32_t out[4];
  knn__philox(stream, index / 2, out);
  return index % 2 ? (uint64_t)out[2] << 32 | out[3] : (uint64_t)out[0] << 32 | out[1];
}

void knn__permutation(const knn__stream *stream, int64_t n, int64_t *order) {
  for (int64_t i = 0; i < n; i++) order[i] = i;
  for (int64_t i = n - 1; i > 0; i--) {
    uint64_t bits = knn__random_u64(stream, (uint64_t)i);
    int64_t j = (int64_t)(((unsigned __int128)bits * (uint64_t)(i + 1)) >> 64);
    int64_t t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
}
