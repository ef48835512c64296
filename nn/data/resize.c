/* resize.c - images to another size, channels last: x (n, h, w, c) -> y (n, height, width, c).
 * Half-pixel centres: output pixel i looks at (i + 0.5) * n_in / n_out - 0.5. Bilinear: the two
 * neighbours weighted by their distance, the border pixel outside; nearest: floor((i + 0.5) * n_in
 * / n_out). No antialiasing. Source: Keras ops.image.resize. */
#include <math.h>
#include <string.h>

#include "ctx.h"
#include "knn/data.h"
#include "pool.h"
#include "shape.h"

/* For one output position: the two input positions and the weight of the second. */
typedef struct tap {
  int64_t first, second;
  float weight;
} tap;

typedef struct task {
  const void *x;
  void *y;
  int64_t h, w, c, height, width, rows; /* rows: of all output images together */
  int pieces;
  bool bytes; /* uint8, else float32 */
  const tap *ys, *xs;
} task;

static int64_t clamp(int64_t i, int64_t n) {
  return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static void plan(tap *taps, int64_t in, int64_t out, knn_resize method) {
  for (int64_t i = 0; i < out; i++) {
    double at = ((double)i + 0.5) * (double)in / (double)out;
    if (method == KNN_RESIZE_NEAREST) {
      int64_t nearest = clamp((int64_t)floor(at), in);
      taps[i] = (tap){nearest, nearest, 0};
    } else {
      double below = floor(at - 0.5);
      taps[i] = (tap){clamp((int64_t)below, in), clamp((int64_t)below + 1, in),
                      (float)(at - 0.5 - below)};
    }
  }
}

static float mix(float a, float b, float weight) {
  return a + (b - a) * weight;
}

/* One output row from two input rows; `top` and `bottom` begin at element 0 of these rows. */
static void row_of_floats(const task *t, const tap *v, const float *top, const float *bottom,
                          float *y) {
  for (int64_t i = 0; i < t->width; i++) {
    int64_t a = t->xs[i].first * t->c, b = t->xs[i].second * t->c;
    for (int64_t k = 0; k < t->c; k++)
      *y++ = mix(mix(top[a + k], top[b + k], t->xs[i].weight),
                 mix(bottom[a + k], bottom[b + k], t->xs[i].weight), v->weight);
  }
}

static void row_of_bytes(const task *t, const tap *v, const uint8_t *top, const uint8_t *bottom,
                         uint8_t *y) {
  for (int64_t i = 0; i < t->width; i++) {
    int64_t a = t->xs[i].first * t->c, b = t->xs[i].second * t->c;
    for (int64_t k = 0; k < t->c; k++)
      *y++ = (uint8_t)lrintf(mix(mix(top[a + k], top[b + k], t->xs[i].weight),
                                 mix(bottom[a + k], bottom[b + k], t->xs[i].weight), v->weight));
  }
}

static void run_piece(void *arg, int piece) {
  const task *t = arg;
  int64_t first, last, in = t->w * t->c, out = t->width * t->c;
  knn__piece_range(t->rows, t->pieces, piece, &first, &last);
  for (int64_t row = first; row < last; row++) {
    const tap *v = &t->ys[row % t->height];
    int64_t image = row / t->height * t->h * in, top = image + v->first * in,
            bottom = image + v->second * in;
    if (t->bytes)
      row_of_bytes(t, v, (const uint8_t *)t->x + top, (const uint8_t *)t->x + bottom,
                   (uint8_t *)t->y + row * out);
    else
      row_of_floats(t, v, (const float *)t->x + top, (const float *)t->x + bottom,
                    (float *)t->y + row * out);
  }
}

static knn_status check(const knn_tensor *x, int64_t height, int64_t width) {
  knn_ctx *ctx = knn_tensor_ctx(x);
  int rank = knn_tensor_rank(x);
  knn_dtype type = knn_tensor_dtype(x);
  if (rank != 3 && rank != 4)
    return knn_fail(ctx, KNN_ESHAPE, "image_resize: images are (h, w, c) or (n, h, w, c), got %s",
                    KNN__SHAPE(rank, knn_tensor_dims(x)));
  if (type != KNN_U8 && type != KNN_F32)
    return knn_fail(ctx, KNN_ETYPE, "image_resize: images are uint8 or float32, got %s",
                    knn_dtype_name(type));
  if (height < 1 || width < 1 || knn_tensor_dim(x, -3) < 1 || knn_tensor_dim(x, -2) < 1)
    return knn_fail(ctx, KNN_EARG, "image_resize: from %s to %lldx%lld; sizes must be positive",
                    KNN__SHAPE(rank, knn_tensor_dims(x)), (long long)height, (long long)width);
  return KNN_OK;
}

knn_status knn_image_resize(knn_tensor *images, int64_t height, int64_t width, knn_resize method,
                            knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(images);
  KNN__TRY(check(images, height, width));
  int rank = knn_tensor_rank(images);
  int64_t dims[KNN_MAX_RANK];
  memcpy(dims, knn_tensor_dims(images), (size_t)rank * sizeof *dims);
  task t = {.h = dims[rank - 3],
            .w = dims[rank - 2],
            .c = dims[rank - 1],
            .height = height,
            .width = width,
            .rows = (rank == 4 ? dims[0] : 1) * height,
            .bytes = knn_tensor_dtype(images) == KNN_U8};
  dims[rank - 3] = height;
  dims[rank - 2] = width;
  knn_tensor *x = NULL, *y = NULL;
  tap *taps = NULL;
  knn_status status = knn_tensor_contiguous(images, &x);
  if (status == KNN_OK) status = knn_tensor_new(ctx, knn_tensor_dtype(images), rank, dims, &y);
  if (status == KNN_OK && !(taps = knn__alloc(ctx, (size_t)(height + width) * sizeof *taps)))
    status = KNN_ENOMEM;
  if (status == KNN_OK) {
    plan(taps, t.h, height, method);
    plan(taps + height, t.w, width, method);
    t.ys = taps;
    t.xs = taps + height;
    t.x = knn_tensor_data(x);
    t.y = knn_tensor_data(y);
    t.pieces = knn__pieces(t.rows, 256);
    knn__parallel(ctx, t.pieces, run_piece, &t);
    *out = y;
  } else {
    knn_tensor_release(y);
  }
  knn_tensor_release(x);
  knn__free(ctx, taps);
  return status;
}
