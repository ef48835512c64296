/* topology.c - which calls a model consists of, and in what order its operations are listed.
 *
 * Depth first from the outputs: an operation gets its index when it is reached, a call its place
 * when all calls before it have theirs, so that the places are an order to run in. Then from the
 * outputs back: depth of a call = the largest of its own, its operation's and those behind it + 1.
 * Operations are listed by falling depth, at equal depth by index. */
#include <stdlib.h>
#include <string.h>

#include "functional.h"
#include "map.h"
#include "text.h"

typedef struct visit {
  knn__node *node;
  int next; /* operand to go to */
} visit;

typedef struct walk {
  knn_ctx *ctx;
  knn_layer *layer;
  knn__functional *f;
  knn__map places; /* node -> 1 + place of its call, once all before it are placed; 0 while not */
  knn__map operations; /* layer or node -> 1 + number of its operation */
  visit *stack;
  int depth, capacity;
} walk;

static void *number(int i) {
  return (void *)(uintptr_t)(i + 1);
}

static int number_of(const knn__map *map, const void *key) {
  return (int)(uintptr_t)knn__map_get(map, key) - 1;
}

static const void *operation_key(const knn__node *node) {
  return node->op ? (const void *)node : (const void *)node->layer;
}

/* The model's own input that stands for v, or v. */
static const knn_value *inner(const knn__functional *f, const knn_value *v) {
  for (int i = 0; i < f->n_in; i++)
    if (v->node == f->given[i]->node && v->at == f->given[i]->at) return f->in[i];
  return v;
}

static bool is_input(const knn__functional *f, const knn__node *node) {
  for (int i = 0; i < f->n_in; i++)
    if (f->in[i]->node == node) return true;
  return false;
}

static knn_status disconnected(const walk *w, const knn__node *node) {
  knn__text known = {.ctx = w->ctx};
  for (int i = 0; i < w->f->n_in; i++)
    knn__text_add(&known, "%s'%s'", i ? ", " : "", knn__node_name(w->f->in[i]->node));
  knn_status st = knn_fail(w->ctx, KNN_EARG,
                           "an output depends on the input '%s', which is not among the model's "
                           "inputs (%s)",
                           knn__node_name(node), known.s ? known.s : "none");
  knn__free(w->ctx, known.s);
  return st;
}

static knn_status add_operation(walk *w, knn__node *node, int *out) {
  knn__functional *f = w->f;
  *out = number_of(&w->operations, operation_key(node));
  if (*out >= 0) return KNN_OK;
  KNN__TRY(knn__grow(w->ctx, (void **)&f->operations, &f->cap_operations, f->n_operations,
                     sizeof *f->operations));
  KNN__TRY(knn__map_set(&w->operations, operation_key(node), number(f->n_operations)));
  f->operations[f->n_operations] =
      (knn__operation){.layer = knn_layer_of(node->layer), .node = node, .index = f->n_operations};
  *out = f->n_operations++;
  return KNN_OK;
}

/* Begin with a node unless that was done. */
static knn_status enter(walk *w, knn__node *node) {
  int operation;
  if (knn__map_get(&w->places, node)) return KNN_OK;
  if (node->n_in == 0 && !node->op && !is_input(w->f, node)) return disconnected(w, node);
  KNN__TRY(add_operation(w, node, &operation));
  KNN__TRY(knn__grow(w->ctx, (void **)&w->stack, &w->capacity, w->depth, sizeof *w->stack));
  w->stack[w->depth++] = (visit){.node = node};
  return KNN_OK;
}

static knn_status place(walk *w, knn__node *node) {
  knn__functional *f = w->f;
  KNN__TRY(knn__grow(w->ctx, (void **)&f->calls, &f->cap_calls, f->n_calls, sizeof *f->calls));
  KNN__TRY(knn__map_set(&w->places, node, number(f->n_calls)));
  knn__model_call *call = &f->calls[f->n_calls++];
  *call = (knn__model_call){.node = node, .first = f->n_slots};
  call->operation = number_of(&w->operations, operation_key(node));
  f->n_slots += node->n_out;
  knn__node_retain(node);
  return KNN_OK;
}

