/* activation.h - elementwise (or last-axis) functions between layers, as compositions of ops. */
#ifndef KNN__ACTIVATION_H
#define KNN__ACTIVATION_H

#include "object.h"
#include "ops.h"

typedef struct knn__activation_def {
  knn_class cls;
  knn_value *(*call)(knn_object *self, knn__scope *s, knn_value *x);
} knn__activation_def;

extern const knn__family knn__family_activation;

/* activation NULL is the identity. */
knn_value *knn__activate(knn_object *activation, knn__scope *s, knn_value *x);

/* Formulas that layers share. max_value NaN = none. */
knn_value *knn__relu_of(knn__scope *s, knn_value *x, double negative_slope, double max_value,
                        double threshold);
knn_value *knn__leaky_relu(knn__scope *s, knn_value *x, double negative_slope);
knn_value *knn__elu(knn__scope *s, knn_value *x, double alpha);

#endif
