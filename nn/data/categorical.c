/* categorical.c - labels to one-hot rows: y[.., c] = 1 where c is the label, else 0.
 * Departure from Keras: float32, not float64, and a negative label is an error, not a count from
 * the end. */
#include <math.h>
#include <string.h>

#include "ctx.h"
#include "knn/data.h"
#include "shape.h"

enum { MOST_CLASSES = INT32_MAX }; /* a larger "label" is a number of something else */

/* Whole, not negative, and below `classes` if that is not 0; the largest goes into *most. */
static knn_status check_labels(const knn_tensor *labels, int64_t classes, int64_t *most) {
  knn_ctx *ctx = knn_tensor_ctx(labels);
  *most = -1;
  for (int64_t i = 0, n = knn_tensor_size(labels); i < n; i++) {
    double label = knn_tensor_get(labels, i);
    if (label != floor(label) || !(fabs(label) < MOST_CLASSES))
      return knn_fail(ctx, KNN_EDATA,
                      "to_categorical: label %g of sample %lld (from 1) is no class number", label,
                      (long long)i + 1);
    if (label < 0)
      return knn_fail(
          ctx, KNN_EDATA,
          "to_categorical: label %g of sample %lld (from 1) is negative; labels count from 0",
          label, (long long)i + 1);
    if (classes && label >= (double)classes)
      return knn_fail(ctx, KNN_EDATA,
                      "to_categorical: label %g of sample %lld (from 1) is outside 0 .. %lld",
                      label, (long long)i + 1, (long long)classes - 1);
    if (label > (double)*most) *most = (int64_t)label;
  }
  return KNN_OK;
}

knn_status knn_to_categorical(const knn_tensor *labels, int64_t classes, knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(labels);
  int rank = knn_tensor_rank(labels);
  int64_t dims[KNN_MAX_RANK + 1], most;
  memcpy(dims, knn_tensor_dims(labels), (size_t)rank * sizeof *dims);
  if (classes < 0)
    return knn_fail(ctx, KNN_EARG,
                    "to_categorical: %lld classes; a positive number, or 0 to count them",
                    (long long)classes);
  KNN__TRY(check_labels(labels, classes, &most));
  if (classes == 0) classes = most + 1;
  if (rank > 1 && dims[rank - 1] == 1) rank--;
  if (rank == KNN_MAX_RANK)
    return knn_fail(ctx, KNN_ESHAPE, "to_categorical: labels %s leave no axis for the classes",
                    KNN__SHAPE(rank, dims));
  dims[rank] = classes;
  KNN__TRY(knn_tensor_new(ctx, KNN_F32, rank + 1, dims, out));
  float *y = knn_tensor_data(*out);
  for (int64_t i = 0, n = knn_tensor_size(labels); i < n; i++)
    y[i * classes + (int64_t)knn_tensor_get(labels, i)] = 1;
  return KNN_OK;
}
