/* print.c - Lua values as a person at the prompt wants to see them. See print.h.
 *
 * Each value is first rendered on one line; what does not fit is rendered again with an entry per
 * line. The depth and the number of entries are bounded, so rendering twice per level stays cheap.
 */
#include "print.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "interrupt.h"

#define KEYS_MAX                                                                  \
  10000 /* keys collected for sorting; a table with more shows the first ones met \
         */

typedef struct printer {
  lua_State *L;
  knn__print_options o;
  int left; /* entries that may still be shown */
  int level;
  const void *path[KNN__PRINT_DEPTH_MAX + 1]; /* the tables around the current value */
} printer;

typedef struct key {
  int rank; /* 0 numbers, 1 strings, 2 the rest */
  lua_Number number;
  const char *string;
  int order; /* as met in the table; also its place in the table of keys */
} key;

static void render(printer *p, int index, size_t indent, int one_line, knn__buf *out);

static int is_name(const char *s, size_t n) {
  size_t i;
  if (!n || isdigit((unsigned char)s[0])) return 0;
  for (i = 0; i < n; i++)
    if (s[i] != '_' && !isalnum((unsigned char)s[i])) return 0;
  for (i = 0; knn__chunk_words[i]; i++)
    if (strcmp(s, knn__chunk_words[i]) == 0) return 0;
  return 1;
}

static void quote(const char *s, size_t n, knn__buf *out) {
  static const char plain[] = "abtnvfr";
  size_t i;
  knn__buf_putc(out, '"');
  for (i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '"' || c == '\\')
      knn__buf_putc(out, '\\'), knn__buf_putc(out, (char)c);
    else if (c >= 7 && c <= 13)
      knn__buf_putc(out, '\\'), knn__buf_putc(out, plain[c - 7]);
    else if (c < 32 || c == 127)
      knn__buf_printf(out, "\\%03d", c);
    else
      knn__buf_putc(out, (char)c);
  }
  knn__buf_putc(out, '"');
}

static int call_tostring(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

/* Appends a text whose lines after the first start at column indent. */
static void add_lines(const char *s, size_t n, size_t indent, knn__buf *out) {
  size_t i;
  for (i = 0; i < n; i++) {
    knn__buf_putc(out, s[i]);
    if (s[i] == '\n') knn__buf_fill(out, ' ', indent);
  }
}

/* Values with __tostring, and those of which only type and address are known. */
static void render_object(printer *p, int index, size_t indent, knn__buf *out) {
  lua_State *L = p->L;
  const char *s;
  size_t n;
  lua_pushcfunction(L, call_tostring);
  lua_pushvalue(L, index);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
    s = lua_tolstring(L, -1, &n);
    add_lines(s, n, indent, out);
  } else if (knn__interrupt_pending()) {
    lua_error(L);
  } else {
    s = lua_tostring(L, -1);
    knn__buf_printf(out, "<%s: its __tostring failed: %s>", luaL_typename(L, index),
                    s ? s : "(no message)");
  }
  lua_pop(L, 1);
}

static int compare_keys(const void *a, const void *b) {
  const key *x = a, *y = b;
  int by_text;
  if (x->rank != y->rank) return x->rank - y->rank;
  if (x->rank == 0 && x->number != y->number) return x->number < y->number ? -1 : 1;
  by_text = x->rank == 1 ? strcmp(x->string, y->string) : 0;
  return by_text ? by_text : x->order - y->order;
}

/* Pushes a table of the keys of the table at index that are not positions 1..length, in the order
 * to show them; *total counts them all. */
static int push_keys(lua_State *L, int index, lua_Integer length, lua_Integer *total) {
  key *keys = NULL;
  int n = 0, i;
  lua_newtable(L);
  *total = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= length)
      continue;
    if (++*total > KEYS_MAX) continue;
    lua_pushvalue(L, -2);
    lua_rawseti(L, -4, ++n);
  }
  keys = lua_newuserdatauv(L, (size_t)(n ? n : 1) * sizeof *keys, 0);
  for (i = 0; i < n; i++) {
    int type = lua_rawgeti(L, -2, i + 1);
    keys[i].rank = type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
    keys[i].number = type == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    keys[i].string = type == LUA_TSTRING ? lua_tostring(L, -1) : NULL; /* held by the tables */
    keys[i].order = i + 1;
    lua_pop(L, 1);
  }
  qsort(keys, (size_t)n, sizeof *keys, compare_keys);
  lua_createtable(L, n, 0);
  for (i = 0; i < n; i++) {
    lua_rawgeti(L, -3, keys[i].order);
    lua_rawseti(L, -2, i + 1);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
  return n;
}

static void render_key(printer *p, int index, knn__buf *out) {
  lua_State *L = p->L;
  size_t n;
  const char *s;
  if (lua_type(L, index) == LUA_TSTRING && (s = lua_tolstring(L, index, &n)) && is_name(s, n)) {
    knn__buf_add(out, s, n);
    return;
  }
  knn__buf_putc(out, '[');
  if (lua_type(L, index) == LUA_TTABLE)
    knn__buf_printf(out, "table: %p", lua_topointer(L, index));
  else
    render(p, index, 0, 1, out);
  knn__buf_putc(out, ']');
}

