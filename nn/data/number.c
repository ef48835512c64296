/* number.c - see number.h. The C library's strtod rounds correctly; the locale is given to it
 * instead of asked for. */
#include "number.h"

#include <stdbool.h>
#include <stdlib.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static const char *skip_blanks(const char *s) {
  while (*s == ' ' || *s == '\t') s++;
  return s;
}

static bool read_whole(const char *s, int64_t *whole) {
  bool negative = *s == '-';
  if (*s == '-' || *s == '+') s++;
  int64_t value = 0;
  if (!is_digit(*s)) return false;
  for (; is_digit(*s); s++)
    if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
        __builtin_sub_overflow(value, (int64_t)(*s - '0'),
                               &value)) /* downwards: INT64_MIN has no positive twin */
      return false;
  if (*skip_blanks(s) || (!negative && value == INT64_MIN)) return false;
  *whole = negative ? value : -value;
  return true;
}

knn__number_kind knn__number(const char *text, locale_t plain, int64_t *whole, double *real) {
  const char *s = skip_blanks(text);
  if (read_whole(s, whole)) {
    *real = (double)*whole;
    return KNN__WHOLE;
  }
  const char *digits = s + (*s == '-' || *s == '+');
  bool begins = is_digit(*digits) || *digits == '.' || *digits == 'i' || *digits == 'I';
  if (!begins || (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')))
    return KNN__NO_NUMBER;
  char *end;
  double value = strtod_l(s, &end, plain);
  if (end == s || *skip_blanks(end)) return KNN__NO_NUMBER;
  *real = value;
  return KNN__REAL;
}
