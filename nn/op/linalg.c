/* linalg.c - systems of linear equations and what comes with them, by the textbook: solve (LU with
 * partial pivoting), det and cholesky, over the last two axes, computed in double. a (..., n, n).
 * solve: y = a^-1 b, b (..., n, m); db = a^-T dy, da = -db y'. det: da = dy det a^-T. cholesky: a =
 * l l', l lower; with F the lower half of l' dl, its diagonal halved, da = (S + S') / 2 of S = l^-T
 * F l^-1. A singular matrix gives infinities or NaN, as in Keras. */
#include <math.h>

#include "decompose.h"
#include "op_list.h"

typedef struct solve_args {
  bool trans_a;
} solve_args;

static const knn_param solve_params[] = {
    KNN__PARAM(solve_args, trans_a, KNN_P_BOOL, "false", "Read a as its transpose."),
};

static knn_status solve_infer(const knn__infer *q) {
  const knn__spec *a = &q->in[0], *b = &q->in[1];
  KNN__TRY(knn__need_matrices(q, true));
  bool fit = a->rank == b->rank && a->dtype == b->dtype;
  for (int i = 0; i < a->rank - 1 && fit; i++)
    fit = a->dims[i] == b->dims[i] || a->dims[i] == KNN_ANY || b->dims[i] == KNN_ANY;
  if (!fit)
    return knn_fail(q->ctx, KNN_ESHAPE, "right-hand sides (..., n, m) for %s expected, got %s",
                    KNN__SPEC(*a), KNN__SPEC(*b));
  q->out[0] = *b;
  return KNN_OK;
}

static knn_status det_infer(const knn__infer *q) {
  KNN__TRY(knn__need_matrices(q, true));
  q->out[0] = q->in[0];
  q->out[0].rank -= 2;
  return KNN_OK;
}

static knn_status cholesky_infer(const knn__infer *q) {
  KNN__TRY(knn__need_matrices(q, true));
  q->out[0] = q->in[0];
  return KNN_OK;
}

/* Sizes of one matrix, and how many there are. */
static int64_t order_of(const knn__buf *a) {
  return a->spec.dims[a->spec.rank - 1];
}

static int64_t count_of(const knn__buf *a) {
  return knn__count(a->spec.rank - 2, a->spec.dims);
}

/* Room for one matrix and one right-hand side. */
static knn_status prepare(knn__call *call) {
  const int64_t n = order_of(&call->in[0]), m = call->n_in > 1 ? order_of(&call->in[1]) : 0;
  call->scratch_bytes = (size_t)(n * (n + m) + 1) * sizeof(double);
  return KNN_OK;
}

static void exchange(double *a, double *b, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    const double x = a[i];
    a[i] = b[i];
    b[i] = x;
  }
}

/* Gaussian elimination of a (n, n) with b (n, m) beside it; a becomes upper triangular. Returns the
 * determinant. */
static double eliminate(double *a, double *b, int64_t n, int64_t m) {
  double det = 1;
  for (int64_t k = 0; k < n; k++) {
    int64_t pivot = k;
    for (int64_t i = k + 1; i < n; i++)
      if (fabs(a[i * n + k]) > fabs(a[pivot * n + k])) pivot = i;
    if (pivot != k) {
      exchange(a + k * n, a + pivot * n, n);
      exchange(b + k * m, b + pivot * m, m);
      det = -det;
    }
    det *= a[k * n + k];
    if (det == 0 && m == 0) return 0;
    for (int64_t i = k + 1; i < n; i++) {
      const double f = a[i * n + k] / a[k * n + k];
      for (int64_t j = k; j < n; j++) a[i * n + j] -= f * a[k * n + j];
      for (int64_t j = 0; j < m; j++) b[i * m + j] -= f * b[k * m + j];
    }
  }
  return det;
}

static void substitute(const double *a, double *b, int64_t n, int64_t m) {
  for (int64_t k = n - 1; k >= 0; k--)
    for (int64_t j = 0; j < m; j++) {
      for (int64_t i = k + 1; i < n; i++) b[k * m + j] -= a[k * n + i] * b[i * m + j];
      b[k * m + j] /= a[k * n + k];
    }
}

static void turn(double *a, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < i; j++) exchange(a + i * n + j, a + j * n + i, 1);
}

static knn_status solve_forward(const knn__call *call) {
  const solve_args *args = call->args;
  const int64_t n = order_of(&call->in[0]), m = order_of(&call->in[1]);
  double *a = call->scratch, *b = a + n * n;
  for (int64_t i = 0; i < count_of(&call->in[0]); i++) {
    knn__matrix_read(&call->in[0], i, n * n, a);
    knn__matrix_read(&call->in[1], i, n * m, b);
    if (args->trans_a) turn(a, n);
    eliminate(a, b, n, m);
    substitute(a, b, n, m);
    knn__matrix_write(&call->out[0], i, n * m, b);
  }
  return KNN_OK;
}

