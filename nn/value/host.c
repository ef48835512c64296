/* host.c - life of a host's function as an object, and calling it. */
#include "host.h"

knn_status knn__host_new(knn_ctx *ctx, const knn__family *family, const knn_class *cls,
                         const char *name, knn_value_fn call, void *self,
                         void (*free_self)(void *self), knn_object **out) {
  knn_object *object = NULL;
  char *own = knn__strdup(ctx, name ? name : cls->name);
  if (!own) return KNN_ENOMEM;
  knn_status st = knn__object_make(ctx, family, cls, NULL, &object);
  if (st != KNN_OK) {
    knn__free(ctx, own);
    return st;
  }
  knn__free(ctx, object->name);
  object->name = own;
  knn__host *host = (knn__host *)object;
  host->call = call;
  host->self = self;
  host->free_self = free_self;
  *out = object;
  return KNN_OK;
}

knn_value *knn__host_call(knn_object *object, knn__scope *s, knn_value *x) {
  const knn__host *host = (const knn__host *)object;
  knn_value *out = NULL;
  if (s->status == KNN_OK) s->status = host->call(host->self, x, &out);
  return s->status == KNN_OK ? knn__hold(s, out) : NULL;
}

void knn__host_finalize(knn_object *object) {
  const knn__host *host = (const knn__host *)object;
  if (host->free_self) host->free_self(host->self);
}
