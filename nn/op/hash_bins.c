/* hash_bins.c - integers spread over bins by a hash of their decimal digits, as Keras's Hashing: y
 * = hash(digits of x) mod bins. x (...) integers -> (...) int64 of 0 .. bins - 1. Without salt the
 * hash is FarmHash's fingerprint of 64 bits, with salt SipHash-2-4 keyed with the two numbers. No
 * gradient. */
#include <stdio.h>
#include <string.h>

#include "op_list.h"
#include "index.h"

typedef struct hash_args {
  int64_t bins;
  knn_ints salt;
} hash_args;

static const knn_param params[] = {
    KNN__PARAM(hash_args, bins, KNN_P_INT, NULL, "Number of bins.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 9e15),
    KNN__PARAM(hash_args, salt, KNN_P_INTS, "null", "Key of the hash, two numbers.",
               .mark = KNN_LABEL, .arity = 2)};

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

static uint64_t mix(uint64_t u, uint64_t v, uint64_t factor) {
  uint64_t a = (u ^ v) * factor;
  a ^= a >> 47;
  uint64_t b = (v ^ a) * factor;
  b ^= b >> 47;
  return b * factor;
}

/* FarmHash's fingerprint of up to 32 bytes, which is more than a number has digits. */
static uint64_t fingerprint(const char *s, size_t n) {
  const uint64_t factor = K2 + 2 * n;
  if (n > 16) {
    const uint64_t a = bytes(s, 8) * K1, b = bytes(s + 8, 8), c = bytes(s + n - 8, 8) * factor,
                   d = bytes(s + n - 16, 8) * K2;
    return mix(right(a + b, 43) + right(c, 30) + d, a + right(b + K2, 18) + c, factor);
  }
  if (n >= 8) {
    const uint64_t a = bytes(s, 8) + K2, b = bytes(s + n - 8, 8);
    return mix(right(b, 37) * factor + a, (right(a, 25) + b) * factor, factor);
  }
  if (n >= 4) return mix(n + (bytes(s, 4) << 3), bytes(s + n - 4, 4), factor);
  if (n == 0) return K2;
  const uint64_t y = (uint64_t)(unsigned char)s[0] + ((uint64_t)(unsigned char)s[n / 2] << 8),
                 z = n + ((uint64_t)(unsigned char)s[n - 1] << 2);
  const uint64_t x = y * K2 ^ z * K0;
  return (x ^ x >> 47) * K2;
}

static void sip_round(uint64_t *v) {
  v[0] += v[1], v[2] += v[3];
  v[1] = right(v[1], 64 - 13) ^ v[0], v[3] = right(v[3], 64 - 16) ^ v[2];
  v[0] = right(v[0], 32);
  v[2] += v[1], v[0] += v[3];
  v[1] = right(v[1], 64 - 17) ^ v[2], v[3] = right(v[3], 64 - 21) ^ v[0];
  v[2] = right(v[2], 32);
}

/* Aumasson and Bernstein 2012: 2 rounds per word, 4 at the end. */
static uint64_t siphash(const char *s, size_t n, const int64_t *key) {
  const uint64_t k0 = (uint64_t)key[0], k1 = (uint64_t)key[1];
  uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                   k1 ^ 0x7465646279746573u};
  for (size_t at = 0;; at += 8) {
    const bool end = n - at < 8;
    const uint64_t word = end ? bytes(s + at, (int)(n - at)) | (uint64_t)n << 56 : bytes(s + at, 8);
    v[3] ^= word;
    for (int i = 0; i < 2; i++) sip_round(v);
    v[0] ^= word;
    if (end) break;
  }
  v[2] ^= 0xff;
  for (int i = 0; i < 4; i++) sip_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static knn_status infer(const knn__infer *q) {
  KNN__TRY(knn__need_indices(q->ctx, &q->in[0]));
  q->out[0] = q->in[0];
  q->out[0].dtype = KNN_I64;
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const hash_args *args = call->args;
  int64_t *y = call->out[0].data;
  for (int64_t i = 0; i < call->in[0].n; i++) {
    char digits[24];
    const int n =
        snprintf(digits, sizeof digits, "%lld", (long long)knn__index_at(&call->in[0], i));
    const uint64_t hash = args->salt.n > 0 ? siphash(digits, (size_t)n, args->salt.v)
                                           : fingerprint(digits, (size_t)n);
    y[i] = (int64_t)(hash % (uint64_t)args->bins);
  }
  return KNN_OK;
}

const knn__op knn__op_hash_bins = {
    .cls = {.family = "op",
            .name = "hash_bins",
            .summary = "Integers spread over bins by a hash.",
            .detail = "y = hash(decimal digits of x) mod bins: FarmHash's fingerprint of 64 bits, "
                      "or SipHash-2-4 keyed with salt.",
            .shapes = "x (...) integers -> (...) int64",
            .example = "print(knn.ops.hash_bins(knn.tensor({3, 14, 15}, 'int64'), {bins = 4}))",
            .source = "Pike and Alakuijala, FarmHash; Aumasson and Bernstein 2012, SipHash",
            .see = "one_hot",
            KNN__PARAMS(params, hash_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
};

knn_value *knn__hash_bins(knn__scope *s, knn_value *x, int64_t bins, const knn_ints *salt) {
  const hash_args args = {.bins = bins, .salt = *salt};
  return knn__op1(s, &knn__op_hash_bins, &args, x);
}
