/* complete_schema.c - what the schema offers at a place of a line. See complete_schema.h. */
#include "complete_schema.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

#include "query.h"

#define DEPTH_MAX 32 /* brackets open at once */

typedef struct word {
  size_t start, end; /* bytes of the line */
} word;

static size_t skip_blanks_back(const char *line, size_t end) {
  while (end && isspace((unsigned char)line[end - 1])) end--;
  return end;
}

/* The name that ends before byte `end`, blanks aside. */
static int name_before(const char *line, size_t end, word *name) {
  name->end = name->start = skip_blanks_back(line, end);
  while (name->start &&
         (line[name->start - 1] == '_' || isalnum((unsigned char)line[name->start - 1])))
    name->start--;
  return name->start < name->end;
}

/* The brackets that are open at byte `end`; their number, 0 if there are too many. */
static int open_brackets(const char *line, size_t end, size_t open[DEPTH_MAX]) {
  char quote = 0;
  int depth = 0;
  size_t i;
  for (i = 0; i < end; i++) {
    char c = line[i];
    if (quote) {
      if (c == '\\') i++;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c && strchr("({[", c)) {
      if (depth == DEPTH_MAX) return 0;
      open[depth++] = i;
    } else if (c && strchr(")}]", c) && depth) {
      depth--;
    }
  }
  return depth;
}

/* The function to which the table that is open at byte `end` is an argument: f{ or f(x, { */
static int find_call(const char *line, size_t end, word *function) {
  size_t open[DEPTH_MAX], before;
  int depth = open_brackets(line, end, open);
  if (!depth || line[open[depth - 1]] != '{') return 0;
  if (name_before(line, open[depth - 1], function)) return 1;
  before = skip_blanks_back(line, open[depth - 1]);
  return depth > 1 && (line[before - 1] == '(' || line[before - 1] == ',') &&
         line[open[depth - 2]] == '(' && name_before(line, open[depth - 2], function);
}

/* Pushes what a function of knn.help answers about the words of the line: a list that is not empty.
 */
static int ask(lua_State *L, const char *question, const char *line, const word *words, int n) {
  int i;
  knn__query_push(L, question);
  for (i = 0; i < n; i++) lua_pushlstring(L, line + words[i].start, words[i].end - words[i].start);
  lua_call(L, n, 1);
  if (lua_istable(L, -1) && lua_rawlen(L, -1)) return 1;
  lua_pop(L, 1);
  return 0;
}

int knn__schema_options(lua_State *L, const char *line, size_t start) {
  size_t before = skip_blanks_back(line, start);
  word function;
  if (!before || (line[before - 1] != '{' && line[before - 1] != ',')) return 0;
  return find_call(line, start, &function) && ask(L, "options", line, &function, 1);
}

int knn__schema_strings(lua_State *L, const char *line, size_t quote) {
  size_t equals = skip_blanks_back(line, quote);
  word words[2]; /* the function, the option */
  if (!equals || line[equals - 1] != '=' || !name_before(line, equals - 1, &words[1])) return 0;
  return find_call(line, quote, &words[0]) && ask(L, "options", line, words, 2);
}

int knn__schema_asked(lua_State *L, const char *line, size_t start) {
  size_t before = skip_blanks_back(line, start);
  if (before != 1 + strspn(line, " \t") || line[before - 1] != '?') return 0;
  return ask(L, "names", line, NULL, 0);
}
