/* module.c - opening: "knn" is the Lua facade (stdlib/knn/init.lua, embedded) over "knn.core",
 * which is made here. */
#include <string.h>

#include "bind.h"
#include "stdlib_files.h"

static const knn__stdlib_file *find_file(const char *name) {
  const knn__stdlib_file *f = knn__stdlib_files;
  while (f->name && strcmp(f->name, name) != 0) f++;
  return f->name ? f : NULL;
}

static bool is_module(const knn__stdlib_file *f) {
  size_t n = strlen(f->path);
  return n > 4 && strcmp(f->path + n - 4, ".lua") == 0;
}

/* Loader of an embedded Lua file; called by require with its name. */
static int load_embedded(lua_State *L) {
  const knn__stdlib_file *f = find_file(luaL_checkstring(L, 1));
  if (!f) return luaL_error(L, "module '%s' is not embedded", lua_tostring(L, 1));
  lua_pushfstring(L, "@stdlib/%s", f->path);
  if (luaL_loadbuffer(L, (const char *)f->data, f->size, lua_tostring(L, -1)) != LUA_OK)
    return lua_error(L);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static int seed(lua_State *L) {
  knn_ctx_seed(knn__bind_ctx(L), (uint64_t)luaL_checkinteger(L, 1));
  return 0;
}

/* clear_session(): automatic names start anew: dense, dense_1, ... */
static int clear_session(lua_State *L) {
  knn_ctx_forget_names(knn__bind_ctx(L));
  return 0;
}

/* dtype_policy(name): the policy of layers that are given none; returns its name. */
static int dtype_policy(lua_State *L) {
  knn_ctx *ctx = knn__bind_ctx(L);
  if (!lua_isnoneornil(L, 1)) knn__bind_check(L, knn_ctx_set_policy(ctx, luaL_checkstring(L, 1)));
  lua_pushstring(L, knn_ctx_policy(ctx));
  return 1;
}

/* threads(n): use n threads, 0 = as many as the process may run on; returns the number in use. */
static int threads(lua_State *L) {
  knn_ctx *ctx = knn__bind_ctx(L);
  if (!lua_isnoneornil(L, 1)) knn_ctx_set_threads(ctx, (int)luaL_checkinteger(L, 1));
  lua_pushinteger(L, knn_ctx_threads(ctx));
  return 1;
}

static int kernels(lua_State *L) {
  lua_pushstring(L, knn_ctx_kernels(knn__bind_ctx(L)));
  return 1;
}

/* machine(): what it can do at best with the threads in use, per second: float operations, bytes of
 * memory. */
static int machine(lua_State *L) {
  double flops, bytes;
  knn__bind_check(L, knn_ctx_measure(knn__bind_ctx(L), &flops, &bytes));
  lua_pushnumber(L, flops);
  lua_pushnumber(L, bytes);
  return 2;
}

/* clock(): seconds since some fixed moment. */
static int clock_now(lua_State *L) {
  lua_pushnumber(L, knn_clock());
  return 1;
}

/* memory(): bytes and blocks held by tensors and models. */
static int memory(lua_State *L) {
  size_t bytes, blocks;
  knn_ctx_memory(knn__bind_ctx(L), &bytes, &blocks, NULL);
  lua_pushinteger(L, (lua_Integer)bytes);
  lua_pushinteger(L, (lua_Integer)blocks);
  return 2;
}

/* host(): what the program around this state says about itself: interactive, tty, width; nil in a
 * foreign program. */
static int host(lua_State *L) {
  const knn__host *h = knn__bind_get(L)->host;
  if (!h) return 0;
  lua_createtable(L, 0, 4);
  lua_pushboolean(L, h->interactive);
  lua_setfield(L, -2, "interactive");
  lua_pushboolean(L, h->is_tty);
  lua_setfield(L, -2, "tty");
  lua_pushboolean(L, h->colour);
  lua_setfield(L, -2, "colour");
  lua_pushinteger(L, h->term_width ? h->term_width() : 80);
  lua_setfield(L, -2, "width");
  return 1;
}

/* write(text): print through the sink set by output. */
static int write(lua_State *L) {
  size_t n;
  const char *text = luaL_checklstring(L, 1, &n);
  knn__bind_write(L, text, n);
  return 0;
}

/* sources(): the texts of the embedded Lua files, by their chunk names. */
static int sources(lua_State *L) {
  lua_newtable(L);
  for (const knn__stdlib_file *f = knn__stdlib_files; f->name; f++) {
    if (!is_module(f)) continue;
    lua_pushfstring(L, "@stdlib/%s", f->path);
    lua_pushlstring(L, (const char *)f->data, f->size);
    lua_rawset(L, -3);
  }
  return 1;
}

static const luaL_Reg functions[] = {
    {"seed", seed},       {"clear_session", clear_session},
    {"threads", threads}, {"kernels", kernels},
    {"memory", memory},   {"machine", machine},
    {"clock", clock_now}, {"host", host},
    {"write", write},     {"dtype_policy", dtype_policy},
    {"sources", sources}, {NULL, NULL},
};

static int open_core(lua_State *L) {
  luaL_checkversion(L);
  knn__bind_get(L);
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  lua_pushstring(L, knn_version());
  lua_setfield(L, -2, "version");
  knn__open_tensor(L);
  knn__open_ops(L);
  knn__open_schema(L);
  knn__open_progress(L);
  knn__open_custom(L);
  knn__open_metric(L);
  knn__open_layer(L);
  knn__open_model(L);
  knn__open_custom_layer(L);
  knn__open_custom_step(L);
  knn__open_functional(L);
  knn__open_optimizer(L);
  knn__open_history(L);
  knn__open_grad(L);
  knn__open_compile(L);
  knn__open_data(L);
  knn__open_dataset(L);
  knn__open_file(L);
  knn__open_saving(L);
  return 1;
}

static void preload(lua_State *L, const char *name, lua_CFunction loader) {
  if (lua_getfield(L, -1, name) == LUA_TNIL) {
    lua_pushcfunction(L, loader);
    lua_setfield(L, -3, name);
  }
  lua_pop(L, 1);
}

void knn__lua_preload(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const knn__stdlib_file *f = knn__stdlib_files; f->name; f++)
    if (is_module(f) && strcmp(f->name, "knn") != 0) preload(L, f->name, load_embedded);
  preload(L, "knn.core", open_core);
  preload(L, "knn", luaopen_knn);
  lua_pop(L, 1);
}

int luaopen_knn(lua_State *L) {
  knn__lua_preload(L);
  lua_settop(L, 0);
  lua_pushcfunction(L, load_embedded);
  lua_pushliteral(L, "knn");
  lua_call(L, 1, 1);
  return 1;
}
