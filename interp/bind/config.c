/* config.c - Lua tables to option trees and back. Integers count from 1 on the Lua side where the
 * schema marks them as axes or positions; null is written knn.null (a light userdata) or left out.
 */
#include <stdio.h>
#include <string.h>

#include "bind.h"

enum { DEEPEST = 64 };

static int release_config(lua_State *L) {
  knn_config **box = lua_touserdata(L, 1);
  knn_config_release(*box);
  *box = NULL;
  return 0;
}

/* An empty box on the stack that will own a config. */
knn_config **knn__bind_new_config(lua_State *L) {
  if (luaL_newmetatable(L, KNN_CONFIG_TYPE)) {
    lua_pushcfunction(L, release_config);
    lua_setfield(L, -2, "__gc");
  }
  lua_pop(L, 1);
  return (knn_config **)knn__bind_new(L, KNN_CONFIG_TYPE);
}

static void build(lua_State *L, int idx, const char *who, int depth, knn_config **out);

static bool is_list(lua_State *L, int idx) {
  lua_Unsigned n = lua_rawlen(L, idx);
  lua_pushnil(L);
  bool list = n > 0;
  for (lua_Unsigned seen = 0; lua_next(L, idx) != 0;) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TNUMBER || ++seen > n) list = false;
    if (!list) {
      lua_pop(L, 1);
      return false;
    }
  }
  return list;
}

static void build_list(lua_State *L, int idx, const char *who, int depth, knn_config *list) {
  lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
  for (lua_Integer i = 1; i <= n; i++) {
    knn_config **item = knn__bind_new_config(L);
    if (lua_rawgeti(L, idx, i) == LUA_TNIL)
      luaL_error(L, "%s: the list has a hole at position %d; use knn.ANY for an open size", who,
                 (int)i);
    build(L, lua_gettop(L), who, depth, item);
    lua_pop(L, 1);
    knn__bind_check(L, knn_config_push(list, *item));
    lua_pop(L, 1);
  }
}

static void build_dict(lua_State *L, int idx, const char *who, int depth, knn_config *dict) {
  lua_pushnil(L);
  while (lua_next(L, idx) != 0) {
    int value = lua_gettop(L);
    char number[32];
    const char *key = number;
    if (lua_isinteger(L, -2))
      snprintf(number, sizeof number, "%lld",
               (long long)lua_tointeger(L, -2)); /* class_weight = {[0] = 1, [1] = 5} */
    else if (lua_type(L, -2) == LUA_TSTRING)
      key = lua_tostring(L, -2);
    else
      luaL_error(L, "%s: option names are strings, got a %s", who, luaL_typename(L, -2));
    knn_config **item = knn__bind_new_config(L);
    build(L, value, who, depth, item);
    knn__bind_check(L, knn_config_set(dict, key, *item));
    lua_pop(L, 2);
  }
}

static void build(lua_State *L, int idx, const char *who, int depth, knn_config **out) {
  knn_ctx *ctx = knn__bind_ctx(L);
  luaL_checkstack(L, 8, "options nest too deeply");
  if (depth > DEEPEST) luaL_error(L, "%s: options nest deeper than %d levels", who, DEEPEST);
  switch (lua_type(L, idx)) {
    case LUA_TNIL: knn__bind_check(L, knn_config_null(ctx, out)); return;
    case LUA_TBOOLEAN: knn__bind_check(L, knn_config_bool(ctx, lua_toboolean(L, idx), out)); return;
    case LUA_TNUMBER:
      if (lua_isinteger(L, idx))
        knn__bind_check(L, knn_config_int(ctx, lua_tointeger(L, idx), out));
      else
        knn__bind_check(L, knn_config_float(ctx, lua_tonumber(L, idx), out));
      return;
    case LUA_TSTRING: knn__bind_check(L, knn_config_string(ctx, lua_tostring(L, idx), out)); return;
    case LUA_TLIGHTUSERDATA: /* knn.ANY, knn.null */
      knn__bind_check(L, knn_config_null(ctx, out));
      return;
    case LUA_TUSERDATA: {
      knn_object *object = knn__bind_to_object(L, idx);
      if (!object) luaL_error(L, "%s: a %s cannot be an option", who, luaL_tolstring(L, idx, NULL));
      knn__bind_check(L, knn_config_object(ctx, object, out));
      return;
    }
    case LUA_TTABLE: {
      bool list = is_list(L, idx);
      knn__bind_check(L, list ? knn_config_list(ctx, out) : knn_config_dict(ctx, out));
      if (list)
        build_list(L, idx, who, depth + 1, *out);
      else
        build_dict(L, idx, who, depth + 1, *out);
      return;
    }
    default: luaL_error(L, "%s: a %s cannot be an option", who, luaL_typename(L, idx));
  }
}

