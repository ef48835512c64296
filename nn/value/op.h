/* op.h - the op table: one row per op, written in the op's own file.
 *
 * A row answers four questions: `infer` gives types and shapes of the results (sizes may be
 * KNN_ANY), `prepare` makes what running needs, `forward` computes into memory it is given, `vjp`
 * writes the gradient as ops. The same row serves eager tensors, graphs and second derivatives. */
#ifndef KNN__OP_H
#define KNN__OP_H

#include "args.h"
#include "kernel.h"
#include "knn/value.h"
#include "loop_types.h"
#include "random.h"
#include "shape.h"

enum { KNN__MAX_OUT = 64, KNN__MAX_IN = 256 };

/* Packed row-major elements of one operand. */
typedef struct knn__buf {
  void *data;
  knn__spec spec;
  int64_t n; /* elements */
} knn__buf;

/* One op about to run: everything is resolved, nothing is looked up. */
typedef struct knn__call knn__call;
struct knn__call {
  knn_ctx *ctx;
  const struct knn__op *op;
  const void *args; /* the row's argument block; NULL if it has none */
  int n_in, n_out;
  const knn__buf *in;
  knn__buf *out;
  void *scratch;        /* scratch_bytes of memory; contents undefined */
  size_t scratch_bytes; /* set by prepare */
  void *state;          /* set by prepare, dropped by release */
  const char *provider; /* whose kernel, for the profile; set by prepare, else "own" */
  const char *why;      /* why a better provider declined, or NULL */
  knn__stream stream;   /* random ops: seed and op fixed, step is the step's number */
};

/* What a call has to do, for the profile. Preset: an operation per element of the largest operand
 * or result, and the bytes of all of them. */
typedef struct knn__cost {
  double flops, bytes;
} knn__cost;

/* How an elementwise op works on a run of elements: a loop over its operands, then `n_constants`
 * scalars, then the result. */
typedef struct knn__inner {
  knn__loop *loop;
  int n_operands; /* preset to the call's n_in; less if only the shape of the last ones is read */
  int n_constants;
  uint64_t constants[2]; /* an element each */
  const char *provider;  /* whose loop; NULL = ref's */
} knn__inner;

/* What infer sees and fills. */
typedef struct knn__infer {
  knn_ctx *ctx;
  const void *args;
  int n_in;
  const knn__spec *in;
  int n_out;      /* preset to the row's n_out when fixed */
  knn__spec *out; /* room for KNN__MAX_OUT */
} knn__infer;

typedef struct knn__scope knn__scope;

/* What vjp sees and fills. All values are lent. dy[i] is NULL where nothing flows back; dx[i] stays
 * NULL for "no gradient". Fill only those with wanted[i]. */
typedef struct knn__vjp {
  const void *args;
  int n_in, n_out;
  knn_value *const *in, *const *out, *const *dy;
  const bool *wanted;
  knn_value **dx;
} knn__vjp;

enum {
  KNN__OP_INPLACE = 1, /* elementwise: out[0] may share the memory of an input of the same spec */
  KNN__OP_ALIAS = 2,   /* out[0] is in[0]'s memory under another shape; forward is not called */
  KNN__OP_RANDOM = 4,  /* draws from call->stream */
  KNN__OP_EFFECT = 8,  /* changes something besides its results; never dropped, moved or merged */
  KNN__OP_HIDDEN = 16, /* engine-internal: not offered by name */
  /* What is done to operands before the row sees them, when the op is applied by name or by its
     function: */
  KNN__OP_PROMOTE = 32,  /* different types become the common type: bool < uint8 < int32 < int64 <
                            float32 < float64 */
  KNN__OP_TO_FLOAT = 64, /* integers and bools become float32 */
  KNN__OP_TO_BOOL =
      128, /* operands become bool; together with PROMOTE only the first, the others are promoted */
  KNN__OP_HALVES = 256, /* takes 16-bit floats as they are; other ops get them as float32 */
  KNN__OP_STRINGS =
      512 /* moves or compares elements of any type, strings too; others refuse them */
};

/* What compose sees and fills: values are lent. */
typedef struct knn__composition {
  const void *args;
  int n_in;
  knn_value *const *in;
  int n_out; /* preset to 1 */
  knn_value *out[KNN__MAX_OUT];
} knn__composition;

typedef struct knn__op {
  knn_class cls;
  int min_in, max_in; /* max_in = -1: any number up to KNN__MAX_IN */
  int n_out;          /* -1: infer decides */
  unsigned unread;    /* bit k: forward looks at operand k's shape only, so a plan does not keep its
                         contents for it */
  unsigned flags;
  /* Check the operands and give the results' specs. Messages need no op name; it is put in front.
   */
  knn_status (*infer)(const knn__infer *q);
  knn_status (*prepare)(
      knn__call *call); /* specs set, pointers not yet; NULL = nothing to prepare */
  void (*release)(knn__call *call);
  knn_status (*forward)(const knn__call *call);
  void (*vjp)(knn__scope *scope, const knn__vjp *g); /* NULL = not differentiable (gradient zero) */
  /* A function made of other ops: it applies them, and the row needs nothing of the above but its
   * class and the number of operands. Graphs and tapes see the ops that it is made of. */
  void (*compose)(knn__scope *scope, knn__composition *c);
  /* Elementwise ops with one result: the loop for the specs and arguments of the call. prepare,
   * release and forward are then those of traverse.h, and passes may run the loop among others. */
  void (*inner)(const knn__call *call, knn__inner *out);
  void (*cost)(const knn__call *call, knn__cost *cost); /* where the preset is wrong; else NULL */
} knn__op;

/* Convert operands as the row's flags say; outs are lent by the scope. */
void knn__promote(knn__scope *scope, const knn__op *op, int n, knn_value *const *ins,
                  knn_value **outs);

/* Ops on 16-bit floats (op/halves.c): a weight as the layer that computes reads it; whether
 * operands must be cast for an op; and the op between casts (room for KNN__MAX_OUT results). */
knn_value *knn__autocast(knn__scope *scope, const knn__op *op, knn_value *x);
bool knn__needs_casts(const knn_ctx *ctx, const knn__op *op, knn_value *const *ins, int n);
knn_status knn__apply_with_casts(knn_ctx *ctx, const knn__op *op, const void *args,
                                 knn_value *const *ins, int n_in, knn_value **outs, int *n_out);

extern const knn__op *const knn__ops[];
extern const int knn__ops_n;

#endif
