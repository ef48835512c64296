/* value.c - life of values, and the scope. */
#include <stdio.h>

#include "graph.h"
#include "node.h"

knn_status knn_value_from(knn_tensor *t, knn_value **out) {
  knn_ctx *ctx = knn_tensor_ctx(t);
  knn_value *v = knn__alloc(ctx, sizeof *v);
  if (!v) return KNN_ENOMEM;
  atomic_init(&v->refs, 1);
  v->ctx = ctx;
  v->spec = (knn__spec){.dtype = knn_tensor_dtype(t), .rank = knn_tensor_rank(t)};
  for (int i = 0; i < v->spec.rank; i++) v->spec.dims[i] = knn_tensor_dim(t, i);
  v->tensor = t;
  knn_tensor_retain(t);
  *out = v;
  return KNN_OK;
}

void knn_value_retain(knn_value *v) {
  if (v->graph)
    knn__graph_retain(v->graph);
  else
    atomic_fetch_add_explicit(&v->refs, 1, memory_order_relaxed);
}

void knn_value_release(knn_value *v) {
  if (!v) return;
  if (v->graph) {
    knn__graph_release(v->graph);
    return;
  }
  if (atomic_fetch_sub_explicit(&v->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = v->ctx;
  knn_ctx_retain(ctx); /* the tensor or the node may hold the last reference */
  knn_tensor_release(v->tensor);
  knn_value_release(v->mask);
  knn__node_release(v->node);
  knn__free(ctx, v);
  knn_ctx_release(ctx);
}

/* A tensor counts its mask; a node's mask is a node of the same graph, which lives as long. A node
 * as the mask of a tensor (one that goes through a layer unchanged while a graph is traced) would
 * tie the graph to itself and is left out. */
knn_status knn__value_attach_mask(knn_value *value, knn_value *mask) {
  if (value->mask) return KNN_OK;
  if (value->graph && !mask->graph) KNN__TRY(knn__graph_leaf(value->graph, mask, &mask));
  if (value->graph != mask->graph) return KNN_OK;
  if (!value->graph) knn_value_retain(mask);
  value->mask = mask;
  return KNN_OK;
}

knn_value *knn_value_mask(const knn_value *v) {
  return v->mask;
}

knn_ctx *knn_value_ctx(const knn_value *v) {
  return v->ctx;
}

knn_tensor *knn_value_tensor(const knn_value *v) {
  return v->tensor;
}

knn_dtype knn_value_dtype(const knn_value *v) {
  return v->spec.dtype;
}

int knn_value_rank(const knn_value *v) {
  return v->spec.rank;
}

const int64_t *knn_value_dims(const knn_value *v) {
  return v->spec.dims;
}

void knn__scope_begin(knn__scope *scope, knn_ctx *ctx) {
  *scope = (knn__scope){.ctx = ctx};
}

knn_status knn__scope_end(knn__scope *scope) {
  for (int i = 0; i < scope->n; i++) knn_value_release(scope->held[i]);
  knn__free(scope->ctx, scope->held);
  scope->held = NULL;
  scope->n = scope->capacity = 0;
  return scope->status;
}

knn_value *knn__hold(knn__scope *scope, knn_value *value) {
  if (!value) return NULL;
  knn_status st =
      knn__grow(scope->ctx, (void **)&scope->held, &scope->capacity, scope->n, sizeof value);
  if (st != KNN_OK) {
    scope->status = st;
    knn_value_release(value);
    return NULL;
  }
  scope->held[scope->n++] = value;
  return value;
}

knn_value *knn__scope_fail(knn__scope *scope, knn_status status, const char *format, ...) {
  if (scope->status != KNN_OK) return NULL;
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  scope->status = knn_fail(scope->ctx, status, "%s", text);
  return NULL;
}

knn_value *knn__op_apply(knn__scope *scope, const knn__op *op, const void *args, int n_in,
                         knn_value *const *ins) {
  knn_value *out = NULL;
  int n_out = 1;
  if (scope->status != KNN_OK) return NULL;
  scope->status = knn__apply(scope->ctx, op, args, ins, n_in, &out, &n_out);
  return scope->status == KNN_OK ? knn__hold(scope, out) : NULL;
}

knn_value *knn__op1(knn__scope *scope, const knn__op *op, const void *args, knn_value *x) {
  return knn__op_apply(scope, op, args, 1, &x);
}

knn_value *knn__op2(knn__scope *scope, const knn__op *op, const void *args, knn_value *x,
                    knn_value *y) {
  return knn__op_apply(scope, op, args, 2, (knn_value *[]){x, y});
}

knn_value *knn__op3(knn__scope *scope, const knn__op *op, const void *args, knn_value *x,
                    knn_value *y, knn_value *z) {
  return knn__op_apply(scope, op, args, 3, (knn_value *[]){x, y, z});
}

knn_value *knn__scalar(knn__scope *scope, knn_dtype type, double x) {
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (scope->status != KNN_OK) return NULL;
  scope->status = knn_tensor_new(scope->ctx, type, 0, NULL, &t);
  if (scope->status == KNN_OK) scope->status = knn_tensor_fill(t, x);
  if (scope->status == KNN_OK) scope->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(scope, v);
}

knn_value *knn__scalar_like(knn__scope *scope, knn_value *like, double x) {
  return scope->status == KNN_OK ? knn__scalar(scope, like->spec.dtype, x) : NULL;
}

knn_value *knn__constant(knn__scope *scope, knn_dtype type, int rank, const int64_t *dims,
                         double (*at)(const void *arg, int64_t i), const void *arg) {
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (scope->status != KNN_OK) return NULL;
  scope->status = knn_tensor_new(scope->ctx, type, rank, dims, &t);
  if (scope->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, at(arg, i));
  scope->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(scope, v);
}
