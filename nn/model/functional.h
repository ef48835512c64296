/* functional.h - a model drawn with symbolic values, as a layer: its calls in the order they run,
 * and its operations in Keras's order. */
#ifndef KNN__FUNCTIONAL_H
#define KNN__FUNCTIONAL_H

#include "model.h"
#include "node.h"

/* An operation: a layer, however often it is called, or one call of an op. */
typedef struct knn__operation {
  knn_layer *layer; /* lent; NULL for an op */
  knn__node *node;  /* its first call in this model, lent */
  int depth, index; /* calls between it and the outputs; when it was reached from them */
} knn__operation;

/* One call. Results of all calls have numbers of their own, slots. */
typedef struct knn__model_call {
  knn__node *node;
  int operation; /* which one it is a call of */
  int depth;     /* calls between it and the outputs */
  int first;     /* slot of its first result */
  int *in;       /* slot of each operand, -1 = take the node's own value */
} knn__model_call;

/* At the fields of a layer for which knn__is_functional holds. */
typedef struct knn__functional {
  knn__model_call *calls; /* in the order they run */
  int n_calls, cap_calls;
  knn__operation *operations;
  int n_operations, cap_operations;
  int n_slots;
  int n_in, n_out;
  knn_value *given[KNN__MODEL_IO]; /* the inputs as they were given, counted */
  knn_value *in[KNN__MODEL_IO]; /* the same, or an input made in place of an inner value; counted */
  knn_value *out[KNN__MODEL_IO]; /* counted */
  int in_slot[KNN__MODEL_IO], out_slot[KNN__MODEL_IO];
  char *in_key[KNN__MODEL_IO], *out_key[KNN__MODEL_IO]; /* of tables by name, else NULL */
} knn__functional;

bool knn__is_functional(const knn_layer *layer);
static inline const knn__functional *knn__functional_of(const knn_layer *layer) {
  return knn__is_functional(layer) ? layer->fields : NULL;
}
/* Number of the call that a symbolic value comes from, -1 if it is none of the model's. */
int knn__functional_call_of(const knn__functional *f, const knn_value *v);
const char *knn__functional_name(const knn__functional *f, int operation);

/* topology.c: find all calls between inputs and outputs and the order of the operations: Keras's
 * map_graph, which is not the order in which they were made. */
knn_status knn__functional_map(knn_layer *layer, knn__functional *f);

#endif
