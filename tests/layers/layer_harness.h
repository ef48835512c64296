/* layer_harness.h - one table entry per layer and situation yields all checks of it:
 *   output shape with an unknown batch and with a real one; weights, their number and paths; the
 * config makes an equal layer; every gradient (inputs and weights) against central differences, in
 * double; float32 against float64; the same bits from a plan as eagerly; the same seed, the same
 * numbers; training against inference. */
#ifndef KNN_TESTS_LAYER_HARNESS_H
#define KNN_TESTS_LAYER_HARNESS_H

#include "testing.h"

#include "layer.h"

enum {
  LAYER_TRAINS = 1,     /* computes something else in training */
  LAYER_RANDOM = 2,     /* draws in training: gradients there are not compared with differences */
  LAYER_NO_GRADIENT = 4 /* by input */
};

typedef struct layer_case {
  const char *cls, *options;
  int rank;
  int64_t dims[KNN_MAX_RANK]; /* of the input, batch first */
  int64_t ids;                /* > 0: int32 inputs of 0 .. ids - 1; else floats of -2 .. 2 */
  const char *shape;          /* of the output, "(None, 3)" */
  int weights;
  int64_t params;
  unsigned flags;
} layer_case;

/* A case with further inputs and options of each call. */
typedef struct layer_case_more {
  layer_case plain;
  const char *others; /* their sizes, "2,5,4 2,5,3"; NULL = none */
  const char *call;   /* "use_causal_mask=true"; NULL = none */
} layer_case_more;

void layer_check(knn_ctx *ctx, const layer_case *c);
void layer_check_more(knn_ctx *ctx, const layer_case_more *c);

/* A wrong call: the layer is made, built by an input of `built` (rank 0: not), then called;
 * somewhere on the way the message must be exactly `error`. */
typedef struct layer_fault {
  const char *cls, *options;
  int built_rank;
  int64_t built[KNN_MAX_RANK];
  int rank;
  int64_t dims[KNN_MAX_RANK];
  knn_dtype dtype;
  const char *error;
} layer_fault;

/* The message, into a buffer; "" when nothing failed. */
void layer_fault_message(knn_ctx *ctx, const layer_fault *f, char *out, size_t size);

#endif
