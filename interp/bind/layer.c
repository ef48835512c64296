/* layer.c - the Layer userdata: calling on tensors, weights, fields. The functions serve models
 * too, which are layers. */
#include "dataset.h"
#include "layer.h"

#include <string.h>

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, KNN_LAYER_TYPE);
  knn_layer_release(*box);
  *box = NULL;
  return 0;
}

static knn_layer *check_layer(lua_State *L, int arg) {
  knn_layer *layer = knn__bind_to_layer(L, arg);
  luaL_argexpected(L, layer, arg, "layer");
  return layer;
}

/* ---- weights ---- */

/* All weights, in memory that is pushed. */
static knn_weight *push_list(lua_State *L, knn_layer *layer, int *n) {
  *n = knn_layer_weight_count(layer);
  knn_weight *list = lua_newuserdatauv(L, (size_t)*n * sizeof *list, 0);
  knn__bind_check(L, knn_layer_weights(layer, list, n));
  return list;
}

/* Push the value of a weight. */
static void push_value(lua_State *L, const knn_weight *weight) {
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_value_retain(weight->value);
  *box = weight->value;
}

/* Push the weights as values, those that training changes or all. */
static void push_weights(lua_State *L, knn_layer *layer, bool trainable_only) {
  int n, at = 0;
  const knn_weight *list = push_list(L, layer, &n);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    if (trainable_only && !list[i].trainable) continue;
    push_value(L, &list[i]);
    lua_rawseti(L, -2, ++at);
  }
  lua_remove(L, -2);
}

/* layer:weights(): list of {path =, tensor =, trainable =}. */
static int named_weights(lua_State *L) {
  knn_layer *layer =
      check_layer(L, lua_istable(L, 1) ? 2 : 1); /* called as a method through the list `weights` */
  int n;
  const knn_weight *list = push_list(L, layer, &n);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_createtable(L, 0, 3);
    lua_pushstring(L, list[i].path);
    lua_setfield(L, -2, "path");
    lua_pushboolean(L, list[i].trainable);
    lua_setfield(L, -2, "trainable");
    push_value(L, &list[i]);
    lua_setfield(L, -2, "tensor");
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* The list layer.weights can also be called, layer:weights(), and then names its members. */
static void push_callable_weights(lua_State *L, knn_layer *layer) {
  push_weights(L, layer, false);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, named_weights);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, -2);
}

/* What the last call of the layer by itself added to the loss, as one number, then the penalties of
 * its weights. */
