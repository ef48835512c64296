/* ctc.c - see ctc.h. */
#include "ctc.h"

knn_status knn__need_lengths(knn_ctx *ctx, const char *name, const knn__spec *lengths,
                             const knn__spec *x) {
  KNN__TRY(knn__need_indices(ctx, lengths));
  if (lengths->rank == 1 && knn__dims_fit(1, lengths->dims, 1, x->dims)) return KNN_OK;
  return knn_fail(ctx, KNN_ESHAPE, "%s must hold one number per sample of %s, got %s", name,
                  KNN__SPEC(*x), KNN__SPEC(*lengths));
}

knn_status knn__check_lengths(knn_ctx *ctx, const char *name, const knn__buf *lengths, int64_t most,
                              const char *what) {
  for (int64_t i = 0; i < lengths->n; i++) {
    const int64_t n = knn__index_at(lengths, i);
    if (n < 0 || n > most)
      return knn_fail(ctx, KNN_EDATA, "%s of sample %lld is %lld, but there are 0 .. %lld %s", name,
                      (long long)i + 1, (long long)n, (long long)most, what);
  }
  return KNN_OK;
}