knn_config *knn__bind_config(lua_State *L, int idx, const char *who) {
  idx = lua_absindex(L, idx);
  knn_config **box = knn__bind_new_config(L);
  build(L, idx, who, 0, box);
  return *box;
}

knn_config *knn__bind_options(lua_State *L, int idx, const char *who) {
  if (lua_isnoneornil(L, idx)) {
    lua_pushnil(L);
    return NULL;
  }
  luaL_checktype(L, idx, LUA_TTABLE);
  return knn__bind_config(L, idx, who);
}

static bool counts_from_one(const knn_param *p) {
  return p->mark == KNN_AXIS || p->mark == KNN_POSITION;
}

/* Replaces the number on top of the stack. */
static void shift_number(lua_State *L, const char *who, const knn_param *p, int by) {
  if (!lua_isinteger(L, -1)) return;
  lua_Integer i = lua_tointeger(L, -1);
  if (by < 0 && i == 0)
    luaL_error(L, "%s: '%s' = 0: positions and axes count from 1 (or -1 from the end)", who,
               p->name);
  if (i < 0) return;
  lua_pop(L, 1);
  lua_pushinteger(L, i + by);
}

/* Translate field p->name of the table at `table`: a number, or a list of numbers (which is
 * copied). */
static void shift_field(lua_State *L, int table, const char *who, const knn_param *p, int by) {
  int type = lua_getfield(L, table, p->name);
  if (type == LUA_TNUMBER) {
    shift_number(L, who, p, by);
    lua_setfield(L, table, p->name);
    return;
  }
  if (type == LUA_TTABLE) {
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) {
      lua_rawgeti(L, -2, i);
      shift_number(L, who, p, by);
      lua_rawseti(L, -2, i);
    }
    lua_setfield(L, table, p->name);
  }
  lua_pop(L, 1);
}

/* A class whose only positional parameter is a list takes all positional values as that list:
 * Reshape{28, 28, 1}. */
static const knn_param *swallows_all(const knn_class *cls) {
  bool lone = cls->n_params > 0 && cls->params[0].positional && cls->params[0].kind == KNN_P_INTS &&
              !cls->params[0].arity;
  return lone && (cls->n_params == 1 || !cls->params[1].positional) ? &cls->params[0] : NULL;
}

/* The copy on top receives the positional numbers of the table at idx as one list. */
static bool swallow(lua_State *L, int idx, const knn_class *cls) {
  const knn_param *p = swallows_all(cls);
  if (!p || lua_rawlen(L, idx) == 0) return false;
  if (lua_rawgeti(L, idx, 1) == LUA_TTABLE) {
    lua_pop(L, 1);
    return false;
  }
  lua_pop(L, 1);
  lua_Integer n = (lua_Integer)lua_rawlen(L, idx);
  lua_createtable(L, (int)n, 0);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, idx, i);
    lua_rawseti(L, -2, i);
  }
  lua_setfield(L, -2, p->name);
  return true;
}

/* A copy of the options with positional values under their names; leaves it on the stack. */
static void name_positions(lua_State *L, int idx, const knn_class *cls) {
  lua_newtable(L);
  int copy = lua_gettop(L);
  bool swallowed = swallow(L, idx, cls);
  lua_pushnil(L);
  while (lua_next(L, idx) != 0) {
    lua_pushvalue(L, -2);
    if (lua_isinteger(L, -1)) {
      lua_Integer i = lua_tointeger(L, -1);
      if (swallowed) {
        lua_pop(L, 2);
        continue;
      }
      const knn_param *p = i >= 1 && i <= cls->n_params ? &cls->params[i - 1] : NULL;
      if (!p || !p->positional)
        luaL_error(L, "%s: value %d has no name; options are given as name = value", cls->name,
                   (int)i);
      lua_pop(L, 1);
      lua_pushstring(L, p->name);
    } else if (lua_type(L, -1) == LUA_TSTRING) { /* before its value is found to be no option */
      knn__bind_check(L, knn_class_check_option(knn__bind_ctx(L), cls, lua_tostring(L, -1)));
    }
    lua_insert(L, -2);
    lua_rawset(L, copy);
  }
}

