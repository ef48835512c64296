/* state.c - the engine's context of a Lua state, errors between the two, and boxes (userdata of one
 * pointer). */
#include <string.h>

#include "bind.h"

/* Their addresses are registry keys. */
static const char bind_key = 0, error_key = 0, known_key = 0;

static bool cancelled(void *user) {
  const knn__bind *b = user;
  return b->host && b->host->interrupted && b->host->interrupted();
}

/* Warnings of the engine go through Lua's own channel, which a host can redirect with lua_setwarnf.
 */
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
  lua_pushboolean(L, 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX,
              &error_key); /* the slot exists from now on: keeping an error cannot fail */
  lua_newtable(L);         /* pointer -> userdata, weak */
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &known_key);
  return b;
}

knn__bind *knn__bind_get(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &bind_key);
  knn__bind *b = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (!b) b = make_bind(L);
  if (!b->ctx) luaL_error(L, "knn: the Lua state is closing");
  b->running = L;
  return b;
}

knn_ctx *knn__bind_ctx(lua_State *L) {
  return knn__bind_get(L)->ctx;
}

knn_status knn__bind_keep_error(lua_State *L) {
  knn__bind *b = knn__bind_get(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
  b->has_error = true;
  return knn_fail(b->ctx, KNN_ECALLBACK, "a Lua function failed");
}

knn_status knn__bind_protect(lua_State *L, lua_CFunction body, void *frame, int extra) {
  knn__bind *b = knn__bind_get(L);
  if (!lua_checkstack(L, LUA_MINSTACK))
    return knn_fail(b->ctx, KNN_ENOMEM, "the Lua stack is full");
  if (extra) lua_pushvalue(L, extra);
  lua_pushcfunction(L, body);
  if (extra) lua_insert(L, -2);
  lua_pushlightuserdata(L, frame);
  if (extra) lua_insert(L, -2);
  int rc = lua_pcall(L, extra ? 2 : 1, 0, 0);
  b->running = L;
  if (rc == LUA_OK) return KNN_OK;
  if (!cancelled(b)) return knn__bind_keep_error(L);
  lua_pop(L, 1); /* the hook of Ctrl-C ended the Lua code */
  return knn_fail(b->ctx, KNN_ECANCEL, "interrupted");
}

void knn__bind_check(lua_State *L, knn_status status) {
  if (status == KNN_OK) return;
  knn__bind *b = knn__bind_get(L);
  if (status == KNN_ECALLBACK && b->has_error) {
    b->has_error = false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &error_key);
    lua_pushboolean(L, 0);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
    lua_error(L);
  }
  if (status == KNN_ECANCEL) {
    lua_pushliteral(L, "interrupted!"); /* no position: it is not the script's fault */
    lua_error(L);
  }
  if (status == KNN_ENOMEM && !knn_ctx_error(b->ctx)[0]) luaL_error(L, "out of memory");
  luaL_error(L, "%s", knn_ctx_error(b->ctx));
}

bool knn__bind_push_known(lua_State *L, const char *type, void *pointer) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &known_key);
  lua_rawgetp(L, -1, pointer);
  lua_remove(L, -2);
  if (knn__bind_test_box(L, -1, type) == pointer) return true;
  lua_pop(L, 1);
  return false;
}

static void remember_as(lua_State *L, void *pointer) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &known_key);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, pointer);
  lua_pop(L, 1);
}

void knn__bind_remember(lua_State *L) {
  knn_model *model = knn__bind_test_box(L, -1, KNN_MODEL_TYPE);
  remember_as(L, *(void **)lua_touserdata(L, -1));
  if (model) remember_as(L, knn_model_layer(model));
}

bool knn__bind_push_known_model(lua_State *L, knn_layer *layer) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &known_key);
  lua_rawgetp(L, -1, layer);
  lua_remove(L, -2);
  knn_model *model = knn__bind_test_box(L, -1, KNN_MODEL_TYPE);
  if (model && knn_model_layer(model) == layer) return true;
  lua_pop(L, 1);
  return false;
}

void **knn__bind_new(lua_State *L, const char *type) {
  void **box = lua_newuserdatauv(L, sizeof *box, 2);
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

void knn__bind_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *meta,
                    lua_CFunction release) {
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