static void separate(int first, int one_line, size_t indent, knn__buf *out) {
  if (!first) knn__buf_puts(out, one_line ? ", " : ",");
  if (one_line) return;
  knn__buf_putc(out, '\n');
  knn__buf_fill(out, ' ', indent);
}

/* Counts one entry; 0 when no more may be shown. */
static int take(printer *p) {
  if (p->o.items && p->left <= 0) return 0;
  p->left--;
  return 1;
}

/* The entries of the table at index, without the braces. */
static void render_entries(printer *p, int index, size_t indent, int one_line, knn__buf *out) {
  lua_State *L = p->L;
  lua_Integer length = (lua_Integer)lua_rawlen(L, index), total = 0, i, shown = 0;
  int keys, n;
  for (i = 1; i <= length && take(p); i++, shown++) {
    separate(shown == 0, one_line, indent, out);
    lua_rawgeti(L, index, i);
    render(p, lua_gettop(L), indent, one_line, out);
    lua_pop(L, 1);
  }
  n = push_keys(L, index, length, &total);
  keys = lua_gettop(L);
  for (i = 1; i <= n && take(p); i++, shown++) {
    size_t start;
    separate(shown == 0, one_line, indent, out);
    lua_rawgeti(L, keys, i);
    start = out->n;
    render_key(p, lua_gettop(L), out);
    knn__buf_puts(out, " = ");
    lua_rawget(L, index);
    render(p, lua_gettop(L), indent + (out->n - start), one_line, out);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  if (shown < length + total) {
    separate(shown == 0, one_line, indent, out);
    knn__buf_printf(out, "... %lld more", (long long)(length + total - shown));
  }
}

static void render_table(printer *p, int index, size_t indent, int one_line, knn__buf *out) {
  const void *self = lua_topointer(p->L, index);
  int before = p->left, i;
  size_t start = out->n;
  for (i = 0; i < p->level; i++)
    if (p->path[i] == self) {
      knn__buf_puts(out, "{<cycle>}");
      return;
    }
  if (p->level >= p->o.depth) {
    lua_pushnil(p->L);
    i = lua_next(p->L, index);
    if (i) lua_pop(p->L, 2);
    knn__buf_puts(out, i ? "{...}" : "{}");
    return;
  }
  p->path[p->level++] = self;
  knn__buf_putc(out, '{');
  render_entries(p, index, indent, 1, out);
  knn__buf_putc(out, '}');
  if (!one_line && (indent + out->n - start > (size_t)p->o.width ||
                    memchr(out->s + start, '\n', out->n - start))) {
    knn__buf_cut(out, start);
    p->left = before;
    knn__buf_putc(out, '{');
    render_entries(p, index, indent + 2, 0, out);
    knn__buf_putc(out, '\n');
    knn__buf_fill(out, ' ', indent);
    knn__buf_putc(out, '}');
  }
  p->level--;
}

static void render(printer *p, int index, size_t indent, int one_line, knn__buf *out) {
  lua_State *L = p->L;
  size_t n;
  const char *s;
  int type = lua_type(L, index);
  luaL_checkstack(L, 12, "table nested too deeply to print");
  if (type == LUA_TSTRING) {
    s = lua_tolstring(L, index, &n);
    if (p->o.bare && p->level == 0)
      knn__buf_add(out, s, n);
    else
      quote(s, n, out);
  } else if (type == LUA_TTABLE && luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) {
    render_table(p, index, indent, one_line, out);
  } else {
    if (type == LUA_TTABLE) lua_pop(L, 1);
    render_object(p, index, indent, out);
  }
}

/* Arguments: the value, the options, the text. */
static int print_protected(lua_State *L) {
  const knn__print_options *options = lua_touserdata(L, 2);
  knn__buf *out = lua_touserdata(L, 3);
  printer p = {0};
  p.L = L;
  p.o = *options;
  p.left = options->items;
  if (p.o.depth > KNN__PRINT_DEPTH_MAX) p.o.depth = KNN__PRINT_DEPTH_MAX;
  render(&p, 1, 0, 0, out);
  return 0;
}

int knn__print_value(lua_State *L, int index, const knn__print_options *options, knn__buf *out) {
  knn__print_options copy = *options;
  index = lua_absindex(L, index);
  lua_pushcfunction(L, print_protected);
  lua_pushvalue(L, index);
  lua_pushlightuserdata(L, &copy);
  lua_pushlightuserdata(L, out);
  return lua_pcall(L, 3, 0, 0);
}

int knn__print_values(lua_State *L, int first, int n, const knn__print_options *options,
                      knn__buf *out) {
  size_t start = out->n;
  int status = LUA_OK, k, lines;
  first = lua_absindex(L, first);
  for (k = 0; k < n && status == LUA_OK; k++) {
    if (k) knn__buf_putc(out, '\t');
    status = knn__print_value(L, first + k, options, out);
  }
  lines = out->n && memchr(out->s + start, '\n', out->n - start) != NULL;
  if (n > 1 && status == LUA_OK &&
      (lines || out->n - start + 8 * (size_t)n > (size_t)options->width)) {
    knn__buf_cut(out, start);
    for (k = 0; k < n && status == LUA_OK; k++) {
      if (k) knn__buf_putc(out, '\n');
      status = knn__print_value(L, first + k, options, out);
    }
  }
  knn__buf_putc(out, '\n');
  return status;
}
