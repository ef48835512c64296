/* custom.c - the public face of items that stand alone: a host's losses and metrics, and the
 * table's functions on values. */
#include "knn/custom.h"

#include "model.h"

knn_status knn_loss_new_custom(knn_ctx *ctx, const char *name, knn_pair_fn call, void *self,
                               void (*free_self)(void *self), knn_object **out) {
  knn_loss *loss = NULL;
  KNN__TRY(knn__loss_custom(ctx, name ? name : "custom", call, self, free_self, &loss));
  *out = &loss->base;
  return KNN_OK;
}

knn_status knn_metric_new_custom(knn_ctx *ctx, const char *name, knn_pair_fn call, void *self,
                                 void (*free_self)(void *self), knn_object **out) {
  knn_metric *metric = NULL;
  KNN__TRY(knn__metric_custom(ctx, name ? name : "custom", call, self, free_self, &metric));
  *out = &metric->base;
  return KNN_OK;
}

static knn_status need_family(const knn_object *object, const knn__family *family) {
  if (object->family == family) return KNN_OK;
  return knn_fail(object->ctx, KNN_EARG, "%s expected, got %s '%s'", family->name,
                  object->family->name, object->name);
}

/* End the scope with one result that lives on. */
static knn_status finish(knn__scope *scope, knn_value *result, knn_value **out) {
  if (result) knn_value_retain(result);
  knn_status st = knn__scope_end(scope);
  if (st == KNN_OK)
    *out = result;
  else if (result)
    knn_value_release(result);
  return st;
}

knn_status knn_loss_call(knn_object *loss, knn_value *y_true, knn_value *y_pred,
                         knn_value *sample_weight, knn_value **out) {
  knn__scope scope;
  KNN__TRY(need_family(loss, &knn__family_loss));
  knn__scope_begin(&scope, loss->ctx);
  return finish(&scope, knn__loss_value((knn_loss *)loss, &scope, y_true, y_pred, sample_weight),
                out);
}

knn_status knn_value_assign(knn_value *variable, knn_value *x) {
  const knn__spec *a = &variable->spec, *b = &x->spec;
  knn__scope scope;
  if (!variable->variable)
    return knn_fail(variable->ctx, KNN_EARG,
                    "assign: a variable of a layer or metric is expected, got a tensor of shape %s",
                    KNN__SPEC(*a));
  if (!knn__dims_fit(a->rank, a->dims, b->rank, b->dims))
    return knn_fail(variable->ctx, KNN_ESHAPE, "assign: variable '%s' has shape %s, the value %s",
                    variable->variable->path, KNN__SPEC(*a), KNN__SPEC(*b));
  knn__scope_begin(&scope, variable->ctx);
  knn__assign(&scope, variable->variable, knn__cast(&scope, x, a->dtype));
  return knn__scope_end(&scope);
}

knn_status knn_schedule_call(const knn_object *schedule, int64_t step, double *out) {
  KNN__TRY(need_family(schedule, &knn__family_schedule));
  return knn__schedule_rate(schedule, step, out);
}
