/* replay.h - a recorded graph applied again to other values: tensors, which computes it, or nodes
 * of another graph, which copies it there. */
#ifndef KNN__REPLAY_H
#define KNN__REPLAY_H

#include "graph.h"

/* Apply the records that outs[] depend on, with to[i] in the place of node from[i]; results lent by
 * the scope. Variables and constants are read as they stand. Effects are not repeated. */
void knn__replay(knn__scope *s, const knn_graph *g, int n, knn_value *const *from,
                 knn_value *const *to, int n_out, knn_value *const *outs, knn_value **results);

#endif
