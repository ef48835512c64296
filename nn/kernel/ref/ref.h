/* ref.h - the plain loops that are the truth for every other provider; one set per element type. */
#ifndef KNN__REF_H
#define KNN__REF_H

#include "kernel.h"

void knn__ref_gemm_f32(knn_ctx *ctx, const knn__gemm *p);
void knn__ref_gemm_f64(knn_ctx *ctx, const knn__gemm *p);
void knn__ref_conv_f32(knn_ctx *ctx, const knn__conv *p);
void knn__ref_conv_f64(knn_ctx *ctx, const knn__conv *p);
void knn__ref_conv_grad_input_f32(knn_ctx *ctx, const knn__conv *p);
void knn__ref_conv_grad_input_f64(knn_ctx *ctx, const knn__conv *p);
void knn__ref_conv_grad_filter_f32(knn_ctx *ctx, const knn__conv *p);
void knn__ref_conv_grad_filter_f64(knn_ctx *ctx, const knn__conv *p);

#endif
