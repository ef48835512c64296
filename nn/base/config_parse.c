/* config_parse.c - reads the text form of options: "units=64, activation=relu, kernel_size=[3,3]".
 *
 *   pairs = [ key ("=" | ":") value { "," key ("=" | ":") value } ]
 *   value = null | None | true | True | false | False | number | word | 'text' | "text" | [ values
 * ] | { pairs } */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "knn/config.h"
#include "text.h"

enum { DEEPEST = 32, LONGEST_WORD = 256 };

typedef struct reader {
  knn_ctx *ctx;
  const char *text, *at;
  int depth;
} reader;

static knn_status read_value(reader *r, knn_config **out);

static void skip_space(reader *r) {
  while (isspace((unsigned char)*r->at)) r->at++;
}

static bool accept(reader *r, char c) {
  skip_space(r);
  if (*r->at != c) return false;
  r->at++;
  return true;
}

static knn_status bad(reader *r, const char *wanted) {
  return knn_fail(r->ctx, KNN_EARG, "options \"%s\": expected %s at character %d", r->text, wanted,
                  (int)(r->at - r->text) + 1);
}

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-' || c == '+';
}

static knn_status read_word(reader *r, const char *wanted, char word[LONGEST_WORD]) {
  size_t n = 0;
  skip_space(r);
  while (is_word(r->at[n])) n++;
  if (n == 0 || n >= LONGEST_WORD) return bad(r, wanted);
  memcpy(word, r->at, n);
  word[n] = '\0';
  r->at += n;
  return KNN_OK;
}

static knn_status read_quoted(reader *r, knn_config **out) {
  char quote = *r->at++;
  const char *end = strchr(r->at, quote);
  if (!end) return bad(r, "a closing quote");
  size_t n = (size_t)(end - r->at);
  char *copy = knn__alloc(r->ctx, n + 1);
  if (!copy) return KNN_ENOMEM;
  memcpy(copy, r->at, n);
  r->at = end + 1;
  knn_status st = knn_config_string(r->ctx, copy, out);
  knn__free(r->ctx, copy);
  return st;
}

static knn_status read_plain(reader *r, knn_config **out) {
  char word[LONGEST_WORD], *end;
  KNN__TRY(read_word(r, "a value", word));
  if (strcmp(word, "null") == 0 || strcmp(word, "None") == 0) return knn_config_null(r->ctx, out);
  if (strcmp(word, "true") == 0 || strcmp(word, "True") == 0)
    return knn_config_bool(r->ctx, true, out);
  if (strcmp(word, "false") == 0 || strcmp(word, "False") == 0)
    return knn_config_bool(r->ctx, false, out);
  errno = 0;
  long long integer = strtoll(word, &end, 10);
  if (*end == '\0' && errno == 0) return knn_config_int(r->ctx, integer, out);
  double real = knn__parse_real(word, &end);
  bool number = *end == '\0' && (isdigit((unsigned char)word[0]) || strchr("+-.", word[0]) ||
                                 strcmp(word, "inf") == 0);
  if (number) return knn_config_float(r->ctx, real, out);
  return knn_config_string(r->ctx, word, out);
}

/* Items up to `close`, which is '\0' at the outermost level. */
static knn_status read_items(reader *r, bool dict, char close, knn_config **out) {
  knn_config *many = NULL, *item = NULL;
  knn_status st = dict ? knn_config_dict(r->ctx, &many) : knn_config_list(r->ctx, &many);
  if (st == KNN_OK && ++r->depth > DEEPEST) st = bad(r, "at most 32 levels");
  skip_space(r);
  for (bool first = true; st == KNN_OK && *r->at != close; first = false) {
    char key[LONGEST_WORD] = "";
    if (!first && !accept(r, ',')) st = bad(r, close ? "',' or the closing bracket" : "','");
    skip_space(r);
    if (st == KNN_OK && *r->at == close) break; /* a comma after the last item is fine */
    if (st == KNN_OK && dict) st = read_word(r, "a name", key);
    if (st == KNN_OK && dict && !accept(r, '=') && !accept(r, ':')) st = bad(r, "'='");
    if (st == KNN_OK) st = read_value(r, &item);
    if (st == KNN_OK) st = dict ? knn_config_set(many, key, item) : knn_config_push(many, item);
    knn_config_release(item);
    item = NULL;
    skip_space(r);
  }
  r->depth--;
  if (st != KNN_OK) {
    knn_config_release(many);
    return st;
  }
  if (close) r->at++;
  *out = many;
  return KNN_OK;
}

static knn_status read_value(reader *r, knn_config **out) {
  if (accept(r, '[')) return read_items(r, false, ']', out);
  if (accept(r, '(')) return read_items(r, false, ')', out);
  if (accept(r, '{')) return read_items(r, true, '}', out);
  if (*r->at == '\'' || *r->at == '"') return read_quoted(r, out);
  return read_plain(r, out);
}

knn_status knn_config_parse(knn_ctx *ctx, const char *text, knn_config **out) {
  reader r = {ctx, text, text, 0};
  return read_items(&r, true, '\0', out);
}

knn_status knn__config_parse_value(knn_ctx *ctx, const char *text, knn_config **out) {
  reader r = {ctx, text, text, 0};
  return read_value(&r, out);
}
