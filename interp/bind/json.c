/* json.c - JSON files: values of Lua, and records as tables. Files that cannot be read give nil,
 * message, code. */
#include "data.h"

/* A document as Lua values; null as knn.null, so that lists keep their length. */
static void push(lua_State *L, const knn_config *config) {
  knn_config_kind kind = knn_config_kind_of(config);
  luaL_checkstack(L, 6, "JSON nests too deeply");
  if (kind == KNN_CONFIG_NULL) {
    lua_pushlightuserdata(L, NULL);
    return;
  }
  if (kind != KNN_CONFIG_LIST && kind != KNN_CONFIG_DICT) {
    knn__bind_push_config(L, config, NULL);
    return;
  }
  lua_createtable(L, kind == KNN_CONFIG_LIST ? knn_config_size(config) : 0, 0);
  for (int i = 0; i < knn_config_size(config); i++) {
    push(L, knn_config_at(config, i));
    if (kind == KNN_CONFIG_DICT)
      lua_setfield(L, -2, knn_config_key(config, i));
    else
      lua_rawseti(L, -2, i + 1);
  }
}

/* load_json(path, lines) */
static int load_json(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  bool lines = lua_toboolean(L, 2);
  knn_config **box = knn__bind_new_config(L);
  knn_status st = knn_json_load(knn__bind_ctx(L), path, lines, box);
  if (st != KNN_OK) return knn__io_failure(L, st);
  push(L, *box);
  return 1;
}

/* load_records(path, lines): a table. */
static int load_records(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  bool lines = lua_toboolean(L, 2);
  knn_ctx *ctx = knn__bind_ctx(L);
  knn_config **box = knn__bind_new_config(L);
  knn_table **table = knn__new_table_box(L);
  knn_status st = knn_json_load(ctx, path, lines, box);
  if (st == KNN_OK) st = knn_table_from_records(ctx, path, *box, table);
  return st == KNN_OK ? 1 : knn__io_failure(L, st);
}

/* save_json(path, value, indent, lines): true, or nil, message, code. */
static int save_json(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  int indent = (int)luaL_optinteger(L, 3, 0);
  bool lines = lua_toboolean(L, 4);
  knn_config *config = knn__bind_config(L, 2, "save_json");
  knn_status st = knn_json_save(knn__bind_ctx(L), config, path, indent, lines);
  if (st != KNN_OK) return knn__io_failure(L, st);
  lua_pushboolean(L, 1);
  return 1;
}

static const luaL_Reg functions[] = {
    {"load_json", load_json},
    {"load_records", load_records},
    {"save_json", save_json},
    {NULL, NULL},
};

void knn__open_json(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
