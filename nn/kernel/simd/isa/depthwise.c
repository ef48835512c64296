/* depthwise.c - see depthwise.h. Some pixels of a row share each load of the filters; for the
 * filters' gradient some window elements share each load of dy. Channels beyond whole vectors are
 * done one by one. */
#include "depthwise.h"

enum { PIXELS = 6, TAPS = 9 };

#define LOAD(at) (*(const vec_at *)(at))

/* n pixels, x_step apart, of one vector of channels. */
static inline __attribute__((always_inline)) void pixels(const lines *s, const int64_t *starts,
                                                         const real *x, int64_t x_step,
                                                         const real *w, real *y, const int n) {
  const int64_t channels = s->p.channels;
  vec acc[PIXELS];
  for (int i = 0; i < n; i++) acc[i] = (vec){0};
  for (int64_t k = 0; k < s->runs; k++) {
    vec f = LOAD(w + k * channels);
    const real *from = x + starts[k];
    for (int i = 0; i < n; i++) acc[i] += LOAD(from + i * x_step) * f;
  }
  for (int i = 0; i < n; i++) *(vec_at *)(y + i * channels) = acc[i];
}

static void one_channel(const lines *s, const int64_t *starts, const real *x, int64_t x_step,
                        const real *w, real *y) {
  const int64_t channels = s->p.channels;
  for (int64_t o = 0; o < s->p.out[2]; o++) {
    real sum = 0;
    for (int64_t k = 0; k < s->runs; k++) sum += x[o * x_step + starts[k]] * w[k * channels];
    y[o * channels] = sum;
  }
}

void KNN__ISA(depthwise)(const lines *s, const unit *u, const int64_t *starts, const real *x,
                         const real *w, real *y) {
  const knn__conv *p = &s->p;
  int64_t x_step = p->stride[2] * p->channels, outs = p->out[2];
  for (int64_t row = 0; row < u->rows; row++) {
    const real *line = x + row * p->stride[1] * s->line_step;
    real *to = y + row * outs * p->channels;
    int64_t c = 0;
    for (; c + LANES <= p->channels; c += LANES) {
      int64_t o = 0;
      for (; o + PIXELS <= outs; o += PIXELS)
        pixels(s, starts, line + o * x_step + c, x_step, w + c, to + o * p->channels + c, PIXELS);
      for (; o < outs; o++)
        pixels(s, starts, line + o * x_step + c, x_step, w + c, to + o * p->channels + c, 1);
    }
    for (; c < p->channels; c++) one_channel(s, starts, line + c, x_step, w + c, to + c);
  }
}

/* n window elements of one vector of channels, over the pixels of a unit. */
static inline __attribute__((always_inline)) void taps(const lines *s, const unit *u,
                                                       const int64_t *starts, const real *x,
                                                       const real *dy, real *dw, const int n) {
  const knn__conv *p = &s->p;
  vec acc[TAPS];
  for (int k = 0; k < n; k++) acc[k] = (vec){0};
  for (int64_t row = 0; row < u->rows; row++) {
    const real *from = x + row * p->stride[1] * s->line_step;
    for (int64_t o = 0; o < p->out[2]; o++, from += p->stride[2] * p->channels, dy += p->channels) {
      vec d = LOAD(dy);
      for (int k = 0; k < n; k++) acc[k] += LOAD(from + starts[k]) * d;
    }
  }
  for (int k = 0; k < n; k++)
    *(vec_at *)(dw + k * p->channels) = LOAD(dw + k * p->channels) + acc[k];
}

static void one_tap(const lines *s, const unit *u, const real *x, const real *dy, real *dw) {
  const knn__conv *p = &s->p;
  real sum = 0;
  for (int64_t row = 0; row < u->rows; row++)
    for (int64_t o = 0; o < p->out[2]; o++)
      sum += x[row * p->stride[1] * s->line_step + o * p->stride[2] * p->channels] *
             dy[(row * p->out[2] + o) * p->channels];
  *dw += sum;
}

void KNN__ISA(depthwise_filter)(const lines *s, const unit *u, const int64_t *starts, const real *x,
                                real *dw) {
  const knn__conv *p = &s->p;
  const real *dy = (const real *)p->y + u->y_at * p->channels;
  int64_t c = 0;
  for (; c + LANES <= p->channels; c += LANES) {
    int64_t k = 0;
    for (; k + TAPS <= s->runs; k += TAPS)
      taps(s, u, starts + k, x + c, dy + c, dw + k * p->channels + c, TAPS);
    for (; k + 3 <= s->runs; k += 3)
      taps(s, u, starts + k, x + c, dy + c, dw + k * p->channels + c, 3);
    for (; k < s->runs; k++) taps(s, u, starts + k, x + c, dy + c, dw + k * p->channels + c, 1);
  }
  for (; c < p->channels; c++)
    for (int64_t k = 0; k < s->runs; k++)
      one_tap(s, u, x + starts[k] + c, dy + c, dw + k * p->channels + c);
}
