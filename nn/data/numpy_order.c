/* numpy_order.c - the order that numpy.random.RandomState(seed).shuffle brings rows into: Keras
 * shuffles files and published data sets with it, so that a seed means the same split everywhere.
 * MT19937 (Matsumoto, Nishimura 1998) seeded by a number, and Fisher-Yates from the end with
 * positions drawn by mask and rejection. */
#include "ctx.h"
#include "knn/data.h"

enum { WORDS = 624, SHIFT = 397 };

typedef struct twister {
  uint32_t words[WORDS];
  int at;
} twister;

static void seed_twister(twister *t, uint32_t seed) {
  t->words[0] = seed;
  for (uint32_t i = 1; i < WORDS; i++)
    t->words[i] = 1812433253u * (t->words[i - 1] ^ (t->words[i - 1] >> 30)) + i;
  t->at = WORDS;
}

static void twist(twister *t) {
  for (int i = 0; i < WORDS; i++) {
    uint32_t y = (t->words[i] & 0x80000000u) | (t->words[(i + 1) % WORDS] & 0x7fffffffu);
    t->words[i] = t->words[(i + SHIFT) % WORDS] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
  }
  t->at = 0;
}

static uint32_t next_word(twister *t) {
  if (t->at == WORDS) twist(t);
  uint32_t y = t->words[t->at++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

/* 0 .. most */
static uint32_t draw(twister *t, uint32_t most) {
  uint32_t mask = most, value;
  for (int shift = 1; shift < 32; shift *= 2) mask |= mask >> shift;
  do value = next_word(t) & mask;
  while (value > most);
  return value;
}

knn_status knn_numpy_order(knn_ctx *ctx, int64_t n, uint64_t seed, knn_tensor **out) {
  if (n < 0 || n > UINT32_MAX || seed > UINT32_MAX)
    return knn_fail(ctx, KNN_EARG,
                    "an order as numpy's is of up to 2^32 - 1 rows by a seed up to 2^32 - 1, got "
                    "%lld rows and seed %llu",
                    (long long)n, (unsigned long long)seed);
  twister *t = knn__alloc(ctx, sizeof *t);
  if (!t) return KNN_ENOMEM;
  knn_status status = knn_tensor_new(ctx, KNN_I64, 1, &n, out);
  if (status == KNN_OK) {
    int64_t *order = knn_tensor_data(*out);
    for (int64_t i = 0; i < n; i++) order[i] = i;
    seed_twister(t, (uint32_t)seed);
    for (int64_t i = n - 1; i > 0; i--) {
      uint32_t j = draw(t, (uint32_t)i);
      int64_t kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
  knn__free(ctx, t);
  return status;
}
