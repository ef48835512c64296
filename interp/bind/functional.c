/* functional.c - drawing models: knn.Input{shape = {28, 28, 1}}, knn.Model{inputs = x, outputs =
 * y}, and the symbolic values of layers and models. Values are one, a list, or a table by name. */
#include <string.h>

#include "layer.h"

enum { MOST = 16 };

/* An empty table is a dict to the engine; as a shape it is that of a single number. */
static void scalar_shape(lua_State *L, knn_config *options) {
  const knn_config *shape = knn_config_get(options, "shape");
  if (knn_config_kind_of(shape) != KNN_CONFIG_DICT || knn_config_size(shape) > 0) return;
  knn_config **list = knn__bind_new_config(L);
  knn__bind_check(L, knn_config_list(knn__bind_ctx(L), list));
  knn__bind_check(L, knn_config_set(options, "shape", *list));
}

static int input(lua_State *L) {
  const knn_class *cls = knn_class_find("layer", "InputLayer");
  if (lua_gettop(L) != 1 || !lua_istable(L, 1))
    luaL_error(L, "Input: options are given in one table, Input{shape = {28, 28, 1}}");
  knn_config *options = knn__bind_class_options(L, 1, cls);
  scalar_shape(L, options);
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn__bind_check(L, knn_input_from_config(knn__bind_ctx(L), options, box));
  return 1;
}

/* ---- values given ---- */

typedef struct value_set {
  knn_values values;
  knn_value *v[MOST];
  const char *keys[MOST];
} value_set;

static void take_value(lua_State *L, value_set *set, const char *what) {
  if (!luaL_testudata(L, -1, KNN_TENSOR_TYPE))
    luaL_error(L, "Model: %s must be symbolic values: one, a list or a table by name; got a %s",
               what, luaL_typename(L, -1));
  if (set->values.n == MOST) luaL_error(L, "Model: at most %d %s", MOST, what);
  set->v[set->values.n++] = knn__bind_check_box(L, lua_gettop(L), KNN_TENSOR_TYPE);
}

/* The field `what` of the table at 1; it stays on the stack. */
static void take_values(lua_State *L, const char *what, value_set *set) {
  *set = (value_set){.values.v = set->v};
  int type = lua_getfield(L, 1, what), at = lua_gettop(L);
  if (type == LUA_TNIL) luaL_error(L, "Model: '%s' is missing", what);
  if (type != LUA_TTABLE) {
    take_value(L, set, what);
    return;
  }
  const int n = (int)lua_rawlen(L, at);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, at, i);
    take_value(L, set, what);
    lua_pop(L, 1);
  }
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) continue;
    if (n > 0) luaL_error(L, "Model: '%s' has values by position and by name", what);
    set->values.keys = set->keys;
    set->keys[set->values.n < MOST ? set->values.n : 0] = lua_tostring(L, -2);
    take_value(L, set, what);
  }
}

/* The options besides inputs and outputs, which are checked by the engine. */
static knn_config *take_options(lua_State *L) {
  lua_newtable(L);
  const int options = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
    if (!key) luaL_error(L, "Model: options are given by name: Model{inputs = x, outputs = y}");
    if (strcmp(key, "inputs") == 0 || strcmp(key, "outputs") == 0) continue;
    if (strcmp(key, "name") != 0 && strcmp(key, "trainable") != 0)
      luaL_error(L, "Model: unknown option '%s' (known: inputs, outputs, name, trainable)", key);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, options);
  }
  return knn__bind_config(L, options, "Model");
}

/* Model{inputs =, outputs =, name =} or Model(inputs, outputs, {name =}) */
static void gather(lua_State *L) {
  const int n = lua_gettop(L);
  if (n < 2) {
    luaL_checktype(L, 1, LUA_TTABLE);
    return;
  }
  lua_settop(L, 3);
  lua_newtable(L);
  if (lua_istable(L, 3))
    for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1)) {
      lua_pushvalue(L, -2);
      lua_pushvalue(L, -2);
      lua_rawset(L, 4);
    }
  lua_pushvalue(L, 1);
  lua_setfield(L, 4, "inputs");
  lua_pushvalue(L, 2);
  lua_setfield(L, 4, "outputs");
  lua_replace(L, 1);
  lua_settop(L, 1);
}

