/* query.c - asking for help at the prompt. See query.h. */
#include "query.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

/* A path of names, `model:fit`. */
static int is_path(const char *s, size_t n) {
  size_t i;
  for (i = 0; i < n; i++)
    if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '.' && s[i] != ':') return 0;
  return n > 0;
}

int knn__query_is(const char *input, knn__buf *name) {
  const char *start = input + strspn(input, " \t\r\n"), *end = start + strlen(start);
  while (end > start && isspace((unsigned char)end[-1])) end--;
  if (*start == '?') {
    start += 1 + strspn(start + 1, " \t");
  } else if (end > start && end[-1] == '?') {
    end--;
    while (end > start && isspace((unsigned char)end[-1])) end--;
    if (!is_path(start, (size_t)(end - start))) return 0;
  } else {
    return 0;
  }
  if (end > start) knn__buf_add(name, start, (size_t)(end - start));
  return 1;
}

/* Upvalue 1: the name of a function of knn.help. Calls it. */
static int call_help(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "knn.help");
  lua_call(L, 1, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_gettable(L, -2);
  lua_replace(L, -2);
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

void knn__query_push(lua_State *L, const char *function) {
  lua_pushstring(L, function);
  lua_pushcclosure(L, call_help, 1);
}

void knn__query_open(lua_State *L) {
  static const char *const names[] = {"help", "apropos"};
  size_t i;
  lua_pushglobaltable(L);
  for (i = 0; i < sizeof names / sizeof *names; i++) {
    lua_pushstring(L, names[i]);
    knn__query_push(L, names[i]);
    lua_rawset(L, -3);
  }
  lua_pop(L, 1);
}
