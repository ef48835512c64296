/* sha256.h - SHA-256 (FIPS 180-4), fed piece by piece. */
#ifndef KNN__SHA256_H
#define KNN__SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct knn__sha256 {
  uint32_t state[8];
  uint64_t bytes;
  uint8_t block[64];
} knn__sha256;

void knn__sha256_begin(knn__sha256 *sha);
void knn__sha256_add(knn__sha256 *sha, const void *data, size_t bytes);
void knn__sha256_end(knn__sha256 *sha, char hex[65]);

#endif
