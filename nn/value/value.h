/* value.h - inside of values; apply; and the scope in which layers and gradients are written as
 * expressions. */
#ifndef KNN__VALUE_H
#define KNN__VALUE_H

#include "knn/value.h"
#include "op.h"

typedef struct knn_graph knn_graph;
typedef struct knn_variable knn_variable;
typedef struct knn__record knn__record;

/* A value is one of three: a tensor, which has data; a node of a graph that is being traced; or a
 * symbolic value, which models are drawn with (node.h). Tensor and symbolic values are counted by
 * themselves. A node belongs to its graph: retaining it retains the graph. */
struct knn_value {
  atomic_int refs; /* not of nodes */
  knn_ctx *ctx;
  knn__spec spec;
  knn_tensor *tensor; /* contiguous or a view; NULL for the others */
  knn_graph *graph;   /* of a node, else NULL */
  knn_value *mask;    /* see knn__value_attach_mask; NULL = everything counts */
  /* symbolic values: */
  struct knn__node *node; /* the call that made it, counted; else NULL */
  int at;                 /* which result of the call */
  /* nodes: */
  knn__record *from;      /* the op that made it; NULL for a leaf */
  int id;                 /* in the graph, from 0 */
  knn_variable *variable; /* leaf that reads a variable */
  knn_tensor *constant;   /* leaf with fixed contents */
};

/* One applied op: on a graph, or on a tape. */
struct knn__record {
  const knn__op *op;
  void *args; /* own copy; NULL if the op has none */
  int n_in, n_out;
  knn_value **in, **out;
  const char *layer;  /* path of the layer that applied it, "" outside of any; lives as long as the
                         graph or tape */
  uint32_t random_id; /* which draw of the step this is, for random ops */
};

/* Let the value carry a mask (bool, its leading axes; true = counts), as tensors do in Keras that
 * come from a layer. A value that has one keeps it. Ops do not hand it on. */
knn_status knn__value_attach_mask(knn_value *value, knn_value *mask);

/* Apply a row to values with a parsed argument block (copied). Grows the graph if an input is a
 * node or the context is tracing one; notes a call if an input is symbolic; computes at once
 * otherwise. outs receives new references. */
knn_status knn__apply(knn_ctx *ctx, const knn__op *op, const void *args, knn_value *const *ins,
                      int n_in, knn_value **outs, int *n_out);

/* Compute one op on tensors, without tape or graph: the eager path's core. outs: new tensors. */
knn_status knn__run_op(knn_ctx *ctx, const knn__op *op, const void *args, knn_tensor *const *ins,
                       int n_in, const knn__stream *stream, knn_tensor **outs, int *n_out);

/* A scope collects the intermediate values of an expression and a sticky failure, so that gradients
 * and layers read as mathematics: z = knn__add(s, knn__mul(s, x, y), b). After a failure every
 * function returns NULL and does nothing. Values are lent by the scope until knn__scope_end; retain
 * what must live on. */
struct knn__scope {
  knn_ctx *ctx;
  knn_status status;
  knn_value *extra_loss; /* sum of penalties and losses added by layers so far, lent; NULL = none */
  knn_value **held;
  int n, capacity;
};

void knn__scope_begin(knn__scope *scope, knn_ctx *ctx);
/* Drops the held values; returns the sticky status. */
knn_status knn__scope_end(knn__scope *scope);
/* Give a new reference to the scope; returns it as lent. NULL passes. */
knn_value *knn__hold(knn__scope *scope, knn_value *value);
/* Set the sticky failure with a message; returns NULL. */
knn_value *knn__scope_fail(knn__scope *scope, knn_status status, const char *format, ...)
    KNN_PRINTF(3, 4);

/* Apply a row with one result. */
knn_value *knn__op_apply(knn__scope *scope, const knn__op *op, const void *args, int n_in,
                         knn_value *const *ins);
knn_value *knn__op1(knn__scope *scope, const knn__op *op, const void *args, knn_value *x);
knn_value *knn__op2(knn__scope *scope, const knn__op *op, const void *args, knn_value *x,
                    knn_value *y);
knn_value *knn__op3(knn__scope *scope, const knn__op *op, const void *args, knn_value *x,
                    knn_value *y, knn_value *z);

/* A constant of the given type and shape filled with x; rank 0 by knn__scalar. Broadcasting makes
 * scalars enough. */
knn_value *knn__scalar(knn__scope *scope, knn_dtype type, double x);
knn_value *knn__scalar_like(knn__scope *scope, knn_value *like, double x); /* like's type, rank 0 */
/* A constant whose element i, counted over the whole shape, is at(arg, i). */
knn_value *knn__constant(knn__scope *scope, knn_dtype type, int rank, const int64_t *dims,
                         double (*at)(const void *arg, int64_t i), const void *arg);

#endif