static knn_status visit_all(walk *w, const knn_value *output) {
  KNN__TRY(enter(w, inner(w->f, output)->node));
  while (w->depth > 0) {
    visit *top = &w->stack[w->depth - 1];
    knn__node *node = top->node;
    if (knn__map_get(&w->places, node)) {
      w->depth--;
    } else if (top->next < node->n_operands) {
      const knn_value *v = node->in[top->next++];
      if (v && v->node) KNN__TRY(enter(w, inner(w->f, v)->node));
    } else {
      w->depth--;
      KNN__TRY(place(w, node));
    }
  }
  return KNN_OK;
}

static int larger(int a, int b) {
  return a > b ? a : b;
}

static void set_depths(walk *w) {
  knn__functional *f = w->f;
  for (int i = f->n_calls - 1; i >= 0; i--) {
    knn__model_call *call = &f->calls[i];
    knn__operation *operation = &f->operations[call->operation];
    call->depth = operation->depth = larger(call->depth, operation->depth);
    for (int k = 0; k < call->node->n_operands; k++) {
      const knn_value *v = call->node->in[k];
      if (!v || !v->node) continue;
      knn__model_call *before = &f->calls[number_of(&w->places, inner(f, v)->node)];
      before->depth = larger(before->depth, call->depth + 1);
    }
  }
}

/* Inputs that no output needs are kept, before all others of depth 0. */
static knn_status place_unused_inputs(walk *w) {
  for (int i = 0; i < w->f->n_in; i++) {
    int operation;
    knn__node *node = w->f->in[i]->node;
    if (knn__map_get(&w->places, node)) continue;
    KNN__TRY(add_operation(w, node, &operation));
    w->f->operations[operation].index = -1;
    KNN__TRY(place(w, node));
  }
  return KNN_OK;
}

static int compare(const void *a, const void *b) {
  const knn__operation *x = a, *y = b;
  if (x->depth != y->depth) return y->depth - x->depth;
  return x->index - y->index;
}

/* List the operations in Keras's order; the calls' numbers follow. */
static knn_status sort_operations(walk *w) {
  knn__functional *f = w->f;
  for (int i = 0; i < f->n_calls; i++) f->calls[i].operation = 0;
  qsort(f->operations, (size_t)f->n_operations, sizeof *f->operations, compare);
  for (int i = 0; i < f->n_operations; i++)
    KNN__TRY(knn__map_set(&w->operations, operation_key(f->operations[i].node), number(i)));
  for (int i = 0; i < f->n_calls; i++)
    f->calls[i].operation = number_of(&w->operations, operation_key(f->calls[i].node));
  return KNN_OK;
}

static int slot_of(const walk *w, const knn_value *v) {
  if (!v || !v->node) return -1;
  v = inner(w->f, v);
  return w->f->calls[number_of(&w->places, v->node)].first + v->at;
}

static knn_status resolve(walk *w) {
  knn__functional *f = w->f;
  for (int i = 0; i < f->n_calls; i++) {
    knn__model_call *call = &f->calls[i];
    const knn__node *node = call->node;
    call->in = knn__alloc(w->ctx, (size_t)node->n_operands * sizeof *call->in);
    if (!call->in) return KNN_ENOMEM;
    for (int k = 0; k < node->n_operands; k++) call->in[k] = slot_of(w, node->in[k]);
  }
  for (int i = 0; i < f->n_in; i++) f->in_slot[i] = slot_of(w, f->in[i]);
  for (int i = 0; i < f->n_out; i++) f->out_slot[i] = slot_of(w, f->out[i]);
  return KNN_OK;
}

static knn_status map_all(walk *w) {
  for (int i = 0; i < w->f->n_out; i++) KNN__TRY(visit_all(w, w->f->out[i]));
  set_depths(w);
  KNN__TRY(place_unused_inputs(w));
  KNN__TRY(sort_operations(w));
  return resolve(w);
}

knn_status knn__functional_map(knn_layer *layer, knn__functional *f) {
  knn_ctx *ctx = layer->base.ctx;
  walk w = {.ctx = ctx, .layer = layer, .f = f, .places.ctx = ctx, .operations.ctx = ctx};
  knn_status st = map_all(&w);
  knn__map_clear(&w.places);
  knn__map_clear(&w.operations);
  knn__free(ctx, w.stack);
  return st;
}
