/* file.c - arrays in files: knn.load, knn.save, knn.weights, and HDF5 files, knn.h5. */
#include <string.h>

#include "tensor.h"

#define TENSORS_TYPE "knn.Tensors" /* internal: owns tensors while a call runs */
#define H5_TYPE "knn.H5"

/* ---- tensors by name ---- */

static int release_tensors(lua_State *L) {
  void **box = luaL_checkudata(L, 1, TENSORS_TYPE);
  knn_tensors_release(*box);
  *box = NULL;
  return 0;
}

static void push_tensor(lua_State *L, knn_tensor *t) {
  knn_tensor_retain(t);
  knn__bind_push_tensor(L, t);
}

/* load(path): the tensor of a .npy file, else a table of tensors by name */
static int load(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  knn_tensors **box = (knn_tensors **)knn__bind_new(L, TENSORS_TYPE);
  knn__bind_check(L, knn_tensors_load(knn__bind_ctx(L), path, box));
  const int n = knn_tensors_size(*box);
  if (n == 1 && !*knn_tensors_name(*box, 0)) {
    push_tensor(L, knn_tensors_at(*box, 0));
    return 1;
  }
  lua_createtable(L, 0, n);
  for (int i = 0; i < n; i++) {
    push_tensor(L, knn_tensors_at(*box, i));
    lua_setfield(L, -2, knn_tensors_name(*box, i));
  }
  return 1;
}

/* Names in a fixed order, so that the same table gives the same bytes. */
static void sort_names(lua_State *L, int table) {
  lua_newtable(L);
  int n = 0;
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING)
      luaL_error(L, "save: tensors are given by name, {weights = w}; got a key of type %s",
                 luaL_typename(L, -2));
    lua_pushvalue(L, -2);
    lua_rawseti(L, -4, ++n);
  }
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, "table");
  lua_getfield(L, -1, "sort");
  lua_pushvalue(L, -4);
  lua_call(L, 1, 0);
  lua_pop(L, 2);
}

/* save(path, tensor or {name = tensor}) */
static int save(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  lua_settop(L, 2);
  if (!lua_istable(L, 2) || lua_rawlen(L, 2) > 0) { /* one tensor, or numbers */
    lua_createtable(L, 0, 1);
    lua_insert(L, 2);
    lua_setfield(L, 2, "data");
  }
  sort_names(L, 2);
  knn_tensors **box = (knn_tensors **)knn__bind_new(L, TENSORS_TYPE);
  knn__bind_check(L, knn_tensors_new(knn__bind_ctx(L), box));
  for (int i = 1; lua_rawgeti(L, 3, i) == LUA_TSTRING; i++) {
    lua_pushvalue(L, -1);
    lua_rawget(L, 2);
    knn__bind_check(
        L, knn_tensors_add(*box, lua_tostring(L, -2), knn__bind_to_tensor(L, lua_gettop(L))));
    lua_pop(L, 2);
  }
  knn__bind_check(L, knn_tensors_save(*box, path));
  return 0;
}

/* weights(path): what a file of tensors holds, without the numbers: {{name =, dtype =, shape =}} */
static int weights(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_tensors_list(knn__bind_ctx(L), path, box));
  knn__bind_push_config(L, *box, NULL);
  return 1;
}

/* ---- HDF5 ---- */

static knn_h5 *check_h5(lua_State *L) {
  luaL_checkstack(L, 16, "h5");
  void **box = luaL_checkudata(L, 1, H5_TYPE);
  if (!*box) luaL_error(L, "h5: the file is closed");
  return *box;
}

/* h5(path, mode) */
static int h5_open(lua_State *L) {
  const char *path = luaL_checkstring(L, 1), *mode = luaL_optstring(L, 2, "r");
  knn_h5 **box = (knn_h5 **)knn__bind_new(L, H5_TYPE);
  knn__bind_check(L, knn_h5_open(knn__bind_ctx(L), path, mode, box));
  return 1;
}

/* A file that nobody closed is not put in its place. */
static int h5_drop(lua_State *L) {
  void **box = luaL_checkudata(L, 1, H5_TYPE);
  knn_h5_drop(*box);
  *box = NULL;
  return 0;
}

static int h5_close(lua_State *L) {
  knn_h5 *h5 = check_h5(L);
  *(void **)lua_touserdata(L, 1) = NULL;
  knn__bind_check(L, knn_h5_close(h5));
  return 0;
}

/* file:list(group): {{name =, kind =, dtype =, shape =}} */
static int h5_list(lua_State *L) {
  knn_h5 *h5 = check_h5(L);
  const char *path = luaL_optstring(L, 2, "");
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_h5_list(h5, path, box));
  knn__bind_push_config(L, *box, NULL);
  return 1;
}

static int h5_has(lua_State *L) {
  lua_pushboolean(L, knn_h5_has(check_h5(L), luaL_checkstring(L, 2)));
  return 1;
}

/* A position of a slice, from 1 or, negative, from the end, as one from 0. */
static int64_t position(lua_State *L, int table, int i, int64_t size, int64_t missing) {
  lua_rawgeti(L, table, i);
  const lua_Integer at = luaL_optinteger(L, -1, missing);
  lua_pop(L, 1);
  if (at == 0 || at > size || at < -size)
    luaL_error(L, "h5: position %I is out of range: the axis has %I elements, counted from 1", at,
               (lua_Integer)size);
  return at > 0 ? at - 1 : size + at;
}

