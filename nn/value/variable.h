/* variable.h - a weight or a state: a named tensor that outlives the steps that read and change it.
 */
#ifndef KNN__VARIABLE_H
#define KNN__VARIABLE_H

#include "value.h"

struct knn_variable {
  atomic_int refs;
  knn_ctx *ctx;
  char *name; /* "kernel" */
  char *path; /* "sequential/dense/kernel" */
  knn_value
      *value; /* tensor value whose `variable` is this; its memory may move into a model's arena */
  bool trainable;                       /* now */
  bool can_train;                       /* as created: moving statistics never train */
  knn_object *regularizer, *constraint; /* counted; NULL = none */
};

/* A variable filled with zeros. */
knn_status knn__variable_new(knn_ctx *ctx, const char *name, const char *path,
                             const knn__spec *spec, bool trainable, knn_variable **out);
void knn__variable_retain(knn_variable *v);
void knn__variable_release(knn_variable *v); /* NULL is fine */

static inline knn_tensor *knn__variable_tensor(const knn_variable *v) {
  return v->value->tensor;
}

/* Set the variable's contents to x when this point of the step is reached: at once on tensors,
 * recorded on a graph. */
void knn__assign(knn__scope *scope, knn_variable *v, knn_value *x);

extern const knn__op knn__op_assign;

#endif
