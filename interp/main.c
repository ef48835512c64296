/* main.c - the knn program: its command line, and the order in which things happen.
 *   knn [options] [script | -] [arguments]
 * Exit status: 0 fine, 1 error in Lua code, 2 wrong usage, 130 interrupted; os.exit(n) gives n. */
#include <errno.h>
#include <getopt.h>
#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bind/host.h"
#include "complete.h"
#include "history.h"
#include "interrupt.h"
#include "knn/context.h"
#include "line.h"
#include "repl.h"
#include "script.h"
#include "strict.h"
#include "term.h"
#if KNN_HAVE_BIND
#include "bind/bind.h"
#endif

typedef struct options {
  int argc;
  char **argv;
  int first;    /* index of the first argument that is no option */
  int *steps;   /* e, p, l: in the order given ... */
  char **texts; /* ... with their arguments */
  int nsteps;
  int interactive, quiet, strict, version, help, no_environment, no_rc, no_history;
  knn__colour_mode colour;
} options;

static const char usage[] =
    "usage: knn [options] [script | -] [arguments]\n"
    "  -e CODE          run CODE (repeatable)\n"
    "  -p EXPRESSION    print the value of EXPRESSION (repeatable)\n"
    "  -l MODULE        require MODULE into a global of its name; -l NAME=MODULE: into NAME\n"
    "  -i               go to the prompt afterwards, even after an error\n"
    "  -g               warn of globals read before they are set, or first set in a function\n"
    "  -q, --quiet      no banner at the prompt\n"
    "  -v, --version    what this program is made of\n"
    "  -h, --help       this text\n"
    "  -E               ignore environment variables of Lua and knn\n"
    "  --color=WHEN     auto, always or never\n"
    "  --no-rc          do not run ~/.config/knn/init.lua at the prompt\n"
    "  --no-history     neither read nor write the history of the prompt\n"
    "  --               end of options\n"
    "Without a script, -e, -p or -v: the prompt, or standard input if that is no terminal.\n"
    "Exit status: 0 fine, 1 error, 2 wrong usage, 130 interrupted; os.exit(n) gives n.\n";

/* ---- command line ---- */

enum { OPTION_COLOUR = 256, OPTION_NO_RC, OPTION_NO_HISTORY };

static int wrong(const char *what, const char *argument) {
  fprintf(stderr, "knn: %s '%s'; try knn -h\n", what, argument);
  return 0;
}

static int set_colour(options *o, const char *when) {
  if (strcmp(when, "auto") == 0)
    o->colour = KNN__COLOUR_AUTO;
  else if (strcmp(when, "always") == 0)
    o->colour = KNN__COLOUR_ALWAYS;
  else if (strcmp(when, "never") == 0)
    o->colour = KNN__COLOUR_NEVER;
  else
    return wrong("--color is auto, always or never, not", when);
  return 1;
}

static int refuse(const options *o, int code, int letter) {
  const char *given = o->argv[optind - 1];
  char text[3] = {'-', (char)letter, '\0'};
  if (code == ':') return wrong("an argument is missing after", given);
  return wrong("unknown option", letter && letter < 128 ? text : given);
}

/* Returns 0 after reporting a mistake. */
static int parse(options *o) {
  static const struct option names[] = {
      {"version", no_argument, NULL, 'v'},
      {"help", no_argument, NULL, 'h'},
      {"quiet", no_argument, NULL, 'q'},
      {"color", required_argument, NULL, OPTION_COLOUR},
      {"no-rc", no_argument, NULL, OPTION_NO_RC},
      {"no-history", no_argument, NULL, OPTION_NO_HISTORY},
      {NULL, 0, NULL, 0},
  };
  int code;
  opterr = 0;
  while ((code = getopt_long(o->argc, o->argv, "+:e:p:l:igqvhE", names, NULL)) != -1) {
    switch (code) {
      case 'e':
      case 'p':
      case 'l':
        o->steps[o->nsteps] = code;
        o->texts[o->nsteps++] = optarg;
        break;
      case 'i': o->interactive = 1; break;
      case 'g': o->strict = 1; break;
      case 'q': o->quiet = 1; break;
      case 'v': o->version = 1; break;
      case 'h': o->help = 1; break;
      case 'E': o->no_environment = 1; break;
      case OPTION_COLOUR:
        if (!set_colour(o, optarg)) return 0;
        break;
      case OPTION_NO_RC: o->no_rc = 1; break;
      case OPTION_NO_HISTORY: o->no_history = 1; break;
      default: return refuse(o, code, optopt);
    }
  }
  o->first = optind;
  return 1;
}

/* ---- the state ---- */

static knn__host host = {.interrupted = knn__interrupt_pending,
                         .interrupt_clear = knn__interrupt_clear,
                         .term_width = knn__term_width};

