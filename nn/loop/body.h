/* body.h - a piece of graph as a value: what a scan runs at every step. Counted as any object, so
 * that an op's argument block holds it like any other option and copies of the block share it. */
#ifndef KNN__BODY_H
#define KNN__BODY_H

#include "graph.h"
#include "object.h"

typedef struct knn__body {
  knn_object base;
  knn_graph *graph; /* complete: nothing is added to it */
  int n_in, n_out;
  knn_value **in, **out; /* its nodes */
  bool plain; /* draws no random numbers, changes nothing besides its results, adds no loss */
} knn__body;

/* Writes the results into out, in ops on in. */
typedef void knn__body_fn(void *self, knn__scope *s, knn_value *const *in, knn_value **out);

/* What a body reads besides its operands: weights, tensors and nodes that live outside of it. */
typedef struct knn__captured {
  int n;
  knn_value *v[KNN__MAX_IN]; /* new references */
} knn__captured;
void knn__captured_clear(knn__captured *captured);

/* Trace fn on operands of the given types and shapes. What it reads from outside becomes operands
 * behind the first n_in, in `captured`, so that gradients reach it and a plan reads it in place;
 * constants that nobody else holds stay inside. captured NULL: all constants stay inside. */
knn_status knn__body_trace(knn_ctx *ctx, int n_in, const knn__spec *in, int n_out, knn__body_fn *fn,
                           void *self, knn__captured *captured, knn__body **out);
/* The body for operands of these types and shapes: itself (retained) where they are those that it
 * was traced with, else traced anew. */
knn_status knn__body_fit(knn__body *body, const knn__spec *in, knn__body **out);
void knn__body_release(knn__body *body); /* NULL is fine */

#endif
