/* ctc.h - what the loss and the decoding of labels without alignment (CTC) share: the lengths of
 * the samples of a batch. */
#ifndef KNN__CTC_H
#define KNN__CTC_H

#include "index.h"

/* One length per sample of x (batch, ...), integers. */
knn_status knn__need_lengths(knn_ctx *ctx, const char *name, const knn__spec *lengths,
                             const knn__spec *x);
/* None below 0 or above most, which counts `what`. */
knn_status knn__check_lengths(knn_ctx *ctx, const char *name, const knn__buf *lengths, int64_t most,
                              const char *what);

#endif
