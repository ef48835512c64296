/* print.c - bounded text of a tensor, laid out as NumPy does: common number width, 3 edge items of
 * long axes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tensor_internal.h"
#include "text.h"

enum { EDGE = 3, MOST_DECIMALS = 4 };

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

static void put_axis(printer *p, int axis, int64_t index) {
  const knn__spec *spec = &p->t->spec;
  if (axis == spec->rank) {
    put_number(p, knn_tensor_get(p->t, index));
    return;
  }
  bool innermost = axis + 1 == spec->rank;
  int64_t n = spec->dims[axis];
  put(p, "[");
  for (int64_t i = 0; i < n; i++) {
    bool skip = p->cut && n > 2 * EDGE && i == EDGE;
    if (i > 0 && innermost)
      put(p, p->column + p->cell + 2 > p->line ? "\n" : " ");
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
  choose_format(&p);
  put_axis(&p, 0, 0);
  return p.at;
}
