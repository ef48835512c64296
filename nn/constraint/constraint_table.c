/* constraint_table.c - the table of constraints, and projecting one weight. */
#include "constraint_list.h"

#include "host.h"
#include "knn/layer.h"

#define X(name) &knn__constraint_##name.cls,
static const knn_class *const classes[] = {KNN__CONSTRAINT_LIST(X)};
#undef X

const knn__family knn__family_constraint = {
    .name = "constraint",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn__host),
    .finalize = knn__host_finalize,
};

static const knn__constraint_def host = {
    .cls = {.family = "constraint", .name = "custom", .summary = "A function of the host."},
    .project = knn__host_call};

knn_status knn_constraint_new_custom(knn_ctx *ctx, const char *name, knn_value_fn call, void *self,
                                     void (*free_self)(void *self), knn_object **out) {
  return knn__host_new(ctx, &knn__family_constraint, &host.cls, name, call, self, free_self, out);
}

knn_value *knn__project(knn_object *constraint, knn__scope *s, knn_value *w) {
  if (s->status != KNN_OK) return NULL;
  return ((const knn__constraint_def *)constraint->cls)->project(constraint, s, w);
}

knn_status knn_constraint_call(knn_object *constraint, knn_value *w, knn_value **out) {
  knn__scope s;
  knn__scope_begin(&s, w->ctx);
  knn_value *y = knn__project(constraint, &s, w);
  if (s.status == KNN_OK) {
    knn_value_retain(y);
    *out = y;
  } else {
    knn_fail_in(s.ctx, s.status, "constraint %s", constraint->cls->name);
  }
  return knn__scope_end(&s);
}
