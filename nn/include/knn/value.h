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

KNN_END

#endif
