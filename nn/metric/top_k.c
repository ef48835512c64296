/* top_k.c - the share of samples whose class is among the k best of the prediction (batch, ...,
 * classes). rank = 1 + number of scores strictly above that of the right class; a hit if rank <= k,
 * so ties are hits. A right class whose score is NaN counts as -inf. Source: Keras. */
#include <math.h>

#include "metric.h"

typedef struct top_k_args {
  knn__metric_common common;
  int64_t k;
  bool from_sorted_ids;
} top_k_args;

#define K                                                                                     \
  KNN__PARAM(top_k_args, k, KNN_P_INT, "5", "How many of the best count.", .mark = KNN_COUNT, \
             .min = 1, .max = 1e9)

static const knn_param params[] = {
    K,
    KNN__METRIC_PARAMS(top_k_args, "top_k_categorical_accuracy"),
};
static const knn_param sparse_params[] = {
    K,
    KNN__PARAM(top_k_args, from_sorted_ids, KNN_P_BOOL, "false",
               "y_pred holds class numbers, best first, instead of scores."),
    KNN__METRIC_PARAMS(top_k_args, "sparse_top_k_categorical_accuracy"),
};

/* column: class numbers (batch, ..., 1) */
static knn_value *hits(knn__scope *s, knn_value *column, knn_value *p, int64_t k) {
  p = knn__cast(s, p, KNN_F32);
  knn_value *score = knn__take_along_axis(s, p, column, -1);
  score = knn__where(s, knn__isnan(s, score), knn__scalar(s, KNN_F32, -INFINITY), score);
  knn_value *better =
      knn__sum(s, knn__cast(s, knn__greater(s, p, score), KNN_F32), KNN__AXIS(-1), false);
  return knn__cast(s, knn__less(s, better, knn__scalar(s, KNN_F32, (double)k)), KNN_F32);
}

/* y_true as class numbers (batch, ..., 1) beside y_pred (batch, ..., classes) */
static knn_value *label_column(knn__scope *s, knn_value *t, const knn_value *p) {
  const knn__spec *a = &t->spec, *b = &p->spec;
  bool flat = a->rank == b->rank - 1;
  if (!flat && (a->rank != b->rank || a->rank == 0 || a->dims[a->rank - 1] != 1))
    return knn__scope_fail(
        s, KNN_ESHAPE,
        "y_true has shape %s, which does not go with y_pred of shape %s; it holds class numbers",
        KNN__SPEC(*a), KNN__SPEC(*b));
  return flat ? knn__expand_dims(s, t, -1) : t;
}

static knn_value *one_hot_value(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const top_k_args *a = args;
  if (t->spec.rank == 0 || !knn__dims_fit(t->spec.rank, t->spec.dims, p->spec.rank, p->spec.dims))
    return knn__scope_fail(s, KNN_ESHAPE,
                           "y_true has shape %s, but y_pred has shape %s; they must agree",
                           KNN__SPEC(t->spec), KNN__SPEC(p->spec));
  return hits(s, knn__argmax(s, t, -1, true), p, a->k);
}

static knn_value *sparse_value(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const top_k_args *a = args;
  knn_value *column = label_column(s, t, p);
  if (!a->from_sorted_ids) return hits(s, knn__cast(s, column, KNN_I32), p, a->k);
  int64_t width = p->spec.dims[p->spec.rank - 1],
          k = a->k < width || width == KNN_ANY ? a->k : width;
  knn_value *best = knn__slice_axis(s, knn__cast(s, p, KNN_I32), -1, 0, k, 1);
  knn_value *found =
      knn__any(s, knn__equal(s, best, knn__cast(s, column, KNN_I32)), KNN__AXIS(-1), false);
  return knn__cast(s, found, KNN_F32);
}

const knn__metric_def knn__metric_top_k_categorical_accuracy = {
    .cls = {.family = "metric",
            .name = "TopKCategoricalAccuracy",
            .aliases = "top_k_categorical_accuracy",
            .summary = "Share of samples whose one-hot class is among the k best predictions.",
            .detail = "A hit if fewer than k scores are above that of the right class.",
            .shapes = "y_true, y_pred (batch, ..., classes) -> one number",
            .example = "local metric = knn.metrics.TopKCategoricalAccuracy{k = 3}",
            .source = "Keras",
            .see = "SparseTopKCategoricalAccuracy|CategoricalAccuracy",
            KNN__PARAMS(params, top_k_args)},
    .direction = 1,
    .value = one_hot_value,
};

const knn__metric_def knn__metric_sparse_top_k_categorical_accuracy = {
    .cls = {.family = "metric",
            .name = "SparseTopKCategoricalAccuracy",
            .aliases = "sparse_top_k_categorical_accuracy",
            .summary = "Share of samples whose class number is among the k best predictions.",
            .detail = "A hit if fewer than k scores are above that of the right class; "
                      "from_sorted_ids: if it is among the first k ids.",
            .shapes = "y_true (batch, ...), y_pred (batch, ..., classes) -> one number",
            .example = "local metric = knn.metrics.SparseTopKCategoricalAccuracy{k = 3}",
            .source = "Keras",
            .see = "TopKCategoricalAccuracy|SparseCategoricalAccuracy",
            KNN__PARAMS(sparse_params, top_k_args)},
    .direction = 1,
    .value = sparse_value,
};
