/* reduce.h - shared by the reductions: their arguments, shapes, and the walk that folds axes. */
#ifndef KNN__REDUCE_H
#define KNN__REDUCE_H

#include "loop.h"
#include "ops.h"

typedef struct knn__reduce_args {
  knn_ints axis; /* n <= 0: all axes */
  bool keepdims;
} knn__reduce_args;

/* reduced[i] tells whether axis i goes. KNN_EARG for an axis out of range or given twice. */
knn_status knn__reduce_axes(knn_ctx *ctx, const knn_ints *axis, int rank,
                            bool reduced[KNN_MAX_RANK]);
void knn__reduce_shape(const knn__spec *x, const bool *reduced, bool keepdims, knn__spec *out);

/* The axes of x as (outer, rows, columns) around the last run of reduced axes; false when none is
 * reduced. `x` is updated to the shape that remains (size 1 on that run), `reduced` likewise, so
 * that calling again gives the next run. */
bool knn__reduce_run(knn__spec *x, bool *reduced, int64_t *outer, int64_t *rows, int64_t *columns);

#endif
