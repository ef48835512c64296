/* reg.h - the arguments that go with a weight in Keras: initializer, regularizer, constraint. */
#ifndef KNN__REG_H
#define KNN__REG_H

#include "constraint.h"
#include "layer.h"

#define KNN__INITIALIZER_PARAM(block, field, def, of)                          \
  KNN__PARAM(block, field, KNN_P_OBJECT, def, "First contents of the " of ".", \
             .choices = "initializer", .nullable = true)
#define KNN__REGULARIZER_PARAM(block, field, of)                                              \
  KNN__PARAM(block, field, KNN_P_OBJECT, "null", "Penalty on the " of ", added to the loss.", \
             .choices = "regularizer")
#define KNN__CONSTRAINT_PARAM(block, field, of)                                                 \
  KNN__PARAM(block, field, KNN_P_OBJECT, "null", "Projection of the " of " after each update.", \
             .choices = "constraint")
#define KNN__ACTIVATION_PARAM(block)                                               \
  KNN__PARAM(block, activation, KNN_P_OBJECT, "linear", "Function of the result.", \
             .choices = "activation", .nullable = true)

/* Arguments of a kernel and a bias. */
typedef struct knn__kernel_reg {
  bool use_bias;
  knn_object *kernel_initializer, *bias_initializer, *kernel_regularizer, *bias_regularizer,
      *kernel_constraint, *bias_constraint;
} knn__kernel_reg;
#define KNN__REG_FIELD(block, member, option, KIND, DEFAULT, DOC, ...) \
  {                                                                    \
    .name = #option, .kind = (KIND), .def = (DEFAULT), .doc = (DOC),   \
    .offset = offsetof(block, member.option), __VA_ARGS__              \
  }
#define KNN__KERNEL_PARAMS(block, member)                                                          \
  KNN__REG_FIELD(block, member, use_bias, KNN_P_BOOL, "true", "Whether a bias is added."),         \
      KNN__REG_FIELD(block, member, kernel_initializer, KNN_P_OBJECT, "glorot_uniform",            \
                     "First contents of the kernel.", .choices = "initializer", .nullable = true), \
      KNN__REG_FIELD(block, member, bias_initializer, KNN_P_OBJECT, "zeros",                       \
                     "First contents of the bias.", .choices = "initializer", .nullable = true),   \
      KNN__REG_FIELD(block, member, kernel_regularizer, KNN_P_OBJECT, "null",                      \
                     "Penalty on the kernel, added to the loss.", .choices = "regularizer"),       \
      KNN__REG_FIELD(block, member, bias_regularizer, KNN_P_OBJECT, "null",                        \
                     "Penalty on the bias, added to the loss.", .choices = "regularizer"),         \
      KNN__REG_FIELD(block, member, kernel_constraint, KNN_P_OBJECT, "null",                       \
                     "Projection of the kernel after each update.", .choices = "constraint"),      \
      KNN__REG_FIELD(block, member, bias_constraint, KNN_P_OBJECT, "null",                         \
                     "Projection of the bias after each update.", .choices = "constraint")

/* The weights "kernel" of the given shape and, with use_bias, "bias" of its last size; *bias NULL
 * without. */
knn_status knn__add_kernel(knn_layer *layer, const knn__kernel_reg *reg, int rank,
                           const int64_t *dims, knn_variable **kernel, knn_variable **bias);

/* Axes of a normalisation, ascending and from 0, all of known sizes in x; the message calls them
 * `what`. */
knn_status knn__sorted_axes(const knn_layer *layer, const char *what, const knn_ints *axes,
                            const knn__spec *x, knn__axes *out);
/* A weight with the sizes of x along the (ascending) axes in a shape that broadcasts to x; itself
 * where the axes are the last ones. */
knn_value *knn__along_axes(knn__scope *s, knn_value *weight, const knn_value *x, knn__axes axes);

#endif
