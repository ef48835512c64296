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

/* Push function `name` of the layer's class, then self; and a list with an entry for each value,
 * false where there is none. */
void knn__bind_push_class_function(lua_State *L, knn_layer *layer, const char *name);
void knn__bind_push_list(lua_State *L, knn_value *const *values, int n);
/* custom_step.c: a step of a model written in Lua; and the field "metrics", false (nothing pushed)
 * for other keys. */
knn_status knn__bind_run_step(knn__bind *b, knn_layer *layer, knn_custom_step *step);
bool knn__bind_model_metrics(lua_State *L, const knn_model *model, const char *key);

/* functional.c: push layer.input or layer.output, model.input(s) or output(s); false (nothing
 * pushed) for other keys. */
bool knn__bind_layer_values(lua_State *L, knn_layer *layer, const char *key);
bool knn__bind_model_values(lua_State *L, knn_model *model, const char *key);
/* What can stand in a stack: a layer, a model, or what Input made; NULL if it is none. */
knn_layer *knn__bind_to_item(lua_State *L, int idx);

#endif
