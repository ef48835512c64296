/* normalize.c - scaling: vectors to norm 1, columns to mean 0 and deviation 1.
 * normalize: y = x / |x|_p along one axis, |x|_p = (sum |x|^p)^(1/p), 0 counts as 1. Source: Keras
 * utils.normalize, which makes a vector a matrix of one row; here the shape stays. moments,
 * standardize: y = (x - m) / s over axis 0, s^2 = mean (x - m)^2, s = 0 counts as 1. */
#include <math.h>

#include "ctx.h"
#include "knn/data.h"
#include "shape.h"

/* n values, `stride` apart. */
static double norm(const double *x, int64_t n, int64_t stride, double order) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) {
    double a = fabs(x[i * stride]);
    if (isinf(order))
      sum = fmax(sum, a);
    else
      sum += order == 2 ? a * a : order == 1 ? a : pow(a, order);
  }
  return isinf(order) || order == 1 ? sum : order == 2 ? sqrt(sum) : pow(sum, 1 / order);
}

static void normalize(double *x, int64_t outer, int64_t n, int64_t inner, double order) {
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i++) {
      double *first = x + o * n * inner + i, length = norm(first, n, inner, order);
      for (int64_t k = 0; k < n && length != 0; k++) first[k * inner] /= length;
    }
}

knn_status knn_normalize(const knn_tensor *x, int axis, double order, knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(x);
  int rank = knn_tensor_rank(x), at;
  const int64_t *dims = knn_tensor_dims(x);
  if (!knn__axis(axis, rank, &at))
    return knn_fail(ctx, KNN_EARG, "normalize: axis %d does not exist in shape %s", axis,
                    KNN__SHAPE(rank, dims));
  if (!(order >= 1))
    return knn_fail(ctx, KNN_EARG, "normalize: the order of the norm must be at least 1, got %g",
                    order);
  knn_tensor *y = NULL;
  KNN__TRY(knn_tensor_cast(x, KNN_F64, &y));
  normalize(knn_tensor_data(y), knn__count(at, dims), dims[at],
            knn__count(rank - at - 1, dims + at + 1), order);
  if (knn_tensor_dtype(x) == KNN_F64) {
    *out = y;
    return KNN_OK;
  }
  knn_status status = knn_tensor_cast(y, KNN_F32, out);
  knn_tensor_release(y);
  return status;
}

/* Rows of x as doubles, and the sums over them: m, then s. */
static void moments(const double *x, int64_t rows, int64_t n, float *mean, float *deviation,
                    double *sums) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < n; i++) sums[i] += x[r * n + i];
  for (int64_t i = 0; i < n; i++) sums[i] /= (double)rows;
  double *squares = sums + n;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < n; i++)
      squares[i] += (x[r * n + i] - sums[i]) * (x[r * n + i] - sums[i]);
  for (int64_t i = 0; i < n; i++) {
    double s = sqrt(squares[i] / (double)rows);
    mean[i] = (float)sums[i];
    deviation[i] = s == 0 ? 1 : (float)s;
  }
}

knn_status knn_moments(const knn_tensor *x, knn_tensor **mean, knn_tensor **deviation) {
  knn_ctx *ctx = knn_tensor_ctx(x);
  int rank = knn_tensor_rank(x);
  const int64_t *dims = knn_tensor_dims(x);
  if (rank < 1 || dims[0] < 1)
    return knn_fail(ctx, KNN_ESHAPE, "moments: at least one row is needed, the shape is %s",
                    KNN__SHAPE(rank, dims));
  int64_t n = knn__count(rank - 1, dims + 1);
  knn_tensor *values = NULL, *m = NULL, *s = NULL;
  double *sums = knn__alloc(ctx, 2 * (size_t)n * sizeof *sums);
  knn_status status = sums ? knn_tensor_cast(x, KNN_F64, &values) : KNN_ENOMEM;
  if (status == KNN_OK) status = knn_tensor_new(ctx, KNN_F32, rank - 1, dims + 1, &m);
  if (status == KNN_OK) status = knn_tensor_new(ctx, KNN_F32, rank - 1, dims + 1, &s);
  if (status == KNN_OK) {
    moments(knn_tensor_data(values), dims[0], n, knn_tensor_data(m), knn_tensor_data(s), sums);
    *mean = m;
    *deviation = s;
  } else {
    knn_tensor_release(m);
    knn_tensor_release(s);
  }
  knn_tensor_release(values);
  knn__free(ctx, sums);
  return status;
}

static bool same_row(const knn_tensor *x, const knn_tensor *row) {
  int rank = knn_tensor_rank(x);
  return rank >= 1 && knn__dims_equal(rank - 1, knn_tensor_dims(x) + 1, knn_tensor_rank(row),
                                      knn_tensor_dims(row));
}

knn_status knn_standardize(const knn_tensor *x, const knn_tensor *mean, const knn_tensor *deviation,
                           knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(x);
  if (!same_row(x, mean) || !same_row(x, deviation))
    return knn_fail(ctx, KNN_ESHAPE,
                    "standardize: x %s needs mean and deviation of its rows' shape, got %s and %s",
                    KNN__SHAPE(knn_tensor_rank(x), knn_tensor_dims(x)),
                    KNN__SHAPE(knn_tensor_rank(mean), knn_tensor_dims(mean)),
                    KNN__SHAPE(knn_tensor_rank(deviation), knn_tensor_dims(deviation)));
  knn_tensor *y = NULL, *m = NULL, *s = NULL;
  knn_status status = knn_tensor_cast(x, KNN_F32, &y);
  if (status == KNN_OK) status = knn_tensor_cast(mean, KNN_F32, &m);
  if (status == KNN_OK) status = knn_tensor_cast(deviation, KNN_F32, &s);
  if (status == KNN_OK) {
    float *to = knn_tensor_data(y);
    const float *mu = knn_tensor_data(m), *sigma = knn_tensor_data(s);
    int64_t n = knn_tensor_size(m), rows = knn_tensor_dim(y, 0);
    for (int64_t r = 0; r < rows; r++, to += n)
      for (int64_t i = 0; i < n; i++) to[i] = (to[i] - mu[i]) / sigma[i];
    *out = y;
  } else {
    knn_tensor_release(y);
  }
  knn_tensor_release(m);
  knn_tensor_release(s);
  return status;
}
