/* value.h - what ops work on: a tensor (has data), a node (grows a graph while a layer's call is
 * traced), or a symbolic value (models are drawn with it, see knn_input_new). */
#ifndef KNN_VALUE_H
#define KNN_VALUE_H

#include "knn/schema.h"
#include "knn/tensor.h"

KNN_BEGIN

typedef struct knn_value knn_value;

KNN_API knn_status knn_value_from(knn_tensor *t, knn_value **out); /* retains the tensor */
KNN_API void knn_value_retain(knn_value *v);
KNN_API void knn_value_release(knn_value *v); /* NULL is fine */
KNN_API knn_ctx *knn_value_ctx(const knn_value *v);
KNN_API knn_tensor *knn_value_tensor(const knn_value *v); /* lent; NULL if it has no data */
/* The mask that a layer left on the value, lent; NULL = everything counts. */
KNN_API knn_value *knn_value_mask(const knn_value *v);
KNN_API knn_dtype knn_value_dtype(const knn_value *v);
KNN_API int knn_value_rank(const knn_value *v);
/* KNN_ANY where a size is not known */
KNN_API const int64_t *knn_value_dims(const knn_value *v);

/* Apply the op called `name`: runs at once on tensors, grows a graph on nodes, is noted on symbolic
 * values. `*n_out` gives the
 * room in `outs` and receives the number of results. Errors name the op and the shapes. */
KNN_API knn_status knn_apply(knn_ctx *ctx, const char *name, knn_value *const *ins, int n_in,
                             const knn_config *options, knn_value **outs, int *n_out);

/* How many operands the op called `name` takes; *max = -1: any number. False if there is no such
 * op. */
KNN_API bool knn_op_operands(const char *name, int *min, int *max);

/* Gradients of eager code: ops applied between begin and end are recorded. Tapes nest; gradients
 * taken while an outer tape records can themselves be differentiated. */
typedef struct knn_tape knn_tape;
KNN_API knn_status knn_tape_begin(knn_ctx *ctx, knn_tape **out);
/* End recording and release the tape; NULL is fine. Tapes end in the reverse order of their
 * beginning. */
KNN_API void knn_tape_end(knn_tape *tape);
/* d(sum of y)/d(xs[i]) into dxs[i] (a new reference; zeros where y does not depend on it).
 * Recording pauses meanwhile. */
KNN_API knn_status knn_tape_gradient(knn_tape *tape, knn_value *y, knn_value *const *xs, int n,
                                     knn_value **dxs);

/* A function over values made into a plan. Ops applied to the inputs that begin gives (new
 * references) are recorded and not run; end takes what they lead to and plans it. `like` lends
 * shapes and types. Captured weights and tensors are read as they are when the plan runs, random
 * ops draw anew, and results are the bits that the same ops give when they run one by one. */
typedef struct knn_function knn_function;
KNN_API knn_status knn_function_begin(knn_ctx *ctx, knn_value *const *like, int n,
                                      knn_value **inputs, knn_function **out);
/* After a failure the function can only be released. */
KNN_API knn_status knn_function_end(knn_function *f, knn_value *const *results, int n);
/* inputs: tensors, as many as begin had; results: new references. */
KNN_API knn_status knn_function_run(knn_function *f, knn_value *const *inputs, knn_value **results);
KNN_API int knn_function_n_results(const knn_function *f);
/* True when weights moved in memory since: it must be made again. */
KNN_API bool knn_function_stale(const knn_function *f);
/* NULL is fine; also ends the recording of a function that was begun only. */
KNN_API void knn_function_release(knn_function *f);
/* Whether ops are being recorded, on a tape or for a plan: the results of a function that runs now
 * would be constants there. */
KNN_API bool knn_recording(const knn_ctx *ctx);
/* Whether they are recorded for a plan. */
KNN_API bool knn_tracing(const knn_ctx *ctx);

KNN_END

#endif