static int model(lua_State *L) {
  value_set inputs, outputs;
  gather(L);
  luaL_checkstack(L, 32, "Model");
  knn_config *options = take_options(L);
  take_values(L, "inputs", &inputs);
  take_values(L, "outputs", &outputs);
  knn_model **box = (knn_model **)knn__bind_new(L, KNN_MODEL_TYPE);
  knn__bind_check(
      L, knn_model_functional(knn__bind_ctx(L), &inputs.values, &outputs.values, options, box));
  knn__bind_remember(L);
  return 1;
}

/* clone_model(model): the same architecture with new weights, not compiled. */
static int clone_model(lua_State *L) {
  knn_model *m = knn__bind_check_box(L, 1, KNN_MODEL_TYPE);
  knn_model **box = (knn_model **)knn__bind_new(L, KNN_MODEL_TYPE);
  knn__bind_check(L, knn_model_clone(m, box));
  knn__bind_remember(L);
  return 1;
}

/* model_drawing(model): what it connects, see knn_model_drawing. */
static int drawing(lua_State *L) {
  knn_model *m = knn__bind_check_box(L, 1, KNN_MODEL_TYPE);
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_model_drawing(m, box));
  knn__bind_push_config(L, *box, NULL);
  return 1;
}

/* ---- values of layers and models ---- */

/* Push n values, taking the references over: one as it is, several as a list. */
static void push_values(lua_State *L, knn_value **values, int n, bool list) {
  knn_value **boxes[MOST];
  luaL_checkstack(L, n + 4, "values");
  for (int i = 0; i < n; i++) boxes[i] = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  for (int i = 0; i < n; i++) *boxes[i] = values[i];
  if (n == 1 && !list) return;
  const int first = lua_gettop(L) - n + 1;
  lua_createtable(L, n, 0);
  lua_insert(L, first);
  for (int i = n; i >= 1; i--) lua_rawseti(L, first, i);
}

bool knn__bind_layer_values(lua_State *L, knn_layer *layer, const char *key) {
  const bool in = strcmp(key, "input") == 0;
  knn_value *values[MOST];
  int n = MOST;
  if (!in && strcmp(key, "output") != 0) return false;
  knn__bind_check(L, in ? knn_layer_symbolic_inputs(layer, values, &n)
                        : knn_layer_symbolic_outputs(layer, values, &n));
  push_values(L, values, n, false);
  return true;
}

/* The list on top becomes a table by the names of the inputs or outputs. */
static void name_values(lua_State *L, const knn_layer *root, bool in) {
  const int n = (int)lua_rawlen(L, -1);
  lua_createtable(L, 0, n);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, -2, i + 1);
    lua_setfield(L, -2, in ? knn_layer_input_name(root, i) : knn_layer_output_name(root, i));
  }
  lua_replace(L, -2);
}

bool knn__bind_model_values(lua_State *L, knn_model *m, const char *key) {
  const bool in = strncmp(key, "input", 5) == 0, list = key[strlen(key) - 1] == 's';
  const knn_layer *root = knn_model_layer(m);
  knn_value *values[MOST];
  int n = MOST;
  if (strcmp(key, "input") != 0 && strcmp(key, "inputs") != 0 && strcmp(key, "output") != 0 &&
      strcmp(key, "outputs") != 0)
    return false;
  knn__bind_check(
      L, in ? knn_model_symbolic_inputs(m, values, &n) : knn_model_symbolic_outputs(m, values, &n));
  const bool named = !list && (in ? knn_layer_inputs_named(root) : knn_layer_outputs_named(root));
  push_values(L, values, n, list || named);
  if (named) name_values(L, root, in);
  return true;
}

knn_layer *knn__bind_to_item(lua_State *L, int idx) {
  knn_layer *layer = knn__bind_to_layer(L, idx);
  const knn_value *v = layer ? NULL : knn__bind_test_box(L, idx, KNN_TENSOR_TYPE);
  if (v) layer = knn_value_layer(v);
  if (v && layer && strcmp(knn_object_class(knn_layer_object(layer))->name, "InputLayer") != 0)
    return NULL;
  return layer;
}

void knn__open_functional(lua_State *L) {
  static const luaL_Reg functions[] = {{"Input", input},
                                       {"Model", model},
                                       {"clone_model", clone_model},
                                       {"model_drawing", drawing},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  lua_getfield(L, -1, "layers");
  lua_pushcfunction(L, input);
  lua_setfield(L, -2, "Input");
  lua_pop(L, 1);
}
