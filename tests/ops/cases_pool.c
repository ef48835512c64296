/* cases_pool.c - max and average pooling and their gradients. */
#include <math.h>

#include "cases.h"

typedef struct window {
  int64_t size, stride, before;
} window;

/* Pooling along one spatial axis by the definition. */
static void pool_line(const op_array *x, op_array *y, window w, bool mean) {
  int64_t n = x->dims[1], channels = x->dims[2], outs = y->dims[1];
  for (int64_t at = 0; at < y->n; at++) {
    int64_t c = at % channels, o = at / channels % outs, image = at / channels / outs, count = 0;
    double sum = 0, most = -INFINITY;
    for (int64_t k = 0; k < w.size; k++) {
      int64_t i = o * w.stride + k - w.before;
      if (i < 0 || i >= n) continue;
      double v = x->v[(image * n + i) * channels + c];
      sum += v, most = fmax(most, v), count++;
    }
    y->v[at] = mean ? sum / (double)count : most;
  }
}

static void max_2(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  pool_line(in, out, (window){2, 2, 0}, false);
}

static void max_3_1(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  pool_line(in, out, (window){3, 1, 1}, false);
}

static void mean_2(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  pool_line(in, out, (window){2, 2, 0}, true);
}

static void mean_3_1(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  pool_line(in, out, (window){3, 1, 1}, true);
}

/* x = 1 3 3 2 | dy = 5 7: the first of the equal elements takes all of it. */
static void first_of_equals(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)in, (void)n_in, (void)n_out;
  const double dx[] = {0, 12, 0, 0};
  for (int i = 0; i < 4; i++) out->v[i] = dx[i];
}

static void picked(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  out->v[0] = out->v[1] = in[2].v[1];
}

/* Windows of 7 elements: 0 .. 2, 2 .. 4, 4 .. 6. */
static void adaptive_3_of_7(const op_array *x, op_array *y, bool mean) {
  const int64_t channels = x->dims[2];
  for (int64_t at = 0; at < y->n; at++) {
    const int64_t c = at % channels, o = at / channels % 3, image = at / channels / 3;
    double sum = 0, most = -INFINITY;
    for (int64_t i = 2 * o; i < 2 * o + 3; i++) {
      const double v = x->v[(image * 7 + i) * channels + c];
      sum += v, most = fmax(most, v);
    }
    y->v[at] = mean ? sum / 3 : most;
  }
}

static void adaptive_mean(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  adaptive_3_of_7(in, out, true);
}

static void adaptive_max(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  adaptive_3_of_7(in, out, false);
  for (int64_t at = 0; at < out->n; at++) {
    const int64_t c = at % 3, o = at / 3 % 3, image = at / 9;
    int64_t i = 2 * o;
    while (in->v[(image * 7 + i) * 3 + c] != out->v[at]) i++;
    out[1].v[at] = (double)i;
  }
}

/* Rows 0 1 | 2 3 to twice the size, by the kernels' definition: the first row. */
static void resized(const op_array *in, int n_in, op_array *out, int n_out) {
  static const double linear[] = {0, 0.25, 0.75, 1}, row[] = {0, 0.5, 1.5, 2};
  (void)in, (void)n_in, (void)n_out;
  for (int i = 0; i < 16; i++) out->v[i] = linear[i % 4] + row[i / 4];
}

static void nearest_2_of_4(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out->n; i++)
    out->v[i] = in->v[i / 6 * 12 + (2 * (i / 3 % 2) + 1) * 3 + i % 3];
}

/* x at x + 1, 7 outside. */
static void moved_left(const op_array *in, int n_in, op_array *out, int n_out) {
  static const double y[] = {1, 7, 3, 7};
  (void)in, (void)n_in, (void)n_out;
  for (int i = 0; i < 4; i++) out->v[i] = y[i];
}

/* The element at (x, y) of channel c, outside 0.5. */
static double pixel(const op_array *x, double across, double down, int64_t c) {
  const int64_t h = x->dims[1], w = x->dims[2], channels = x->dims[3];
  if (across < 0 || down < 0 || across >= (double)w || down >= (double)h) return 0.5;
  return x->v[((int64_t)down * w + (int64_t)across) * channels + c];
}

