/* graph.c - see graph.h. */
#include "graph.h"

#include <string.h>

knn_status knn__graph_new(knn_ctx *ctx, knn_graph **out) {
  knn_graph *g = knn__alloc(ctx, sizeof *g);
  if (!g) return KNN_ENOMEM;
  atomic_init(&g->refs, 1);
  g->ctx = ctx;
  g->arena.ctx = ctx;
  g->leaves.ctx = ctx;
  g->layer = "";
  knn_ctx_retain(ctx);
  *out = g;
  return KNN_OK;
}

void knn__graph_retain(knn_graph *g) {
  atomic_fetch_add_explicit(&g->refs, 1, memory_order_relaxed);
}

void knn__graph_release(knn_graph *g) {
  if (!g || atomic_fetch_sub_explicit(&g->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = g->ctx;
  for (int i = 0; i < g->n_records; i++)
    if (g->records[i]->args) knn__args_clear(ctx, &g->records[i]->op->cls, g->records[i]->args);
  for (int i = 0; i < g->n_leaf_refs; i++) knn_value_release(g->leaf_refs[i]);
  knn__free(ctx, g->records);
  knn__free(ctx, g->values);
  knn__free(ctx, g->leaf_refs);
  knn__map_clear(&g->leaves);
  knn__arena_clear(&g->arena);
  knn__free(ctx, g);
  knn_ctx_release(ctx);
}

static knn_status add_node(knn_graph *g, const knn__spec *spec, knn_value **out) {
  KNN__TRY(knn__grow(g->ctx, (void **)&g->values, &g->cap_values, g->n_values, sizeof *g->values));
  knn_value *v = knn__arena_alloc(&g->arena, sizeof *v);
  if (!v) return KNN_ENOMEM;
  v->ctx = g->ctx;
  v->graph = g;
  v->spec = *spec;
  v->id = g->n_values;
  g->values[g->n_values++] = v;
  *out = v;
  return KNN_OK;
}

knn_status knn__graph_input(knn_graph *g, const knn__spec *spec, knn_value **out) {
  return add_node(g, spec, out);
}

knn_status knn__graph_leaf(knn_graph *g, knn_value *value, knn_value **out) {
  knn_value *node = knn__map_get(&g->leaves, value);
  if (!node) {
    KNN__TRY(knn__grow(g->ctx, (void **)&g->leaf_refs, &g->cap_leaf_refs, g->n_leaf_refs,
                       sizeof *g->leaf_refs));
    KNN__TRY(add_node(g, &value->spec, &node));
    KNN__TRY(knn__map_set(&g->leaves, value, node));
    knn_value_retain(value);
    g->leaf_refs[g->n_leaf_refs++] = value;
    node->variable = value->variable;
    node->constant = value->tensor;
  }
  *out = node;
  return KNN_OK;
}

/* Operands as nodes of this graph. */
static knn_status take_inputs(knn_graph *g, knn_value *const *ins, int n, knn_value **nodes) {
  for (int i = 0; i < n; i++) {
    nodes[i] = ins[i];
    if (!ins[i]->graph || (ins[i]->graph != g && g->takes_nodes))
      KNN__TRY(knn__graph_leaf(g, ins[i], &nodes[i]));
    if (nodes[i]->graph != g)
      return knn_fail(
          g->ctx, KNN_EARG,
          "operand %d is a symbolic value of another graph; values of two models do not mix",
          i + 1);
  }
  return KNN_OK;
}

knn_status knn__graph_result(knn_graph *g, const knn__spec *spec, knn_value **out) {
  return add_node(g, spec, out);
}

knn_status knn__graph_append(knn_graph *g, const knn__op *op, const void *args,
                             knn_value *const *ins, int n_in, const knn__spec *specs, int n_out,
                             knn__record **out) {
  KNN__TRY(
      knn__grow(g->ctx, (void **)&g->records, &g->cap_records, g->n_records, sizeof *g->records));
  knn__record *r = knn__arena_alloc(&g->arena, sizeof *r);
  void *copy = args && r ? knn__arena_alloc(&g->arena, op->cls.args_size) : NULL;
  if (!r || (args && !copy)) return KNN_ENOMEM;
  *r = (knn__record){.op = op, .n_in = n_in, .n_out = n_out, .layer = g->layer};
  r->in = knn__arena_alloc(&g->arena, (size_t)n_in * sizeof *r->in);
  r->out = knn__arena_alloc(&g->arena, (size_t)n_out * sizeof *r->out);
  if (!r->in || !r->out) return KNN_ENOMEM;
  KNN__TRY(take_inputs(g, ins, n_in, r->in));
  if (args) KNN__TRY(knn__args_copy(g->ctx, &op->cls, args, copy));
  r->args = copy;
  if (op->flags & KNN__OP_RANDOM) r->random_id = g->random_draws++;
  g->records[g->n_records++] = r; /* from here on the graph clears the arguments */
  for (int i = 0; i < n_out; i++) {
    KNN__TRY(add_node(g, &specs[i], &r->out[i]));
    r->out[i]->from = r;
  }
  *out = r;
  return KNN_OK;
}

knn_graph *knn__trace_begin(knn_graph *g) {
  knn_graph *before = g->ctx->tracing;
  g->ctx->tracing = g;
  return before;
}

void knn__trace_end(knn_ctx *ctx, knn_graph *before) {
  ctx->tracing = before;
}
