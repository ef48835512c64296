/* chunk.c - one input of the prompt, or one script: loading it, and saying what is wrong with it.
 * See chunk.h. */
#include "chunk.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strict.h"

#define PROMPT_NAME "=stdin"

const char *const knn__chunk_words[] = {"and",   "break", "do",       "else",  "elseif", "end",
                                        "false", "for",   "function", "goto",  "if",     "in",
                                        "local", "nil",   "not",      "or",    "repeat", "return",
                                        "then",  "true",  "until",    "while", NULL};

/* ---- tokens: just enough of Lua's to tell words and symbols from strings and comments ---- */

typedef enum { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_NUMBER, TOKEN_SYMBOL } token_kind;

typedef struct token {
  token_kind kind;
  size_t start, end; /* bytes of the source */
} token;

typedef struct lexer {
  const char *s;
  size_t n, i;
} lexer;

static int at(const lexer *x, size_t i) {
  return i < x->n ? (unsigned char)x->s[i] : '\0';
}

static int is_word(int c) {
  return c == '_' || isalnum(c);
}

/* Length of a long bracket's opening "[==[" at i, or 0. */
static size_t long_open(const lexer *x, size_t i) {
  size_t k = i + 1;
  if (at(x, i) != '[') return 0;
  while (at(x, k) == '=') k++;
  return at(x, k) == '[' ? k + 1 - i : 0;
}

/* Moves behind the long bracket whose opening of `width` bytes is at x->i; to the end if it stays
 * open. */
static void skip_long(lexer *x, size_t width) {
  size_t i = x->i + width, k;
  for (; i < x->n; i++) {
    if (at(x, i) != ']') continue;
    for (k = 1; at(x, i + k) == '='; k++) {
    }
    if (k == width - 1 && at(x, i + k) == ']') {
      x->i = i + width;
      return;
    }
  }
  x->i = x->n;
}

static void skip_quoted(lexer *x) {
  int quote = at(x, x->i++);
  while (x->i < x->n) {
    int c = at(x, x->i++);
    if (c == '\\' && x->i < x->n)
      x->i++;
    else if (c == quote || c == '\n')
      return;
  }
}

static void skip_blanks(lexer *x) {
  for (;;) {
    size_t width;
    while (x->i < x->n && isspace(at(x, x->i))) x->i++;
    if (at(x, x->i) != '-' || at(x, x->i + 1) != '-') return;
    x->i += 2;
    width = long_open(x, x->i);
    if (width)
      skip_long(x, width);
    else
      while (x->i < x->n && at(x, x->i) != '\n') x->i++;
  }
}

static void skip_number(lexer *x) {
  int hex = at(x, x->i) == '0' && tolower(at(x, x->i + 1)) == 'x';
  for (; is_word(at(x, x->i)) || at(x, x->i) == '.'; x->i++) {
    int c = tolower(at(x, x->i)), next = at(x, x->i + 1);
    if (c == (hex ? 'p' : 'e') && (next == '+' || next == '-')) x->i++;
  }
}

static token next_token(lexer *x) {
  token t;
  int c;
  skip_blanks(x);
  t.start = x->i;
  c = at(x, x->i);
  if (x->i >= x->n) {
    t.kind = TOKEN_END;
  } else if (isdigit(c) || (c == '.' && isdigit(at(x, x->i + 1)))) {
    t.kind = TOKEN_NUMBER;
    skip_number(x);
  } else if (is_word(c)) {
    t.kind = TOKEN_WORD;
    while (is_word(at(x, x->i))) x->i++;
  } else if (c == '"' || c == '\'') {
    t.kind = TOKEN_STRING;
    skip_quoted(x);
  } else if (long_open(x, x->i)) {
    t.kind = TOKEN_STRING;
    skip_long(x, long_open(x, x->i));
  } else {
    t.kind = TOKEN_SYMBOL;
    x->i++;
  }
  t.end = x->i;
  return t;
}

static int is(const lexer *x, token t, const char *text) {
  size_t n = strlen(text);
  return t.kind != TOKEN_STRING && t.end - t.start == n && memcmp(x->s + t.start, text, n) == 0;
}

static token peek(const lexer *x) {
  lexer copy = *x;
  return next_token(&copy);
}

/* ---- locals ---- */

/* How a word changes the depth of blocks. `while` and `for` count through their `do`, `if` once for
 * all its branches. */
static int depth_change(const lexer *x, token t) {
  if (t.kind != TOKEN_WORD) return 0;
  if (is(x, t, "function") || is(x, t, "do") || is(x, t, "if") || is(x, t, "repeat")) return 1;
  return is(x, t, "end") || is(x, t, "until") ? -1 : 0;
}

