/* class_weight.c - sample weights from labels. The label of a row: its number, or the position of
 * the largest when one-hot; labels without an entry weigh 1. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "tensor_internal.h"

static int64_t label_of(const knn_tensor *y, int64_t row) {
  int64_t classes = knn_tensor_size(y) / knn_tensor_dim(y, 0);
  return classes == 1 ? (int64_t)knn_tensor_get(y, row) : knn__largest(y, row, classes);
}

knn_status knn__class_weights(knn__batches *b, const knn_config *table) {
  knn_ctx *ctx = b->m->ctx;
  if (knn_config_kind_of(table) == KNN_CONFIG_NULL) return KNN_OK;
  if (knn_config_kind_of(table) != KNN_CONFIG_DICT)
    return knn_fail(ctx, KNN_EARG,
                    "class_weight: a table from label to factor is expected, {[0] = 1, [1] = 5}");
  if (b->n_weight)
    return knn_fail(ctx, KNN_EARG, "class_weight and sample_weight cannot both be given");
  if (b->n_y != 1)
    return knn_fail(ctx, KNN_EARG,
                    "class_weight is for models with one output; with %d give sample_weight",
                    b->n_y);
  KNN__TRY(knn_tensor_new(ctx, KNN_F32, 1, &b->rows, &b->weight[0]));
  b->n_weight = 1;
  float *w = knn_tensor_data(b->weight[0]);
  for (int64_t i = 0; i < b->rows; i++) {
    char key[32];
    snprintf(key, sizeof key, "%lld", (long long)label_of(b->y[0], i));
    const knn_config *factor = knn_config_get(table, key);
    w[i] = factor ? (float)knn_config_get_float(factor) : 1.0f;
  }
  return KNN_OK;
}
