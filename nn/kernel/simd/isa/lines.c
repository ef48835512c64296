/* lines.c - see lines.h. */
#include "lines.h"

#include <string.h>

enum { PIXELS = 256 }; /* of y in a unit, about: their part of x stays in the second-level cache */

/* Size of an axis of x with the zeros between its elements. */
static int64_t stretched(const lines *s, int axis) {
  return (s->p.in[axis] - 1) * s->insert[axis] + 1;
}

/* Elements that `outs` windows in a row cover. */
static int64_t covered(const knn__conv *p, int axis, int64_t outs) {
  return (outs - 1) * p->stride[axis] + (p->kernel[axis] - 1) * p->dilation[axis] + 1;
}

lines KNN__ISA(lines)(const knn__conv *p, const int64_t insert[3]) {
  lines s = {.p = *p};
  for (int i = 0; i < 3; i++) {
    s.insert[i] = insert[i];
    if (p->pad[i] != 0 || insert[i] > 1 || covered(p, i, p->out[i]) > p->in[i]) s.buffered = true;
  }
  s.rows = PIXELS / p->out[2] < 1           ? 1
           : PIXELS / p->out[2] > p->out[1] ? p->out[1]
                                            : PIXELS / p->out[2];
  if (p->finish && s.rows < p->out[1])
    s.rows = s.rows < p->finish_lines ? p->finish_lines : s.rows - s.rows % p->finish_lines;
  s.blocks = (p->out[1] + s.rows - 1) / s.rows;
  s.units = p->batch * p->out[0] * s.blocks;
  if (s.buffered) {
    s.width = covered(p, 2, p->out[2]);
    s.line_step = s.width * p->channels;
    s.plane_step = covered(p, 1, s.rows) * s.line_step;
    s.buffer = p->kernel[0] * s.plane_step;
  } else {
    s.line_step = p->in[2] * p->channels;
    s.plane_step = p->dilation[0] * p->in[1] * s.line_step;
  }
  bool joined = p->groups == 1 && p->dilation[2] == 1; /* columns of the window lie side by side */
  s.runs = p->kernel[0] * p->kernel[1] * (joined ? 1 : p->kernel[2]);
  s.run = joined ? p->kernel[2] * p->channels : p->channels / p->groups;
  return s;
}

void KNN__ISA(lines_starts)(const lines *s, int64_t *starts) {
  const knn__conv *p = &s->p;
  int64_t columns = s->runs / (p->kernel[0] * p->kernel[1]);
  for (int64_t q = 0; q < s->runs; q++) {
    int64_t k2 = q % columns, k1 = q / columns % p->kernel[1], k0 = q / columns / p->kernel[1];
    starts[q] =
        k0 * s->plane_step + k1 * p->dilation[1] * s->line_step + k2 * p->dilation[2] * p->channels;
  }
}

unit KNN__ISA(lines_unit)(const lines *s, int64_t index) {
  const knn__conv *p = &s->p;
  unit u = {.image = index / (p->out[0] * s->blocks), .o0 = index / s->blocks % p->out[0]};
  u.o1 = index % s->blocks * s->rows;
  u.rows = p->out[1] - u.o1 < s->rows ? p->out[1] - u.o1 : s->rows;
  u.y_at = ((u.image * p->out[0] + u.o0) * p->out[1] + u.o1) * p->out[2];
  return u;
}

/* Element of x behind position `at` of the stretched axis; -1 = a zero. */
static int64_t source(const lines *s, int axis, int64_t at) {
  return at < 0 || at >= stretched(s, axis) || at % s->insert[axis] != 0 ? -1
                                                                         : at / s->insert[axis];
}

/* One line of the buffer, its first column being at -pad. */
static void fill_line(const lines *s, const real *x, real *to) {
  const knn__conv *p = &s->p;
  int64_t step = s->insert[2],
          first = p->pad[2] > 0 ? 0 : (-p->pad[2] + step - 1) / step; /* first and last + 1 in x */
  int64_t last = (s->width - p->pad[2] + step - 1) / step, channels = p->channels;
  if (last > p->in[2]) last = p->in[2];
  memset(to, 0, (size_t)s->line_step * sizeof(real));
  if (last <= first) return;
  if (step == 1) {
    memcpy(to + (first + p->pad[2]) * channels, x + first * channels,
           (size_t)((last - first) * channels) * sizeof(real));
    return;
  }
  for (int64_t i = first; i < last; i++)
    memcpy(to + (i * step + p->pad[2]) * channels, x + i * channels,
           (size_t)channels * sizeof(real));
}

const real *KNN__ISA(lines_read)(const lines *s, const unit *u, real *buffer) {
  const knn__conv *p = &s->p;
  const real *image = (const real *)p->x + u->image * p->in[0] * p->in[1] * p->in[2] * p->channels;
  if (!s->buffered)
    return image + (u->o0 * p->stride[0] * p->in[1] + u->o1 * p->stride[1]) * s->line_step;
  int64_t n = covered(p, 1, u->rows);
  for (int64_t k0 = 0; k0 < p->kernel[0]; k0++) {
    int64_t plane = source(s, 0, u->o0 * p->stride[0] + k0 * p->dilation[0] - p->pad[0]);
    for (int64_t line = 0; line < n; line++) {
      real *to = buffer + k0 * s->plane_step + line * s->line_step;
      int64_t row = source(s, 1, u->o1 * p->stride[1] + line - p->pad[1]);
      if (plane < 0 || row < 0)
        memset(to, 0, (size_t)s->line_step * sizeof(real));
      else
        fill_line(s, image + (plane * p->in[1] + row) * p->in[2] * p->channels, to);
    }
  }
  return buffer;
}
