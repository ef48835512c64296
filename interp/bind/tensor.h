/* tensor.h - what the files about tensors share. */
#ifndef KNN_INTERP_BIND_TENSOR_H
#define KNN_INTERP_BIND_TENSOR_H

#include <stdio.h>

#include "bind.h"

/* Push a tensor, taking the reference over. */
void knn__bind_push_tensor(lua_State *L, knn_tensor *t);
/* The same for a view, behind which stands no memory of its own. */
void knn__bind_push_view(lua_State *L, knn_tensor *t);
/* A new tensor of zeros, pushed; lent. */
knn_tensor *knn__bind_new_tensor(lua_State *L, knn_dtype type, int rank, const int64_t *dims);
knn_dtype knn__bind_dtype(lua_State *L, int arg, knn_dtype otherwise);
int knn__bind_shape(lua_State *L, int arg, int64_t dims[KNN_MAX_RANK]);
/* A table of sizes; knn.ANY where one is not known. */
void knn__bind_push_shape(lua_State *L, int rank, const int64_t *dims);

/* A number as a scalar that follows the type of the tensor beside it: t + 1 keeps t's type unless t
 * holds integers and the number has a fraction. Replaces the number at idx; other values become
 * tensors as they are. */
void knn__bind_weak_scalar(lua_State *L, int idx, knn_dtype beside);
/* The value at idx as a tensor for `who`: raises unless it is one, or a number or table that
 * becomes one. */
void knn__bind_need_data(lua_State *L, int idx, const char *who);
/* A Lua string at idx as a tensor of one string without axes; pushed. */
void knn__bind_push_text(lua_State *L, int idx);
/* One element as a Lua value: number, integer, boolean or string; i counts from 0. */
void knn__bind_push_element(lua_State *L, knn_tensor *t, int64_t i);
/* Tell the collector how much memory stands behind a value that was just put into a box. */
void knn__bind_press(lua_State *L, const knn_value *value);
/* Apply with options as they are (may be NULL, lent) to the boxes from stack index `first` on;
 * pushes the results. */
int knn__bind_apply_config(lua_State *L, const char *op, int first, int n,
                           const knn_config *options);

/* Apply an op to the n values from stack index `first` on, with at most one option taken from the
 * value at `option` (0 = none); pushes all results and returns their number. */
int knn__bind_apply(lua_State *L, const char *op, int first, int n, const char *option_name,
                    int option);

/* index.c: __index and __newindex of the Tensor metatable. */
void knn__open_index(lua_State *L);

/* The n values of the list at idx, as pointers in memory on the stack; the list keeps them alive.
 */
knn_value **knn__bind_values(lua_State *L, int idx, int n);

#endif
