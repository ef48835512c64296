/* script.c - running files, standard input and pieces of the command line. See script.h. */
#include "script.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "chunk.h"
#include "interrupt.h"
#include "print.h"
#include "report.h"
#include "term.h"

static int colour;

void knn__script_colour(int on) {
  colour = on;
}

int knn__script_fail(lua_State *L, int interrupted) {
  knn__report_style style = {.prefix = "knn: ", .colour = colour};
  knn__buf text = {0};
  fflush(stdout);
  knn__report_add(L, &style, &text);
  fwrite(knn__buf_str(&text), 1, text.n, stderr);
  knn__buf_free(&text);
  return interrupted ? KNN__EXIT_INTERRUPT : KNN__EXIT_ERROR;
}

/* A message that has no traceback. */
static int fail_plainly(lua_State *L, int interrupted) {
  knn__report_forget(L);
  return knn__script_fail(L, interrupted);
}

/* Runs the function on top of L with the strings of argv. */
static int run(lua_State *L, int argc, char **argv) {
  int i, interrupted = 0;
  luaL_checkstack(L, argc + LUA_MINSTACK, "too many arguments to the script");
  for (i = 0; i < argc; i++) lua_pushstring(L, argv[i]);
  if (knn__report_call(L, argc, 0, &interrupted) == LUA_OK) return KNN__EXIT_OK;
  return knn__script_fail(L, interrupted);
}

static int run_stream(lua_State *L, FILE *in, const char *name, const char *chunk_name, int argc,
                      char **argv) {
  knn__buf source = {0};
  int status;
  if (!knn__buf_read(&source, in)) {
    int interrupted = errno == EINTR && knn__interrupt_pending();
    if (interrupted)
      lua_pushliteral(L, "interrupted!");
    else
      lua_pushfstring(L, "cannot read %s: %s", name, strerror(errno));
    knn__buf_free(&source);
    return fail_plainly(L, interrupted);
  }
  status = knn__chunk_load_script(L, knn__buf_str(&source), source.n, chunk_name);
  knn__buf_free(&source);
  return status == LUA_OK ? run(L, argc, argv) : fail_plainly(L, 0);
}

int knn__script_file(lua_State *L, const char *path, int argc, char **argv) {
  FILE *in = fopen(path, "rb");
  int status;
  if (!in) {
    lua_pushfstring(L, "cannot open %s: %s", path, strerror(errno));
    return fail_plainly(L, 0);
  }
  lua_pushfstring(L, "@%s", path);
  status = run_stream(L, in, path, lua_tostring(L, -1), argc, argv);
  lua_pop(L, 1);
  fclose(in);
  return status;
}

int knn__script_stdin(lua_State *L, int argc, char **argv) {
  return run_stream(L, stdin, "standard input", "=stdin", argc, argv);
}

int knn__script_string(lua_State *L, const char *code) {
  if (knn__chunk_load_script(L, code, strlen(code), "=(command line)") != LUA_OK)
    return fail_plainly(L, 0);
  return run(L, 0, NULL);
}

/* Arguments: the values. */
static int print_values(lua_State *L) {
  knn__print_options options = {
      .width = knn__term_width(), .items = KNN__PRINT_ITEMS, .depth = KNN__PRINT_DEPTH, .bare = 1};
  knn__buf text = {0};
  int status = lua_gettop(L) ? knn__print_values(L, 1, lua_gettop(L), &options, &text) : LUA_OK;
  fwrite(knn__buf_str(&text), 1, text.n, stdout);
  knn__buf_free(&text);
  return status == LUA_OK ? 0 : lua_error(L);
}

int knn__script_print(lua_State *L, const char *expression) {
  int bottom = lua_gettop(L), interrupted = 0, status;
  lua_pushcfunction(L, print_values);
  lua_pushfstring(L, "return %s", expression);
  status = knn__chunk_load_script(L, lua_tostring(L, -1), lua_rawlen(L, -1), "=(command line)");
  lua_remove(L, -2);
  if (status != LUA_OK) {
    status = fail_plainly(L, 0);
  } else if (knn__report_call(L, 0, LUA_MULTRET, &interrupted) != LUA_OK ||
             knn__report_call(L, lua_gettop(L) - bottom - 1, 0, &interrupted) != LUA_OK) {
    status = knn__script_fail(L, interrupted);
  } else {
    status = KNN__EXIT_OK;
  }
  lua_settop(L, bottom);
  return status;
}

int knn__script_require(lua_State *L, const char *module) {
  const char *equals = strchr(module, '=');
  const char *name = equals ? equals + 1 : module;
  int interrupted = 0;
  lua_getglobal(L, "require");
  lua_pushstring(L, name);
  if (knn__report_call(L, 1, 1, &interrupted) != LUA_OK) return knn__script_fail(L, interrupted);
  lua_pushlstring(L, module, equals ? (size_t)(equals - module) : strlen(module));
  lua_insert(L, -2);
  lua_pushglobaltable(L);
  lua_insert(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return KNN__EXIT_OK;
}
