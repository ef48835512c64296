/* encode.h - class numbers as they are, as rows with a 1, or counted per sample; shared by the
 * layers that make class numbers. */
#ifndef KNN__ENCODE_H
#define KNN__ENCODE_H

#include "layer.h"

typedef enum knn__encoding {
  KNN__ENCODE_INT,
  KNN__ENCODE_ONE_HOT,
  KNN__ENCODE_MULTI_HOT,
  KNN__ENCODE_COUNT
} knn__encoding;

/* one_hot: a new last axis (a last axis of size 1 is replaced); multi_hot, count: the samples'
 * axis, the second or the only one, becomes one of `depth`. Numbers outside 0 .. depth - 1 count
 * nowhere. weights: of each number, for count, or NULL. */
knn_value *knn__encode(knn__scope *s, knn_value *ids, knn__encoding how, int64_t depth,
                       knn_dtype type, knn_value *weights);
/* Integers for ids: floats are cut off. */
knn_value *knn__to_ids(knn__scope *s, knn_value *x);

#endif
