/* constraint.h - projections of weights, applied after each update. */
#ifndef KNN__CONSTRAINT_H
#define KNN__CONSTRAINT_H

#include "object.h"
#include "ops.h"

typedef struct knn__constraint_def {
  knn_class cls;
  knn_value *(*project)(knn_object *self, knn__scope *s, knn_value *w); /* same shape */
} knn__constraint_def;

extern const knn__family knn__family_constraint;

knn_value *knn__project(knn_object *constraint, knn__scope *s, knn_value *w);

#endif
