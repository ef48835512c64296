/* text.h - a growing string with a sticky failure, and nearest-name suggestions. */
#ifndef KNN__TEXT_H
#define KNN__TEXT_H

#include "ctx.h"

/* Start from {.ctx = ctx}. After a failed allocation further appends do nothing and `failed` stays
 * set. */
typedef struct knn__text {
  knn_ctx *ctx;
  char *s; /* NUL-terminated once anything was appended; free with knn__free */
  size_t n, room;
  bool failed;
} knn__text;

void knn__text_add(knn__text *text, const char *format, ...) KNN_PRINTF(2, 3);
void knn__text_add_bytes(knn__text *text, const char *bytes, size_t n);

/* As snprintf(out, size, format, digits, x) and strtod, with a decimal point whatever the host's
 * locale says. */
int knn__format_real(char *out, size_t size, const char *format, int digits, double x);
double knn__parse_real(const char *text, char **end);

/* Whether a name ends so, without regard to case. */
bool knn__ends_with(const char *name, const char *end);

/* Edit distance without regard to case (insert, delete, replace, swap of neighbours cost 1). */
int knn__distance(const char *a, const char *b);

/* Collects the nearest names: begin with {.wanted = name}, offer all, then print "'a', 'b' or 'c'".
 */
typedef struct knn__nearest {
  const char *wanted;
  char names[3][64];
  int distances[3];
  int n;
} knn__nearest;

void knn__nearest_offer(knn__nearest *nearest, const char *name);
/* ", did you mean 'a' or 'b'?" or "" when nothing is near. */
const char *knn__nearest_hint(const knn__nearest *nearest, char *buffer, size_t size);
const char *knn__nearest_list(const knn__nearest *nearest, char *buffer, size_t size);

#endif
