/* body.c - see body.h. */
#include "body.h"

#include "replay.h"

static const knn_class body_class = {.family = "body", .name = "body"};

static void finalize(knn_object *object) {
  knn__body *body = (knn__body *)object;
  knn__graph_release(body->graph);
  knn__free(object->ctx, body->in);
  knn__free(object->ctx, body->out);
}

static const knn__family family = {
    .name = "body", .object_size = sizeof(knn__body), .finalize = finalize};

void knn__body_release(knn__body *body) {
  if (body) knn_object_release(&body->base);
}

void knn__captured_clear(knn__captured *captured) {
  while (captured->n > 0) knn_value_release(captured->v[--captured->n]);
}

static knn_status make(knn_ctx *ctx, int n_in, const knn__spec *in, int n_out, knn__body **out) {
  knn_object *object = NULL;
  KNN__TRY(knn__object_make(ctx, &family, &body_class, NULL, &object));
  knn__body *body = (knn__body *)object;
  knn_status st = knn__graph_new(ctx, &body->graph);
  body->in = knn__alloc(ctx, KNN__MAX_IN * sizeof *body->in);
  body->out = knn__alloc(ctx, (size_t)n_out * sizeof *body->out);
  body->n_out = n_out;
  if (st == KNN_OK && (!body->in || !body->out)) st = KNN_ENOMEM;
  for (int i = 0; i < n_in && st == KNN_OK; i++) {
    st = knn__graph_input(body->graph, &in[i], &body->in[i]);
    body->n_in = i + 1;
  }
  if (st == KNN_OK)
    *out = body;
  else
    knn__body_release(body);
  return st;
}

/* Results as nodes of the body: also one that is a tensor, or a node from outside. */
static void settle_results(knn__body *body, knn__scope *s, knn_value **results) {
  for (int i = 0; i < body->n_out && s->status == KNN_OK; i++) {
    body->out[i] = results[i];
    if (results[i]->graph != body->graph)
      s->status = knn__graph_leaf(body->graph, results[i], &body->out[i]);
  }
}

static void note_flags(knn__body *body, bool adds_loss) {
  body->plain = !adds_loss;
  for (int i = 0; i < body->graph->n_records; i++)
    if (body->graph->records[i]->op->flags & (KNN__OP_RANDOM | KNN__OP_EFFECT)) body->plain = false;
}

/* A leaf that somebody outside holds becomes an operand. A constant made inside has one reference
 * left, the graph's. */
static knn_status capture(knn__body *body, knn__captured *captured) {
  knn_graph *g = body->graph;
  int kept = 0;
  knn_status st = KNN_OK;
  if (!captured) return KNN_OK;
  for (int i = 0; i < g->n_leaf_refs; i++) {
    knn_value *value = g->leaf_refs[i], *node = knn__map_get(&g->leaves, value);
    if (!value->graph && !value->variable && atomic_load(&value->refs) == 1) {
      g->leaf_refs[kept++] = value;
      continue;
    }
    node->variable = NULL;
    node->constant = NULL;
    if (body->n_in == KNN__MAX_IN) {
      st = knn_fail(body->base.ctx, KNN_EARG, "a step of the loop reads more than %d values",
                    KNN__MAX_IN);
      knn_value_release(value);
      continue;
    }
    body->in[body->n_in++] = node;
    captured->v[captured->n++] = value; /* the graph's reference goes over */
  }
  g->n_leaf_refs = kept;
  return st;
}

static knn_status trace(knn__body *body, knn__body_fn *fn, void *self) {
  knn__scope s;
  knn_value *results[KNN__MAX_OUT] = {0};
  knn_ctx *ctx = body->base.ctx;
  knn__scope_begin(&s, ctx);
  body->graph->takes_nodes = true;
  knn_graph *before = knn__trace_begin(body->graph);
  fn(self, &s, body->in, results);
  knn__trace_end(ctx, before);
  settle_results(body, &s, results);
  note_flags(body, s.extra_loss != NULL);
  return knn__scope_end(&s);
}

knn_status knn__body_trace(knn_ctx *ctx, int n_in, const knn__spec *in, int n_out, knn__body_fn *fn,
                           void *self, knn__captured *captured, knn__body **out) {
  knn__body *body = NULL;
  KNN__TRY(make(ctx, n_in, in, n_out, &body));
  knn_status st = trace(body, fn, self);
  const knn_status kept = capture(body, captured);
  if (st == KNN_OK) st = kept;
  if (st == KNN_OK) {
    *out = body;
    return KNN_OK;
  }
  if (captured) knn__captured_clear(captured);
  knn__body_release(body);
  return st;
}

static bool same_specs(int n, knn_value *const *nodes, const knn__spec *specs) {
  for (int i = 0; i < n; i++)
    if (nodes[i]->spec.dtype != specs[i].dtype ||
        !knn__dims_equal(nodes[i]->spec.rank, nodes[i]->spec.dims, specs[i].rank, specs[i].dims))
      return false;
  return true;
}

static void replay_body(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  knn__body *body = self;
  knn__replay(s, body->graph, body->n_in, body->in, in, body->n_out, body->out, out);
}

knn_status knn__body_fit(knn__body *body, const knn__spec *in, knn__body **out) {
  if (same_specs(body->n_in, body->in, in)) {
    knn_object_retain(&body->base);
    *out = body;
    return KNN_OK;
  }
  return knn__body_trace(body->base.ctx, body->n_in, in, body->n_out, replay_body, body, NULL, out);
}
