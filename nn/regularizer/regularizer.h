/* regularizer.h - penalties on weights and outputs, added to the loss. */
#ifndef KNN__REGULARIZER_H
#define KNN__REGULARIZER_H

#include "object.h"
#include "ops.h"

typedef struct knn__regularizer_def {
  knn_class cls;
  knn_value *(*penalty)(knn_object *self, knn__scope *s, knn_value *w); /* a scalar */
} knn__regularizer_def;

extern const knn__family knn__family_regularizer;

knn_value *knn__penalty(knn_object *regularizer, knn__scope *s, knn_value *w);

#endif
