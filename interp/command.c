/* command.c - the prompt's own commands. See command.h. See command_list.h for
 * what a command is. */
#include "command.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdarg.h>
#include <string.h>

#include "command_list.h"
#include "report.h"

typedef struct command {
  const char *name;
  const char *argument; /* for the help; "" if none */
  const char *help;
  int (*run)(knn__repl *r, const char *argument); /* 0 ends the session */
} command;

static const command *all_commands(size_t *n);

void knn__command_complain(knn__repl *r, const char *format, ...) {
  va_list values;
  va_start(values, format);
  lua_pushvfstring(r->L, format, values);
  va_end(values);
  knn__report_forget(r->L);
  knn__repl_complain(r);
}

void knn__command_write(knn__repl *r, knn__buf *text) {
  r->io.write(r->io.user, knn__buf_str(text), text->n);
  knn__buf_free(text);
}

void knn__command_add_bytes(knn__buf *out, double bytes) {
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
  int i = 0;
  while (i < 4 && bytes >= 1000) bytes /= 1000, i++;
  knn__buf_printf(out, i ? "%.1f %s" : "%.0f %s", bytes, units[i]);
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
                "  value;             a semicolon at the end: do not print the value\n"
                "  _  __              the last printed value and the one before\n"
                "  full(value)        print all of it\n"
                "  ?name  name?       help on a name; ? alone: where to begin\n");
  knn__command_write(r, &text);
  return 1;
}

static int run_locals(knn__repl *r, const char *argument) {
  if (strcmp(argument, "on") == 0)
    r->keep_locals = 0;
  else if (strcmp(argument, "off") == 0)
    r->keep_locals = 1;
  else if (*argument)
    knn__command_complain(r, ":locals takes on or off, got '%s'", argument);
  else
    knn__repl_say(r, r->keep_locals ? "off\n" : "on\n");
  return 1;
}

static int run_traceback(knn__repl *r, const char *argument) {
  knn__buf text = {0};
  (void)argument;
  knn__report_traceback(r->L, &text);
  knn__buf_puts(&text, text.n ? "\n" : "no traceback: the last input did not fail\n");
  knn__command_write(r, &text);
  return 1;
}

static int run_quit(knn__repl *r, const char *argument) {
  (void)r;
  (void)argument;
  return 0;
}

static const command table_of_commands[] = {
    {.name = "!", .argument = "command", .help = "run a program", .run = knn__command_shell},
    {.name = "cd",
     .argument = "folder",
     .help = "go to a folder; alone: home",
     .run = knn__command_cd},
    {.name = "help", .argument = "", .help = "this list", .run = run_help},
    {.name = "load",
     .argument = "file",
     .help = "run a Lua file here; its locals stay",
     .run = knn__command_load},
    {.name = "locals",
     .argument = "on|off",
     .help = "on: `local` outlives its input (default); off: as in plain Lua",
     .run = run_locals},
    {.name = "mem",
     .argument = "",
     .help = "the memory of tensors, of Lua and of the process",
     .run = knn__command_mem},
    {.name = "quit", .argument = "", .help = "leave (as Ctrl-D does)", .run = run_quit},
    {.name = "reload",
     .argument = "module",
     .help = "require a module anew",
     .run = knn__command_reload},
    {.name = "save",
     .argument = "file",
     .help = "write this session's inputs that did not fail as a script",
     .run = knn__command_save},
    {.name = "tb",
     .argument = "",
     .help = "the whole traceback of the last error",
     .run = run_traceback},
    {.name = "time",
     .argument = "input",
     .help = "run it and tell how long it took",
     .run = knn__command_time},
    {.name = "timeit",
     .argument = "input",
     .help = "run it again and again: the time of one run",
     .run = knn__command_timeit},
    {.name = "who",
     .argument = "",
     .help = "your globals, with shapes and bytes",
     .run = knn__command_who},
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
  length = *line == '!' ? 1 : strcspn(line, " \t\r\n");
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
    knn__command_complain(r, "unknown command ':%s'; `:help` lists them", lua_tostring(r->L, -1));
    lua_pop(r->L, 1);
  }
  knn__buf_free(&argument);
  return go_on;
}
