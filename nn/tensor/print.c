/* print.c - bounded text of a tensor, laid out as NumPy does: common number width, 3 edge items of
 * long axes. Strings stand in quotes, cut where they are long, with escapes for what is no text. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensor_internal.h"
#include "text.h"

enum { EDGE = 3, MOST_DECIMALS = 4, MOST_BYTES = 60 };

typedef struct printer {
  const knn_tensor *t;
  bool cut;     /* show only edge items */
  int line;     /* columns available */
  char *buffer; /* may be NULL */
  size_t size, at, blanks;
  int column;
  int cell;      /* width of a number */
  int decimals;  /* digits behind the point, floats */
  bool exponent; /* scientific notation, floats */
} printer;

static void put_bytes(printer *p, const char *text, size_t n) {
  if (p->at < p->size) snprintf(p->buffer + p->at, p->size - p->at, "%.*s", (int)n, text);
  p->at += n;
}

/* Blanks wait until it is known that no line ends behind them. */
static void put(printer *p, const char *text) {
  size_t n = strlen(text), solid = n;
  while (solid > 0 && text[solid - 1] == ' ') solid--;
  if (solid > 0 && text[0] != '\n')
    for (; p->blanks > 0; p->blanks--) put_bytes(p, " ", 1);
  if (solid > 0) p->blanks = 0;
  put_bytes(p, text, solid);
  p->blanks += n - solid;
  const char *newline = strrchr(text, '\n');
  p->column = newline ? (int)strlen(newline + 1) : p->column + (int)n;
}

/* Zeros at the end of a fraction become blanks, so that points stay below each other. */
static void blank_zeros(char *text, size_t n) {
  while (n > 0 && text[n - 1] == '0') text[--n] = ' ';
}

static int format_number(const printer *p, double x, char *out, size_t size) {
  if (isnan(x)) return snprintf(out, size, "nan");
  if (isinf(x)) return snprintf(out, size, x < 0 ? "-inf" : "inf");
  if (p->t->spec.dtype == KNN_BOOL) return snprintf(out, size, x != 0 ? "true" : "false");
  if (!knn_dtype_is_float(p->t->spec.dtype)) return snprintf(out, size, "%.0f", x);
  if (p->exponent) return knn__format_real(out, size, "%#.*e", p->decimals, x);
  int n = knn__format_real(out, size, "%#.*f", p->decimals, x);
  blank_zeros(out, strlen(out));
  return n;
}

/* Calls fn for each shown element; positions between the edges are passed over. */
static void each_shown(printer *p, int axis, int64_t index, void (*fn)(printer *p, double x)) {
  const knn__spec *spec = &p->t->spec;
  if (axis == spec->rank) {
    fn(p, knn_tensor_get(p->t, index));
    return;
  }
  int64_t n = spec->dims[axis];
  for (int64_t i = 0; i < n; i++) {
    if (p->cut && n > 2 * EDGE && i == EDGE) i = n - EDGE;
    each_shown(p, axis + 1, index * n + i, fn);
  }
}

/* Smallest and largest magnitude shown. */
typedef struct extent {
  double low, high;
} extent;

/* Digits behind the point that tell x from its neighbours, at most MOST_DECIMALS, without zeros at
 * the end. */
static int needed_digits(double x, bool exponent) {
  char text[400];
  int digits = 0;
  for (; digits < MOST_DECIMALS; digits++) {
    knn__format_real(text, sizeof text, exponent ? "%#.*e" : "%#.*f", digits, x);
    char *end;
    if (fabs(knn__parse_real(text, &end) - x) <= fabs(x) * 5e-8) return digits;
  }
  knn__format_real(text, sizeof text, exponent ? "%#.*e" : "%#.*f", digits, x);
  size_t end = exponent ? strcspn(text, "e") : strlen(text);
  while (digits > 0 && text[--end] == '0') digits--;
  return digits;
}

static void note_extent(printer *p, double x) {
  extent *e = (extent *)p->buffer; /* the measuring pass borrows the field */
  double magnitude = fabs(x);
  if (!isfinite(x) || magnitude == 0) return;
  if (e->low == 0 || magnitude < e->low) e->low = magnitude;
  if (magnitude > e->high) e->high = magnitude;
}

static void note_digits(printer *p, double x) {
  if (!isfinite(x)) return;
  int digits = needed_digits(x, p->exponent);
  if (digits > p->decimals) p->decimals = digits;
}

static void note_width(printer *p, double x) {
  char text[400];
  int n = format_number(p, x, text, sizeof text);
  if (n > p->cell) p->cell = n;
}

