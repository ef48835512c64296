/* reg.c - see reg.h. */
#include "reg.h"

knn_status knn__add_kernel(knn_layer *layer, const knn__kernel_reg *reg, int rank,
                           const int64_t *dims, knn_variable **kernel, knn_variable **bias) {
  *bias = NULL;
  KNN__TRY(knn__add_weight(layer, "kernel", rank, dims, reg->kernel_initializer,
                           reg->kernel_regularizer, reg->kernel_constraint, true, kernel));
  if (!reg->use_bias) return KNN_OK;
  return knn__add_weight(layer, "bias", 1, &dims[rank - 1], reg->bias_initializer,
                         reg->bias_regularizer, reg->bias_constraint, true, bias);
}
