/* onednn.h - what the files of this folder share: the kernels, and the rules when others are
 * faster. */
#ifndef KNN__ONEDNN_H
#define KNN__ONEDNN_H

#include "kernel.h"

extern const knn__kernel knn__onednn_gemm, knn__onednn_conv, knn__onednn_conv_grad_input,
    knn__onednn_conv_grad_filter;

const char *knn__onednn_slower_gemm(knn_ctx *ctx, const void *problem);
const char *knn__onednn_slower_forward(knn_ctx *ctx, const void *problem);
const char *knn__onednn_slower_grad_input(knn_ctx *ctx, const void *problem);
const char *knn__onednn_slower_grad_filter(knn_ctx *ctx, const void *problem);

#endif
