/* qr.c - matrices as a product of one with orthogonal columns and an upper triangular one: a = q r,
 * by Householder's reflections in double, with LAPACK's signs. a (..., m, n) -> q (..., m, k), r
 * (..., k, n), k = min(m, n), or with `complete` q (..., m, m), r (..., m, n). For m >= n and not
 * complete, da = (dq + q C) r^-T, where C is the lower half of r dr' - dq' q, mirrored up. */
#include <math.h>
#include <string.h>

#include "decompose.h"
#include "op_list.h"

typedef struct qr_args {
  bool complete;
} qr_args;

static const knn_param params[] = {
    KNN__PARAM(qr_args, complete, KNN_P_BOOL, "false", "Give q all of its m columns."),
};

static knn_status infer(const knn__infer *q) {
  const qr_args *args = q->args;
  KNN__TRY(knn__need_matrices(q, false));
  const int64_t m = knn__matrix_rows(&q->in[0]), n = knn__matrix_columns(&q->in[0]),
                k = args->complete || m < n ? m : n;
  q->out[0] = knn__matrix_spec(&q->in[0], m, k);
  q->out[1] = knn__matrix_spec(&q->in[0], k, n);
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  const size_t m = (size_t)knn__matrix_rows(&call->in[0].spec),
               n = (size_t)knn__matrix_columns(&call->in[0].spec);
  call->scratch_bytes = (m * n + 2 * m * m + m) * sizeof(double);
  return KNN_OK;
}

/* The columns of a (rows x n) from `first` on less twice their part along u. */
static void reflect(double *a, int64_t rows, int64_t n, int64_t first, const double *u) {
  for (int64_t j = first; j < n; j++) {
    double part = 0;
    for (int64_t i = 0; i < rows; i++) part += u[i] * a[i * n + j];
    for (int64_t i = 0; i < rows; i++) a[i * n + j] -= 2 * part * u[i];
  }
}

/* u of length 1 that reflects the vector x (rows elements, n apart) onto its first axis. */
static bool reflector(const double *x, int64_t rows, int64_t n, double *u) {
  double rest = 0, size;
  for (int64_t i = 1; i < rows; i++) rest += x[i * n] * x[i * n];
  if (rest == 0) return false;
  size = sqrt(x[0] * x[0] + rest);
  u[0] = x[0] + copysign(size, x[0]);
  for (int64_t i = 1; i < rows; i++) u[i] = x[i * n];
  size = sqrt(u[0] * u[0] + rest);
  for (int64_t i = 0; i < rows; i++) u[i] /= size;
  return true;
}

/* a (m, n) becomes r; q (m, m) becomes the product of the reflections. */
static void decompose(double *a, double *q, int64_t m, int64_t n, double *u) {
  for (int64_t i = 0; i < m * m; i++) q[i] = i % (m + 1) == 0;
  for (int64_t k = 0; k < n && k < m; k++) {
    if (!reflector(a + k * n + k, m - k, n, u)) continue;
    reflect(a + k * n, m - k, n, k, u);
    reflect(q + k * m, m - k, m, 0, u); /* q' */
  }
  for (int64_t i = 0; i < m; i++)
    for (int64_t j = 0; j < n && j < i; j++) a[i * n + j] = 0;
}

static knn_status forward(const knn__call *call) {
  const knn__spec *x = &call->in[0].spec;
  const int64_t m = knn__matrix_rows(x), n = knn__matrix_columns(x),
                k = knn__matrix_columns(&call->out[0].spec);
  double *a = call->scratch, *q = a + m * n, *part = q + m * m, *u = part + m * m;
  for (int64_t c = 0; c < knn__matrix_count(x); c++) {
    knn__matrix_read(&call->in[0], c, m * n, a);
    decompose(a, q, m, n, u);
    for (int64_t i = 0; i < m * k; i++) part[i] = q[i % k * m + i / k];
    knn__matrix_write(&call->out[0], c, m * k, part);
    knn__matrix_write(&call->out[1], c, k * n, a);
  }
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  knn_value *q = g->out[0], *r = g->out[1], *dq = g->dy[0], *dr = g->dy[1], *sum = NULL;
  if (!g->wanted[0] || (!dq && !dr)) return;
  if (knn__matrix_columns(&q->spec) != knn__matrix_columns(&r->spec)) {
    knn__scope_fail(s, KNN_EARG,
                    "the gradient of a decomposition into q %s and r %s is not defined",
                    KNN__SPEC(q->spec), KNN__SPEC(r->spec));
    return;
  }
  if (dr) sum = knn__matmul(s, r, dr, false, true);
  if (dq) {
    knn_value *other = knn__negative(s, knn__matmul(s, dq, q, true, false));
    sum = sum ? knn__add(s, sum, other) : other;
  }
  knn_value *lower = knn__matrix_lower(s, sum), *both = NULL;
  if (s->status != KNN_OK) return;
  both = knn__add(s, lower, knn__matrix_turned(s, lower));
  both = knn__subtract(s, both, knn__multiply(s, lower, knn__matrix_identities(s, lower)));
  knn_value *left = knn__matmul(s, q, both, false, false);
  if (dq) left = knn__add(s, dq, left);
  /* left r^-T = (r^-1 left')' */
  g->dx[0] = knn__matrix_turned(s, knn__solve(s, r, knn__matrix_turned(s, left), false));
}

const knn__op knn__op_orthogonal_triangular = {
    .cls = {.family = "op",
            .name = "orthogonal_triangular",
            .summary = "Matrices as products of an orthogonal and an upper triangular one.",
            .detail = "a = q r, q' q = 1. knn.ops.qr is the same with Keras's arguments.",
            .shapes = "a (..., m, n) -> q (..., m, k), r (..., k, n), k = min(m, n); complete: k = "
                      "m",
            .example = "print(knn.ops.orthogonal_triangular(knn.randn(3, 2)))",
            .source = "Householder 1958; Keras, ops.qr",
            .see = "solve|singular_values",
            KNN__PARAMS(params, qr_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .flags = KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};
