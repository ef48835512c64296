/* function.c - ops applied between begin and end, made into a plan that runs on other tensors of
 * the same shapes and types. What is captured is read where it lies at each run; a captured view,
 * which has no packed memory, is copied as an input is. */
#include <string.h>

#include "plan.h"

typedef struct pair {
  knn_value *node, *value;
} pair;

struct knn_function {
  knn_ctx *ctx;
  knn_graph *graph, *before; /* before: what was traced when tracing began */
  bool tracing;
  knn__plan *plan;
  int n_in, n_out, n_views;
  knn_value **in, **out; /* nodes, lent by the graph */
  pair *views;           /* captured, lent by the graph */
  uint64_t weight_moves; /* of the context, when the plan was made */
};

bool knn_recording(const knn_ctx *ctx) {
  return ctx->tracing || ctx->tape;
}

bool knn_tracing(const knn_ctx *ctx) {
  return ctx->tracing;
}

knn_status knn_function_begin(knn_ctx *ctx, knn_value *const *like, int n, knn_value **inputs,
                              knn_function **out) {
  knn_function *f = knn__alloc(ctx, sizeof *f);
  if (!f) return KNN_ENOMEM;
  f->ctx = ctx;
  f->n_in = n;
  knn_ctx_retain(ctx);
  f->in = knn__alloc(ctx, (size_t)n * sizeof *f->in);
  knn_status st = f->in ? knn__graph_new(ctx, &f->graph) : KNN_ENOMEM;
  for (int i = 0; i < n && st == KNN_OK; i++)
    st = knn__graph_input(f->graph, &like[i]->spec, &f->in[i]);
  if (st != KNN_OK) {
    knn_function_release(f);
    return st;
  }
  for (int i = 0; i < n; i++) knn_value_retain(inputs[i] = f->in[i]);
  f->before = knn__trace_begin(f->graph);
  f->tracing = true;
  *out = f;
  return KNN_OK;
}

/* Captured tensors whose elements do not lie packed become inputs. */
static knn_status find_views(knn_function *f) {
  knn_graph *g = f->graph;
  f->views = knn__alloc(f->ctx, (size_t)g->n_leaf_refs * sizeof *f->views);
  if (!f->views) return KNN_ENOMEM;
  for (int i = 0; i < g->n_leaf_refs; i++) {
    knn_value *value = g->leaf_refs[i];
    if (!value->tensor || knn_tensor_is_contiguous(value->tensor)) continue;
    knn_value *node = knn__map_get(&g->leaves, value);
    node->constant = NULL;
    f->views[f->n_views++] = (pair){node, value};
  }
  return KNN_OK;
}

static knn_status take_results(knn_function *f, knn_value *const *results) {
  for (int i = 0; i < f->n_out; i++) {
    f->out[i] = results[i];
    if (results[i]->node)
      return knn_fail(f->ctx, KNN_EARG,
                      "result %d is a symbolic value of a model's drawing, which has no data",
                      i + 1);
    if (!results[i]->graph) KNN__TRY(knn__graph_leaf(f->graph, results[i], &f->out[i]));
    if (f->out[i]->graph != f->graph)
      return knn_fail(f->ctx, KNN_EARG,
                      "result %d was computed by another function; return what this one computes",
                      i + 1);
  }
  return KNN_OK;
}

knn_status knn_function_end(knn_function *f, knn_value *const *results, int n) {
  knn__trace_end(f->ctx, f->before);
  f->tracing = false;
  f->out = knn__alloc(f->ctx, (size_t)n * sizeof *f->out);
  if (!f->out) return KNN_ENOMEM;
  f->n_out = n;
  KNN__TRY(take_results(f, results));
  KNN__TRY(find_views(f));
  f->weight_moves = f->ctx->weight_moves;
  return knn__plan_new(f->graph, f->out, n, &f->plan);
}

static knn_status feed(knn_function *f, const knn_value *node, const knn_value *value) {
  const knn__buf *buf = knn__plan_buffer(f->plan, node);
  return knn_tensor_read(value->tensor, buf->data, knn_tensor_bytes(value->tensor));
}

static bool fits(const knn_value *node, const knn_value *value) {
  return value->tensor && node->spec.dtype == value->spec.dtype &&
         knn__dims_equal(node->spec.rank, node->spec.dims, value->spec.rank, value->spec.dims);
}

static knn_status read_result(knn_function *f, const knn_value *node, knn_value **out) {
  const knn__buf *buf = knn__plan_buffer(f->plan, node);
  knn_tensor *t = NULL;
  KNN__TRY(knn_tensor_new(f->ctx, node->spec.dtype, node->spec.rank, node->spec.dims, &t));
  if (knn_tensor_bytes(t)) memcpy(knn_tensor_data(t), buf->data, knn_tensor_bytes(t));
  knn_status st = knn_value_from(t, out);
  knn_tensor_release(t);
  return st;
}

knn_status knn_function_run(knn_function *f, knn_value *const *inputs, knn_value **results) {
  for (int i = 0; i < f->n_in; i++) {
    if (!fits(f->in[i], inputs[i]))
      return knn_fail(f->ctx, KNN_ESHAPE, "input %d is %s; the plan was made for %s", i + 1,
                      KNN__SPEC(inputs[i]->spec), KNN__SPEC(f->in[i]->spec));
    KNN__TRY(feed(f, f->in[i], inputs[i]));
  }
  for (int i = 0; i < f->n_views; i++) KNN__TRY(feed(f, f->views[i].node, f->views[i].value));
  KNN__TRY(knn__plan_run_next(f->plan));
  knn_status st = KNN_OK;
  int made = 0;
  for (; made < f->n_out && st == KNN_OK; made += st == KNN_OK)
    st = read_result(f, f->out[made], &results[made]);
  while (st != KNN_OK && made > 0) knn_value_release(results[--made]);
  return st;
}

int knn_function_n_results(const knn_function *f) {
  return f->n_out;
}

bool knn_function_stale(const knn_function *f) {
  return f->weight_moves != f->ctx->weight_moves;
}

void knn_function_release(knn_function *f) {
  if (!f) return;
  knn_ctx *ctx = f->ctx;
  if (f->tracing) knn__trace_end(ctx, f->before);
  knn__plan_release(f->plan);
  knn__graph_release(f->graph);
  knn__free(ctx, f->in);
  knn__free(ctx, f->out);
  knn__free(ctx, f->views);
  knn__free(ctx, f);
  knn_ctx_release(ctx);
}
