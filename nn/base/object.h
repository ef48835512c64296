/* object.h - inside of objects, and the families that make them. */
#ifndef KNN__OBJECT_H
#define KNN__OBJECT_H

#include "args.h"

/* First member of every instance: layer, loss, metric, optimizer, initializer, ... */
struct knn_object {
  atomic_int refs;
  knn_ctx *ctx;
  const struct knn__family *family;
  const knn_class *cls;
  char *name;      /* instance name, or the class's name */
  uint64_t serial; /* objects of a context in the order in which they were made */
  void *args;      /* cls->args_size bytes */
};

/* A family of classes. The table of all families stands above the families themselves, in
 * nn/model/families.c. */
typedef struct knn__family {
  const char *name;
  const knn_class *const *classes; /* the rows, each a struct that begins with its knn_class */
  int n;
  size_t object_size;                     /* of an instance; at least sizeof(knn_object) */
  knn_status (*init)(knn_object *object); /* after the arguments are parsed; NULL = nothing to do */
  void (*finalize)(
      knn_object *object); /* before they are cleared; sees zeroed fields if init never ran */
  /* make an object from a value that is neither name, dict nor object (a float learning rate); NULL
   * = refuse */
  knn_status (*coerce)(knn_ctx *ctx, const knn_config *config, knn_object **out);
} knn__family;

extern const knn__family *const knn__families[];
extern const int knn__families_n;
const knn__family *knn__family_find(const char *name);

/* Instance of a given class row (also of a class made by a host, not in any table). `name` NULL =
 * the class's name. */
knn_status knn__object_make(knn_ctx *ctx, const knn__family *family, const knn_class *cls,
                            const knn_config *options, knn_object **out);

/* A class made by a host. While it is in the list of a context, configs may name it where the table
 * has no such class; the newest comes first. */
typedef struct knn__host_class {
  const knn_class *cls;
  knn_status (*make)(void *maker, const knn_config *options, knn_object **out);
  void *maker;
  struct knn__host_class *next;
} knn__host_class;

void knn__host_class_add(knn_ctx *ctx, knn__host_class *entry);
void knn__host_class_remove(knn_ctx *ctx, knn__host_class *entry);

#endif
