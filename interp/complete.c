/* complete.c - what TAB offers. See complete.h. */
#include "complete.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "complete_schema.h"

#define CHAIN_MAX 10 /* metatables followed behind one value */

typedef struct request {
  const char *line;
  size_t start, point;
  char *append;
  char **matches; /* out */
} request;

static int is_name_byte(char c) {
  return c == '_' || isalnum((unsigned char)c);
}

/* The quote that is open at byte `point`, and where; 0 outside strings. */
static char open_quote(const char *line, size_t point, size_t *where) {
  char quote = 0;
  size_t i;
  for (i = 0; i < point; i++) {
    if (quote && line[i] == '\\')
      i++;
    else if (quote && line[i] == quote)
      quote = 0;
    else if (!quote && (line[i] == '"' || line[i] == '\''))
      quote = line[i], *where = i;
  }
  return quote;
}

/* Whether the string that opens at `where` is the argument of require. */
static int is_required(const char *line, size_t where) {
  static const char word[] = "require";
  size_t n = sizeof word - 1;
  while (where && (line[where - 1] == ' ' || line[where - 1] == '(')) where--;
  return where >= n && memcmp(line + where - n, word, n) == 0 &&
         (where == n || !is_name_byte(line[where - n - 1]));
}

/* ---- values, read raw ---- */

/* Replaces the value on top by the table that holds its fields beyond its own, or pops it and
 * returns 0. `which` is "__methods" or "__index". */
static int step(lua_State *L, const char *which) {
  if (!lua_getmetatable(L, -1)) {
    lua_pop(L, 1);
    return 0;
  }
  lua_pushstring(L, which);
  lua_rawget(L, -2);
  lua_replace(L, -3);
  lua_pop(L, 1);
  if (lua_istable(L, -1)) return 1;
  lua_pop(L, 1);
  return 0;
}

/* Calls visit on each table that answers for fields of the value on top, nearest first, until one
 * returns 1. */
static int each_table(lua_State *L, int (*visit)(lua_State *L, void *data), void *data) {
  int i, found = 0;
  lua_pushvalue(L, -1);
  for (i = 0; i < CHAIN_MAX && !found; i++) {
    if (lua_istable(L, -1) && (found = visit(L, data))) break;
    lua_pushvalue(L, -1);
    if (step(L, "__methods")) {
      found = visit(L, data);
      lua_pop(L, 1);
    }
    if (!found && !step(L, "__index")) return 0;
  }
  lua_pop(L, 1);
  return found;
}

typedef struct field {
  const char *name;
  size_t n;
} field;

/* Stores the field of the table on top in the registry slot of this search (index 4). */
static int visit_get(lua_State *L, void *data) {
  const field *f = data;
  lua_pushlstring(L, f->name, f->n);
  lua_rawget(L, -2);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return 0;
  }
  lua_replace(L, 4);
  return 1;
}

typedef struct filter {
  const char *prefix;
  size_t n;
  int methods; /* functions only */
} filter;

/* Adds name = kind to the set of candidates at index 3. Kinds: '(' for functions, '\0' else. */
static void offer(lua_State *L, const filter *f, const char *name, char append) {
  size_t n = strlen(name), i;
  if (n < f->n || memcmp(name, f->prefix, f->n) != 0) return;
  if (name[0] == '_' && f->n == 0) return;
  if (isdigit((unsigned char)name[0])) return;
  for (i = 0; i < n; i++)
    if (!is_name_byte(name[i])) return;
  lua_pushinteger(L, append);
  lua_setfield(L, 3, name);
}

static int visit_offer(lua_State *L, void *data) {
  const filter *f = data;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    int is_function = lua_isfunction(L, -1);
    if (lua_type(L, -2) == LUA_TSTRING && (is_function || !f->methods))
      offer(L, f, lua_tostring(L, -2), is_function ? '(' : '\0');
  }
  return 0;
}

/* ---- what is asked for ---- */

/* Puts the value of the path of names that ends before byte `end` (`knn.layers`) at index 4. 0:
 * there is none. */
static int resolve(lua_State *L, const char *line, size_t end) {
  size_t from = end;
  field f;
  while (from && is_name_byte(line[from - 1])) from--;
  if (from == end) return 0;
  if (from && line[from - 1] == '.' && !(from > 1 && line[from - 2] == '.')) {
    if (!resolve(L, line, from - 1)) return 0;
  } else if (from && line[from - 1] == ':') {
    return 0;
  } else {
    lua_pushglobaltable(L);
    lua_replace(L, 4);
  }
  f.name = line + from;
  f.n = end - from;
  lua_pushvalue(L, 4);
  if (!each_table(L, visit_get, &f)) return 0;
  lua_pop(L, 1);
  return 1;
}

