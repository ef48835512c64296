/* state.c - the engine's context of a Lua state, errors between the two, and boxes (userdata of one pointer). */
#include <string.h>

#include "bind.h"

static const char bind_key = 0; /* its address is the registry key */

static bool cancelled(void *user) {
  const knn__bind *b = user;
  return b->host && b->host->interrupted && b->host->interrupted();
}

/* Warnings of the engine go through Lua's own channel, which a host can redirect with lua_setwarnf. */
static void warn(void *user, const char *text) {
  knn__bind *b = user;
  lua_warning(b->main, "knn: ", 1);
  lua_warning(b->main, text, 0);
}

static int release_bind(lua_State *L) {
  knn__bind *b = lua_touserdata(L, 1);
  knn_ctx_release(b->ctx);
  b->ctx = NULL;
  return 0;
}

static knn__bind *make_bind(lua_State *L) {
  knn__bind *b = lua_newuserdatauv(L, sizeof *b, 0);
  memset(b, 0, sizeof *b);
  b->error_ref = LUA_NOREF;
  b->host = knn__host_get(L);
  b->soft_limit = (size_t)256 << 20;
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  b->main = lua_tothread(L, -1);
  lua_pop(L, 1);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, release_bind);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  knn_ctx_options options = {.log = warn, .cancelled = cancelled, .user = b};
  if (knn_ctx_new(&options, &b->ctx) != KNN_OK) luaL_error(L, "knn: out of memory");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &bind_key);
  return b;
}

knn__bind *knn__bind_get(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &bind_key);
  knn__bind *b = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (!b) b = make_bind(L);
  b->running = L;
  return b;
}

knn_ctx *knn__bind_ctx(lua_State *L) {
  return knn__bind_get(L)->ctx;
}

knn_status knn__bind_keep_error(lua_State *L) {
  knn__bind *b = knn__bind_get(L);
  luaL_unref(L, LUA_REGISTRYINDEX, b->error_ref);
  b->error_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  return knn_fail(b->ctx, KNN_ECALLBACK, "a Lua function failed");
}

void knn__bind_check(lua_State *L, knn_status status) {
  if (status == KNN_OK) return;
  knn__bind *b = knn__bind_get(L);
  if (status == KNN_ECALLBACK && b->error_ref != LUA_NOREF) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, b->error_ref);
    luaL_unref(L, LUA_REGISTRYINDEX, b->error_ref);
    b->error_ref = LUA_NOREF;
    lua_error(L);
  }
  if (status == KNN_ECANCEL) {
    lua_pushliteral(L, "interrupted!"); /* no position: it is not the script's fault */
    lua_error(L);
  }
  luaL_error(L, "%s", knn_ctx_error(b->ctx));
}

void **knn__bind_new(lua_State *L, const char *type) {
  void **box = lua_newuserdatauv(L, sizeof *box, 1);
  *box = NULL;
  luaL_setmetatable(L, type);
  return box;
}

void *knn__bind_test_box(lua_State *L, int arg, const char *type) {
  void **box = luaL_testudata(L, arg, type);
  return box ? *box : NULL;
}

void *knn__bind_check_box(lua_State *L, int arg, const char *type) {
  void **box = luaL_checkudata(L, arg, type);
  if (!*box) luaL_argerror(L, arg, "this object was freed");
  return *box;
}

void knn__bind_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *meta, lua_CFunction release) {
  luaL_newmetatable(L, type);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__methods"); /* completion reads this and never runs code */
  lua_setfield(L, -2, "__index");
  if (meta) luaL_setfuncs(L, meta, 0);
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__close");
  lua_pop(L, 1);
}