/* {first, last, step} of one axis, both ends included; {} = all of it. */
static knn_h5_range range_of(lua_State *L, int table, int64_t size) {
  lua_rawgeti(L, table, 3);
  const lua_Integer step = luaL_optinteger(L, -1, 1);
  lua_pop(L, 1);
  if (step < 1) luaL_error(L, "h5: a step must be at least 1");
  if (size == 0) return (knn_h5_range){0, 0, 1};
  const int64_t first = position(L, table, 1, size, 1), last = position(L, table, 2, size, -1);
  return (knn_h5_range){first, last < first ? 0 : (last - first) / step + 1, step};
}

/* The ranges at index 3 for the sizes of the array. */
static int take_ranges(lua_State *L, const knn_config *shape, knn_h5_range *ranges) {
  luaL_checktype(L, 3, LUA_TTABLE);
  const int n = (int)lua_rawlen(L, 3);
  if (knn_config_size(shape) != n)
    luaL_error(L, "h5: a range for each of %d axes expected, got %d: {{1, 10}, {}}",
               knn_config_size(shape), n);
  for (int i = 0; i < n; i++) {
    if (lua_rawgeti(L, 3, i + 1) != LUA_TTABLE)
      luaL_error(L, "h5: range %d must be a table {first, last, step}, got a %s", i + 1,
                 luaL_typename(L, -1));
    ranges[i] = range_of(L, lua_gettop(L), knn_config_get_int(knn_config_at(shape, i)));
    lua_pop(L, 1);
  }
  return n;
}

/* file:read(path, ranges): a tensor; texts as a string or a list of them */
static int h5_read(lua_State *L) {
  knn_h5 *h5 = check_h5(L);
  const char *path = luaL_checkstring(L, 2);
  knn_h5_range ranges[KNN_MAX_RANK];
  knn_tensor *t = NULL;
  int n = 0;
  lua_settop(L, 3);
  knn_config **entry = knn__bind_new_config(L);
  knn__bind_check(L, knn_h5_describe(h5, path, entry));
  if (strcmp(knn_config_get_string(knn_config_get(*entry, "kind")), "text") == 0) {
    knn_config **box = knn__bind_new_config(L);
    knn__bind_check(L, knn_h5_read_text(h5, path, box));
    knn__bind_push_config(L, *box, NULL);
    return 1;
  }
  if (!lua_isnil(L, 3)) n = take_ranges(L, knn_config_get(*entry, "shape"), ranges);
  knn__bind_check(L, knn_h5_read(h5, path, ranges, n, &t));
  knn__bind_push_tensor(L, t);
  return 1;
}

/* file:write(path, tensor, {compression = 0 .. 9}) */
static int h5_write(lua_State *L) {
  knn_h5 *h5 = check_h5(L);
  const char *path = luaL_checkstring(L, 2);
  int compression = 0;
  lua_settop(L, 4);
  if (!lua_isnil(L, 4)) {
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_getfield(L, 4, "compression");
    compression = (int)luaL_optinteger(L, -1, 0);
    lua_pop(L, 1);
  }
  knn__bind_check(L, knn_h5_write(h5, path, knn__bind_to_tensor(L, 3), compression));
  return 0;
}

static int h5_make_group(lua_State *L) {
  knn__bind_check(L, knn_h5_make_group(check_h5(L), luaL_checkstring(L, 2)));
  return 0;
}

/* file:attributes(path): a table by name */
static int h5_attributes(lua_State *L) {
  knn_h5 *h5 = check_h5(L);
  const char *path = luaL_optstring(L, 2, "");
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_h5_attributes(h5, path, box));
  knn__bind_push_config(L, *box, NULL);
  return 1;
}

/* file:set_attribute(path, name, text, number or list) */
static int h5_set_attribute(lua_State *L) {
  knn_h5 *h5 = check_h5(L);
  const char *path = luaL_checkstring(L, 2), *name = luaL_checkstring(L, 3);
  knn_config *value = knn__bind_config(L, 4, "h5");
  knn__bind_check(L, knn_h5_set_attribute(h5, path, name, value));
  return 0;
}

static const luaL_Reg functions[] = {
    {"load", load}, {"save", save}, {"weights", weights}, {"h5", h5_open}, {NULL, NULL}};

static const luaL_Reg h5_methods[] = {
    {"list", h5_list},
    {"has", h5_has},
    {"read", h5_read},
    {"write", h5_write},
    {"make_group", h5_make_group},
    {"attributes", h5_attributes},
    {"set_attribute", h5_set_attribute},
    {"close", h5_close},
    {NULL, NULL},
};

static const luaL_Reg none[] = {{NULL, NULL}};

void knn__open_file(lua_State *L) {
  knn__bind_type(L, TENSORS_TYPE, none, none, release_tensors);
  knn__bind_type(L, H5_TYPE, h5_methods, none, h5_drop);
  luaL_setfuncs(L, functions, 0);
}
