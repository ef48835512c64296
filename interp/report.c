/* report.c - running Lua code under protection and telling what went wrong. See report.h. */
#include "report.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"

#define TRACE_KEY "knn.traceback"
#define NAME_MAX_BYTES 64

static int stack_depth(lua_State *L) {
  lua_Debug where;
  int depth = 0;
  while (lua_getstack(L, depth, &where)) depth++;
  return depth;
}

/* Message handler; upvalue 1 is the number of frames below the called function. Keeps the error
 * value and notes the traceback, less those frames. */
static int note_traceback(lua_State *L) {
  lua_Integer below = lua_tointeger(L, lua_upvalueindex(1));
  const char *text, *end;
  luaL_traceback(L, L, NULL, 1);
  text = lua_tostring(L, -1);
  end = text + strlen(text);
  for (; below > 0 && end > text; below--) do
      end--;
    while (end > text && *end != '\n');
  lua_pushlstring(L, text, (size_t)(end - text));
  lua_setfield(L, LUA_REGISTRYINDEX, TRACE_KEY);
  lua_pop(L, 1);
  return 1;
}

void knn__report_forget(lua_State *L) {
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, TRACE_KEY);
}

int knn__report_call(lua_State *L, int nargs, int nresults, int *interrupted) {
  int handler = lua_gettop(L) - nargs, status, pressed;
  knn__report_forget(L);
  lua_pushinteger(L, stack_depth(L));
  lua_pushcclosure(L, note_traceback, 1);
  lua_insert(L, handler);
  knn__interrupt_begin(L);
  status = lua_pcall(L, nargs, nresults, handler);
  pressed = knn__interrupt_end(L);
  lua_remove(L, handler);
  if (interrupted) *interrupted = pressed && status != LUA_OK;
  return status;
}

void knn__report_traceback(lua_State *L, knn__buf *out) {
  if (lua_getfield(L, LUA_REGISTRYINDEX, TRACE_KEY) == LUA_TSTRING)
    knn__buf_puts(out, lua_tostring(L, -1));
  lua_pop(L, 1);
}

/* ---- suggestions ---- */

static int least(int a, int b) {
  return a < b ? a : b;
}

/* Edit distance: insert, delete, replace, swap of neighbours cost 1 each. Names of at most
 * NAME_MAX_BYTES. */
static int distance(const char *a, const char *b) {
  int rows[3][NAME_MAX_BYTES + 1];
  int *before = rows[0], *above = rows[1], *row = rows[2], *free_row;
  int n = (int)strlen(b), i, j;
  for (j = 0; j <= n; j++) above[j] = before[j] = j;
  for (i = 1; a[i - 1]; i++) {
    row[0] = i;
    for (j = 1; j <= n; j++) {
      row[j] = least(above[j] + 1, row[j - 1] + 1);
      row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = least(row[j], before[j - 2] + 1);
    }
    free_row = before;
    before = above;
    above = row;
    row = free_row;
  }
  return above[n];
}

/* Copies NAME out of "(global 'NAME')" in the message. */
static int missing_global(const char *message, char name[NAME_MAX_BYTES + 1]) {
  const char *start = strstr(message, "(global '"), *end;
  if (!start || !strstr(message, "nil value")) return 0;
  start += strlen("(global '");
  end = strchr(start, '\'');
  if (!end || end == start || end - start > NAME_MAX_BYTES) return 0;
  memcpy(name, start, (size_t)(end - start));
  name[end - start] = '\0';
  return 1;
}

void knn__report_suggest(lua_State *L, const char *name, const char *format, knn__buf *out) {
  const char *best = NULL;
  int nearest = least((int)strlen(name) / 3 + 1, 3) + 1; /* anything farther is another word */
  if (strlen(name) < 2 || strlen(name) > NAME_MAX_BYTES) return;
  lua_pushglobaltable(L);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    const char *global = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    size_t n = strlen(global);
    int d = n && n <= NAME_MAX_BYTES ? distance(name, global) : nearest;
    if (d > 0 && (d < nearest || (d == nearest && best && strcmp(global, best) < 0))) {
      nearest = d;
      best = global;
    }
  }
  if (best) {
    lua_pushfstring(L, format, best);
    knn__buf_puts(out, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Arguments: the message, the buffer. */
static int add_suggestion(lua_State *L) {
  char name[NAME_MAX_BYTES + 1];
  if (missing_global(lua_tostring(L, 1), name))
    knn__report_suggest(L, name, "\ndid you mean '%s'?", lua_touserdata(L, 2));
  return 0;
}

/* ---- the report ---- */

/* Arguments: the error value, the buffer. */
static int add_message(lua_State *L) {
  knn__buf *out = lua_touserdata(L, 2);
  size_t n;
  const char *s;
  if (lua_type(L, 1) != LUA_TSTRING && !luaL_callmeta(L, 1, "__tostring")) {
    if (lua_isnumber(L, 1))
      knn__buf_puts(out, lua_tostring(L, 1));
    else
      knn__buf_printf(out, "(the error value is a %s)", luaL_typename(L, 1));
    return 0;
  }
  s = lua_tolstring(L, lua_gettop(L) > 2 ? -1 : 1, &n);
  if (s)
    knn__buf_add(out, s, n);
  else
    knn__buf_puts(out, "(the error value's __tostring gives no string)");
  return 0;
}

/* Calls add(value at index, out) so that nothing escapes. */
static int protect(lua_State *L, lua_CFunction add, int index, knn__buf *out) {
  int status;
  index = lua_absindex(L, index);
  lua_pushcfunction(L, add);
  lua_pushvalue(L, index);
  lua_pushlightuserdata(L, out);
  status = lua_pcall(L, 2, 0, 0);
  if (status != LUA_OK) lua_pop(L, 1);
  return status;
}

/* Appends at most `lines` lines of trace under its heading; a single frame, at the prompt, tells
 * nothing. */
static void add_trace(const char *trace, int lines, knn__buf *out) {
  const char *end = trace;
  int shown = 0, all = 0;
  const char *p;
  for (p = trace; (p = strchr(p, '\n')); p++) all++;
  if (all == 0 || (lines && all == 1)) return;
  if (!lines || all <= lines) {
    knn__buf_printf(out, "\n%s", trace);
    return;
  }
  while (shown <= lines && (p = strchr(end + 1, '\n'))) {
    end = p;
    shown++;
  }
  knn__buf_printf(out, "\n%.*s\n\t... (:tb shows all)", (int)(end - trace), trace);
}

void knn__report_add(lua_State *L, const knn__report_style *style, knn__buf *out) {
  size_t start;
  knn__buf trace = {0};
  if (style->colour) knn__buf_puts(out, "\033[31m");
  knn__buf_puts(out, style->prefix);
  start = out->n;
  knn__interrupt_begin(L);
  if (protect(L, add_message, -1, out) != LUA_OK) {
    knn__buf_cut(out, start);
    knn__buf_puts(out, "(the error value's __tostring failed)");
  }
  knn__interrupt_end(L);
  if (style->colour) knn__buf_puts(out, "\033[0m");
  if (lua_type(L, -1) == LUA_TSTRING) protect(L, add_suggestion, -1, out);
  lua_pop(L, 1);
  knn__report_traceback(L, &trace);
  add_trace(knn__buf_str(&trace), style->trace_lines, out);
  knn__buf_putc(out, '\n');
  knn__buf_free(&trace);
}
