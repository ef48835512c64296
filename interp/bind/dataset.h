/* dataset.h - the Dataset userdata, for those who make one or take one. */
#ifndef KNN_INTERP_BIND_DATASET_H
#define KNN_INTERP_BIND_DATASET_H

#include "tensor.h"

#define KNN_DATASET_TYPE "knn.Dataset"

/* Push a pipeline, taking the reference over. */
void knn__bind_push_pipeline(lua_State *L, knn_pipeline *p);
/* The values from stack index `first` to `last` as the parts of an element, lent: each a tensor, a
 * list or a table by name. Tensors made on the way are anchored on the stack; the layout is the
 * caller's. False if the first value is nil. */
bool knn__bind_take_element(lua_State *L, int first, int last, const char *who, knn_element *out);
/* Push the parts of an element; returns their number. */
int knn__bind_push_parts(lua_State *L, const knn_element *e);
/* The list of strings at idx, in memory on the stack; *n: their number. */
const char *const *knn__bind_strings(lua_State *L, int idx, const char *who, int64_t *n);
/* The pipeline at idx, lent: of a Dataset, or of a function that gives the next element with each
 * call, which is wrapped on the stack. NULL if it is neither. */
knn_pipeline *knn__bind_to_pipeline(lua_State *L, int idx);

/* dataset_host.c: what takes Lua functions, into the methods on top of the stack and the
 * constructors below them. */
void knn__open_dataset_functions(lua_State *L);

#endif