knn_config *knn__bind_class_options(lua_State *L, int idx, const knn_class *cls) {
  if (lua_isnoneornil(L, idx)) {
    lua_pushnil(L);
    return NULL;
  }
  idx = lua_absindex(L, idx);
  luaL_checktype(L, idx, LUA_TTABLE);
  name_positions(L, idx, cls);
  int copy = lua_gettop(L);
  for (int i = 0; i < cls->n_params; i++)
    if (counts_from_one(&cls->params[i])) shift_field(L, copy, cls->name, &cls->params[i], -1);
  knn__bind_wrap_functions(L, copy, cls);
  /* an empty table is a dict without options */
  knn_config *config = knn__bind_config(L, copy, cls->name);
  lua_remove(L, copy);
  return config;
}

/* The object, which is lent; NULL as nil. A layer that is a model comes as the model. */
static void push_object(lua_State *L, knn_object *object) {
  knn_layer *layer = knn_layer_of(object);
  if (!object) {
    lua_pushnil(L);
  } else if (layer) {
    knn__bind_push_layer(L, layer);
  } else {
    knn_object_retain(object);
    knn__bind_push_object(L, object);
  }
}

/* A null that is not the default must be there to be read again: the table on top gets knn.null. */
static void set_null(lua_State *L, const knn_config *config, const knn_param *p) {
  const knn_config *value = knn_config_get(config, p->name);
  if (!value || knn_config_kind_of(value) != KNN_CONFIG_NULL) return;
  if (!p->def || strcmp(p->def, "null") == 0) return;
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, p->name);
}

void knn__bind_push_config(lua_State *L, const knn_config *config, const knn_class *cls) {
  luaL_checkstack(L, 6, "config nests too deeply");
  switch (knn_config_kind_of(config)) {
    case KNN_CONFIG_NULL: lua_pushnil(L); return;
    case KNN_CONFIG_BOOL: lua_pushboolean(L, knn_config_get_bool(config)); return;
    case KNN_CONFIG_INT: lua_pushinteger(L, knn_config_get_int(config)); return;
    case KNN_CONFIG_FLOAT: lua_pushnumber(L, knn_config_get_float(config)); return;
    case KNN_CONFIG_STRING: lua_pushstring(L, knn_config_get_string(config)); return;
    case KNN_CONFIG_OBJECT: push_object(L, knn_config_get_object(config)); return;
    case KNN_CONFIG_LIST:
    case KNN_CONFIG_DICT: break;
  }
  lua_newtable(L);
  for (int i = 0; i < knn_config_size(config); i++) {
    const char *key = knn_config_key(config, i);
    knn__bind_push_config(L, knn_config_at(config, i), NULL);
    if (key)
      lua_setfield(L, -2, key);
    else
      lua_rawseti(L, -2, i + 1);
  }
  for (int i = 0; cls && i < cls->n_params; i++)
    if (counts_from_one(&cls->params[i]))
      shift_field(L, lua_gettop(L), cls->name, &cls->params[i], 1);
  for (int i = 0; cls && i < cls->n_params; i++) set_null(L, config, &cls->params[i]);
}

bool knn__bind_push_option(lua_State *L, knn_object *object, const char *name) {
  const knn_class *cls = knn_object_class(object);
  int i = 0;
  while (i < cls->n_params && strcmp(cls->params[i].name, name) != 0) i++;
  if (i == cls->n_params) return false;
  if (cls->params[i].kind == KNN_P_OBJECT) { /* comes as one, not as its config */
    push_object(L, knn_object_option(object, name));
    return true;
  }
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_object_config(object, box));
  knn__bind_push_config(L, *box, cls);
  if (lua_getfield(L, -1, name) == LUA_TLIGHTUSERDATA) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
  return true;
}