static knn_status det_forward(const knn__call *call) {
  const int64_t n = order_of(&call->in[0]);
  double *a = call->scratch;
  for (int64_t i = 0; i < count_of(&call->in[0]); i++) {
    knn__matrix_read(&call->in[0], i, n * n, a);
    const double det = eliminate(a, NULL, n, 0);
    knn__matrix_write(&call->out[0], i, 1, &det);
  }
  return KNN_OK;
}

static knn_status cholesky_forward(const knn__call *call) {
  const int64_t n = order_of(&call->in[0]);
  double *a = call->scratch;
  for (int64_t c = 0; c < count_of(&call->in[0]); c++) {
    knn__matrix_read(&call->in[0], c, n * n, a);
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) {
        double x = j > i ? 0 : a[i * n + j];
        for (int64_t k = 0; k < j && j <= i; k++) x -= a[i * n + k] * a[j * n + k];
        a[i * n + j] = j > i ? 0 : j == i ? sqrt(x) : x / a[j * n + j];
      }
    knn__matrix_write(&call->out[0], c, n * n, a);
  }
  return KNN_OK;
}

static void solve_vjp(knn__scope *s, const knn__vjp *g) {
  const solve_args *args = g->args;
  if (!g->dy[0]) return;
  knn_value *db = knn__solve(s, g->in[0], g->dy[0], !args->trans_a);
  g->dx[1] = g->wanted[1] ? db : NULL;
  if (!g->wanted[0]) return;
  knn_value *da = args->trans_a ? knn__matmul(s, g->out[0], db, false, true)
                                : knn__matmul(s, db, g->out[0], false, true);
  g->dx[0] = knn__negative(s, da);
}

static void det_vjp(knn__scope *s, const knn__vjp *g) {
  if (!g->dy[0] || !g->wanted[0]) return;
  knn_value *inverse = knn__solve(s, g->in[0], knn__matrix_identities(s, g->in[0]), true);
  knn_value *factor = knn__multiply(s, g->dy[0], g->out[0]);
  factor = knn__expand_dims(s, knn__expand_dims(s, factor, -1), -1);
  g->dx[0] = knn__multiply(s, inverse, factor);
}

static void cholesky_vjp(knn__scope *s, const knn__vjp *g) {
  if (!g->dy[0] || !g->wanted[0]) return;
  knn_value *l = g->out[0], *f = knn__matmul(s, l, g->dy[0], true, false);
  knn_value *halves = knn__plus(s, knn__times(s, knn__matrix_identities(s, l), -0.5), 1);
  f = knn__multiply(s, knn__matrix_lower(s, f), halves);
  /* l^-T F l^-1 = l^-T (l^-T F')' */
  knn_value *right = knn__matrix_turned(s, knn__solve(s, l, knn__matrix_turned(s, f), true));
  knn_value *sum = knn__solve(s, l, right, true);
  g->dx[0] = knn__times(s, knn__add(s, sum, knn__matrix_turned(s, sum)), 0.5);
}

const knn__op knn__op_solve = {
    .cls = {.family = "op",
            .name = "solve",
            .summary = "Solutions of systems of linear equations.",
            .detail = "y = a^-1 b, by elimination with partial pivoting, in double.",
            .shapes = "a (..., n, n), b (..., n, m) -> (..., n, m)",
            .example = "print(knn.ops.solve(knn.eye(2), knn.ones{2, 1}))",
            .see = "det|cholesky",
            KNN__PARAMS(solve_params, solve_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_PROMOTE | KNN__OP_TO_FLOAT,
    .infer = solve_infer,
    .prepare = prepare,
    .forward = solve_forward,
    .vjp = solve_vjp};

/* clang-format off */
#define ROW(NAME, SUMMARY, DETAIL, SHAPES)                                                         \
  {.cls = {.family = "op", .name = #NAME, .summary = SUMMARY, .detail = DETAIL, .shapes = SHAPES,  \
           .example = "print(knn.ops." #NAME "(knn.eye(2)))", .see = "solve"},                     \
   .min_in = 1, .max_in = 1, .n_out = 1, .flags = KNN__OP_TO_FLOAT, .infer = NAME##_infer,         \
   .prepare = prepare, .forward = NAME##_forward, .vjp = NAME##_vjp}
/* clang-format on */

const knn__op knn__op_det =
    ROW(det, "Determinants.", "By elimination, in double.", "a (..., n, n) -> (...)");
const knn__op knn__op_cholesky =
    ROW(cholesky, "Lower triangular factors of positive definite matrices.",
        "a = l l'; only the lower half of a is read.", "a (..., n, n) -> (..., n, n)");

knn_value *knn__solve(knn__scope *s, knn_value *a, knn_value *b, bool trans_a) {
  return knn__op2(s, &knn__op_solve, &(solve_args){trans_a}, a, b);
}
