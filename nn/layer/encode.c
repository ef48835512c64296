/* encode.c - see encode.h. */
#include "encode.h"

knn_value *knn__encode(knn__scope *s, knn_value *ids, knn__encoding how, int64_t depth,
                       knn_dtype type, knn_value *weights) {
  if (s->status != KNN_OK || how == KNN__ENCODE_INT) return ids;
  const int rank = ids->spec.rank;
  if (how == KNN__ENCODE_ONE_HOT) {
    if (rank > 1 && ids->spec.dims[rank - 1] == 1) ids = knn__squeeze(s, ids, -1);
    return knn__one_hot(s, ids, depth, type);
  }
  if (rank == 0) ids = knn__expand_dims(s, ids, 0);
  const knn__axes samples = KNN__AXIS(rank > 1 ? 1 : 0);
  knn_value *rows = knn__one_hot(s, ids, depth, type);
  if (how == KNN__ENCODE_MULTI_HOT) return knn__max(s, rows, samples, false);
  if (weights) rows = knn__multiply(s, rows, knn__expand_dims(s, knn__cast(s, weights, type), -1));
  return knn__sum(s, rows, samples, false);
}

knn_value *knn__to_ids(knn__scope *s, knn_value *x) {
  if (s->status != KNN_OK) return NULL;
  const bool narrow = x->spec.dtype == KNN_I32 || x->spec.dtype == KNN_I64;
  return narrow ? x : knn__cast(s, x, KNN_I64);
}
