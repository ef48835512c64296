/* strict.c - warnings about globals that nobody declared. See strict.h. */
#include "strict.h"

#include <lauxlib.h>
#include <string.h>

#include "report.h"

#define STRICT_KEY "knn.strict" /* the environment of watched chunks */

/* Upvalue 1 of the metamethods: the set of names that are declared or were warned about. Returns 1
 * and adds the name at index 2 if it is new there. `_` and `__` are the prompt's. */
static int is_new(lua_State *L) {
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
  int known;
  if (!name[strspn(name, "_")]) return 0;
  lua_pushvalue(L, 2);
  known = lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL;
  lua_pop(L, 1);
  if (known) return 0;
  lua_pushvalue(L, 2);
  lua_pushboolean(L, 1);
  lua_rawset(L, lua_upvalueindex(1));
  return 1;
}

/* Warns about the name at index 2, with the place in the code that called the metamethod. */
static void warn(lua_State *L, const char *what) {
  knn__buf text = {0};
  luaL_where(L, 1);
  lua_pushfstring(L, "%sglobal '%s' %s", lua_tostring(L, -1), lua_tostring(L, 2), what);
  knn__report_suggest(L, lua_tostring(L, 2), "; did you mean '%s'?", &text);
  lua_pushstring(L, knn__buf_str(&text));
  knn__buf_free(&text);
  lua_concat(L, 2);
  lua_warning(L, lua_tostring(L, -1), 0);
  lua_pop(L, 2);
}

/* Arguments: the environment, a name. */
static int read_global(lua_State *L) {
  lua_pushglobaltable(L);
  lua_pushvalue(L, 2);
  if (lua_gettable(L, 3) == LUA_TNIL && is_new(L)) warn(L, "is read but not declared");
  return 1;
}

static int in_main_chunk(lua_State *L) {
  lua_Debug caller;
  return lua_getstack(L, 1, &caller) && lua_getinfo(L, "S", &caller) &&
         strcmp(caller.what, "main") == 0;
}

/* Arguments: the environment, a name, a value. */
static int write_global(lua_State *L) {
  int there;
  lua_pushglobaltable(L);
  lua_pushvalue(L, 2);
  there = lua_rawget(L, 4) != LUA_TNIL;
  if (!there && is_new(L) && !in_main_chunk(L)) warn(L, "is declared inside a function");
  lua_settop(L, 4);
  lua_insert(L, 2);
  lua_settable(L, 2);
  return 0;
}

/* pairs(_ENV) goes through the globals themselves. */
static int pairs_of_globals(lua_State *L) {
  lua_getglobal(L, "next");
  lua_pushglobaltable(L);
  return 2;
}

void knn__strict_open(lua_State *L) {
  static const luaL_Reg meta[] = {{"__index", read_global},
                                  {"__newindex", write_global},
                                  {"__pairs", pairs_of_globals},
                                  {NULL, NULL}};
  lua_newtable(L);
  luaL_newlibtable(L, meta);
  lua_newtable(L);
  luaL_setfuncs(L, meta, 1);
  lua_setmetatable(L, -2);
  lua_setfield(L, LUA_REGISTRYINDEX, STRICT_KEY);
}

void knn__strict_watch(lua_State *L) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, STRICT_KEY) == LUA_TNIL || !lua_setupvalue(L, -2, 1))
    lua_pop(L, 1);
}
