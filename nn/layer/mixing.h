/* mixing.h - what layers share that mix each image of a batch with another one, and their labels.
 */
#ifndef KNN__MIXING_H
#define KNN__MIXING_H

#include "augment.h"

/* Which other row goes with each of the batch, a random order: (batch) int32. */
knn_value *knn__partners(const knn__augment *args, knn__scope *s, knn_value *images);
/* A number for each image with the beta distribution of two equal numbers alpha, a scalar: (batch,
 * 1, 1, 1). */
knn_value *knn__draw_beta(const knn__augment *args, knn__scope *s, knn_value *images,
                          knn_value *alpha);
/* weight x + (1 - weight) x[partners]; the weight (batch, 1, 1, 1) is given x's rank. */
knn_value *knn__mixed(knn__scope *s, knn_value *x, knn_value *partners, knn_value *weight);

/* A row's call: images of a batch, channels last -> the mixed ones, and the partners and weights
 * for labels. */
typedef knn_value *knn__mix_fn(const knn_layer *layer, knn__scope *s, knn_value *images,
                               knn_value **partners, knn_value **weight);
/* Images, or images and labels (batch, ...), in and out; not changed outside of training, nor is a
 * single image. */
void knn__mix_call(knn_layer *layer, knn__scope *s, knn__layer_io *io, knn__mix_fn *mix);

#endif
