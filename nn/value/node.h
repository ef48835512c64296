/* node.h - symbolic values: what a model is drawn with before any data is there. A node is one
 * call, of an op or of a layer; it holds the values it was called on, and a symbolic value holds
 * the node that made it. So a drawing is kept by its last values and goes with them, and drawings
 * need not know of each other until a call joins them. An input is a call of an InputLayer on
 * nothing. */
#ifndef KNN__NODE_H
#define KNN__NODE_H

#include "knn/layer.h"
#include "object.h"
#include "value.h"

typedef struct knn__node knn__node;
struct knn__node {
  atomic_int refs;
  knn_ctx *ctx;
  const knn__op *op; /* NULL for a layer's call */
  void *args;        /* own copy of the op's arguments; NULL if it has none */
  char *name;        /* of the op's call: "add", "add_1" */
  knn_object *layer; /* counted; NULL for an op */
  int training;      /* 1, 0, or -1 = as the model is called */
  /* Operands, counted: inputs; then, if masks were given, one for each, which may be NULL; then the
   * tensors that a layer's call was given by name. Symbolic values and tensors. */
  int n_in, n_operands;
  knn_value **in;
  knn__spec *out;
  int n_out;
  bool masked;
  knn_config *options; /* of a layer's call, counted; NULL = none */
  int n_named;         /* tensors by name */
  char **names;
  int index; /* which call of the layer it is, from 0; calls that are gone were counted */
  /* in the list of its layer's calls, oldest first, which does not count */
  struct knn__calls *calls;
  knn__node *before, *after;
};

/* The living calls of a layer on symbolic values; zeroed at first. */
typedef struct knn__calls {
  knn__node *first, *last;
  int made;
} knn__calls;

/* A call of an op (args copied) with results of the given specs; operands are retained. */
knn_status knn__node_op(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                        int n_in, const knn__spec *out, int n_out, knn__node **node);
/* A call of a layer, noted in `calls`. extra may be NULL. */
knn_status knn__node_layer(knn_object *layer, struct knn__calls *calls, knn_value *const *ins,
                           int n_in, int training, const knn_layer_extra *extra,
                           const knn__spec *out, int n_out, knn__node **node);
/* What the call was given besides its inputs, with operands[i] in the place of its own; lent. */
knn_layer_extra knn__node_extra(const knn__node *node, knn_value *const *operands);
void knn__node_retain(knn__node *node);
void knn__node_release(knn__node *node); /* NULL is fine */
/* The symbolic value that stands for result `at`, which retains the node. */
knn_status knn__node_value(knn__node *node, int at, knn_value **out);
/* "dense" or "add_1" */
static inline const char *knn__node_name(const knn__node *node) {
  return node->op ? node->name : node->layer->name;
}

#endif
