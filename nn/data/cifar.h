/* cifar.h - CIFAR's binary batches, for the data set that joins several of them. */
#ifndef KNN__CIFAR_H
#define KNN__CIFAR_H

#include "ctx.h"

/* One record: label bytes (1 for 10 classes, coarse and fine for 100), then 32x32 red, green and
 * blue. */
enum { KNN__CIFAR_SIDE = 32, KNN__CIFAR_PIXELS = 32 * 32 * 3 };

/* Records in `bytes` of data; KNN_EFORMAT unless they come out even. */
knn_status knn__cifar_count(knn_ctx *ctx, const char *name, size_t bytes, int classes, int64_t *n);
/* Unpack n records: pixels channels last, the fine label. KNN_EDATA for a label out of range. */
knn_status knn__cifar_unpack(knn_ctx *ctx, const char *name, const uint8_t *data, int64_t n,
                             int classes, uint8_t *x, uint8_t *y);

#endif
