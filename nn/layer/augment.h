/* augment.h - what layers that change images at random share: options, one draw per image. A bare
 * call of them is a training call, as in Keras; predict and evaluate pass images through. */
#ifndef KNN__AUGMENT_H
#define KNN__AUGMENT_H

#include "image.h"

/* Options of every one of them. */
typedef struct knn__augment {
  knn__layer_common common;
  int data_format;
  int64_t seed;
} knn__augment;

/* Their rows, for blocks that begin with one. */
#define KNN__AUGMENT_PARAMS                                                       \
  KNN__DATA_FORMAT_PARAM(knn__augment),                                           \
      KNN__PARAM(knn__augment, seed, KNN_P_INT, "null",                           \
                 "Start of this layer's random numbers; default: the context's.", \
                 .mark = KNN_LABEL),                                              \
      KNN__LAYER_PARAMS(knn__augment)

/* Make a pair of the option: of one number f, least(f) .. f, where least is -f but not below
 * `bound`. KNN_EARG unless it has one number or two; sorted. */
knn_status knn__factor_range(knn_ctx *ctx, const char *name, knn_floats *factor, double bound);
/* KNN_EARG unless there are two different numbers; sorted. */
knn_status knn__value_range(knn_ctx *ctx, knn_floats *range);

/* A number of low .. high for each image: (batch, 1, 1, 1). */
knn_value *knn__draw_each(const knn__augment *args, knn__scope *s, knn_value *images, double low,
                          double high);
/* Luma on all of three channels. */
knn_value *knn__gray(knn__scope *s, knn_value *images);

/* A row's call: images of a batch, channels last, in and out; not called outside of training. */
typedef knn_value *knn__augment_fn(const knn_layer *layer, knn__scope *s, knn_value *images);
void knn__augment_call(knn_layer *layer, knn__scope *s, knn__layer_io *io, knn__augment_fn *change);

#endif
