/* split.c - rows: a random split into training and test, and taking rows by number. */
#include <math.h>
#include <string.h>

#include "ctx.h"
#include "knn/data.h"
#include "random.h"
#include "table.h"
#include "tensor_internal.h"

enum { SPLIT_STREAM = 0x51717 }; /* keeps the split apart from other draws with the same seed */

static knn_status copy_numbers(knn_ctx *ctx, const int64_t *numbers, int64_t n, knn_tensor **out) {
  return knn_tensor_from(ctx, KNN_I64, 1, &n, numbers, out);
}

knn_status knn_train_test_split(knn_ctx *ctx, int64_t n, double test_share, uint64_t seed,
                                knn_tensor **train, knn_tensor **test) {
  if (!(test_share > 0) || n < 2)
    return knn_fail(
        ctx, KNN_EARG,
        "train_test_split: a positive test share and at least 2 rows are needed, got %g and %lld",
        test_share, (long long)n);
  double wanted = test_share < 1 ? ceil(test_share * (double)n) : test_share;
  if (wanted >= (double)n || wanted != floor(wanted))
    return knn_fail(ctx, KNN_EARG,
                    "train_test_split: a test share of %g leaves nothing to train on among %lld "
                    "rows, or is no whole number of rows",
                    test_share, (long long)n);
  int64_t count = (int64_t)wanted;
  int64_t *order = knn__alloc(ctx, (size_t)n * sizeof *order);
  if (!order) return KNN_ENOMEM;
  knn__permutation(&(knn__stream){.seed = seed, .op = SPLIT_STREAM}, n, order);
  knn_tensor *first = NULL;
  knn_status status = copy_numbers(ctx, order, count, &first);
  if (status == KNN_OK) status = copy_numbers(ctx, order + count, n - count, train);
  if (status == KNN_OK)
    *test = first;
  else
    knn_tensor_release(first);
  knn__free(ctx, order);
  return status;
}

knn_status knn__row_numbers(const knn_tensor *rows, int64_t n, knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(rows);
  knn_dtype type = knn_tensor_dtype(rows);
  if ((type != KNN_I32 && type != KNN_I64) || knn_tensor_rank(rows) != 1)
    return knn_fail(ctx, KNN_ETYPE,
                    "take_rows: row numbers are a list of int32 or int64, not %s of rank %d",
                    knn_dtype_name(type), knn_tensor_rank(rows));
  knn_tensor *numbers = NULL;
  KNN__TRY(knn_tensor_cast(rows, KNN_I64, &numbers));
  const int64_t *row = knn_tensor_data(numbers);
  for (int64_t i = 0, count = knn_tensor_size(numbers); i < count; i++)
    if (row[i] < 0 || row[i] >= n) {
      knn_status status = knn_fail(
          ctx, KNN_EDATA, "take_rows: entry %lld (from 1) names row %lld, outside 0 .. %lld",
          (long long)i + 1, (long long)row[i], (long long)n - 1);
      knn_tensor_release(numbers);
      return status;
    }
  *out = numbers;
  return KNN_OK;
}

static knn_status take(knn_tensor *x, const int64_t *row, int64_t count, knn_tensor **out) {
  int rank = knn_tensor_rank(x);
  int64_t dims[KNN_MAX_RANK];
  memcpy(dims, knn_tensor_dims(x), (size_t)rank * sizeof *dims);
  size_t bytes = dims[0] ? knn_tensor_bytes(x) / (size_t)dims[0] : 0;
  dims[0] = count;
  KNN__TRY(knn_tensor_new(knn_tensor_ctx(x), knn_tensor_dtype(x), rank, dims, out));
  char *to = knn_tensor_data(*out);
  const char *from = knn_tensor_data(x);
  for (int64_t i = 0; i < count; i++)
    memcpy(to + (size_t)i * bytes, from + (size_t)row[i] * bytes, bytes);
  if (knn_tensor_dtype(x) != KNN_STRING) return KNN_OK;
  const knn_status status = knn__strings_adopt(*out, &x, 1);
  if (status != KNN_OK) knn_tensor_release(*out);
  return status;
}

knn_status knn_take_rows(knn_tensor *x, const knn_tensor *rows, knn_tensor **out) {
  if (knn_tensor_rank(x) < 1)
    return knn_fail(knn_tensor_ctx(x), KNN_ESHAPE, "take_rows: a scalar has no rows");
  knn_tensor *numbers = NULL, *packed = NULL;
  KNN__TRY(knn__row_numbers(rows, knn_tensor_dim(x, 0), &numbers));
  knn_status status = knn_tensor_contiguous(x, &packed);
  if (status == KNN_OK)
    status = take(packed, knn_tensor_data(numbers), knn_tensor_size(numbers), out);
  knn_tensor_release(packed);
  knn_tensor_release(numbers);
  return status;
}
