/* layer_call.c - calling a layer: layer(x), layer(x, {training = true}), layer(query, value),
 * layer{query, value, attention_mask = m}, layer({query, value}, {use_causal_mask = true}).
 *
 * Inputs are the leading tensors or one list of them; what has a name is an option of the call:
 * training, initial_state (further inputs), mask (of the first input, or a list with one for each,
 * false = none), and those of the layer's own schema. */
#include <string.h>

#include "layer.h"

enum { MOST = 16 };

typedef struct layer_call {
  knn_layer *layer;
  const char *who;
  int n_in, n_out;
  knn_value *ins[MOST], *outs[MOST], *masks[MOST], *values[MOST];
  const char *names[MOST];
  int training; /* 1, 0, or -1 = not said */
  bool masked;
  knn_layer_extra extra;
} layer_call;

static bool is_tensor(lua_State *L, int idx) {
  return luaL_testudata(L, idx, KNN_TENSOR_TYPE) != NULL;
}

/* A list of values, not numbers that make one. */
static bool is_list(lua_State *L, int idx) {
  if (!lua_istable(L, idx)) return false;
  lua_rawgeti(L, idx, 1);
  const bool list = is_tensor(L, -1);
  lua_pop(L, 1);
  return list;
}

/* The entries with a name of the table at idx into the one at `to`. */
static void copy_named(lua_State *L, int idx, int to) {
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) continue;
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, to);
  }
}

/* The value on top as an input; it stays on the stack. */
static void add_input(lua_State *L, layer_call *c) {
  if (c->n_in == MOST) luaL_error(L, "%s: at most %d inputs", c->who, MOST);
  if (lua_type(L, -1) == LUA_TSTRING) {
    knn__bind_push_text(L, lua_gettop(L));
    lua_replace(L, -2);
  }
  knn__bind_need_data(L, -1, c->who);
  c->ins[c->n_in++] = knn__bind_to_value(L, lua_gettop(L));
}

/* Inputs of a model by their names, model{left = a, right = b}; they leave the options. */
static bool by_name(lua_State *L, layer_call *c, int options) {
  const char *name = knn_layer_input_name(c->layer, 0);
  if (!name || !lua_istable(L, 2) || lua_rawlen(L, 2) > 0) return false;
  if (lua_getfield(L, 2, name) == LUA_TNIL) return false;
  lua_pop(L, 1);
  copy_named(L, 2, options);
  for (int i = 0; (name = knn_layer_input_name(c->layer, i)); i++) {
    if (lua_getfield(L, options, name) == LUA_TNIL)
      luaL_error(L, "%s: the input '%s' is missing", c->who, name);
    add_input(L, c);
    lua_pushnil(L);
    lua_setfield(L, options, name);
  }
  return true;
}

/* Inputs go on top of the stack, options into the table at `options`. */
static void gather(lua_State *L, layer_call *c, int last, int options) {
  int at = 2;
  if (by_name(L, c, options)) {
    at++;
  } else if (is_list(L, at)) {
    for (int i = 1; i <= (int)lua_rawlen(L, at); i++) {
      lua_rawgeti(L, at, i);
      add_input(L, c);
    }
    copy_named(L, at++, options);
  } else {
    do {
      lua_pushvalue(L, at++);
      add_input(L, c);
    } while (at <= last && is_tensor(L, at));
  }
  for (; at <= last; at++) {
    if (lua_istable(L, at)) {
      copy_named(L, at, options);
    } else if (!lua_isnil(L, at)) {
      luaL_checktype(L, at, LUA_TBOOLEAN);
      lua_pushvalue(L, at);
      lua_setfield(L, options, "training");
    }
  }
}

/* Option `name` of the table at `options`, taken out of it and pushed. */
static bool take(lua_State *L, int options, const char *name) {
  const bool given = lua_getfield(L, options, name) != LUA_TNIL;
  lua_pushnil(L);
  lua_setfield(L, options, name);
  return given;
}

