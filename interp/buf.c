/* buf.c - a growing string for messages and printed values. See buf.h. */
#include "buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reserve(knn__buf *t, size_t extra) {
  size_t room = t->room ? t->room : 128;
  char *s;
  if (t->failed) return 0;
  if (t->n + extra + 1 <= t->room) return 1;
  while (room < t->n + extra + 1) room *= 2;
  s = realloc(t->s, room);
  if (!s) {
    t->failed = 1;
    return 0;
  }
  t->s = s;
  t->room = room;
  return 1;
}

void knn__buf_add(knn__buf *t, const char *s, size_t n) {
  if (!reserve(t, n)) return;
  if (n) memcpy(t->s + t->n, s, n);
  t->n += n;
  t->s[t->n] = '\0';
}

void knn__buf_puts(knn__buf *t, const char *s) {
  knn__buf_add(t, s, strlen(s));
}

void knn__buf_putc(knn__buf *t, char c) {
  knn__buf_add(t, &c, 1);
}

void knn__buf_printf(knn__buf *t, const char *format, ...) {
  va_list args;
  int n;
  va_start(args, format);
  n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (n < 0 || !reserve(t, (size_t)n)) return;
  va_start(args, format);
  vsnprintf(t->s + t->n, (size_t)n + 1, format, args);
  va_end(args);
  t->n += (size_t)n;
}

void knn__buf_fill(knn__buf *t, char c, size_t n) {
  if (!reserve(t, n)) return;
  memset(t->s + t->n, c, n);
  t->n += n;
  t->s[t->n] = '\0';
}

void knn__buf_cut(knn__buf *t, size_t n) {
  if (n >= t->n) return;
  t->n = n;
  t->s[n] = '\0';
}

const char *knn__buf_str(const knn__buf *t) {
  return t->s ? t->s : "";
}

void knn__buf_free(knn__buf *t) {
  free(t->s);
  memset(t, 0, sizeof *t);
}

int knn__buf_read(knn__buf *t, FILE *in) {
  char block[65536];
  size_t n;
  while ((n = fread(block, 1, sizeof block, in)) > 0) knn__buf_add(t, block, n);
  if (t->failed) errno = ENOMEM;
  return !ferror(in) && !t->failed;
}
