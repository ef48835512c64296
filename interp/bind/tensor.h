/* tensor.h - what the files about tensors share. */
#ifndef KNN_INTERP_BIND_TENSOR_H
#define KNN_INTERP_BIND_TENSOR_H

#include <stdio.h>

#include "bind.h"

/* Push a tensor, taking the reference over. */
void knn__bind_push_tensor(lua_State *L, knn_tensor *t);
/* A new tensor of zeros, pushed; lent. */
knn_tensor *knn__bind_new_tensor(lua_State *L, knn_dtype type, int rank, const int64_t *dims);
knn_dtype knn__bind_dtype(lua_State *L, int arg, knn_dtype otherwise);
int knn__bind_shape(lua_State *L, int arg, int64_t dims[KNN_MAX_RANK]);
/* A table of sizes; knn.ANY where one is not known. */
void knn__bind_push_shape(lua_State *L, int rank, const int64_t *dims);

/* Apply an op to the n values from stack index `first` on, with at most one option taken from the value at `option` (0 = none);
 * pushes all results and returns their number. */
int knn__bind_apply(lua_State *L, const char *op, int first, int n, const char *option_name, int option);

/* index.c: __index and __newindex of the Tensor metatable. */
void knn__open_index(lua_State *L);

#endif
