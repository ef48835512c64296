/* command.c - the prompt's own commands. See command.h. A command is a function and a row of the
 * table below. */
#include "command.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

#include "buf.h"
#include "report.h"

typedef struct command {
  const char *name;
  const char *argument; /* for the help; "" if none */
  const char *help;
  int (*run)(knn__repl *r, const char *argument); /* 0 ends the session */
} command;

static const command *all_commands(size_t *n);

static void complain(knn__repl *r, const char *format, const char *what) {
  lua_pushfstring(r->L, format, what);
  knn__report_forget(r->L);
  knn__repl_complain(r);
}

static int run_help(knn__repl *r, const char *argument) {
  size_t n, i;
  const command *commands = all_commands(&n);
  knn__buf text = {0};
  (void)argument;
  for (i = 0; i < n; i++)
    knn__buf_printf(&text, "  :%-8s %-8s %s\n", commands[i].name, commands[i].argument,
                    commands[i].help);
  knn__buf_puts(&text,
                "  value;            a semicolon at the end: do not print the value\n"
                "  _  __             the last printed value and the one before\n"
                "  full(value)       print all of it\n"
                "  ?name  name?      help on a name; ? alone: where to begin\n");
  r->io.write(r->io.user, knn__buf_str(&text), text.n);
  knn__buf_free(&text);
  return 1;
}

static int run_locals(knn__repl *r, const char *argument) {
  if (strcmp(argument, "on") == 0)
    r->keep_locals = 0;
  else if (strcmp(argument, "off") == 0)
    r->keep_locals = 1;
  else if (*argument)
    complain(r, ":locals takes on or off, got '%s'", argument);
  else
    knn__repl_say(r, r->keep_locals ? "off\n" : "on\n");
  return 1;
}

static int run_traceback(knn__repl *r, const char *argument) {
  knn__buf text = {0};
  (void)argument;
  knn__report_traceback(r->L, &text);
  knn__buf_puts(&text, text.n ? "\n" : "no traceback: the last input did not fail\n");
  r->io.write(r->io.user, knn__buf_str(&text), text.n);
  knn__buf_free(&text);
  return 1;
}

static int run_quit(knn__repl *r, const char *argument) {
  (void)r;
  (void)argument;
  return 0;
}

static const command table_of_commands[] = {
    {.name = "help", .argument = "", .help = "this list", .run = run_help},
    {.name = "locals",
     .argument = "on|off",
     .help = "on: `local` outlives its input (default); off: as in plain Lua",
     .run = run_locals},
    {.name = "quit", .argument = "", .help = "leave (as Ctrl-D does)", .run = run_quit},
    {.name = "tb",
     .argument = "",
     .help = "the whole traceback of the last error",
     .run = run_traceback},
};

static const command *all_commands(size_t *n) {
  *n = sizeof table_of_commands / sizeof *table_of_commands;
  return table_of_commands;
}

int knn__command_run(knn__repl *r, const char *line) {
  size_t n, length, i;
  const command *commands = all_commands(&n);
  knn__buf argument = {0};
  int go_on = 1;
  line += strspn(line, " \t\r\n") + 1;
  length = strcspn(line, " \t\r\n");
  knn__buf_puts(&argument, line + length + strspn(line + length, " \t\r\n"));
  while (argument.n && isspace((unsigned char)argument.s[argument.n - 1]))
    knn__buf_cut(&argument, argument.n - 1);
  for (i = 0; i < n; i++)
    if (strlen(commands[i].name) == length && memcmp(commands[i].name, line, length) == 0) {
      go_on = commands[i].run(r, knn__buf_str(&argument));
      break;
    }
  if (i == n) {
    lua_pushlstring(r->L, line, length);
    complain(r, "unknown command ':%s'; `:help` lists them", lua_tostring(r->L, -1));
    lua_pop(r->L, 1);
  }
  knn__buf_free(&argument);
  return go_on;
}