static void copy_to(const lexer *x, size_t *from, size_t to, knn__buf *out) {
  knn__buf_add(out, x->s + *from, to - *from);
  *from = to;
}

static void blank_to(const lexer *x, size_t *from, size_t to, knn__buf *out) {
  for (; *from < to; ++*from) knn__buf_putc(out, x->s[*from] == '\n' ? '\n' : ' ');
}

/* Behind a removed `local`: copies `a <const>, b`, without attributes, and adds ` = nil` when no
 * values follow. */
static void free_names(lexer *x, size_t *from, knn__buf *out) {
  token t;
  for (;;) {
    t = next_token(x); /* a name */
    copy_to(x, from, t.end, out);
    if (is(x, peek(x), "<")) {
      do t = next_token(x);
      while (t.kind != TOKEN_END && !is(x, t, ">"));
      blank_to(x, from, t.end, out);
    }
    if (!is(x, peek(x), ",")) break;
    t = next_token(x);
    copy_to(x, from, t.end, out);
    if (peek(x).kind != TOKEN_WORD) return; /* a mistake or an unfinished line: Lua says which */
  }
  if (!is(x, peek(x), "=")) knn__buf_puts(out, " = nil");
}

void knn__chunk_free_locals(const char *source, size_t n, knn__buf *out) {
  lexer x = {source, n, 0};
  size_t copied = 0;
  int depth = 0;
  for (;;) {
    token t = next_token(&x);
    if (t.kind == TOKEN_END) break;
    depth += depth_change(&x, t);
    if (depth < 0) depth = 0;
    if (depth == 0 && t.kind == TOKEN_WORD && is(&x, t, "local") && peek(&x).kind == TOKEN_WORD) {
      copy_to(&x, &copied, t.start, out);
      blank_to(&x, &copied, t.end, out);
      if (!is(&x, peek(&x), "function")) free_names(&x, &copied, out);
    }
  }
  copy_to(&x, &copied, n, out);
}

/* ---- messages ---- */

typedef struct feed {
  const char *s;
  size_t n, i;
} feed;

static const char *feed_one(lua_State *L, void *data, size_t *size) {
  feed *f = data;
  (void)L;
  *size = f->i < f->n;
  return *size ? f->s + f->i++ : NULL;
}

static int ends_in_eof(const char *message) {
  static const char mark[] = "<eof>";
  size_t n = strlen(message);
  return n >= sizeof mark - 1 && strcmp(message + n - (sizeof mark - 1), mark) == 0;
}

/* Where the token named by the message starts, given that the parser had read `seen` bytes: it is
 * the last of its kind before them, with at most a token of lookahead between. n (the end) when the
 * message is about the end. */
static size_t find_token(const char *s, size_t n, size_t seen, const char *message) {
  const char *near = strstr(message, " near '");
  const char *next;
  size_t length, i;
  if (ends_in_eof(message) || !near) return n;
  while ((next = strstr(near + 1, " near '"))) near = next;
  near += strlen(" near '");
  length = strlen(near);
  if (length && near[length - 1] == '\'') length--;
  if (!length || length > seen) return n;
  for (i = seen - length + 1; i-- > 0;)
    if (memcmp(s + i, near, length) == 0) return i;
  return n;
}

/* Replaces the message on top of L by itself and two more lines: the line of the source and a
 * caret. */
static void add_caret(lua_State *L, const char *s, size_t n, size_t seen) {
  const char *message = lua_tostring(L, -1);
  size_t place = find_token(s, n, seen, message);
  size_t first, last, i;
  int line = 1, margin;
  knn__buf out = {0};
  while (place == n && place > 0 && isspace((unsigned char)s[place - 1])) n = --place;
  for (first = place; first > 0 && s[first - 1] != '\n'; first--) {
  }
  for (last = place; last < n && s[last] != '\n' && s[last] != '\r'; last++) {
  }
  for (i = 0; i < first; i++) line += s[i] == '\n';
  if (last - first > 200) return; /* generated code: the line would help nobody */
  knn__buf_puts(&out, message);
  margin = (int)snprintf(NULL, 0, "%d", line) + 2;
  knn__buf_printf(&out, "\n  %d | %.*s\n%*s | ", line, (int)(last - first), s + first, margin, "");
  for (i = first; i < place; i++)
    if (((unsigned char)s[i] & 0xC0) != 0x80) knn__buf_putc(&out, s[i] == '\t' ? '\t' : ' ');
  knn__buf_putc(&out, '^');
  lua_pop(L, 1);
  lua_pushlstring(L, knn__buf_str(&out), out.n);
  knn__buf_free(&out);
}

