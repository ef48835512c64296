/* node.c - see node.h. */
#include "node.h"

static void forget_call(knn__node *node) {
  struct knn__calls *calls = node->calls;
  if (!calls) return;
  *(node->before ? &node->before->after : &calls->first) = node->after;
  *(node->after ? &node->after->before : &calls->last) = node->before;
  node->calls = NULL;
}

static void note_call(knn__node *node, knn__calls *calls) {
  node->calls = calls;
  node->index = calls->made++;
  node->before = calls->last;
  *(calls->last ? &calls->last->after : &calls->first) = node;
  calls->last = node;
}

/* The nodes behind dead ones wait in a list, linked by `after`: a deep drawing must not need a deep
 * stack. */
static void drop_value(knn_value *v, knn__node **waiting) {
  if (!v) return;
  knn__node *node = v->node;
  if (!node) {
    knn_value_release(v);
    return;
  }
  if (atomic_fetch_sub_explicit(&v->refs, 1, memory_order_acq_rel) != 1) return;
  knn__free(v->ctx, v);
  if (atomic_fetch_sub_explicit(&node->refs, 1, memory_order_acq_rel) != 1) return;
  forget_call(node);
  node->after = *waiting;
  *waiting = node;
}

static void free_node(knn__node *node, knn__node **waiting) {
  knn_ctx *ctx = node->ctx;
  for (int i = 0; i < node->n_operands; i++) {
    const int named = i - node->n_operands + node->n_named;
    drop_value(node->in[i], waiting);
    if (named >= 0) knn__free(ctx, node->names[named]);
  }
  if (node->args) knn__args_clear(ctx, &node->op->cls, node->args);
  knn__free(ctx, node->args);
  knn__free(ctx, node->name);
  knn__free(ctx, node->in);
  knn__free(ctx, node->names);
  knn_config_release(node->options);
  knn__free(ctx, node->out);
  knn_object_release(node->layer);
  knn__free(ctx, node);
  knn_ctx_release(ctx);
}

void knn__node_retain(knn__node *node) {
  atomic_fetch_add_explicit(&node->refs, 1, memory_order_relaxed);
}

void knn__node_release(knn__node *node) {
  if (!node || atomic_fetch_sub_explicit(&node->refs, 1, memory_order_acq_rel) != 1) return;
  knn__node *waiting = NULL;
  forget_call(node);
  node->after = NULL;
  for (; node; node = waiting) {
    waiting = node->after;
    free_node(node, &waiting);
  }
}

static void add_operands(knn__node *node, knn_value *const *values, int n) {
  for (int i = 0; i < n; i++) {
    if (values[i]) knn_value_retain(values[i]);
    node->in[node->n_operands++] = values[i];
  }
}

static knn_status take_names(knn__node *node, const char *const *names, int n) {
  node->n_named = n;
  for (int i = 0; i < n; i++) {
    node->names[i] = knn__strdup(node->ctx, names[i]);
    if (!node->names[i]) return KNN_ENOMEM;
  }
  return KNN_OK;
}

static knn_status fill(knn__node *node, knn_value *const *ins, int n_in,
                       const knn_layer_extra *extra, const knn__spec *out, int n_out) {
  static const knn_layer_extra nothing = {0};
  knn_ctx *ctx = node->ctx;
  if (!extra) extra = &nothing;
  node->n_in = n_in;
  node->masked = extra->masks;
  const int n = (node->masked ? 2 * n_in : n_in) + extra->n_values;
  node->in = knn__alloc(ctx, (size_t)n * sizeof *node->in);
  node->names = knn__alloc(ctx, (size_t)extra->n_values * sizeof *node->names);
  node->out = knn__alloc(ctx, (size_t)n_out * sizeof *out);
  if (!node->in || !node->names || !node->out) return KNN_ENOMEM;
  add_operands(node, ins, n_in);
  if (node->masked) add_operands(node, extra->masks, n_in);
  add_operands(node, extra->values, extra->n_values);
  for (int i = 0; i < n_out; i++) node->out[i] = out[i];
  node->n_out = n_out;
  node->options = (knn_config *)(uintptr_t)extra->options;
  if (node->options) knn_config_retain(node->options);
  return take_names(node, extra->names, extra->n_values);
}

knn_layer_extra knn__node_extra(const knn__node *node, knn_value *const *operands) {
  knn_layer_extra extra = {.options = node->options, .n_values = node->n_named};
  if (node->masked) extra.masks = operands + node->n_in;
  extra.names = (const char *const *)node->names;
  extra.values = operands + node->n_operands - node->n_named;
  return extra;
}

static knn__node *new_node(knn_ctx *ctx) {
  knn__node *node = knn__alloc(ctx, sizeof *node);
  if (!node) return NULL;
  atomic_init(&node->refs, 1);
  node->ctx = ctx;
  node->training = -1;
  knn_ctx_retain(ctx);
  return node;
}

/* The arguments' copy, and a name as Keras gives to the operations of a drawing. */
static knn_status take_op(knn__node *node, const knn__op *op, const void *args) {
  knn_ctx *ctx = node->ctx;
  node->op = op;
  if (args) {
    void *copy = knn__alloc(ctx, op->cls.args_size);
    knn_status st = copy ? knn__args_copy(ctx, &op->cls, args, copy) : KNN_ENOMEM;
    if (st != KNN_OK) {
      knn__free(ctx, copy);
      return st;
    }
    node->args = copy;
  }
  return knn__unique_name(ctx, op->cls.name, &node->name);
}

knn_status knn__node_op(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                        int n_in, const knn__spec *out, int n_out, knn__node **result) {
  knn__node *node = new_node(ctx);
  if (!node) return KNN_ENOMEM;
  knn_status st = fill(node, ins, n_in, NULL, out, n_out);
  if (st == KNN_OK) st = take_op(node, op, args);
  if (st == KNN_OK)
    *result = node;
  else
    knn__node_release(node);
  return st;
}

knn_status knn__node_layer(knn_object *layer, knn__calls *calls, knn_value *const *ins, int n_in,
                           int training, const knn_layer_extra *extra, const knn__spec *out,
                           int n_out, knn__node **result) {
  knn__node *node = new_node(layer->ctx);
  if (!node) return KNN_ENOMEM;
  node->layer = layer;
  node->training = training;
  knn_object_retain(layer);
  knn_status st = fill(node, ins, n_in, extra, out, n_out);
  if (st != KNN_OK) {
    knn__node_release(node);
    return st;
  }
  note_call(node, calls);
  *result = node;
  return KNN_OK;
}

knn_status knn__node_value(knn__node *node, int at, knn_value **out) {
  knn_value *v = knn__alloc(node->ctx, sizeof *v);
  if (!v) return KNN_ENOMEM;
  atomic_init(&v->refs, 1);
  v->ctx = node->ctx;
  v->spec = node->out[at];
  v->node = node;
  v->at = at;
  knn__node_retain(node);
  *out = v;
  return KNN_OK;
}
