/* blur.h - images smoothed by a window of the normal distribution. */
#ifndef KNN__BLUR_H
#define KNN__BLUR_H

#include "image.h"

/* images (batch, height, width, channels) smoothed along a spatial axis (0 down the columns, 1
 * along the rows) by n numbers, n odd: e^(-1/2 (i / sigma)^2), divided by their sum; sigma a scalar
 * above 0. Outside of an image is 0. */
knn_value *knn__blurred(knn__scope *s, knn_value *images, int axis, int64_t n, knn_value *sigma);

#endif
