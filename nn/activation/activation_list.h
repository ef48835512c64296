/* activation_list.h - every activation, one line each: X(relu) declares knn__activation_relu and
 * puts it into the table. */
#ifndef KNN__ACTIVATION_LIST_H
#define KNN__ACTIVATION_LIST_H

#include "activation.h"

#define KNN__ACTIVATION_LIST(X) \
  X(linear)                     \
  X(relu)                       \
  X(leaky_relu)                 \
  X(relu6)                      \
  X(elu)                        \
  X(selu)                       \
  X(celu)                       \
  X(softplus)                   \
  X(softsign)                   \
  X(soft_shrink)                \
  X(hard_shrink)                \
  X(tanh_shrink)                \
  X(threshold)                  \
  X(sparse_plus)                \
  X(squareplus)                 \
  X(silu)                       \
  X(gelu)                       \
  X(mish)                       \
  X(tanh)                       \
  X(hard_tanh)                  \
  X(sigmoid)                    \
  X(hard_sigmoid)               \
  X(hard_silu)                  \
  X(sparse_sigmoid)             \
  X(log_sigmoid)                \
  X(exponential)                \
  X(softmax)                    \
  X(log_softmax)                \
  X(sparsemax)                  \
  X(glu)

#define X(name) extern const knn__activation_def knn__activation_##name;
KNN__ACTIVATION_LIST(X)
#undef X

#endif
