/* tokenizer.c - see tokenizer.h. */
#include "tokenizer.h"

#include <string.h>

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

/* Room for n more bytes of text. */
static knn_status reserve(knn__tokenizer *t, size_t n) {
  size_t room;
  if (t->room - t->used >= n) return KNN_OK;
  if (!knn__add_size(t->used, n, &room) || !knn__mul_size(room, 2, &room))
    return knn_fail(t->ctx, KNN_ENOMEM, "the text is larger than the memory there can be");
  char *text = knn__resize(t->ctx, t->text, room);
  if (!text) return KNN_ENOMEM;
  t->text = text;
  t->room = room;
  return KNN_OK;
}

static knn_status add_token(knn__tokenizer *t, size_t at, size_t size) {
  KNN__TRY(knn__grow(t->ctx, (void **)&t->tokens, &t->capacity, t->n, sizeof *t->tokens));
  t->tokens[t->n++] = (struct knn__token){at, size};
  return KNN_OK;
}

/* The text in the memory of tokens, lowered and stripped as asked; returns where it begins. */
static size_t standardize(knn__tokenizer *t, knn_string text) {
  const size_t first = t->used;
  for (size_t i = 0; i < text.size; i++) {
    const char c = text.bytes[i];
    if (t->strip && is_punctuation(c)) continue;
    t->text[t->used++] = t->lower && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  return first;
}

static knn_status split_at_blanks(knn__tokenizer *t, size_t at) {
  while (at < t->used) {
    size_t end = at;
    while (end < t->used && !is_blank(t->text[end])) end++;
    if (end > at) KNN__TRY(add_token(t, at, end - at));
    at = end + 1;
  }
  return KNN_OK;
}

/* Bytes of the character at s, of which there are n; for what is none, *valid is false and the
 * bytes are those that could have begun one (Unicode's table 3-7). */
static size_t character(const unsigned char *s, size_t n, bool *valid) {
  const unsigned char c = s[0];
  const size_t size = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
  const unsigned char low = c == 0xE0   ? 0xA0
                            : c == 0xF0 ? 0x90
                                        : 0x80,
                      high = c == 0xED   ? 0x9F
                             : c == 0xF4 ? 0x8F
                                         : 0xBF;
  size_t i = 1;
  while (i < size && i < n && s[i] >= (i == 1 ? low : 0x80) && s[i] <= (i == 1 ? high : 0xBF)) i++;
  *valid = i == size;
  return i;
}

/* Each character is a token; what is no character becomes U+FFFD. */
static knn_status split_characters(knn__tokenizer *t, size_t at) {
  const size_t last = t->used;
  while (at < last) {
    bool valid;
    const size_t n = character((const unsigned char *)t->text + at, last - at, &valid);
    if (valid) {
      KNN__TRY(add_token(t, at, n));
    } else {
      KNN__TRY(reserve(t, 3));
      memcpy(t->text + t->used, "\xEF\xBF\xBD", 3);
      KNN__TRY(add_token(t, t->used, 3));
      t->used += 3;
    }
    at += n;
  }
  return KNN_OK;
}

knn_status knn__tokenizer_add(knn__tokenizer *t, knn_string text) {
  KNN__TRY(reserve(t, text.size));
  const size_t at = standardize(t, text);
  return t->split == KNN__CUT_BLANKS       ? split_at_blanks(t, at)
         : t->split == KNN__CUT_CHARACTERS ? split_characters(t, at)
                                           : add_token(t, at, t->used - at);
}

/* `count` tokens from `first` on, with blanks between them. */
static knn_status add_run(knn__tokenizer *t, int first, int count) {
  size_t size = (size_t)count - 1;
  for (int i = 0; i < count; i++) size += t->tokens[first + i].size;
  KNN__TRY(reserve(t, size));
  const size_t at = t->used;
  for (int i = 0; i < count; i++) {
    const struct knn__token *part = &t->tokens[first + i];
    if (i > 0) t->text[t->used++] = ' ';
    memcpy(t->text + t->used, t->text + part->at, part->size);
    t->used += part->size;
  }
  return add_token(t, at, size);
}

knn_status knn__tokenizer_join(knn__tokenizer *t) {
  const int n = t->n;
  if (t->ngrams.n <= 0) return KNN_OK;
  for (int k = 0; k < t->ngrams.n; k++)
    for (int i = 0; i + t->ngrams.v[k] <= n; i++) KNN__TRY(add_run(t, i, (int)t->ngrams.v[k]));
  t->n -= n;
  memmove(t->tokens, t->tokens + n, (size_t)t->n * sizeof *t->tokens);
  return KNN_OK;
}

knn_string knn__tokenizer_at(const knn__tokenizer *t, int i) {
  return (knn_string){t->text + t->tokens[i].at, t->tokens[i].size};
}

void knn__tokenizer_reset(knn__tokenizer *t) {
  t->used = 0;
  t->n = 0;
}

void knn__tokenizer_clear(knn__tokenizer *t) {
  knn__free(t->ctx, t->text);
  knn__free(t->ctx, t->tokens);
  t->text = NULL;
  t->tokens = NULL;
  t->room = 0;
  t->capacity = 0;
  knn__tokenizer_reset(t);
}
