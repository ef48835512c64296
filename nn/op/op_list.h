/* op_list.h - every op, one line each: X(add) declares knn__op_add and puts it into the table. */
#ifndef KNN__OP_LIST_H
#define KNN__OP_LIST_H

#include "object.h"
#include "ops.h"

/* clang-format off */
#define KNN__OP_LIST(X)      \
  KNN__UNARY_LIST(X)         \
  KNN__BINARY_LIST(X)        \
  X(relu_grad)               \
  X(binary_entropy)          \
  X(binary_entropy_grad)     \
  X(sigmoid_entropy)         \
  X(sigmoid_entropy_grad)    \
  X(bitwise_and)             \
  X(bitwise_or)              \
  X(bitwise_xor)             \
  X(bitwise_left_shift)      \
  X(bitwise_right_shift)     \
  X(gcd)                     \
  X(lcm)                     \
  X(erfinv)                  \
  X(nextafter)               \
  KNN__REDUCE_LIST(X)        \
  X(cast)                    \
  X(where)                   \
  X(clip)                    \
  X(stop_gradient)           \
  X(reshape)                 \
  X(reshape_like)            \
  X(reshape_tail)            \
  X(expand_dims)             \
  X(squeeze)                 \
  X(broadcast_to)            \
  X(broadcast_like)          \
  X(transpose)               \
  X(concatenate)             \
  X(stack)                   \
  X(split)                   \
  X(slice_axis)              \
  X(unslice)                 \
  X(pad)                     \
  X(pad_grad)                \
  X(tile)                    \
  X(repeat)                  \
  X(flip)                    \
  X(take)                    \
  X(scatter_add)             \
  X(scatter_update)          \
  X(distinct_rows)           \
  X(take_along_axis)         \
  X(take_along_axis_grad)    \
  X(one_hot)                 \
  X(digitize)                \
  X(table_lookup)            \
  X(hash_bins)               \
  X(ctc_loss)                \
  X(ctc_loss_grad)           \
  X(ctc_decode)              \
  X(dft)                     \
  X(rfft)                    \
  X(inverse_rfft)            \
  X(extract_sequences)       \
  X(overlap_add)             \
  X(spectra)                 \
  X(hash_cross)              \
  X(argmax)                  \
  X(argmin)                  \
  X(sort)                    \
  X(argsort)                 \
  X(top_k)                   \
  X(matmul)                  \
  X(cumsum)                  \
  X(cumprod)                 \
  X(solve)                   \
  X(det)                     \
  X(cholesky)                \
  X(symmetric_eigen)         \
  X(orthogonal_triangular)   \
  X(lu_factor)               \
  X(singular_values)         \
  X(einsum)                  \
  X(position_mask)           \
  X(attention)               \
  X(attention_grad)          \
  X(dot_product_attention)   \
  X(matmul_bias_act)         \
  X(conv_bias_act)           \
  X(conv_relu_pool)          \
  X(conv_relu_pool_grad)     \
  X(conv)                    \
  X(conv_grad_input)         \
  X(conv_grad_filter)        \
  X(conv_transpose)          \
  X(max_pool)                \
  X(max_pool_grad)           \
  X(max_pool_pick)           \
  X(average_pool)            \
  X(average_pool_grad)       \
  X(adaptive_average_pool)   \
  X(adaptive_pool_grad)      \
  X(adaptive_max_pool)       \
  X(resize)                  \
  X(resize_grad)             \
  X(affine_transform)        \
  X(affine_transform_grad)   \
  X(softmax)                 \
  X(log_softmax)             \
  X(layer_norm)              \
  X(layer_norm_grad)         \
  X(batch_norm)              \
  X(batch_norm_grad)         \
  X(softmax_grad)            \
  X(log_softmax_grad)        \
  X(random_uniform)          \
  X(random_normal)           \
  X(random_truncated_normal) \
  X(random_bernoulli)        \
  X(random_int)              \
  X(random_log_gamma)        \
  X(dropout)                 \
  X(dropout_grad)
/* clang-format on */

#define X(name) extern const knn__op knn__op_##name;
KNN__OP_LIST(X)
#undef X

extern const knn__family knn__family_op;

#endif
