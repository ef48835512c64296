/* geometry.h - what layers with spatial axes share: data formats, padding, windows. Spec: out = (n
 * - ke) / s + 1 for valid, n / s rounded up for same, where ke = (k - 1) d + 1; same puts the odd
 * element of padding at the end. */
#ifndef KNN__GEOMETRY_H
#define KNN__GEOMETRY_H

#include "layer.h"

typedef enum knn__padding { KNN__VALID, KNN__SAME, KNN__CAUSAL } knn__padding;

#define KNN__PADDING_PARAM(block, CHOICES)                                        \
  KNN__PARAM(block, padding, KNN_P_ENUM, "valid",                                 \
             "Elements added at the borders: none, or as many as keep the size.", \
             .choices = CHOICES)
#define KNN__DATA_FORMAT_PARAM(block)                                      \
  KNN__PARAM(block, data_format, KNN_P_ENUM, "channels_last",              \
             "Where the channels stand; channels_first costs two copies.", \
             .choices = "channels_last|channels_first", .nullable = true)

/* Of one value for all spatial axes or one for each. */
#define KNN__KERNEL_SIZE_PARAM(block, RANK)                                                       \
  KNN__PARAM(block, kernel_size, KNN_P_INTS, NULL, "Size of the window along each spatial axis.", \
             .mark = KNN_SIZE, .positional = true, .arity = RANK, .min = 1, .max = 1e9)
#define KNN__STRIDES_PARAM(block, RANK)                                                      \
  KNN__PARAM(block, strides, KNN_P_INTS, "1", "Step of the window along each spatial axis.", \
             .mark = KNN_SIZE, .arity = RANK, .min = 1, .max = 1e9)
#define KNN__DILATION_PARAM(block, RANK)                                                        \
  KNN__PARAM(block, dilation_rate, KNN_P_INTS, "1", "Distance between elements of the window.", \
             .mark = KNN_SIZE, .arity = RANK, .min = 1, .max = 1e9)

/* data_format null is channels_last. */
static inline bool knn__channels_first(int data_format) {
  return data_format == 1;
}
static inline bool knn__above_one(const knn_ints *v) {
  for (int i = 0; i < v->n; i++)
    if (v->v[i] > 1) return true;
  return false;
}
/* (batch, channels, spatial...) -> (batch, spatial..., channels) and back; x itself unless `first`.
 */
knn_value *knn__to_channels_last(knn__scope *s, knn_value *x, bool first);
knn_value *knn__to_channels_first(knn__scope *s, knn_value *x, bool first);

/* KNN_ESHAPE unless the axis of the channels has a known size in x; later inputs must have it too.
 */
knn_status knn__need_channels(knn_layer *layer, const knn__spec *x, bool first, int64_t *out);

/* The window on x (batch, spatial..., channels) with its padding worked out. dilation NULL = 1.
 * what: "kernel", "pool". */
knn_status knn__place_window(knn_ctx *ctx, const char *what, const knn__spec *x,
                             const knn_ints *size, const knn_ints *strides,
                             const knn_ints *dilation, knn__padding padding, knn__window *out);

#endif