static void offer_names(lua_State *L, const request *r, filter *f) {
  char before = r->start ? r->line[r->start - 1] : ' ';
  size_t i;
  if (before == ':' || (before == '.' && !(r->start > 1 && r->line[r->start - 2] == '.'))) {
    f->methods = before == ':';
    if (resolve(L, r->line, r->start - 1)) {
      lua_pushvalue(L, 4);
      each_table(L, visit_offer, f);
    }
    return;
  }
  for (i = 0; knn__chunk_words[i] && f->n; i++) offer(L, f, knn__chunk_words[i], ' ');
  lua_pushglobaltable(L);
  each_table(L, visit_offer, f);
}

static void offer_modules(lua_State *L, const filter *f) {
  static const char *const tables[] = {LUA_PRELOAD_TABLE, LUA_LOADED_TABLE};
  size_t i;
  for (i = 0; i < 2; i++) {
    lua_getfield(L, LUA_REGISTRYINDEX, tables[i]);
    if (!lua_istable(L, -1)) continue;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
      const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
      if (*name && strncmp(name, f->prefix, f->n) == 0) {
        lua_pushinteger(L, '\0');
        lua_setfield(L, 3, name);
      }
    }
  }
}

/* The names of the list on top of the stack; pops it. */
static void offer_list(lua_State *L, const filter *f, char append) {
  lua_Integer i, n = (lua_Integer)lua_rawlen(L, -1);
  for (i = 1; i <= n; i++) {
    if (lua_rawgeti(L, -1, i) == LUA_TSTRING) offer(L, f, lua_tostring(L, -1), append);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Names where Lua code or a question stands: those of the schema first, and alone if no letter of
 * another one is typed yet. */
static void offer_all(lua_State *L, const request *r, filter *f) {
  int schema = 0;
  if (knn__schema_options(L, r->line, r->start)) {
    offer_list(L, f, '=');
    schema = 1;
  } else if (knn__schema_asked(L, r->line, r->start)) {
    offer_list(L, f, '\0');
    schema = 1;
  }
  if (!schema || f->n) offer_names(L, r, f);
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The set at index 3 as an array of strings. */
static void collect(lua_State *L, request *r) {
  size_t n = 0, used = 1, common, i;
  for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1)) n++;
  if (!n || !(r->matches = calloc(n + 2, sizeof *r->matches))) return;
  for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1)) {
    if (!(r->matches[used] = strdup(lua_tostring(L, -2)))) break;
    *r->append = (char)lua_tointeger(L, -1);
    used++;
  }
  if (used == 2) { /* the only one */
    r->matches[0] = r->matches[1];
    r->matches[1] = NULL;
    return;
  }
  *r->append = '\0';
  qsort(r->matches + 1, used - 1, sizeof *r->matches, compare);
  common = used > 1 ? strlen(r->matches[1]) : 0;
  for (i = 2; i < used; i++)
    while (common && strncmp(r->matches[1], r->matches[i], common) != 0) common--;
  r->matches[0] = used > 1 ? strndup(r->matches[1], common) : NULL;
}

/* Arguments: the request, where a string is open or nil. Index 3: the set of candidates, 4: the value
 * of the path. Returns whether file names are wanted. */
static int complete_protected(lua_State *L) {
  request *r = lua_touserdata(L, 1);
  filter f = {r->line + r->start, r->point - r->start, 0};
  size_t quote = (size_t)lua_tointeger(L, 2);
  int files = 0;
  lua_newtable(L);
  lua_pushnil(L);
  if (lua_isnil(L, 2))
    offer_all(L, r, &f);
  else if (is_required(r->line, quote))
    offer_modules(L, &f);
  else if (knn__schema_strings(L, r->line, quote))
    offer_list(L, &f, '\0');
  else
    files = 1;
  lua_settop(L, 4);
  if (!files) collect(L, r);
  lua_pushboolean(L, files);
  return 1;
}

char **knn__complete(void *user, const char *line, size_t start, size_t point, char *append,
                     int *files) {
  lua_State *L = user;
  request r = {line, start, point, append, NULL};
  size_t quote = 0;
  *append = '\0';
  lua_pushcfunction(L, complete_protected);
  lua_pushlightuserdata(L, &r);
  if (open_quote(line, point, &quote))
    lua_pushinteger(L, (lua_Integer)quote);
  else
    lua_pushnil(L);
  *files = lua_pcall(L, 2, 1, 0) == LUA_OK && lua_toboolean(L, -1);
  lua_pop(L, 1);
  return r.matches;
}