/* The images' values at (u, v), an element i of the result, between the four around it. */
static double between(const op_array *x, double u, double v, int64_t i) {
  const double a = u - floor(u), b = v - floor(v);
  double y = 0;
  for (int k = 0; k < 4; k++)
    y += (k % 2 ? a : 1 - a) * (k / 2 ? b : 1 - b) *
         pixel(x, floor(u) + k % 2, floor(v) + k / 2, i % x->dims[3]);
  return y;
}

static void in_perspective(const op_array *in, int n_in, op_array *out, int n_out) {
  const double *t = in[1].v;
  const int64_t w = in[0].dims[2], channels = in[0].dims[3];
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out[0].n; i++) {
    const double x = (double)(i / channels % w), y = (double)(i / channels / w),
                 depth = t[6] * x + t[7] * y + 1;
    out[0].v[i] = between(&in[0], (t[0] * x + t[1] * y + t[2]) / depth,
                          (t[3] * x + t[4] * y + t[5]) / depth, i);
  }
}

static void from_places(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < out[0].n; i++) {
    const double *place = in[1].v + i / in[0].dims[3] * 2;
    out[0].v[i] = between(&in[0], place[0], place[1], i);
  }
}

const op_case cases_pool[] = {
    {.op = "max_pool",
     .options = "size=2",
     .inputs = "f(2,7,3)",
     .formula = max_2,
     .big = "f(9,300,40)"},
    {.op = "max_pool",
     .options = "size=3, strides=1, before=1, after=1",
     .inputs = "f(2,6,3)",
     .formula = max_3_1},
    {.op = "max_pool", .options = "size=2", .inputs = "f(2,5,6,3)", .big = "f(9,40,40,20)"},
    {.op = "max_pool",
     .options = "size=[2,3], strides=[1,2], before=[1,1]",
     .inputs = "f(2,4,6,70)"},
    {.op = "max_pool", .options = "size=2, strides=1, dilation=2", .inputs = "f(1,3,4,4,2)"},
    {.op = "max_pool",
     .options = "size=5",
     .inputs = "f(1,3,2)",
     .error = "window 5 does not fit into 3 elements (padding valid)"},
    {.op = "max_pool", .options = "size=2, before=2", .inputs = "f(1,3,2)", .error = "padding 2"},
    {.op = "max_pool", .options = "size=2", .inputs = "i(1,3,2)", .error = "float"},
    {.op = "max_pool_grad",
     .options = "size=2, strides=1",
     .inputs = "s(1,4,1)={1,3,3,2} s(1,3,1)={3,3,3} s(1,3,1)={5,7,0}",
     .formula = first_of_equals},
    {.op = "max_pool_grad",
     .options = "size=2",
     .inputs = "f(1,4,1)={1,3,0,2} f(1,2,1)={3,2} f(1,2,1)",
     .skip = OP_NO_GRADIENT},
    {.op = "max_pool_pick",
     .options = "size=3, strides=1",
     .inputs = "s(1,4,1)={1,3,3,2} s(1,2,1)={3,3} s(1,4,1)={5,6,7,8}",
     .formula = picked},
    {.op = "average_pool",
     .options = "size=2",
     .inputs = "f(2,7,3)",
     .formula = mean_2,
     .big = "f(9,300,40)"},
    {.op = "average_pool",
     .options = "size=3, strides=1, before=1, after=1",
     .inputs = "f(2,6,3)",
     .formula = mean_3_1},
    {.op = "average_pool", .options = "size=2", .inputs = "f(2,5,6,3)", .big = "f(9,40,40,20)"},
    {.op = "average_pool", .options = "size=2, strides=1, before=1", .inputs = "f(1,3,4,4,2)"},
    {.op = "average_pool_grad",
     .options = "size=2, sizes=7",
     .inputs = "f(2,3,3)",
     .big = "f(900,3,40)"},
    {.op = "average_pool_grad",
     .options = "size=2, sizes=8",
     .inputs = "f(2,3,3)",
     .error = "must be (2, 4, 3), got (2, 3, 3)"},
    {.op = "adaptive_average_pool",
     .options = "output_size=3",
     .inputs = "f(2,7,3)",
     .formula = adaptive_mean,
     .big = "f(9,300,40)"},
    {.op = "adaptive_average_pool", .options = "output_size=[2,5]", .inputs = "f(2,5,3,2)"},
    {.op = "adaptive_average_pool", .options = "output_size=[1,2,2]", .inputs = "f(1,3,2,5,2)"},
    {.op = "adaptive_average_pool",
     .options = "output_size=[2,2,2]",
     .inputs = "f(2,5,3,2)",
     .error = "'output_size' has 3 values"},
    {.op = "adaptive_pool_grad", .options = "sizes=[5,4]", .inputs = "f(2,2,3,2)"},
    {.op = "adaptive_max_pool",
     .options = "output_size=3",
     .inputs = "f(2,7,3)",
     .formula = adaptive_max,
     .big = "f(9,300,40)"},
    {.op = "adaptive_max_pool", .options = "output_size=[2,5]", .inputs = "f(2,5,3,2)"},
    {.op = "adaptive_max_pool", .options = "output_size=2", .inputs = "f(1,3,2,5,2)"},
    {.op = "adaptive_max_pool",
     .options = "output_size=2",
     .inputs = "f(2,5)",
     .error = "1 to 3 spatial axes"},
    {.op = "resize",
     .options = "size=[4,4]",
     .inputs = "f(1,2,2,1)={0,1,2,3}",
     .formula = resized,
     .big = "f(9,40,40,3)"},
    {.op = "resize",
     .options = "size=2, interpolation=nearest",
     .inputs = "f(2,4,3)",
     .formula = nearest_2_of_4},
    {.op = "resize", .options = "size=[3,5], antialias=true", .inputs = "f(2,7,4,2)"},
    {.op = "resize", .options = "size=[5,2], interpolation=bicubic", .inputs = "f(2,3,6,2)"},
    {.op = "resize",
     .options = "size=[5,3,2], interpolation=lanczos3, antialias=true",
     .inputs = "f(1,3,6,3,2)"},
    {.op = "resize", .options = "size=[9,4], interpolation=lanczos5", .inputs = "f(1,4,8,2)"},
    {.op = "resize",
     .options = "size=[3]",
     .inputs = "f(2,7,4,2)",
     .error = "'size' has 1 values, expected one for each of the 2 spatial axes"},
    {.op = "resize", .options = "size=[3]", .inputs = "i(2,7,4)", .error = "float"},
    {.op = "resize_grad", .options = "sizes=[4,3], interpolation=bicubic", .inputs = "f(2,3,5,2)"},
    {.op = "affine_transform",
     .options = "fill_value=7",
     .inputs = "f(1,2,2,1)={0,1,2,3} s(1,8)={1,0,1,0,1,0,0,0}",
     .formula = moved_left},
    {.op = "affine_transform",
     .options = "fill_mode=reflect",
     .inputs = "f(2,3,4,2) s(2,8)[0.4:1.6]",
     .big = "f(9,40,40,3) s(9,8)[0.4:1.6]"},
    {.op = "affine_transform",
     .options = "fill_mode=mirror, interpolation=nearest",
     .inputs = "f(2,3,4,2) s(1,8)[-1.6:1.6]"},
    {.op = "affine_transform",
     .options = "fill_mode=wrap",
     .inputs = "f(2,1,4,2) s(1,8)[-1.6:1.6]"},
    {.op = "affine_transform",
     .options = "perspective=true, fill_value=0.5",
     .inputs = "f(1,4,5,2) d(1,8)={1.1,0.1,-0.2,0.1,0.9,0.3,0.05,-0.03}",
     .formula = in_perspective,
     .skip = OP_NO_ANY},
    {.op = "affine_transform",
     .options = "fill_value=0.5",
     .inputs = "f(1,3,2,2) d(1,3,2,2)={0.5,0.2,-0.3,1.5,1,2,0.7,2.4,9,1,0.1,0.9}",
     .formula = from_places,
     .skip = OP_NO_ANY},
    {.op = "affine_transform",
     .options = "fill_mode=reflect",
     .inputs = "f(2,3,4,2) s(2,3,4,2)[-3.6:3.6]"},
    {.op = "affine_transform",
     .inputs = "f(2,3,4,2) f(2,4,3,2)",
     .error = "wants a transform (batch or 1, 8) or (batch or 1, height, width, 2)"},
    {.op = "affine_transform", .inputs = "f(2,3,4,2) f(3,8)", .error = "3 transforms do not fit 2"},
    {.op = "affine_transform", .inputs = "f(3,4,2) f(3,8)", .error = "wants images"},
    {.op = "affine_transform_grad",
     .options = "fill_mode=nearest",
     .inputs = "f(2,3,4,2) s(1,8)[-1.6:1.6]"},
    {0},
};
