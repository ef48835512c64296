/* hash.h - hashes whose numbers are fixed, the same in every program and on every machine. */
#ifndef KNN__HASH_H
#define KNN__HASH_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

/* FarmHash's fingerprint of 64 bits. */
uint64_t knn__fingerprint(const char *s, size_t n);
/* One fingerprint made of two, in this order, as TensorFlow's crosses make it. */
uint64_t knn__fingerprint_join(uint64_t first, uint64_t second);
/* SipHash-2-4 with a key of two numbers. */
uint64_t knn__siphash(const char *s, size_t n, const int64_t *key);
/* The bin of 0 .. bins - 1 of a string: by its fingerprint, or by SipHash where there is a key. */
int64_t knn__hash_bin(const char *s, size_t n, int64_t bins, const int64_t *key);

#endif
