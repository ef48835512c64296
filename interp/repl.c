/* repl.c - read, evaluate, print: the core of the prompt, without a terminal. See repl.h. */
#include "repl.h"

#include <ctype.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "command.h"
#include "interrupt.h"
#include "knn/context.h"
#include "print.h"
#include "query.h"
#include "report.h"

#define TRACE_LINES 8 /* of a report; `:tb` shows the rest */

void knn__repl_say(knn__repl *r, const char *text) {
  r->io.write(r->io.user, text, strlen(text));
}

void knn__repl_complain(knn__repl *r) {
  knn__report_style style = {
      .prefix = "error: ", .colour = r->io.colour, .trace_lines = TRACE_LINES};
  knn__buf text = {0};
  knn__report_add(r->L, &style, &text);
  r->io.report(r->io.user, knn__buf_str(&text), text.n);
  knn__buf_free(&text);
}

/* ---- printing ---- */

/* Prints the n values on top of L; their __tostring may be interrupted. */
static void show(knn__repl *r, int n, int items, int depth) {
  lua_State *L = r->L;
  knn__print_options options = {.width = r->io.width(), .items = items, .depth = depth};
  knn__buf text = {0};
  int status = knn__print_values(L, -n, n, &options, &text);
  if (text.failed) knn__buf_cut(&text, 0);
  r->io.write(r->io.user, knn__buf_str(&text), text.n);
  knn__buf_free(&text);
  if (status != LUA_OK) lua_error(L);
}

/* full(...): as the prompt prints, without bounds. */
static int full(lua_State *L) {
  knn__repl *r = lua_touserdata(L, lua_upvalueindex(1));
  int n = lua_gettop(L);
  luaL_checkany(L, 1);
  show(r, n, 0, KNN__PRINT_DEPTH_MAX);
  return 0;
}

/* Arguments: the repl, then the values. Prints them. */
static int show_protected(lua_State *L) {
  knn__repl *r = lua_touserdata(L, 1);
  show(r, lua_gettop(L) - 1, KNN__PRINT_ITEMS, KNN__PRINT_DEPTH);
  return 0;
}

static void set_global_raw(lua_State *L, const char *name) {
  lua_pushglobaltable(L);
  lua_pushstring(L, name);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 2);
}

/* `__` = `_`, `_` = the value at index; past any metatable a user gave to the globals. */
static void keep_value(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_pushglobaltable(L);
  lua_pushliteral(L, "_");
  lua_rawget(L, -2);
  lua_remove(L, -2);
  set_global_raw(L, "__");
  lua_pushvalue(L, index);
  set_global_raw(L, "_");
}

/* The values of an input are all above `bottom`; pops them. */
static void finish(knn__repl *r, int bottom, int quiet) {
  lua_State *L = r->L;
  int n = lua_gettop(L) - bottom;
  if (n == 0) return;
  keep_value(L, bottom + 1);
  if (!quiet && lua_checkstack(L, 4)) {
    lua_pushcfunction(L, show_protected);
    lua_insert(L, bottom + 1);
    lua_pushlightuserdata(L, r);
    lua_insert(L, bottom + 2);
    if (knn__report_call(L, n + 1, 0, NULL) != LUA_OK) knn__repl_complain(r);
  }
  lua_settop(L, bottom);
}

/* ---- input ---- */

