/* graph.h - a graph that ops grow: records in the order they were applied, which is a topological
 * order. Records, nodes and argument copies live in the graph's arena and go with it. */
#ifndef KNN__GRAPH_H
#define KNN__GRAPH_H

#include "arena.h"
#include "map.h"
#include "variable.h"

struct knn_graph {
  atomic_int refs;
  knn_ctx *ctx;
  knn__arena arena;
  knn__record **records;
  int n_records, cap_records;
  knn_value **values; /* by id: inputs, variables, constants and results */
  int n_values, cap_values;
  knn__map leaves;       /* variable, constant tensor value, node of another graph -> node */
  knn_value **leaf_refs; /* the values kept alive for them */
  int n_leaf_refs, cap_leaf_refs;
  const char *layer; /* path of the layer being called */
  bool takes_nodes;  /* of other graphs: they become leaves, as tensors do; else an error */
  uint32_t random_draws;
};

knn_status knn__graph_new(knn_ctx *ctx, knn_graph **out);
void knn__graph_retain(knn_graph *g);
void knn__graph_release(knn_graph *g); /* NULL is fine */

/* A node to be fed from outside. Lent, as all nodes made here: they live as long as the graph. */
knn_status knn__graph_input(knn_graph *g, const knn__spec *spec, knn_value **out);
/* The node that stands for a tensor value: a variable's contents at the time of running, or a
 * constant. For a node of another graph: an input. */
knn_status knn__graph_leaf(knn_graph *g, knn_value *value, knn_value **out);
/* Append a record; `specs` are the results' specs as infer gave them. */
knn_status knn__graph_append(knn_graph *g, const knn__op *op, const void *args,
                             knn_value *const *ins, int n_in, const knn__spec *specs, int n_out,
                             knn__record **out);

/* A value without a record yet, for a pass whose op gives more than those that it replaces. */
knn_status knn__graph_result(knn_graph *g, const knn__spec *spec, knn_value **out);

/* While tracing, every op applied in the context grows `g`, also those on tensors only. Returns
 * what was traced before, to be given to knn__trace_end. */
knn_graph *knn__trace_begin(knn_graph *g);
void knn__trace_end(knn_ctx *ctx, knn_graph *before);

#endif
