/* set.c - the table of this instruction set and element type. */
#include "set.h"

#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)
#define SET KNN__ISA_EXPAND_SET(KNN_ISA, KNN__ISA_TYPE)
#define KNN__ISA_EXPAND_SET(isa, type) KNN__ISA_PASTE_SET(isa, type)
#define KNN__ISA_PASTE_SET(isa, type) knn__simd_##isa##_##type

const knn__simd_set SET = {
    .name = TEXT_OF(KNN_ISA),
    .gemm_scratch = KNN__ISA(gemm_scratch),
    .gemm = KNN__ISA(gemm),
    .conv_scratch = KNN__ISA(conv_scratch),
    .conv = KNN__ISA(conv),
    .conv_grad_input_scratch = KNN__ISA(conv_grad_input_scratch),
    .conv_grad_input = KNN__ISA(conv_grad_input),
    .conv_grad_filter_scratch = KNN__ISA(conv_grad_filter_scratch),
    .conv_grad_filter = KNN__ISA(conv_grad_filter),
};