static int starts_with(const char *s, const char *prefix) {
  return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Appends a line, or the lines of a paste, to the input. A copied session has prompts before its
 * inputs: take them off, and leave out the lines between, which are output. */
static void add_lines(knn__repl *r, const char *line) {
  const char *next;
  int copied = 0;
  if (r->input.n)
    knn__buf_putc(&r->input, '\n');
  else
    r->pasted = starts_with(line, KNN__REPL_PROMPT);
  copied = r->pasted && strchr(line, '\n') != NULL;
  for (; line; line = next) {
    const char *end = strchr(line, '\n');
    int prompted = r->pasted && (starts_with(line, KNN__REPL_PROMPT) ||
                                 starts_with(line, KNN__REPL_PROMPT_MORE));
    next = end ? end + 1 : NULL;
    if (copied && !prompted) continue;
    if (prompted) line += strlen(KNN__REPL_PROMPT);
    knn__buf_add(&r->input, line, end ? (size_t)(end - line) : strlen(line));
    if (next) knn__buf_putc(&r->input, '\n');
  }
}

static void note_entry(knn__repl *r) {
  if (r->io.enter) r->io.enter(r->io.user, knn__buf_str(&r->input));
}

/* `:name` at the start of an input; `::label::` is Lua. */
static int is_command(const char *s) {
  while (isspace((unsigned char)*s)) s++;
  return s[0] == ':' && (isalpha((unsigned char)s[1]) || s[1] == '!' || s[1] == '?');
}

/* Runs what knn__chunk_load made of an input, or reports why it made nothing. 1 if it ran to its
 * end. */
static int run_loaded(knn__repl *r, knn__chunk_kind kind, int quiet, const char *source, size_t n) {
  lua_State *L = r->L;
  int bottom = lua_gettop(L) - 1, ran;
  double start;
  if (kind == KNN__CHUNK_EMPTY) return 0;
  if (kind == KNN__CHUNK_MORE || kind == KNN__CHUNK_BAD) {
    knn__report_forget(L);
    knn__repl_complain(r);
    return 0;
  }
  start = knn_clock();
  ran = knn__report_call(L, 0, LUA_MULTRET, NULL) == LUA_OK;
  r->seconds = knn_clock() - start;
  if (ran) {
    knn__chunk_add_statements(L, source, n, &r->session);
    finish(r, bottom, quiet);
  } else {
    knn__repl_complain(r);
  }
  return ran;
}

int knn__repl_eval(knn__repl *r, const char *source, size_t n) {
  int quiet = 0, bottom = lua_gettop(r->L), ran;
  knn__chunk_kind kind = knn__chunk_load(r->L, source, n, r->keep_locals, &quiet);
  ran = run_loaded(r, kind, quiet, source, n);
  lua_settop(r->L, bottom);
  return ran;
}

/* `last`: no more lines will come. */
static knn__repl_state evaluate(knn__repl *r, int last) {
  lua_State *L = r->L;
  int bottom = lua_gettop(L), quiet = 0;
  const char *source = knn__buf_str(&r->input);
  knn__chunk_kind kind = knn__chunk_load(L, source, r->input.n, r->keep_locals, &quiet);
  if (kind == KNN__CHUNK_MORE && !last) {
    lua_settop(L, bottom);
    return KNN__REPL_MORE;
  }
  if (kind != KNN__CHUNK_EMPTY) note_entry(r);
  run_loaded(r, kind, quiet, source, r->input.n);
  lua_settop(L, bottom);
  knn__repl_drop(r);
  return KNN__REPL_READY;
}

/* Answers an input that asks for help; 0 if it does not. */
static int answer(knn__repl *r) {
  knn__buf name = {0};
  int asked = knn__query_is(knn__buf_str(&r->input), &name);
  if (asked) {
    note_entry(r);
    knn__query_push(r->L, "ask");
    lua_pushlstring(r->L, knn__buf_str(&name), name.n);
    if (knn__report_call(r->L, 1, 0, NULL) != LUA_OK) {
      knn__report_forget(r->L); /* the frames would be those of the help itself */
      knn__repl_complain(r);
    }
    knn__repl_drop(r);
  }
  knn__buf_free(&name);
  return asked;
}

knn__repl_state knn__repl_feed(knn__repl *r, const char *line) {
  int first = r->input.n == 0;
  add_lines(r, line);
  if (first && answer(r)) return KNN__REPL_READY;
  if (first && is_command(knn__buf_str(&r->input))) {
    knn__repl_state state;
    note_entry(r);
    state = knn__command_run(r, knn__buf_str(&r->input)) ? KNN__REPL_READY : KNN__REPL_QUIT;
    knn__repl_drop(r);
    return state;
  }
  return evaluate(r, 0);
}

void knn__repl_drop(knn__repl *r) {
  knn__buf_cut(&r->input, 0);
  r->input.failed = 0;
  r->pasted = 0;
}

void knn__repl_run(knn__repl *r) {
  knn__repl_state state = KNN__REPL_READY;
  while (state != KNN__REPL_QUIT) {
    char *line = NULL;
    switch (r->io.read(r->io.user,
                       state == KNN__REPL_MORE ? KNN__REPL_PROMPT_MORE : KNN__REPL_PROMPT, &line)) {
      case KNN__LINE_READ:
        state = knn__repl_feed(r, line);
        free(line);
        break;
      case KNN__LINE_DROPPED:
        knn__interrupt_clear();
        knn__repl_drop(r);
        state = KNN__REPL_READY;
        break;
      case KNN__LINE_END:
        if (state == KNN__REPL_MORE) evaluate(r, 1); /* says what is missing */
        state = KNN__REPL_QUIT;
        break;
    }
  }
}

void knn__repl_init(knn__repl *r, lua_State *L, const knn__repl_io *io) {
  memset(r, 0, sizeof *r);
  r->L = L;
  r->io = *io;
  lua_pushlightuserdata(L, r);
  lua_pushcclosure(L, full, 1);
  set_global_raw(L, "full");
  knn__query_open(L);
  knn__command_note_globals(L);
}

void knn__repl_free(knn__repl *r) {
  knn__buf_free(&r->input);
  knn__buf_free(&r->session);
}
