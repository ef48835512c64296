/* activation_table.c - the table of activations, and calling one. */
#include "activation_list.h"

#include "host.h"
#include "knn/layer.h"

#define X(name) &knn__activation_##name.cls,
static const knn_class *const classes[] = {KNN__ACTIVATION_LIST(X)};
#undef X

const knn__family knn__family_activation = {
    .name = "activation",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn__host),
    .finalize = knn__host_finalize,
};

static const knn__activation_def host = {
    .cls = {.family = "activation", .name = "custom", .summary = "A function of the host."},
    .call = knn__host_call};

knn_status knn_activation_new_custom(knn_ctx *ctx, const char *name, knn_value_fn call, void *self,
                                     void (*free_self)(void *self), knn_object **out) {
  return knn__host_new(ctx, &knn__family_activation, &host.cls, name, call, self, free_self, out);
}

knn_value *knn__activate(knn_object *activation, knn__scope *s, knn_value *x) {
  if (!activation || s->status != KNN_OK) return s->status == KNN_OK ? x : NULL;
  return ((const knn__activation_def *)activation->cls)->call(activation, s, x);
}

knn_status knn_activation_call(knn_object *activation, knn_value *x, knn_value **out) {
  knn__scope s;
  knn__scope_begin(&s, x->ctx);
  knn_value *y = knn__activate(activation, &s, x);
  if (s.status == KNN_OK) {
    knn_value_retain(y);
    *out = y;
  } else {
    knn_fail_in(s.ctx, s.status, "activation %s", activation->cls->name);
  }
  return knn__scope_end(&s);
}
