/* orthogonal.c - orthonormal columns (or rows, where there are fewer): A = Q R with A normal, w =
 * gain Q with the signs that make R's diagonal positive, so that w is spread evenly over all such
 * matrices. w (..., n) is taken as a matrix of its last size. QR by Householder reflections, in
 * double. Source: Saxe et al. 2014; Mezzadri 2007 for the signs. */
#include "initializer_list.h"

#include <math.h>
#include <string.h>

typedef struct orthogonal_args {
  knn__seed_args base;
  double gain;
} orthogonal_args;

static const knn_param params[] = {
    KNN__PARAM(orthogonal_args, gain, KNN_P_FLOAT, "1", "Factor."),
    KNN__SEED_PARAM(orthogonal_args),
};

/* Column c of a (n, m), from row k on, times 1 - 2 v v' / (v'v); v stands in column k of
 * `reflectors`. */
static void reflect(double *a, const double *reflectors, int64_t n, int64_t m, int64_t k, int64_t c,
                    double vv) {
  double dot = 0;
  for (int64_t i = k; i < n; i++) dot += reflectors[i * m + k] * a[i * m + c];
  for (int64_t i = k; i < n; i++) a[i * m + c] -= 2 * dot / vv * reflectors[i * m + k];
}

static double squares(const double *a, int64_t n, int64_t m, int64_t k) {
  double sum = 0;
  for (int64_t i = k; i < n; i++) sum += a[i * m + k] * a[i * m + k];
  return sum;
}

/* a (n, m), n >= m: v (n, m) receives the reflectors, sign (m) the signs of R's diagonal; q (n, m)
 * the product of them. */
static void householder(double *a, int64_t n, int64_t m, double *v, double *q, double *sign) {
  for (int64_t k = 0; k < m; k++) {
    const double norm = sqrt(squares(a, n, m, k)), head = a[k * m + k];
    for (int64_t i = k; i < n; i++) v[i * m + k] = a[i * m + k];
    v[k * m + k] += head < 0 ? -norm : norm; /* away from 0; R's diagonal becomes the opposite */
    sign[k] = head < 0 ? 1 : -1;
    const double vv = squares(v, n, m, k);
    for (int64_t c = k; c < m && vv > 0; c++) reflect(a, v, n, m, k, c, vv);
  }
  for (int64_t k = 0; k < m; k++) q[k * m + k] = 1;
  for (int64_t k = m - 1; k >= 0; k--) {
    const double vv = squares(v, n, m, k);
    for (int64_t c = k; c < m && vv > 0; c++) reflect(q, v, n, m, k, c, vv);
  }
}

/* work: 3 n m + m doubles, zeroed, the first n m filled. */
static void write_q(double *work, int64_t n, int64_t m, bool transposed, double gain,
                    knn_tensor *w) {
  double *v = work + n * m, *q = v + n * m, *sign = q + n * m;
  householder(work, n, m, v, q, sign);
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < m; j++)
      knn_tensor_set(w, transposed ? j * n + i : i * m + j, gain * sign[j] * q[i * m + j]);
}

static knn_status fill(const knn_initializer *self, knn_tensor *w) {
  const orthogonal_args *args = self->base.args;
  knn_ctx *ctx = self->base.ctx;
  knn_tensor *normal = NULL;
  if (knn_tensor_rank(w) < 2)
    return knn_fail(ctx, KNN_ESHAPE, "at least 2 axes expected, got shape %s",
                    KNN__SHAPE(knn_tensor_rank(w), knn_tensor_dims(w)));
  const int64_t columns = knn_tensor_dim(w, -1), rows = columns ? knn_tensor_size(w) / columns : 0;
  const int64_t n = rows > columns ? rows : columns, m = rows > columns ? columns : rows;
  if (n * m == 0) return KNN_OK;
  double *work = knn__alloc(ctx, (size_t)(3 * n * m + m) * sizeof *work);
  knn_status st = work ? knn_tensor_new(ctx, KNN_F64, 2, (int64_t[]){n, m}, &normal) : KNN_ENOMEM;
  if (st == KNN_OK) {
    knn__draw(self, KNN__DRAW_NORMAL, 0, 1, normal);
    memcpy(work, knn_tensor_data(normal), knn_tensor_bytes(normal));
    write_q(work, n, m, rows < columns, args->gain, w);
  }
  knn_tensor_release(normal);
  knn__free(ctx, work);
  return st;
}

const knn__initializer_def knn__initializer_orthogonal = {
    .cls = {.family = "initializer",
            .name = "Orthogonal",
            .aliases = "orthogonal|OrthogonalInitializer|orthogonal_initializer",
            .summary = "Orthonormal columns, or rows where there are fewer.",
            .detail = "w = gain Q of A = Q R, A normal, R's diagonal positive; axes before the "
                      "last are taken together",
            .shapes = "w (..., n)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"orthogonal\"}",
            .source = "Saxe et al. 2014",
            .see = "Identity",
            KNN__PARAMS(params, orthogonal_args)},
    .random = true,
    .fill = fill,
};
