/* problem.h - the problems of kernel.h as oneDNN sees them. */
#ifndef KNN__ONEDNN_PROBLEM_H
#define KNN__ONEDNN_PROBLEM_H

#include "dnnl.h"

/* A part of the convolution: some images, or some lines of the only one, whose operands lie so many
 * elements from the beginning. */
typedef struct knn__onednn_part {
  knn__dnnl_conv conv;
  int64_t x_at, y_at;
} knn__onednn_part;

/* Parts that share out the work: their number depends on the problem alone. `whole_images`: lines
 * of an image stay together. */
int knn__onednn_parts(const knn__conv *p, bool whole_images);
void knn__onednn_part_of(const knn__conv *p, knn__dnnl_way way, int parts, int part,
                         knn__onednn_part *out);
/* Where the filters lie as the engine has them: (window..., channels / groups, filters). */
void knn__onednn_filters(const knn__conv *p, knn__dnnl_shape *out);
/* The convolution of y that gives the gradient of x, if the stride is 1: its filters are p's with
 * the window's elements in reversed order. */
bool knn__onednn_turned(const knn__conv *p, knn__conv *out);
/* Their filters, so reversed: channels and filters change places. */
void knn__onednn_turned_filters(const knn__conv *p, knn__dnnl_shape *out);

#endif
