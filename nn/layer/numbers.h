/* numbers.h - an option that is a number or a (nested) list of numbers, as a constant. */
#ifndef KNN__NUMBERS_H
#define KNN__NUMBERS_H

#include "layer.h"

/* KNN_EARG unless the option is a number or a list of rows of one shape. */
knn_status knn__numbers_check(knn_ctx *ctx, const char *name, const knn_config *option);
/* Its shape; rank 0 for a number. The option was checked. */
void knn__numbers_shape(const knn_config *option, int *rank, int64_t *dims);
/* The numbers in a shape with as many elements, as a constant; dims NULL = the option's own. */
knn_value *knn__numbers(knn__scope *s, const knn_config *option, knn_dtype type, int rank,
                        const int64_t *dims);

#endif
