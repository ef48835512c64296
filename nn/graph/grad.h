/* grad.h - reverse-mode gradients of recorded ops, by the rows' vjp. Records may be a graph's or a
 * tape's: the gradient is written as ops, so it grows the same graph, or is computed at once and
 * can be recorded by an outer tape. */
#ifndef KNN__GRAD_H
#define KNN__GRAD_H

#include "ops.h"
#include "tape.h"

/* d(sum of y * dy)/d(xs[i]) into dxs[i], new references; dy NULL means ones. Zeros where y does not
 * depend on xs[i]. */
knn_status knn__gradient(knn_ctx *ctx, knn__record *const *records, int n_records, knn_value *y,
                         knn_value *dy, knn_value *const *xs, int n_xs, knn_value **dxs);
/* The same for the sum over several results: d(sum over k of ys[k] dys[k])/d(xs[i]). */
knn_status knn__gradient_of_all(knn_ctx *ctx, knn__record *const *records, int n_records, int n_ys,
                                knn_value *const *ys, knn_value *const *dys, int n_xs,
                                knn_value *const *xs, knn_value **dxs);

#endif