/* arg[0] the script (or the program), arg[1..] its arguments, arg[-1..] what stands before. */
static void set_arg(lua_State *L, const options *o) {
  int script = o->first < o->argc ? o->first : 0, i;
  lua_createtable(L, o->argc - script, script + 1);
  for (i = 0; i < o->argc; i++) {
    lua_pushstring(L, o->argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}

static void open_state(lua_State *L, const options *o, int interactive) {
  if (o->no_environment) { /* asked by the package library */
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  }
  luaL_openlibs(L);
  knn__interrupt_install(L, interactive);
  host.interactive = interactive;
  host.is_tty = isatty(STDOUT_FILENO);
  host.colour = knn__term_colour(STDOUT_FILENO, o->colour, !o->no_environment);
  lua_pushlightuserdata(L, &host);
  lua_setfield(L, LUA_REGISTRYINDEX, KNN__HOST_KEY);
  set_arg(L, o);
  if (o->strict) knn__strict_open(L);
#if KNN_HAVE_BIND
  knn__lua_preload(L);
#endif
}

#if KNN_HAVE_BIND
/* __index of the globals until `knn` is first asked for: requires it, and takes itself away.
 * Upvalue 1 is the metatable that it came with. */
static int first_knn(lua_State *L) {
  if (lua_type(L, 2) != LUA_TSTRING || strcmp(lua_tostring(L, 2), "knn") != 0) return 0;
  lua_pushnil(L);
  lua_setfield(L, lua_upvalueindex(1), "__index");
  if (lua_getmetatable(L, 1) && lua_rawequal(L, -1, lua_upvalueindex(1))) {
    lua_pushnil(L);
    if (!lua_next(L, -2)) { /* nobody put anything else there */
      lua_pushnil(L);
      lua_setmetatable(L, 1);
    }
  }
  lua_settop(L, 2);
  lua_getglobal(L, "require");
  lua_pushvalue(L, 2);
  lua_call(L, 1, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, 1);
  return 1;
}

/* Makes the global `knn`: now at the prompt, where completion looks at it, and on first use in
 * scripts, which must start as fast as plain Lua. */
static int offer_knn(lua_State *L, int interactive) {
  if (interactive) return knn__script_require(L, "knn");
  lua_pushglobaltable(L);
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, first_knn, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  return KNN__EXIT_OK;
}
#endif

/* ---- the prompt ---- */

static const knn__line_editor *editor;
static knn__history *history;

static knn__line_result read_line(void *user, const char *prompt, char **line) {
  (void)user;
  fflush(stdout);
  return editor->read(prompt, line);
}

static void write_values(void *user, const char *text, size_t n) {
  (void)user;
  fwrite(text, 1, n, stdout);
  fflush(stdout);
}

static void write_report(void *user, const char *text, size_t n) {
  (void)user;
  fflush(stdout);
  fwrite(text, 1, n, stderr);
}

static void enter(void *user, const char *entry) {
  (void)user;
  if (knn__history_append(history, entry)) editor->remember(entry);
}

static void run_rc(lua_State *L) {
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  if (config && *config == '/')
    lua_pushfstring(L, "%s/knn/init.lua", config);
  else if (home && *home)
    lua_pushfstring(L, "%s/.config/knn/init.lua", home);
  else
    return;
  if (access(lua_tostring(L, -1), F_OK) == 0 &&
      knn__script_file(L, lua_tostring(L, -1), 0, NULL) != KNN__EXIT_OK)
    fprintf(stderr, "knn: going on without the rest of %s\n", lua_tostring(L, -1));
  lua_pop(L, 1);
}

static void print_banner(void) {
  printf("knn %s, %s. Ctrl-D leaves, :help lists the prompt's commands.\n", KNN_VERSION_STRING,
         LUA_RELEASE);
}

static knn__repl repl; /* the global `full` points to it as long as L lives */

/* Before code of the user runs, which may then take the names of the prompt's globals. */
static void open_prompt(lua_State *L, const options *o) {
  knn__repl_io io = {
      .read = read_line,
      .write = write_values,
      .report = write_report,
      .enter = enter,
      .width = knn__term_width,
      .colour = knn__term_colour(STDERR_FILENO, o->colour, !o->no_environment),
  };
  knn__repl_init(&repl, L, &io);
}

static void prompt(lua_State *L, const options *o) {
  editor = knn__line_choose();
  editor->open(knn__complete, L);
  if (!o->no_history && editor != &knn__line_plain)
    history = knn__history_open(!o->no_environment, editor->remember);
  if (!o->no_rc) run_rc(L);
  if (!o->quiet && isatty(STDIN_FILENO)) print_banner();
  knn__repl_run(&repl);
  knn__repl_free(&repl);
  knn__history_close(history);
  editor->close();
}

/* ---- all of it ---- */

static void print_version(void) {
  const knn__line_editor *best = knn__line_best();
  knn_ctx *ctx = NULL;
  printf("knn %s\n%s\n", knn_version(), LUA_RELEASE);
  if (knn_ctx_new(NULL, &ctx) == KNN_OK) printf("kernels: %s\n", knn_ctx_kernels(ctx));
  printf("line editor: %s (%s)\n", best->name, best->licence);
  knn_ctx_release(ctx);
}

static int run_steps(lua_State *L, const options *o) {
  int i, status = KNN__EXIT_OK;
  for (i = 0; i < o->nsteps && status == KNN__EXIT_OK; i++) {
    if (o->steps[i] == 'e')
      status = knn__script_string(L, o->texts[i]);
    else if (o->steps[i] == 'p')
      status = knn__script_print(L, o->texts[i]);
    else
      status = knn__script_require(L, o->texts[i]);
  }
  return status;
}

static int run_script(lua_State *L, const options *o) {
  int argc = o->argc - o->first - 1;
  char **argv = o->argv + o->first + 1;
  const char *path = o->argv[o->first];
  if (strcmp(path, "-") == 0) return knn__script_stdin(L, argc, argv);
  return knn__script_file(L, path, argc, argv);
}

/* Whether -e, -p, -v or a script says what to do, so that neither prompt nor standard input is
 * asked. */
static int has_task(const options *o) {
  int i;
  for (i = 0; i < o->nsteps; i++)
    if (o->steps[i] != 'l') return 1;
  return o->first < o->argc || o->version;
}

/* Argument: the options. Returns the exit status. */
static int run(lua_State *L) {
  const options *o = lua_touserdata(L, 1);
  int task = has_task(o), status = KNN__EXIT_OK;
  int interactive = o->interactive || (!task && isatty(STDIN_FILENO));
  knn__script_colour(knn__term_colour(STDERR_FILENO, o->colour, !o->no_environment));
  luaL_checkversion(L);
  open_state(L, o, interactive);
  if (o->version) print_version();
#if KNN_HAVE_BIND
  status = offer_knn(L, interactive);
#endif
  if (interactive) open_prompt(L, o);
  if (status == KNN__EXIT_OK) status = run_steps(L, o);
  if (status == KNN__EXIT_OK && o->first < o->argc) status = run_script(L, o);
  if (interactive) {
    prompt(L, o);
    status = KNN__EXIT_OK;
  } else if (!task && status == KNN__EXIT_OK) {
    status = knn__script_stdin(L, 0, NULL);
  }
  lua_pushinteger(L, status);
  return 1;
}

/* What is left in stdout must reach its reader, unless he left: a closed pipe is no error of ours.
 */
static int flush_output(int status) {
  int bad = fflush(stdout) != 0;
  if (!bad || errno == EPIPE || errno == EBADF) return status;
  fprintf(stderr, "knn: cannot write the output: %s\n", strerror(errno));
  return status == KNN__EXIT_OK ? KNN__EXIT_ERROR : status;
}

/* Warnings, of the engine and of scripts, as lines on stderr; those that begin with '@' are Lua's
 * controls. */
static void warn(void *user, const char *text, int to_be_continued) {
  static bool continued;
  (void)user;
  if (continued || text[0] != '@')
    fprintf(stderr, "%s%s%s", continued ? "" : "warning: ", text, to_be_continued ? "" : "\n");
  continued = to_be_continued != 0;
}

static int run_all(options *o) {
  lua_State *L;
  int status = KNN__EXIT_ERROR;
  if (!parse(o)) return KNN__EXIT_USAGE;
  if (o->help) {
    fputs(usage, stdout);
    return flush_output(KNN__EXIT_OK);
  }
  L = luaL_newstate();
  if (!L) {
    fputs("knn: out of memory\n", stderr);
    return KNN__EXIT_ERROR;
  }
  lua_setwarnf(L, warn, NULL);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, o);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK)
    status = (int)lua_tointeger(L, -1);
  else
    knn__script_fail(L, 0);
  lua_close(L);
  return flush_output(status);
}

int main(int argc, char **argv) {
  options o = {.argc = argc, .argv = argv};
  int status;
  knn__term_setup();
  signal(SIGPIPE,
         SIG_DFL); /* a parent may have ignored it; then `knn ... | head` would never end */
  o.steps = calloc((size_t)argc + 1, sizeof *o.steps);
  o.texts = calloc((size_t)argc + 1, sizeof *o.texts);
  if (!o.steps || !o.texts) return KNN__EXIT_ERROR;
  status = run_all(&o);
  free(o.steps);
  free(o.texts);
  return status;
}
