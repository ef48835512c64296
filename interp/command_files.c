/* command_files.c - files, folders and programs from the prompt. */
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chunk.h"
#include "command_list.h"
#include "report.h"

/* Appends a path whose `~` stands for the home folder. */
static void add_path(const char *path, knn__buf *out) {
  const char *home = getenv("HOME");
  if (home && path[0] == '~' && (path[1] == '/' || !path[1])) {
    knn__buf_puts(out, home);
    path++;
  }
  knn__buf_puts(out, path);
}

/* Loads a script as the prompt does: its locals outlive it, unless the person wants them kept or the
 * script is compiled. Pushes the function or a message. */
static int load_script(knn__repl *r, const knn__buf *source, const char *name) {
  knn__buf code = {0};
  int status;
  if (r->keep_locals || knn__buf_str(source)[0] == LUA_SIGNATURE[0])
    knn__buf_add(&code, knn__buf_str(source), source->n);
  else
    knn__chunk_free_locals(knn__buf_str(source), source->n, &code);
  status = knn__chunk_load_script(r->L, knn__buf_str(&code), code.n, name);
  knn__buf_free(&code);
  return status;
}

/* A loaded file is a part of the session. */
static void keep_source(knn__repl *r, const knn__buf *source) {
  const char *s = knn__buf_str(source), *end = s + source->n;
  if (*s == '#') s += strcspn(s, "\n");
  if (*s != LUA_SIGNATURE[0]) knn__chunk_add_statements(r->L, s, (size_t)(end - s), &r->session);
}

int knn__command_load(knn__repl *r, const char *argument) {
  lua_State *L = r->L;
  int bottom = lua_gettop(L);
  knn__buf path = {0}, source = {0};
  FILE *in;
  add_path(argument, &path);
  in = *argument ? fopen(knn__buf_str(&path), "rb") : NULL;
  if (!*argument) {
    knn__command_complain(r, ":load takes the name of a Lua file");
  } else if (!in || !knn__buf_read(&source, in)) {
    knn__command_complain(r, "cannot read %s: %s", argument, strerror(errno));
  } else {
    lua_pushfstring(L, "@%s", argument);
    if (load_script(r, &source, lua_tostring(L, -1)) != LUA_OK) {
      knn__report_forget(L);
      knn__repl_complain(r);
    } else if (knn__report_call(L, 0, 0, NULL) != LUA_OK) {
      knn__repl_complain(r);
    } else {
      keep_source(r, &source);
    }
  }
  if (in) fclose(in);
  lua_settop(L, bottom);
  knn__buf_free(&source);
  knn__buf_free(&path);
  return 1;
}

int knn__command_save(knn__repl *r, const char *argument) {
  knn__buf path = {0};
  FILE *out;
  int good;
  if (!*argument) {
    knn__command_complain(r, ":save takes the name of a file for the inputs of this session");
    return 1;
  }
  add_path(argument, &path);
  out = fopen(knn__buf_str(&path), "wx");
  good = out && fwrite(knn__buf_str(&r->session), 1, r->session.n, out) == r->session.n;
  if (out && fclose(out) != 0) good = 0;
  if (!out && errno == EEXIST)
    knn__command_complain(r, "%s is there already; give another name", argument);
  else if (!good)
    knn__command_complain(r, "cannot write %s: %s", argument, strerror(errno));
  else if (r->session.failed)
    knn__command_complain(r, "%s lacks the last inputs: memory ran out", argument);
  knn__buf_free(&path);
  return 1;
}

int knn__command_cd(knn__repl *r, const char *argument) {
  knn__buf path = {0}, line = {0};
  char *now;
  add_path(*argument ? argument : "~", &path);
  if (chdir(knn__buf_str(&path)) != 0) {
    knn__command_complain(r, "cannot go to %s: %s", knn__buf_str(&path), strerror(errno));
  } else if ((now = getcwd(NULL, 0)) != NULL) {
    knn__buf_printf(&line, "%s\n", now);
    knn__command_write(r, &line);
    free(now);
  }
  knn__buf_free(&path);
  return 1;
}

/* The program has the terminal to itself; Ctrl-C stops it alone. */
int knn__command_shell(knn__repl *r, const char *argument) {
  int status;
  if (!*argument) {
    knn__command_complain(r, ":! takes a command of the shell, as in `:!ls`");
    return 1;
  }
  fflush(stdout);
  status = system(argument);
  if (status == -1)
    knn__command_complain(r, "cannot run a shell: %s", strerror(errno));
  else if (WIFEXITED(status) && WEXITSTATUS(status))
    knn__command_complain(r, "exit status %d", WEXITSTATUS(status));
  else if (WIFSIGNALED(status))
    knn__command_complain(r, "ended by signal %d", WTERMSIG(status));
  return 1;
}
