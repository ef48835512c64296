/* margins.h - what is put around or taken from the spatial axes: one number for all, a number per
 * axis, or {before, after} per axis; with one axis also {before, after}. */
#ifndef KNN__MARGINS_H
#define KNN__MARGINS_H

#include "geometry.h"

typedef struct knn__margins {
  int64_t before[3], after[3];
} knn__margins;

/* Read *option (called `name` in the message) and replace it by the form in which Keras writes it
 * into a config: {before, after}, or a list of such pairs. */
knn_status knn__margins_read(knn_ctx *ctx, const char *name, int rank, knn_config **option,
                             knn__margins *out);

#endif
