/* set.c - the table of this instruction set and element type. */
#include "set.h"

#include "loop.h"

#ifdef KNN_REAL_DOUBLE
#define FUNCTION(name) KNN__REF(name)
#else
#define FUNCTION(name) KNN__ISA(name)
#endif

#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)
#define SET KNN__ISA_EXPAND_SET(KNN_ISA, KNN__ISA_TYPE)
#define KNN__ISA_EXPAND_SET(isa, type) KNN__ISA_PASTE_SET(isa, type)
#define KNN__ISA_PASTE_SET(isa, type) knn__simd_##isa##_##type

const knn__simd_set SET = {
    .name = TEXT_OF(KNN_ISA),
    .layer_norm = KNN__ISA(layer_norm),
    .layer_norm_grad_scratch = KNN__ISA(layer_norm_grad_scratch),
    .layer_norm_grad = KNN__ISA(layer_norm_grad),
    .batch_norm_scratch = KNN__ISA(batch_norm_scratch),
    .batch_norm = KNN__ISA(batch_norm),
    .batch_norm_grad = KNN__ISA(batch_norm_grad),
    .attention_scratch = KNN__ISA(attention_scratch),
    .attention = KNN__ISA(attention),
    .max_pool = KNN__ISA(max_pool),
    .max_pool_grad = KNN__ISA(max_pool_grad),
    .average_pool = KNN__ISA(average_pool),
    .average_pool_grad = KNN__ISA(average_pool_grad),
    .draw_mask = KNN__ISA(draw_mask),
/* clang-format off */
#ifndef KNN_REAL_DOUBLE
#define X(name) .name = KNN__ISA(name),
    KNN__RULE_LIST(X)
    X(sum_of_squares)
#undef X
#endif
    /* clang-format on */
    .gemm_scratch = KNN__ISA(gemm_scratch),
    .gemm = KNN__ISA(gemm),
    .conv_scratch = KNN__ISA(conv_scratch),
    .conv = KNN__ISA(conv),
    .conv_grad_input_scratch = KNN__ISA(conv_grad_input_scratch),
    .conv_grad_input = KNN__ISA(conv_grad_input),
    .conv_grad_filter_scratch = KNN__ISA(conv_grad_filter_scratch),
    .conv_grad_filter = KNN__ISA(conv_grad_filter),
    .relu_pool = KNN__ISA(relu_pool),
    .relu_pool_grad = KNN__ISA(relu_pool_grad),
    .recurrent_scratch = KNN__ISA(recurrent_scratch),
    .lstm = KNN__ISA(lstm),
    .lstm_grad = KNN__ISA(lstm_grad),
    .gru = KNN__ISA(gru),
    .gru_grad = KNN__ISA(gru_grad),
/* clang-format off */
#define X(name) .name = KNN__ISA(name),
    KNN__EXACT_UNARY_LIST(X)
    KNN__EXACT_BINARY_LIST(X)
    KNN__REAL_TEST_LIST(X)
    KNN__COMPARE_LIST(X)
    X(clip) X(where) X(masked)
#undef X
#define X(name) .name = FUNCTION(name),
    KNN__FUNCTION_LIST(X)
    KNN__FUNCTION2_LIST(X)
#undef X
#define X(name) .name = KNN__REF(name),
    KNN__REF_LIST(X)
#undef X
                    /* clang-format on */
                    .fold_sum = KNN__ISA(fold_sum),
    .fold_max = KNN__ISA(fold_max),
    .fold_min = KNN__ISA(fold_min),
    .fold_prod = KNN__REF(fold_prod),
    .fold_logsumexp = FUNCTION(fold_logsumexp),
    .argmax = KNN__ISA(argmax),
    .argmin = KNN__ISA(argmin),
#ifndef KNN_REAL_DOUBLE
    .softmax = KNN__ISA(softmax),
    .log_softmax = KNN__ISA(log_softmax),
    .softmax_grad = KNN__ISA(softmax_grad),
    .log_softmax_grad = KNN__ISA(log_softmax_grad),
#endif
    .multiply_adds = KNN__ISA(multiply_adds),
    .pass = KNN__ISA(pass),
};
