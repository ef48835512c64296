/* regularizer_table.c - the table of regularizers, and the penalty of one weight. */
#include "regularizer_list.h"

#include "host.h"
#include "knn/layer.h"

#define X(name) &knn__regularizer_##name.cls,
static const knn_class *const classes[] = {KNN__REGULARIZER_LIST(X)};
#undef X

const knn__family knn__family_regularizer = {
    .name = "regularizer",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn__host),
    .finalize = knn__host_finalize,
};

static const knn__regularizer_def host = {
    .cls = {.family = "regularizer", .name = "custom", .summary = "A function of the host."},
    .penalty = knn__host_call};

knn_status knn_regularizer_new_custom(knn_ctx *ctx, const char *name, knn_value_fn call, void *self,
                                      void (*free_self)(void *self), knn_object **out) {
  return knn__host_new(ctx, &knn__family_regularizer, &host.cls, name, call, self, free_self, out);
}

knn_value *knn__penalty(knn_object *regularizer, knn__scope *s, knn_value *w) {
  if (s->status != KNN_OK) return NULL;
  return ((const knn__regularizer_def *)regularizer->cls)->penalty(regularizer, s, w);
}

knn_status knn_regularizer_call(knn_object *regularizer, knn_value *w, knn_value **penalty) {
  knn__scope s;
  knn__scope_begin(&s, w->ctx);
  knn_value *y = knn__penalty(regularizer, &s, w);
  if (s.status == KNN_OK) {
    knn_value_retain(y);
    *penalty = y;
  } else {
    knn_fail_in(s.ctx, s.status, "regularizer %s", regularizer->cls->name);
  }
  return knn__scope_end(&s);
}
