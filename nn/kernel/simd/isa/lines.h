/* lines.h - the input of a convolution as lines that a tile can read straight on.
 *
 * Work falls into units: some rows of one image of y. Where windows hang over the edge of x (or x
 * is to be read with zeros between its elements, `insert`), the lines that a unit needs are copied
 * into a buffer with the zeros in place; otherwise x is read where it lies. Either way element
 * (plane, line, column) of the unit stands at base + plane plane_step + line line_step + column
 * channels, plane counting kernel positions of the first axis. */
#ifndef KNN__LINES_H
#define KNN__LINES_H

#include <stdbool.h>

#include "isa.h"
#include "kernel.h"

typedef struct lines {
  knn__conv p;       /* the problem; for the input's gradient that of the transposed convolution */
  int64_t insert[3]; /* elements of x stand so far apart, zeros between */
  bool buffered;
  int64_t rows, blocks, units; /* rows of a unit, units per image and plane, units in all */
  int64_t plane_step, line_step, width; /* width: columns of a buffer line */
  int64_t buffer;                       /* reals of a unit's buffer; 0 = none */
  int64_t runs, run;                    /* a window as runs of elements side by side (tile.h) */
} lines;

lines KNN__ISA(lines)(const knn__conv *p, const int64_t insert[3]);
/* Where the window's runs start, relative to a pixel of the unit: lines.runs numbers. */
void KNN__ISA(lines_starts)(const lines *s, int64_t *starts);

typedef struct unit {
  int64_t image, o0, o1, rows; /* position and rows in y */
  int64_t y_at;                /* its first pixel in y, counted in pixels */
} unit;

unit KNN__ISA(lines_unit)(const lines *s, int64_t index);
/* The unit's first pixel, in x or in the buffer after filling it. */
const real *KNN__ISA(lines_read)(const lines *s, const unit *u, real *buffer);

#endif
