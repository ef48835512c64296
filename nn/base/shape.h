/* shape.h - sizes of arrays: counting, comparing, broadcasting, printing. A size may be KNN_ANY
 * where it is not known. */
#ifndef KNN__SHAPE_H
#define KNN__SHAPE_H

#include "knn/context.h"
#include "knn/dtype.h"

/* Type and shape of a value. */
typedef struct knn__spec {
  knn_dtype dtype;
  int rank;
  int64_t dims[KNN_MAX_RANK];
} knn__spec;

/* Product of sizes; KNN_ANY if one is not known. */
int64_t knn__count(int rank, const int64_t *dims);
/* Bytes of a packed array; KNN_ESHAPE with a message when a size is negative or the product
 * overflows. */
knn_status knn__bytes(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims, size_t *out);
bool knn__dims_equal(int rank_a, const int64_t *a, int rank_b, const int64_t *b);
/* As knn__dims_equal, but an unknown size fits anything. */
bool knn__dims_fit(int rank_a, const int64_t *a, int rank_b, const int64_t *b);
/* NumPy broadcasting; false if the shapes do not fit. Unknown with 1 gives unknown, with n > 1
 * gives n. */
bool knn__broadcast(int rank_a, const int64_t *a, int rank_b, const int64_t *b, int *rank,
                    int64_t *dims);
/* 0-based axis from one that may count from the end; false when out of range. */
bool knn__axis(int64_t axis, int rank, int *out);

/* "(None, 28, 28)" into a buffer that is returned, so that several fit in one message. */
enum { KNN__SHAPE_TEXT = 128 };
const char *knn__shape_text(int rank, const int64_t *dims, char buffer[KNN__SHAPE_TEXT]);
#define KNN__SHAPE(rank, dims) knn__shape_text((rank), (dims), (char[KNN__SHAPE_TEXT]){0})
#define KNN__SPEC(spec) KNN__SHAPE((spec).rank, (spec).dims)

#endif
