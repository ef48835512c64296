/* hash_bins.c - integers spread over bins by a hash of their decimal digits, as Keras's Hashing: y
 * = hash(digits of x) mod bins. x (...) integers -> (...) int64 of 0 .. bins - 1. Without salt the
 * hash is FarmHash's fingerprint of 64 bits, with salt SipHash-2-4 keyed with the two numbers. No
 * gradient. */
#include <stdio.h>

#include "hash.h"
#include "index.h"
#include "op_list.h"

typedef struct hash_args {
  int64_t bins;
  knn_ints salt;
} hash_args;

static const knn_param params[] = {
    KNN__PARAM(hash_args, bins, KNN_P_INT, NULL, "Number of bins.", .mark = KNN_COUNT,
               .positional = true, .min = 1, .max = 9e15),
    KNN__PARAM(hash_args, salt, KNN_P_INTS, "null", "Key of the hash, two numbers.",
               .mark = KNN_LABEL, .arity = 2)};

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
    y[i] = knn__hash_bin(digits, (size_t)n, args->bins, args->salt.n > 0 ? args->salt.v : NULL);
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
