/* per_channel.h - what depthwise and separable convolution share. */
#ifndef KNN__PER_CHANNEL_H
#define KNN__PER_CHANNEL_H

#include "geometry.h"
#include "reg.h"

#define KNN__DEPTH_MULTIPLIER_PARAM(block)                                        \
  KNN__PARAM(block, depth_multiplier, KNN_P_INT, "1", "Filters of each channel.", \
             .mark = KNN_COUNT, .min = 1, .max = 1e9)

/* x (batch, spatial..., channels), kernel (size..., channels, M) -> (batch, out..., channels M): a
 * convolution in as many groups as there are channels. */
static inline knn_value *knn__depthwise(knn__scope *s, knn_value *x, knn_value *kernel,
                                        const knn__window *window) {
  const int rank = window->rank;
  int64_t dims[KNN_MAX_RANK];
  if (s->status != KNN_OK) return NULL;
  for (int i = 0; i < rank; i++) dims[i] = kernel->spec.dims[i];
  const int64_t channels = kernel->spec.dims[rank];
  dims[rank] = 1;
  dims[rank + 1] = channels * kernel->spec.dims[rank + 1];
  return knn__conv_op(s, x, knn__reshape(s, kernel, rank + 2, dims), window, channels);
}

#endif