/* Pushes the message that loading s gives, with a caret. Returns 0, pushing nothing, if it loads.
 */
static int explain(lua_State *L, const char *s, size_t n, const char *name) {
  feed f = {s, n, 0};
  int status = lua_load(L, feed_one, &f, name, "t");
  if (status == LUA_OK) {
    lua_pop(L, 1);
    return 0;
  }
  /* the parser has read the byte behind the token, unless the source ended there */
  if (status == LUA_ERRSYNTAX) add_caret(L, s, n, f.i);
  return 1;
}

/* ---- loading ---- */

static int load(lua_State *L, const char *s, size_t n) {
  return luaL_loadbufferx(L, s, n, PROMPT_NAME, "t");
}

static int load_expression(lua_State *L, const char *s, size_t n) {
  knn__buf code = {0};
  int status;
  knn__buf_puts(&code, "return ");
  knn__buf_add(&code, s, n);
  status = load(L, knn__buf_str(&code), code.n);
  knn__buf_free(&code);
  if (status != LUA_OK) lua_pop(L, 1);
  return status == LUA_OK;
}

static int load_statements(lua_State *L, const char *s, size_t n, int keep_locals) {
  knn__buf code = {0};
  int status;
  if (keep_locals) return load(L, s, n);
  knn__chunk_free_locals(s, n, &code);
  status = load(L, knn__buf_str(&code), code.n);
  knn__buf_free(&code);
  return status;
}

/* A quoted string that the line end cut off is a mistake, unless a backslash carries it over. */
static int could_go_on(const char *message, const char *s, size_t n) {
  if (!ends_in_eof(message)) return 0;
  if (strstr(message, "unfinished string")) return n > 0 && s[n - 1] == '\\';
  return 1;
}

knn__chunk_kind knn__chunk_load(lua_State *L, const char *source, size_t n, int keep_locals,
                                int *quiet) {
  lexer x = {source, n, 0};
  token t = next_token(&x), last = t;
  *quiet = 0;
  if (t.kind == TOKEN_END &&
      load(L, source, n) == LUA_OK) { /* it may be a comment that is still open */
    lua_pop(L, 1);
    return KNN__CHUNK_EMPTY;
  }
  for (; t.kind != TOKEN_END; t = next_token(&x)) last = t;
  if (load_expression(L, source, n)) {
    *quiet = is(&x, last, ";");
    knn__strict_watch(L);
    return KNN__CHUNK_EXPRESSION;
  }
  if (load_statements(L, source, n, keep_locals) == LUA_OK) {
    *quiet = is(&x, last, ";");
    knn__strict_watch(L);
    return KNN__CHUNK_STATEMENT;
  }
  if (could_go_on(lua_tostring(L, -1), source, n)) return KNN__CHUNK_MORE;
  if (explain(L, source, n, PROMPT_NAME)) lua_remove(L, -2);
  return KNN__CHUNK_BAD;
}

int knn__chunk_load_script(lua_State *L, const char *source, size_t n, const char *name) {
  int status;
  if (n >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0) source += 3, n -= 3;
  if (n && *source == '#') { /* keep the line end, so that lines are numbered as in the file */
    const char *end = memchr(source, '\n', n);
    n = end ? n - (size_t)(end - source) : 0;
    source = end ? end : source;
  }
  status = luaL_loadbufferx(L, source, n, name, NULL);
  if (status == LUA_OK) knn__strict_watch(L);
  if (status == LUA_ERRSYNTAX && explain(L, source, n, name)) lua_remove(L, -2);
  return status;
}

/* Whether more statements may follow: not after `return`. */
static int stands_among(lua_State *L, const char *s, size_t n) {
  knn__buf code = {0};
  int status;
  knn__buf_add(&code, s, n);
  knn__buf_puts(&code, "\ndo end");
  status = load(L, knn__buf_str(&code), code.n);
  knn__buf_free(&code);
  lua_pop(L, 1);
  return status == LUA_OK;
}

void knn__chunk_add_statements(lua_State *L, const char *source, size_t n, knn__buf *out) {
  lexer x = {source, n, 0};
  if (stands_among(L, source, n)) {
    if (is(&x, peek(&x), "(")) knn__buf_putc(out, ';'); /* else a call of what stands before */
    knn__buf_add(out, source, n);
  } else if (load_expression(L, source, n)) {
    lua_pop(L, 1);
    knn__buf_puts(out, "_ = ");
    knn__buf_add(out, source, n);
  } else {
    knn__buf_puts(out, ";(function() ");
    knn__buf_add(out, source, n);
    knn__buf_puts(out, "\nend)()");
  }
  knn__buf_putc(out, '\n');
}
