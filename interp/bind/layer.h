/* layer.h - what layers and models share. */
#ifndef KNN_INTERP_BIND_LAYER_H
#define KNN_INTERP_BIND_LAYER_H

#include "tensor.h"

extern const luaL_Reg knn__bind_layer_methods[];
/* layer_call.c */
int knn__bind_layer_call(lua_State *L);
/* Push field `key`; false (nothing pushed) if a layer has no such field. */
bool knn__bind_layer_field(lua_State *L, knn_layer *layer, const char *key);
/* Set field `key` to the value at index 3; false if it cannot be set. */
bool knn__bind_layer_set_field(lua_State *L, knn_layer *layer, const char *key);

/* custom_layer.c: fields and methods of layers written in Lua come before all others. Push field
 * `key`; false (nothing pushed) if there is none. Set it to the value at index 3; false if the
 * layer is not written in Lua. */
bool knn__bind_own_field(lua_State *L, const knn_layer *layer, const char *key);
bool knn__bind_set_own_field(lua_State *L, const knn_layer *layer, const char *key);

/* functional.c: push layer.input or layer.output, model.input(s) or output(s); false (nothing
 * pushed) for other keys. */
bool knn__bind_layer_values(lua_State *L, knn_layer *layer, const char *key);
bool knn__bind_model_values(lua_State *L, knn_model *model, const char *key);
/* What can stand in a stack: a layer, a model, or what Input made; NULL if it is none. */
knn_layer *knn__bind_to_item(lua_State *L, int idx);

#endif
