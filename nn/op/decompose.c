/* decompose.c - see decompose.h. */
#include "decompose.h"

#include "reals.h"

knn_status knn__need_matrices(const knn__infer *q, bool square) {
  const knn__spec *a = &q->in[0];
  const bool matrices = a->rank >= 2 && knn_dtype_is_float(a->dtype) &&
                        knn__matrix_rows(a) != KNN_ANY && knn__matrix_columns(a) != KNN_ANY;
  if (matrices && (!square || knn__matrix_rows(a) == knn__matrix_columns(a))) return KNN_OK;
  return knn_fail(q->ctx, KNN_ESHAPE, "%s of floats expected, got %s %s",
                  square ? "square matrices" : "matrices (..., m, n)", knn_dtype_name(a->dtype),
                  KNN__SPEC(*a));
}

knn__spec knn__matrix_spec(const knn__spec *x, int64_t rows, int64_t columns) {
  knn__spec y = *x;
  y.dims[y.rank - 2] = rows;
  if (columns < 0)
    y.rank--;
  else
    y.dims[y.rank - 1] = columns;
  return y;
}

void knn__matrix_read(const knn__buf *x, int64_t i, int64_t n, double *to) {
  for (int64_t k = 0; k < n; k++) to[k] = knn__real_at(x, i * n + k);
}

void knn__matrix_write(const knn__buf *x, int64_t i, int64_t n, const double *from) {
  for (int64_t k = 0; k < n; k++) knn__set_real(x, i * n + k, from[k]);
}

knn_value *knn__matrix_turned(knn__scope *s, knn_value *x) {
  int64_t order[KNN_MAX_RANK];
  if (s->status != KNN_OK) return NULL;
  const int n = x->spec.rank;
  for (int i = 0; i < n; i++) order[i] = i < n - 2 ? i : 2 * n - 3 - i;
  return knn__transpose(s, x, n, order);
}

/* Places (1, n, n) of the matrices where the mask holds: x, else 0. */
static knn_value *kept(knn__scope *s, knn_value *x, bool causal, int64_t window) {
  knn_value *mask = knn__position_mask(s, x, x, -1, causal, window);
  if (s->status != KNN_OK) return NULL;
  if (x->spec.rank == 2) mask = knn__squeeze(s, mask, 0);
  return knn__where(s, mask, x, knn__scalar_like(s, x, 0));
}

knn_value *knn__matrix_identities(knn__scope *s, knn_value *like) {
  if (s->status != KNN_OK) return NULL;
  return kept(s, knn__broadcast_like(s, knn__scalar_like(s, like, 1), like), false, 1);
}

knn_value *knn__matrix_lower(knn__scope *s, knn_value *x) {
  return s->status == KNN_OK ? kept(s, x, true, KNN_NONE) : NULL;
}
