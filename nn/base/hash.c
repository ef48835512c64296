/* hash.c - see hash.h. Pike and Alakuijala, FarmHash (farmhashna::Hash64); Aumasson and Bernstein
 * 2012, SipHash. */
#include "hash.h"

/* Numbers of FarmHash. */
static const uint64_t K0 = 0xc3a5c85c97cb3127u, K1 = 0xb492b66fbe98f273u, K2 = 0x9ae16a3b2f90404fu;

static uint64_t right(uint64_t x, int n) {
  return x >> n | x << (64 - n);
}

/* Bytes from the lowest on, whatever the machine. */
static uint64_t bytes(const char *at, int n) {
  uint64_t x = 0;
  for (int i = n - 1; i >= 0; i--) x = x << 8 | (unsigned char)at[i];
  return x;
}

static uint64_t word(const char *at) {
  return bytes(at, 8);
}

static uint64_t shift_mix(uint64_t x) {
  return x ^ x >> 47;
}

static uint64_t mix(uint64_t u, uint64_t v, uint64_t factor) {
  const uint64_t a = shift_mix((u ^ v) * factor), b = shift_mix((v ^ a) * factor);
  return b * factor;
}

static uint64_t up_to_16(const char *s, size_t n) {
  const uint64_t factor = K2 + 2 * n;
  if (n >= 8) {
    const uint64_t a = word(s) + K2, b = word(s + n - 8);
    return mix(right(b, 37) * factor + a, (right(a, 25) + b) * factor, factor);
  }
  if (n >= 4) return mix(n + (bytes(s, 4) << 3), bytes(s + n - 4, 4), factor);
  if (n == 0) return K2;
  const uint64_t y = (uint64_t)(unsigned char)s[0] + ((uint64_t)(unsigned char)s[n / 2] << 8),
                 z = n + ((uint64_t)(unsigned char)s[n - 1] << 2);
  return shift_mix(y * K2 ^ z * K0) * K2;
}

static uint64_t up_to_32(const char *s, size_t n) {
  const uint64_t factor = K2 + 2 * n, a = word(s) * K1, b = word(s + 8),
                 c = word(s + n - 8) * factor, d = word(s + n - 16) * K2;
  return mix(right(a + b, 43) + right(c, 30) + d, a + right(b + K2, 18) + c, factor);
}

static uint64_t up_to_64(const char *s, size_t n) {
  const uint64_t factor = K2 + 2 * n, a = word(s) * K2, b = word(s + 8),
                 c = word(s + n - 8) * factor, d = word(s + n - 16) * K2;
  const uint64_t y = right(a + b, 43) + right(c, 30) + d,
                 z = mix(y, a + right(b + K2, 18) + c, factor);
  const uint64_t e = word(s + 16) * factor, f = word(s + 24), g = (y + word(s + n - 32)) * factor,
                 h = (z + word(s + n - 24)) * factor;
  return mix(right(e + f, 43) + right(g, 30) + h, e + right(f + a, 18) + g, factor);
}

/* 56 bytes of state. */
typedef struct state {
  uint64_t x, y, z, v[2], w[2];
} state;

static void weak(uint64_t out[2], const char *s, uint64_t a, uint64_t b) {
  const uint64_t last = word(s + 24);
  a += word(s);
  b = right(b + a + last, 21);
  const uint64_t c = a;
  a += word(s + 8) + word(s + 16);
  b += right(a, 44);
  out[0] = a + last;
  out[1] = b + c;
}

/* 64 bytes into the state; `scale` is 1 in the loop, 9 for the last block. */
static void block(state *t, const char *s, uint64_t factor, uint64_t scale) {
  t->x = right(t->x + t->y + t->v[0] + word(s + 8), 37) * factor;
  t->y = right(t->y + t->v[1] + word(s + 48), 42) * factor;
  t->x ^= t->w[1] * scale;
  t->y += t->v[0] * scale + word(s + 40);
  t->z = right(t->z + t->w[0], 33) * factor;
  weak(t->v, s, t->v[1] * factor, t->x + t->w[0]);
  weak(t->w, s + 32, t->z + t->w[1], t->y + word(s + 16));
  const uint64_t x = t->x;
  t->x = t->z;
  t->z = x;
}

static uint64_t longer(const char *s, size_t n) {
  const uint64_t seed = 81, y = seed * K1 + 113;
  state t = {.x = seed * K2 + word(s), .y = y, .z = shift_mix(y * K2 + 113) * K2};
  const char *last = s + n - 64;
  for (const char *end = s + (n - 1) / 64 * 64; s != end; s += 64) block(&t, s, K1, 1);
  const uint64_t factor = K1 + ((t.z & 0xff) << 1);
  t.w[0] += (n - 1) & 63;
  t.v[0] += t.w[0];
  t.w[0] += t.v[0];
  block(&t, last, factor, 9);
  return mix(mix(t.v[0], t.w[0], factor) + shift_mix(t.y) * K0 + t.z,
             mix(t.v[1], t.w[1], factor) + t.x, factor);
}

uint64_t knn__fingerprint(const char *s, size_t n) {
  return n <= 16   ? up_to_16(s, n)
         : n <= 32 ? up_to_32(s, n)
         : n <= 64 ? up_to_64(s, n)
                   : longer(s, n);
}

uint64_t knn__fingerprint_join(uint64_t first, uint64_t second) {
  const uint64_t factor = 0xc6a4a7935bd1e995u;
  const uint64_t x = ((first ^ factor) ^ shift_mix(second * factor) * factor) * factor;
  return shift_mix(shift_mix(x) * factor);
}

static void sip_round(uint64_t *v) {
  v[0] += v[1], v[2] += v[3];
  v[1] = right(v[1], 64 - 13) ^ v[0], v[3] = right(v[3], 64 - 16) ^ v[2];
  v[0] = right(v[0], 32);
  v[2] += v[1], v[0] += v[3];
  v[1] = right(v[1], 64 - 17) ^ v[2], v[3] = right(v[3], 64 - 21) ^ v[0];
  v[2] = right(v[2], 32);
}

/* 2 rounds per word, 4 at the end. */
uint64_t knn__siphash(const char *s, size_t n, const int64_t *key) {
  const uint64_t k0 = (uint64_t)key[0], k1 = (uint64_t)key[1];
  uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                   k1 ^ 0x7465646279746573u};
  for (size_t at = 0;; at += 8) {
    const bool end = n - at < 8;
    const uint64_t next = end ? bytes(s + at, (int)(n - at)) | (uint64_t)n << 56 : word(s + at);
    v[3] ^= next;
    for (int i = 0; i < 2; i++) sip_round(v);
    v[0] ^= next;
    if (end) break;
  }
  v[2] ^= 0xff;
  for (int i = 0; i < 4; i++) sip_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

int64_t knn__hash_bin(const char *s, size_t n, int64_t bins, const int64_t *key) {
  const uint64_t hash = key ? knn__siphash(s, n, key) : knn__fingerprint(s, n);
  return (int64_t)(hash % (uint64_t)bins);
}
