/* optimizer.c - the Optimizer userdata: the learning rate between steps, and steps of a custom
 * loop. */
#include <string.h>

#include "tensor.h"

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, KNN_OPTIMIZER_TYPE);
  knn_object_release(*box);
  *box = NULL;
  return 0;
}

static knn_optimizer *check_optimizer(lua_State *L) {
  return knn_optimizer_of(knn__bind_check_box(L, 1, KNN_OPTIMIZER_TYPE));
}

/* optimizer:apply(gradients, weights): lists of the same length; weights are those of
 * layer.weights. */
static int apply(lua_State *L) {
  knn_optimizer *o = check_optimizer(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 3);
  if ((int)lua_rawlen(L, 2) != n)
    luaL_error(L, "apply: %d gradients for %d weights", (int)lua_rawlen(L, 2), n);
  knn_value **gradients = knn__bind_values(L, 2, n), **weights = knn__bind_values(L, 3, n);
  knn__bind_check(L, knn_optimizer_apply(o, gradients, weights, n));
  return 0;
}

/* optimizer:scale_loss(loss): times what apply divides the gradients by; the loss itself where it
 * divides by nothing. */
static int scale_loss(lua_State *L) {
  knn_value *scaled = NULL;
  knn__bind_check(L,
                  knn_optimizer_scale_loss(check_optimizer(L), knn__bind_to_value(L, 2), &scaled));
  knn__bind_push_value(L, scaled);
  return 1;
}

static int exclude(lua_State *L) {
  knn__bind_check(
      L, knn_optimizer_exclude_from_weight_decay(check_optimizer(L), luaL_checkstring(L, 2)));
  lua_settop(L, 1);
  return 1;
}

static int index_optimizer(lua_State *L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  knn_object *object = knn__bind_test_box(L, 1, KNN_OPTIMIZER_TYPE);
  if (!object || lua_type(L, 2) != LUA_TSTRING) return 0;
  const char *key = lua_tostring(L, 2);
  if (strcmp(key, "learning_rate") == 0)
    lua_pushnumber(L, knn_optimizer_learning_rate(knn_optimizer_of(object)));
  else if (strcmp(key, "iterations") == 0)
    lua_pushinteger(L, knn_optimizer_iterations(knn_optimizer_of(object)));
  else if (strcmp(key, "class_name") == 0)
    lua_pushstring(L, knn_object_class(object)->name);
  else if (strcmp(key, "name") == 0)
    lua_pushstring(L, knn_object_name(object));
  else
    return knn__bind_push_option(L, object, key);
  return 1;
}

static int assign(lua_State *L) {
  knn_optimizer *o = check_optimizer(L);
  const char *key = luaL_checkstring(L, 2);
  if (strcmp(key, "learning_rate") != 0)
    luaL_error(L, "optimizer: field '%s' cannot be set (only 'learning_rate' can)", key);
  knn__bind_check(L, knn_optimizer_set_learning_rate(o, luaL_checknumber(L, 3)));
  return 0;
}

static const luaL_Reg methods[] = {
    {"apply", apply},
    {"scale_loss", scale_loss},
    {"exclude_from_weight_decay", exclude},
    {"config", knn__bind_object_config},
    {NULL, NULL},
};
static const luaL_Reg meta[] = {{"__tostring", knn__bind_object_tostring}, {NULL, NULL}};

void knn__open_optimizer(lua_State *L) {
  knn__bind_type(L, KNN_OPTIMIZER_TYPE, methods, meta, release);
  knn__bind_use_index(L, KNN_OPTIMIZER_TYPE, index_optimizer, assign);
}
