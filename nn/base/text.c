/* text.c - see text.h. Distance: optimal string alignment, Damerau 1964. */
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool reserve(knn__text *text, size_t more) {
  if (text->failed) return false;
  size_t wanted = text->n + more + 1;
  if (wanted <= text->room) return true;
  size_t room = text->room ? text->room : 64;
  while (room < wanted) room *= 2;
  char *bigger = knn__resize(text->ctx, text->s, room);
  if (!bigger) {
    text->failed = true;
    return false;
  }
  text->s = bigger;
  text->room = room;
  return true;
}

void knn__text_add_bytes(knn__text *text, const char *bytes, size_t n) {
  if (!reserve(text, n)) return;
  memcpy(text->s + text->n, bytes, n);
  text->n += n;
  text->s[text->n] = '\0';
}

void knn__text_add(knn__text *text, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (n < 0 || !reserve(text, (size_t)n)) return;
  va_start(args, format);
  vsnprintf(text->s + text->n, (size_t)n + 1, format, args);
  va_end(args);
  text->n += (size_t)n;
}

static int lower(char c) {
  return tolower((unsigned char)c);
}

/* The locale's decimal point stands between the digits of 0.5; it may be several bytes. */
enum { LONGEST_POINT = 8 };

static size_t locale_point(char point[LONGEST_POINT]) {
  char half[LONGEST_POINT + 8];
  int n = snprintf(half, sizeof half, "%.1f", 0.5) - 2;
  if (n < 1 || n >= LONGEST_POINT) n = 1;
  memcpy(point, half + 1, (size_t)n);
  point[n] = '\0';
  return (size_t)n;
}

int knn__format_real(char *out, size_t size, const char *format, int digits, double x) {
  char point[LONGEST_POINT];
  size_t width = locale_point(point);
  int n = snprintf(out, size, format, digits, x);
  char *at = n > 0 && (size_t)n < size ? strstr(out, point) : NULL;
  if (!at || strcmp(point, ".") == 0) return n;
  *at = '.';
  memmove(at + 1, at + width, strlen(at + width) + 1);
  return n - (int)width + 1;
}

double knn__parse_real(const char *text, char **end) {
  char point[LONGEST_POINT], copy[512], *stop;
  size_t width = locale_point(point), n = strlen(text);
  const char *dot = strchr(text, '.');
  if (strcmp(point, ".") == 0 || !dot || n + width > sizeof copy) return strtod(text, end);
  size_t before = (size_t)(dot - text);
  memcpy(copy, text, before);
  memcpy(copy + before, point, width);
  memcpy(copy + before + width, dot + 1, n - before);
  double x = strtod(copy, &stop);
  size_t read = (size_t)(stop - copy);
  if (read > before) read = read >= before + width ? read - width + 1 : before;
  *end = (char *)(uintptr_t)text + read;
  return x;
}

bool knn__ends_with(const char *name, const char *end) {
  size_t n = strlen(name), m = strlen(end);
  return n >= m && strcasecmp(name + n - m, end) == 0;
}

int knn__distance(const char *a, const char *b) {
  enum { LONGEST = 48 };
  int n = (int)strlen(a), m = (int)strlen(b);
  if (n > LONGEST || m > LONGEST) return LONGEST;
  int rows[3][LONGEST + 1]; /* two rows back, previous, current */
  for (int j = 0; j <= m; j++) rows[1][j] = j;
  memset(rows[0], 0, sizeof rows[0]);
  for (int i = 1; i <= n; i++) {
    int *before = rows[(i - 1) % 3], *above = rows[i % 3], *now = rows[(i + 1) % 3];
    now[0] = i;
    for (int j = 1; j <= m; j++) {
      int same = lower(a[i - 1]) == lower(b[j - 1]);
      int best = above[j - 1] + !same;
      if (above[j] + 1 < best) best = above[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                     lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
      now[j] = best;
    }
  }
  return rows[(n + 1) % 3][m];
}

void knn__nearest_offer(knn__nearest *nearest, const char *name) {
  int length = (int)strlen(nearest->wanted);
  int distance = knn__distance(nearest->wanted, name);
  /* a long common beginning counts as near: "softm" and "softmax" */
  if (length >= 3 && strncmp(nearest->wanted, name, (size_t)length) == 0) distance = 1;
  if (distance > (length <= 3 ? 1 : length / 3 + 1)) return;
  int at = nearest->n < 3 ? nearest->n++ : 3;
  while (at > 0 && nearest->distances[at - 1] > distance) {
    if (at < 3) {
      nearest->distances[at] = nearest->distances[at - 1];
      memcpy(nearest->names[at], nearest->names[at - 1], sizeof nearest->names[at]);
    }
    at--;
  }
  if (at < 3) {
    nearest->distances[at] = distance;
    snprintf(nearest->names[at], sizeof nearest->names[at], "%s", name);
  }
}

const char *knn__nearest_list(const knn__nearest *nearest, char *buffer, size_t size) {
  size_t used = 0;
  buffer[0] = '\0';
  for (int i = 0; i < nearest->n && used < size; i++) {
    const char *joint = i == 0 ? "" : i + 1 == nearest->n ? " or " : ", ";
    used += (size_t)snprintf(buffer + used, size - used, "%s'%s'", joint, nearest->names[i]);
  }
  return buffer;
}

const char *knn__nearest_hint(const knn__nearest *nearest, char *buffer, size_t size) {
  char list[160];
  if (nearest->n == 0)
    buffer[0] = '\0';
  else
    snprintf(buffer, size, "; did you mean %s?", knn__nearest_list(nearest, list, sizeof list));
  return buffer;
}
