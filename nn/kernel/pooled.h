/* pooled.h - lines of a convolution's result on their way to the largest of each window: bias and
 * relu on the way, and back. Windows lie side by side and cover what they can. */
#ifndef KNN__POOLED_H
#define KNN__POOLED_H

#include <stdint.h>

typedef struct knn__pooled {
  int64_t window[2];      /* lines, columns; at most 255 elements */
  int64_t lines, columns; /* of an image before pooling */
  int64_t channels;
} knn__pooled;

#endif