/* Initial states of a recurrent layer, one or a list: inputs behind the first. */
static void take_states(lua_State *L, layer_call *c, int options) {
  if (!take(L, options, "initial_state")) return;
  const int at = lua_gettop(L);
  if (!is_list(L, at)) add_input(L, c);
  for (int i = 1; is_list(L, at) && i <= (int)lua_rawlen(L, at); i++) {
    lua_rawgeti(L, at, i);
    add_input(L, c);
  }
}

static void take_masks(lua_State *L, layer_call *c, int options) {
  if (!take(L, options, "mask")) return;
  const int at = lua_gettop(L);
  c->masked = true;
  if (!lua_istable(L, at) || !(is_list(L, at) || lua_rawgeti(L, at, 1) == LUA_TBOOLEAN)) {
    lua_settop(L, at);
    knn__bind_need_data(L, at, c->who);
    c->masks[0] = knn__bind_to_value(L, at);
    return;
  }
  for (int i = 0; i < c->n_in; i++)
    if (lua_rawgeti(L, at, i + 1) == LUA_TUSERDATA)
      c->masks[i] = knn__bind_to_value(L, lua_gettop(L));
}

static bool wants_tensor(const layer_call *c, const char *name) {
  int n;
  const knn_param *params = knn_layer_call_params(knn_object_class(knn_layer_object(c->layer)), &n);
  for (int i = 0; i < n; i++)
    if (params[i].kind == KNN_P_VALUE && strcmp(params[i].name, name) == 0) return true;
  return false;
}

/* Tensors of the options by name; they leave the table, and their boxes stay on the stack. */
static void take_tensors(lua_State *L, layer_call *c, int options) {
  knn_layer_extra *e = &c->extra;
  lua_pushnil(L);
  while (lua_next(L, options)) {
    const char *name = lua_tostring(L, -2);
    if (!is_tensor(L, -1) && !wants_tensor(c, name)) {
      lua_pop(L, 1);
      continue;
    }
    if (e->n_values == MOST) luaL_error(L, "%s: at most %d tensors by name", c->who, MOST);
    knn__bind_need_data(L, -1, c->who);
    c->values[e->n_values] = knn__bind_to_value(L, lua_gettop(L));
    c->names[e->n_values++] = name;
    lua_pushvalue(L, -2); /* the key again, above what stays */
  }
  for (int i = 0; i < e->n_values; i++) {
    lua_pushnil(L);
    lua_setfield(L, options, c->names[i]);
  }
}

static void gather_options(lua_State *L, layer_call *c, int options) {
  c->training = take(L, options, "training") ? lua_toboolean(L, -1) : -1;
  take_states(L, c, options);
  take_masks(L, c, options);
  take_tensors(L, c, options);
  lua_pushnil(L);
  const bool any = lua_next(L, options);
  if (any) lua_pop(L, 2);
  c->extra.options = any ? knn__bind_config(L, options, c->who) : NULL;
  c->extra.masks = c->masked ? c->masks : NULL;
  c->extra.names = c->names;
  c->extra.values = c->values;
}

int knn__bind_layer_call(lua_State *L) {
  layer_call c = {.layer = knn__bind_to_layer(L, 1), .n_out = MOST};
  luaL_argexpected(L, c.layer, 1, "layer");
  c.who = knn_layer_name(c.layer);
  const int last = lua_gettop(L);
  if (lua_isnoneornil(L, 2))
    luaL_error(L, "%s: called on nothing; a layer is called on a tensor", c.who);
  luaL_checkstack(L, 5 * MOST, c.who);
  lua_newtable(L);
  const int options = last + 1;
  gather(L, &c, last, options);
  gather_options(L, &c, options);
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn__bind_check(
      L, knn_layer_call_with(c.layer, c.ins, c.n_in, c.training, &c.extra, c.outs, &c.n_out));
  *box = c.outs[0];
  knn__bind_press(L, *box);
  for (int i = 1; i < c.n_out; i++) knn__bind_push_value(L, c.outs[i]);
  if (!knn_layer_outputs_named(c.layer)) return c.n_out;
  const int first = lua_gettop(L) - c.n_out + 1;
  lua_createtable(L, 0, c.n_out);
  lua_insert(L, first);
  for (int i = c.n_out - 1; i >= 0; i--) lua_setfield(L, first, knn_layer_output_name(c.layer, i));
  return 1;
}
