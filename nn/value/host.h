/* host.h - functions of a host as objects: regularizers, constraints and activations that are not
 * in the tables. Their families make objects of this size and end with this finalize. */
#ifndef KNN__HOST_H
#define KNN__HOST_H

#include "knn/custom.h"
#include "object.h"
#include "value.h"

typedef struct knn__host {
  knn_object base;
  knn_value_fn call; /* NULL for rows of a table */
  void *self;
  void (*free_self)(void *self);
} knn__host;

/* An object of a family whose class is `cls`; name NULL = the class's. */
knn_status knn__host_new(knn_ctx *ctx, const knn__family *family, const knn_class *cls,
                         const char *name, knn_value_fn call, void *self,
                         void (*free_self)(void *self), knn_object **out);
/* The function's value; its class row has this as its own function. */
knn_value *knn__host_call(knn_object *object, knn__scope *s, knn_value *x);
void knn__host_finalize(knn_object *object);

#endif