static void push_losses(lua_State *L, knn_layer *layer) {
  int n = knn_layer_weight_count(layer) + 1;
  knn_value **values = lua_newuserdatauv(L, (size_t)n * sizeof *values, 0);
  knn__bind_check(L, knn_layer_losses(layer, values, &n));
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    knn__bind_push_value(L, values[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

/* layer:get_weights(): copies, in Keras's order. */
static int get_weights(lua_State *L) {
  knn_layer *layer = check_layer(L, 1);
  int n;
  const knn_weight *list = push_list(L, layer, &n);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    knn_tensor *copy;
    knn__bind_check(L, knn_tensor_clone(list[i].tensor, &copy));
    knn__bind_push_tensor(L, copy);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static bool same_shape(const knn_tensor *a, const knn_tensor *b) {
  int rank = knn_tensor_rank(a);
  return rank == knn_tensor_rank(b) && (rank == 0 || memcmp(knn_tensor_dims(a), knn_tensor_dims(b),
                                                            (size_t)rank * sizeof(int64_t)) == 0);
}

static const char *shape_text(lua_State *L, const knn_tensor *t) {
  lua_pushliteral(L, "(");
  for (int i = 0; i < knn_tensor_rank(t); i++) {
    lua_pushfstring(L, i ? ", %I" : "%I", (LUAI_UACINT)knn_tensor_dim(t, i));
    lua_concat(L, 2);
  }
  lua_pushliteral(L, ")");
  lua_concat(L, 2);
  return lua_tostring(L, -1);
}

/* layer:set_weights(list): all of them, in the order of get_weights; nothing changes unless all
 * shapes fit. */
static int set_weights(lua_State *L) {
  knn_layer *layer = check_layer(L, 1);
  int n;
  luaL_checktype(L, 2, LUA_TTABLE);
  const knn_weight *list = push_list(L, layer, &n);
  const int top = lua_gettop(L);
  if ((int)lua_rawlen(L, 2) != n)
    luaL_error(L, "%s: set_weights takes %d tensors, got %d", knn_layer_name(layer), n,
               (int)lua_rawlen(L, 2));
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < n; i++) {
      knn_tensor *t = list[i].tensor;
      lua_rawgeti(L, 2, i + 1);
      knn_tensor *given = knn__bind_to_tensor(L, -1);
      if (!same_shape(t, given))
        luaL_error(L, "%s: weight %d (%s) has shape %s, got %s", knn_layer_name(layer), i + 1,
                   list[i].path, shape_text(L, t), shape_text(L, given));
      if (pass) knn__bind_check(L, knn_tensor_copy(t, given));
      lua_settop(L, top);
    }
  return 0;
}

static int count_params(lua_State *L) {
  lua_pushinteger(L, knn_layer_param_count(check_layer(L, 1)));
  return 1;
}

/* layer:compute_output_shape{knn.ANY, 4}, or of a list of shapes: that of the (first) result. */
static int compute_output_shape(lua_State *L) {
  enum { MOST = 16 };
  knn_layer *layer = check_layer(L, 1);
  knn_dims in[MOST] = {0}, out;
  int n = 1;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  const bool list = lua_rawgeti(L, 2, 1) == LUA_TTABLE;
  if (list) n = (int)lua_rawlen(L, 2);
  if (n > MOST) luaL_error(L, "%s: at most %d shapes", knn_layer_name(layer), MOST);
  for (int i = 0; i < n; i++) {
    if (list) lua_rawgeti(L, 2, i + 1);
    in[i].rank = knn__bind_shape(L, list ? lua_gettop(L) : 2, in[i].v);
  }
  knn__bind_check(L, knn_layer_output_shape(layer, in, n, 0, &out));
  knn__bind_push_shape(L, out.rank, out.v);
  return 1;
}

/* ---- data before training ---- */

/* The x of all batches of a Dataset or an iterator at idx, pushed; false (nothing pushed) if it is
 * neither. */
static bool gather(lua_State *L, int idx) {
  knn_pipeline *p = knn__bind_to_pipeline(L, idx);
  knn_element all = {0};
  if (!p) return false;
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_status st = knn_pipeline_gather(p, &all);
  if (st == KNN_OK) st = knn_value_from(all.tensors[0], box);
  knn_element_clear(&all);
  knn__bind_check(L, st);
  return true;
}

/* layer:adapt(x): statistics or a vocabulary from a tensor, a Dataset of batches or an iterator. */
static int adapt(lua_State *L) {
  knn_layer *layer = check_layer(L, 1);
  if (gather(L, 2)) lua_replace(L, 2);
  knn__bind_check(L, knn_layer_adapt(layer, knn__bind_to_tensor(L, 2)));
  return 0;
}

/* layer:get_vocabulary(), or without the special tokens,
 * layer:get_vocabulary{include_special_tokens = false}. */
static int get_vocabulary(lua_State *L) {
  knn_layer *layer = check_layer(L, 1);
  bool special = true;
  if (lua_istable(L, 2)) {
    lua_getfield(L, 2, "include_special_tokens");
    special = lua_isnil(L, -1) || lua_toboolean(L, -1);
  }
  knn_config **list = knn__bind_new_config(L);
  knn__bind_check(L, knn_layer_vocabulary(layer, special, list));
  knn__bind_push_config(L, *list, NULL);
  return 1;
}

static int vocabulary_size(lua_State *L) {
  knn_config **list = knn__bind_new_config(L);
  knn__bind_check(L, knn_layer_vocabulary(check_layer(L, 1), true, list));
  lua_pushinteger(L, knn_config_size(*list));
  return 1;
}

/* layer:set_vocabulary(list) or (list, {idf_weights = list}). */
static int set_vocabulary(lua_State *L) {
  knn_layer *layer = check_layer(L, 1);
  const char *who = knn_layer_name(layer);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  if (lua_istable(L, 3)) lua_getfield(L, 3, "idf_weights");
  const bool weighted = lua_istable(L, -1);
  knn_config *weights = weighted ? knn__bind_config(L, -1, who) : NULL;
  knn__bind_check(L, knn_layer_set_vocabulary(layer, knn__bind_config(L, 2, who), weights));
  return 0;
}

/* layer:reset_state(): what a stateful layer remembers of earlier batches becomes 0. */
static int reset_state(lua_State *L) {
  knn__bind_check(L, knn_layer_reset_states(check_layer(L, 1)));
  return 0;
}

/* ---- fields ---- */

bool knn__bind_layer_field(lua_State *L, knn_layer *layer, const char *key) {
  knn_object *object = knn_layer_object(layer);
  if (strcmp(key, "name") == 0)
    lua_pushstring(L, knn_layer_name(layer));
  else if (strcmp(key, "class_name") == 0)
    lua_pushstring(L, knn_object_class(object)->name);
  else if (strcmp(key, "weights") == 0)
    push_callable_weights(L, layer);
  else if (strcmp(key, "trainable_weights") == 0)
    push_weights(L, layer, true);
  else if (strcmp(key, "trainable") == 0)
    lua_pushboolean(L, knn_layer_trainable(layer));
  else if (strcmp(key, "built") == 0)
    lua_pushboolean(L, knn_layer_built(layer));
  else if (strcmp(key, "losses") == 0)
    push_losses(L, layer);
  else if (!knn__bind_layer_values(L, layer, key))
    return knn__bind_push_option(L, object, key);
  return true;
}

static int index_layer(lua_State *L) {
  knn_layer *layer = knn__bind_test_box(L, 1, KNN_LAYER_TYPE);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
  if (layer && key && knn__bind_own_field(L, layer, key)) return 1;
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  return layer && key && knn__bind_layer_field(L, layer, key);
}

bool knn__bind_layer_set_field(lua_State *L, knn_layer *layer, const char *key) {
  if (strcmp(key, "trainable") != 0) return false;
  luaL_checktype(L, 3, LUA_TBOOLEAN);
  knn_layer_set_trainable(layer, lua_toboolean(L, 3));
  return true;
}

static int assign(lua_State *L) {
  knn_layer *layer = knn__bind_check_box(L, 1, KNN_LAYER_TYPE);
  const char *key = luaL_checkstring(L, 2);
  if (!knn__bind_layer_set_field(L, layer, key) && !knn__bind_set_own_field(L, layer, key))
    luaL_error(L, "%s: field '%s' cannot be set (only 'trainable' can)", knn_layer_name(layer),
               key);
  return 0;
}

const luaL_Reg knn__bind_layer_methods[] = {
    {"get_weights", get_weights},
    {"set_weights", set_weights},
    {"count_params", count_params},
    {"named_weights", named_weights},
    {"compute_output_shape", compute_output_shape},
    {"config", knn__bind_object_config},
    {"adapt", adapt},
    {"reset_state", reset_state},
    {"get_vocabulary", get_vocabulary},
    {"set_vocabulary", set_vocabulary},
    {"vocabulary_size", vocabulary_size},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {
    {"__tostring", knn__bind_object_tostring}, {"__call", knn__bind_layer_call}, {NULL, NULL}};

void knn__open_layer(lua_State *L) {
  knn__bind_type(L, KNN_LAYER_TYPE, knn__bind_layer_methods, meta, release);
  knn__bind_use_index(L, KNN_LAYER_TYPE, index_layer, assign);
}