/* Scientific for magnitudes from 1e8, below 1e-4, or more than five orders apart (NumPy: three). */
static void choose_format(printer *p) {
  extent e = {0};
  printer probe = *p;
  if (knn_dtype_is_float(p->t->spec.dtype)) {
    probe.buffer = (char *)&e;
    each_shown(&probe, 0, 0, note_extent);
    p->exponent = e.high >= 1e8 || (e.low > 0 && (e.low < 1e-4 || e.high / e.low > 1e5));
    each_shown(p, 0, 0, note_digits);
  }
  each_shown(p, 0, 0, note_width);
}

static void put_number(printer *p, double x) {
  char text[400], cell[420];
  format_number(p, x, text, sizeof text);
  snprintf(cell, sizeof cell, "%*s", p->cell, text);
  put(p, cell);
}

/* Bytes of the UTF-8 character at s: 1 to 4, or 0 if it is none or unprintable. */
static int character(const unsigned char *s, size_t n) {
  const int size = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
  if (size == 1) return s[0] >= ' ' && s[0] != 0x7F;
  if (size == 0 || s[0] > 0xF4 || n < (size_t)size) return 0;
  for (int i = 1; i < size; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  return size;
}

static const char *escape_of(unsigned char c) {
  return c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\\' ? "\\\\" : c == '"' ? "\\\"" : NULL;
}

/* In quotes; returns the columns it takes. */
static int format_string(knn_string string, char *out, size_t size) {
  const unsigned char *s = (const unsigned char *)string.bytes;
  size_t n = string.size, at = 0, used = 1;
  int columns = 2;
  out[0] = '"';
  for (int bytes; at < n && at < MOST_BYTES; at += bytes ? (size_t)bytes : 1) {
    bytes = character(s + at, n - at);
    const char *escape = escape_of(s[at]);
    int wrote = escape  ? snprintf(out + used, size - used, "%s", escape)
                : bytes ? snprintf(out + used, size - used, "%.*s", bytes, s + at)
                        : snprintf(out + used, size - used, "\\x%02x", s[at]);
    used += (size_t)wrote;
    columns += bytes > 1 ? 1 : wrote;
  }
  snprintf(out + used, size - used, at < n ? "...\"" : "\"");
  return columns + (at < n ? 3 : 0);
}

enum { STRING_TEXT = 4 * (MOST_BYTES + 4) + 8 };

static void put_string(printer *p, int64_t index) {
  char text[STRING_TEXT];
  const int before = p->column,
            columns = format_string(knn_tensor_string(p->t, index), text, sizeof text);
  put(p, text);
  p->column = before + columns;
}

/* Columns that an element takes. */
static int width_of(const printer *p, int64_t index) {
  char text[STRING_TEXT];
  if (p->t->spec.dtype != KNN_STRING) return p->cell;
  return format_string(knn_tensor_string(p->t, index), text, sizeof text);
}

static void put_element(printer *p, int64_t index) {
  if (p->t->spec.dtype == KNN_STRING)
    put_string(p, index);
  else
    put_number(p, knn_tensor_get(p->t, index));
}

static void put_axis(printer *p, int axis, int64_t index) {
  const knn__spec *spec = &p->t->spec;
  if (axis == spec->rank) {
    put_element(p, index);
    return;
  }
  bool innermost = axis + 1 == spec->rank;
  int64_t n = spec->dims[axis];
  put(p, "[");
  for (int64_t i = 0; i < n; i++) {
    bool skip = p->cut && n > 2 * EDGE && i == EDGE;
    if (i > 0 && innermost)
      put(p, p->column + width_of(p, index * n + i) + 2 > p->line ? "\n" : " ");
    else if (i > 0)
      for (int blank = spec->rank - axis - 1; blank > 0; blank--) put(p, "\n");
    if (i > 0 && p->column == 0)
      for (int indent = 0; indent <= axis; indent++) put(p, " ");
    if (skip) {
      put(p, "...");
      i = n - EDGE - 1;
      continue;
    }
    put_axis(p, axis + 1, index * n + i);
  }
  put(p, "]");
}

size_t knn_tensor_print(const knn_tensor *t, int64_t threshold, int width, char *buffer,
                        size_t size) {
  printer p = {
      .t = t, .cut = knn_tensor_size(t) > threshold, .line = width, .buffer = buffer, .size = size};
  if (size) buffer[0] = '\0';
  if (t->spec.dtype != KNN_STRING) choose_format(&p);
  put_axis(&p, 0, 0);
  return p.at;
}
