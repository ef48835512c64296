/* image.h - what layers on images share: one image (height, width, channels) or a batch of them,
 * either data format. */
#ifndef KNN__IMAGE_H
#define KNN__IMAGE_H

#include "geometry.h"

/* A batch, channels last, of one image or a batch; and back. */
knn_value *knn__to_images(knn__scope *s, knn_value *x, bool first);
knn_value *knn__from_images(knn__scope *s, knn_value *images, bool first, int rank);
/* KNN_ESHAPE on the scope unless height and width are known. */
bool knn__known_size(knn__scope *s, const knn_value *images);
/* Part of images (batch, height, width, channels), from (y, x) on. */
knn_value *knn__crop_images(knn__scope *s, knn_value *images, int64_t y, int64_t x, int64_t height,
                            int64_t width);
/* The largest middle part that has the aspect ratio of height and width. */
knn_value *knn__crop_to_aspect(knn__scope *s, knn_value *images, int64_t height, int64_t width);

#endif
