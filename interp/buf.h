/* buf.h - a growing string for messages and printed values.
 * Always terminated by NUL. When memory runs out the text stops growing and `failed` is set: what
 * was written so far stays readable, which is all that a message needs. */
#ifndef KNN_INTERP_BUF_H
#define KNN_INTERP_BUF_H

#include <stddef.h>
#include <stdio.h>

typedef struct knn__buf {
  char *s;     /* never NULL after the first append; knn__buf_str reads it safely */
  size_t n;    /* bytes, without the NUL */
  size_t room; /* allocated bytes */
  int failed;
} knn__buf;

void knn__buf_add(knn__buf *t, const char *s, size_t n);
void knn__buf_puts(knn__buf *t, const char *s);
void knn__buf_putc(knn__buf *t, char c);
void knn__buf_printf(knn__buf *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void knn__buf_fill(knn__buf *t, char c, size_t n); /* n times c */
void knn__buf_cut(knn__buf *t, size_t n);          /* keep the first n bytes */
int knn__buf_read(knn__buf *t, FILE *in);          /* all of a stream; 0: errno tells why not */
const char *knn__buf_str(const knn__buf *t);
void knn__buf_free(knn__buf *t);

#endif
