/* set.h - what the files of this compilation offer to its table. */
#ifndef KNN__SET_H
#define KNN__SET_H

#include "isa.h"
#include "simd.h"

size_t KNN__ISA(gemm_scratch)(const knn__gemm *p);
void KNN__ISA(gemm)(knn_ctx *ctx, const knn__gemm *p, void *scratch);
size_t KNN__ISA(conv_scratch)(const knn__conv *p);
void KNN__ISA(conv)(knn_ctx *ctx, const knn__conv *p, void *scratch);
size_t KNN__ISA(conv_grad_input_scratch)(const knn__conv *p);
void KNN__ISA(conv_grad_input)(knn_ctx *ctx, const knn__conv *p, void *scratch);
size_t KNN__ISA(conv_grad_filter_scratch)(const knn__conv *p);
void KNN__ISA(conv_grad_filter)(knn_ctx *ctx, const knn__conv *p, void *scratch);

#endif
