/* lu_factor.c - Gaussian elimination with its steps kept: rows of a, exchanged, = l u. a (..., m,
 * n)
 * -> lu (..., m, n), u on and above the diagonal, l below it (its diagonal is 1), and pivots (...,
 * min(m, n)) int32: at step i row i was exchanged with row pivots[i]. In double. With M = the part
 * of l' dl below the diagonal and the rest of du u', da = a^-T u' M u^-T; square matrices only. */
#include <math.h>

#include "decompose.h"
#include "op_list.h"
#include "traverse.h"

static knn_status infer(const knn__infer *q) {
  KNN__TRY(knn__need_matrices(q, false));
  const int64_t m = knn__matrix_rows(&q->in[0]), n = knn__matrix_columns(&q->in[0]);
  q->out[0] = q->in[0];
  q->out[1] = knn__matrix_spec(&q->in[0], m < n ? m : n, -1);
  q->out[1].dtype = KNN_I32;
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  const knn__spec *x = &call->in[0].spec;
  call->scratch_bytes = (size_t)(knn__matrix_rows(x) * knn__matrix_columns(x)) * sizeof(double);
  return KNN_OK;
}

static void eliminate(double *a, int64_t m, int64_t n, int32_t *pivots) {
  for (int64_t k = 0; k < m && k < n; k++) {
    int64_t pivot = k;
    for (int64_t i = k + 1; i < m; i++)
      if (fabs(a[i * n + k]) > fabs(a[pivot * n + k])) pivot = i;
    pivots[k] = (int32_t)pivot;
    for (int64_t j = 0; j < n && pivot != k; j++) {
      const double old = a[k * n + j];
      a[k * n + j] = a[pivot * n + j];
      a[pivot * n + j] = old;
    }
    for (int64_t i = k + 1; i < m && a[k * n + k] != 0; i++) {
      a[i * n + k] /= a[k * n + k];
      for (int64_t j = k + 1; j < n; j++) a[i * n + j] -= a[i * n + k] * a[k * n + j];
    }
  }
}

static knn_status forward(const knn__call *call) {
  const knn__spec *x = &call->in[0].spec;
  const int64_t m = knn__matrix_rows(x), n = knn__matrix_columns(x), k = m < n ? m : n;
  int32_t *pivots = call->out[1].data;
  for (int64_t c = 0; c < knn__matrix_count(x); c++) {
    knn__matrix_read(&call->in[0], c, m * n, call->scratch);
    eliminate(call->scratch, m, n, pivots + c * k);
    knn__matrix_write(&call->out[0], c, m * n, call->scratch);
  }
  return KNN_OK;
}

static knn_value *below(knn__scope *s, knn_value *x) {
  knn_value *lower = knn__matrix_lower(s, x);
  return knn__subtract(s, lower, knn__multiply(s, lower, knn__matrix_identities(s, lower)));
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn__spec *a = &g->in[0]->spec;
  knn_value *lu = g->out[0], *dy = g->dy[0];
  if (!knn__wants(g, 0)) return;
  if (knn__matrix_rows(a) != knn__matrix_columns(a)) {
    knn__scope_fail(s, KNN_EARG, "the gradient is defined for square matrices, not for %s",
                    KNN__SPEC(*a));
    return;
  }
  knn_value *l = below(s, lu), *u = knn__subtract(s, lu, l), *dl = below(s, dy),
            *du = knn__subtract(s, dy, dl);
  l = knn__add(s, l, knn__matrix_identities(s, l));
  knn_value *upper = knn__matmul(s, du, u, false, true);
  knn_value *m = knn__add(s, below(s, knn__matmul(s, l, dl, true, false)),
                          knn__subtract(s, upper, below(s, upper)));
  m = knn__matmul(s, u, m, true, false);
  m = knn__matrix_turned(s, knn__solve(s, u, knn__matrix_turned(s, m), false));
  g->dx[0] = knn__solve(s, g->in[0], m, true);
}

const knn__op knn__op_lu_factor = {
    .cls = {.family = "op",
            .name = "lu_factor",
            .summary = "Gaussian elimination with its steps kept.",
            .detail = "Rows of a, exchanged, are l u: u stands on and above the diagonal, l below "
                      "it; at step i row i was exchanged with row pivots[i].",
            .shapes = "a (..., m, n) -> lu (..., m, n), pivots (..., min(m, n)) int32",
            .example = "print(knn.ops.lu_factor(knn.tensor{{1.0, 2}, {3, 4}}))",
            .source = "Keras, ops.lu_factor",
            .see = "solve|det"},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .flags = KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};
