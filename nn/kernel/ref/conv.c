/* conv.c - convolution over three spatial axes and its two gradients, as the definition reads
 * (kernel.h: knn__conv). Pieces are images (for the filter gradient: kernel positions), so no sum
 * is ever split between threads. */
#include <string.h>

#include "pool.h"
#include "real.h"
#include "ref.h"

/* Where one kernel position meets one output position. */
typedef struct place {
  const knn__conv *p;
  int64_t kernel_at; /* index of the kernel position, 0 .. k0 k1 k2 - 1 */
  int64_t in_at;     /* index of the input position in the image; -1 outside */
  int64_t out_at;
} place;

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

static void split(const int64_t dims[3], int64_t at, int64_t out[3]) {
  out[2] = at % dims[2];
  out[1] = at / dims[2] % dims[1];
  out[0] = at / dims[2] / dims[1];
}

static place meet(const knn__conv *p, int64_t out_at, int64_t kernel_at) {
  int64_t o[3], k[3], in_at = 0;
  split(p->out, out_at, o);
  split(p->kernel, kernel_at, k);
  for (int i = 0; i < 3; i++) {
    int64_t x = o[i] * p->stride[i] + k[i] * p->dilation[i] - p->pad[i];
    if (x < 0 || x >= p->in[i]) return (place){p, kernel_at, -1, out_at};
    in_at = in_at * p->in[i] + x;
  }
  return (place){p, kernel_at, in_at, out_at};
}

/* What happens at a place, for all channels and filters: x (channels), w (channels / groups,
 * filters), y (filters). */
typedef void visit(const knn__conv *p, real *x, real *w, real *y);

static void add_to_y(const knn__conv *p, real *x, real *w, real *y) {
  int64_t cs = p->channels / p->groups, fs = p->filters / p->groups;
  for (int64_t g = 0; g < p->groups; g++)
    for (int64_t c = 0; c < cs; c++)
      for (int64_t f = g * fs; f < (g + 1) * fs; f++) y[f] += x[g * cs + c] * w[c * p->filters + f];
}

static void add_to_x(const knn__conv *p, real *x, real *w, real *y) {
  int64_t cs = p->channels / p->groups, fs = p->filters / p->groups;
  for (int64_t g = 0; g < p->groups; g++)
    for (int64_t c = 0; c < cs; c++) {
      real sum = 0;
      for (int64_t f = g * fs; f < (g + 1) * fs; f++) sum += y[f] * w[c * p->filters + f];
      x[g * cs + c] += sum;
    }
}

static void add_to_w(const knn__conv *p, real *x, real *w, real *y) {
  int64_t cs = p->channels / p->groups, fs = p->filters / p->groups;
  for (int64_t g = 0; g < p->groups; g++)
    for (int64_t c = 0; c < cs; c++)
      for (int64_t f = g * fs; f < (g + 1) * fs; f++) w[c * p->filters + f] += x[g * cs + c] * y[f];
}

static void at_place(place at, int64_t image, visit *fn) {
  const knn__conv *p = at.p;
  if (at.in_at < 0) return;
  real *x = (real *)p->x + (image * volume(p->in) + at.in_at) * p->channels;
  real *w = (real *)p->w + at.kernel_at * (p->channels / p->groups) * p->filters;
  real *y = (real *)p->y + (image * volume(p->out) + at.out_at) * p->filters;
  fn(p, x, w, y);
}

static void image_all(const knn__conv *p, int64_t image, visit *fn) {
  int64_t outs = volume(p->out), kernels = volume(p->kernel);
  for (int64_t o = 0; o < outs; o++)
    for (int64_t k = 0; k < kernels; k++) at_place(meet(p, o, k), image, fn);
}

static void forward_image(void *arg, int image) {
  const knn__conv *p = arg;
  int64_t n = volume(p->out) * p->filters;
  memset((real *)p->y + image * n, 0, (size_t)n * sizeof(real));
  image_all(p, image, add_to_y);
}

static void grad_input_image(void *arg, int image) {
  const knn__conv *p = arg;
  int64_t n = volume(p->in) * p->channels;
  memset((real *)p->x + image * n, 0, (size_t)n * sizeof(real));
  image_all(p, image, add_to_x);
}

static void grad_filter_position(void *arg, int kernel_at) {
  const knn__conv *p = arg;
  int64_t n = p->channels / p->groups * p->filters, outs = volume(p->out);
  memset((real *)p->w + kernel_at * n, 0, (size_t)n * sizeof(real));
  for (int64_t image = 0; image < p->batch; image++)
    for (int64_t o = 0; o < outs; o++) at_place(meet(p, o, kernel_at), image, add_to_w);
}

void KNN__REAL(conv)(knn_ctx *ctx, const knn__conv *p) {
  knn__parallel(ctx, (int)p->batch, forward_image, (void *)p);
}

void KNN__REAL(conv_grad_input)(knn_ctx *ctx, const knn__conv *p) {
  knn__parallel(ctx, (int)p->batch, grad_input_image, (void *)p);
}

void KNN__REAL(conv_grad_filter)(knn_ctx *ctx, const knn__conv *p) {
  knn__parallel(ctx, (int)volume(p->kernel), grad_filter_position, (void *)p);
}
