/* window.h - sliding windows over 1 to 3 spatial axes, channels last: options, checks and output
 * sizes shared by convolution and pooling. out = (in + before + after - ((size - 1) dilation + 1))
 * / stride + 1, rounded down. */
#ifndef KNN__WINDOW_H
#define KNN__WINDOW_H

#include "kernel.h"
#include "ops.h"

/* Options as the rows take them: one value for all axes or one per axis. */
typedef struct knn__window_args {
  knn_ints strides, dilation, before, after;
} knn__window_args;

/* Their rows; `block` has the member `window`. */
#define KNN__WINDOW_PARAM(block, field, DEFAULT, MARK, DOC, ...)         \
  {                                                                      \
    .name = #field, .kind = KNN_P_INTS, .def = (DEFAULT), .doc = (DOC),  \
    .offset = offsetof(block, window.field), .mark = (MARK), __VA_ARGS__ \
  }
#define KNN__WINDOW_PARAMS(block, STRIDES)                                                  \
  KNN__WINDOW_PARAM(block, strides, STRIDES, KNN_SIZE,                                      \
                    "Step of the window along each spatial axis.", .min = 1, .max = 1e9),   \
      KNN__WINDOW_PARAM(block, dilation, "1", KNN_SIZE,                                     \
                        "Distance between elements of the window.", .min = 1, .max = 1e9),  \
      KNN__WINDOW_PARAM(block, before, "0", KNN_COUNT, "Padding before each spatial axis.", \
                        .min = 0, .max = 1e9),                                              \
      KNN__WINDOW_PARAM(block, after, "0", KNN_COUNT, "Padding after each spatial axis.",   \
                        .min = 0, .max = 1e9)

/* Options and window sizes to a window of `rank` axes. strides null = the size. */
knn_status knn__window_read(knn_ctx *ctx, int rank, const knn_ints *size,
                            const knn__window_args *args, knn__window *out);
/* And back, for the functions of ops.h. */
knn__window_args knn__window_args_of(const knn__window *window);
/* Output sizes; an unknown input size gives an unknown one. */
knn_status knn__window_out(knn_ctx *ctx, const knn__window *window, const int64_t *in,
                           int64_t *out);
/* KNN_ESHAPE unless x is (batch, 1 to 3 spatial axes, channels). */
knn_status knn__window_operand(knn_ctx *ctx, const char *what, const knn__spec *x);
/* The geometry as a 3-axis problem (missing axes in front have size 1): batch, in, out, kernel,
 * stride, dilation, pad. */
void knn__window_problem(const knn__window *window, const knn__spec *x, const knn__spec *y,
                         knn__conv *out);

#endif
