/* dropout_loops.h - y = x / (1 - rate) where the mask is set, else 0, for elements side by side. */
#ifndef KNN__DROPOUT_LOOPS_H
#define KNN__DROPOUT_LOOPS_H

#include <stdint.h>

void knn__ref_masked_f32(int64_t n, const void *x, const uint8_t *mask, double scale, void *y);
void knn__ref_masked_f64(int64_t n, const void *x, const uint8_t *mask, double scale, void *y);

#endif
