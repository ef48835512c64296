/* variable.c - life of variables, and the op that changes them. */
#include "variable.h"

#include <string.h>

static knn_status infer(const knn__infer *q) {
  if (q->in[0].dtype != q->in[1].dtype ||
      !knn__dims_fit(q->in[0].rank, q->in[0].dims, q->in[1].rank, q->in[1].dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "a variable of shape %s cannot be set to %s",
                    KNN__SPEC(q->in[0]), KNN__SPEC(q->in[1]));
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  size_t bytes = (size_t)call->in[0].n * knn_dtype_size(call->in[0].spec.dtype);
  if (bytes && call->in[0].data != call->in[1].data)
    memcpy(call->in[0].data, call->in[1].data, bytes);
  return KNN_OK;
}

const knn__op knn__op_assign = {
    .cls = {.family = "op",
            .name = "assign",
            .summary = "Set a variable's contents.",
            .shapes = "variable (...), x (...) -> nothing",
            .example = ""},
    .min_in = 2,
    .max_in = 2,
    .n_out = 0,
    .flags = KNN__OP_EFFECT | KNN__OP_HIDDEN | KNN__OP_HALVES,
    .infer = infer,
    .forward = forward,
};

void knn__assign(knn__scope *scope, knn_variable *v, knn_value *x) {
  int n = 0;
  if (scope->status != KNN_OK) return;
  scope->status =
      knn__apply(scope->ctx, &knn__op_assign, NULL, (knn_value *[]){v->value, x}, 2, NULL, &n);
}

knn_status knn__variable_new(knn_ctx *ctx, const char *name, const char *path,
                             const knn__spec *spec, bool trainable, knn_variable **out) {
  knn_tensor *t = NULL;
  knn_variable *v = knn__alloc(ctx, sizeof *v);
  if (!v) return KNN_ENOMEM;
  atomic_init(&v->refs, 1);
  v->ctx = ctx;
  v->trainable = v->can_train = trainable;
  knn_ctx_retain(ctx);
  knn_status st = KNN_OK;
  v->name = knn__strdup(ctx, name);
  v->path = knn__strdup(ctx, path);
  if (!v->name || !v->path) st = KNN_ENOMEM;
  if (st == KNN_OK) st = knn_tensor_new(ctx, spec->dtype, spec->rank, spec->dims, &t);
  if (st == KNN_OK) st = knn_value_from(t, &v->value);
  knn_tensor_release(t);
  if (st != KNN_OK) {
    knn__variable_release(v);
    return st;
  }
  v->value->variable = v;
  *out = v;
  return KNN_OK;
}

void knn__variable_retain(knn_variable *v) {
  atomic_fetch_add_explicit(&v->refs, 1, memory_order_relaxed);
}

void knn__variable_release(knn_variable *v) {
  if (!v || atomic_fetch_sub_explicit(&v->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = v->ctx;
  if (v->value) v->value->variable = NULL; /* a value may outlive its variable, as a plain tensor */
  knn_value_release(v->value);
  knn_object_release(v->regularizer);
  knn_object_release(v->constraint);
  knn__free(ctx, v->name);
  knn__free(ctx, v->path);
  knn__free(ctx, v);
  knn_ctx_release(ctx);
}
