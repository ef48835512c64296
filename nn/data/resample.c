/* resample.c - an image in another size by a filter that widens as the image shrinks, so that every
 * input pixel counts. Output pixel i looks at center = box0 + (i + 0.5) * scale; input pixel j
 * weighs filter((j + 0.5 - center) / max(scale, 1)), and the weights of an output pixel sum to 1.
 * Columns first, then rows. Bytes are summed in fixed point and rounded after each pass; with alpha
 * the colours are multiplied by it meanwhile. All this is Pillow's, to the bit: Keras's load_img
 * resizes with it. */
#include <math.h>
#include <string.h>

#include "ctx.h"
#include "knn/image.h"
#include "shape.h"

enum { BITS = 22 }; /* behind the point of a weight of bytes: 32 - 8 - 2 */

static double box_of(double x) {
  return x > -0.5 && x <= 0.5 ? 1 : 0;
}

static double triangle(double x) {
  x = fabs(x);
  return x < 1 ? 1 - x : 0;
}

static double hamming(double x) {
  x = fabs(x);
  if (x == 0) return 1;
  if (x >= 1) return 0;
  x *= M_PI;
  return sin(x) / x * (0.54 + 0.46 * cos(x));
}

static double cubic(double x) { /* a = -0.5 */
  const double a = -0.5;
  x = fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static double sinc(double x) {
  return x == 0 ? 1 : sin(x * M_PI) / (x * M_PI);
}

static double lanczos(double x) {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

static const struct {
  double (*at)(double x);
  double support;
} filters[] = {
    [KNN_FILTER_BILINEAR] = {triangle, 1}, [KNN_FILTER_BICUBIC] = {cubic, 2},
    [KNN_FILTER_HAMMING] = {hamming, 1},   [KNN_FILTER_BOX] = {box_of, 0.5},
    [KNN_FILTER_LANCZOS] = {lanczos, 3},
};

/* For every output position: the first input position, how many, and their weights. */
typedef struct taps {
  int64_t size; /* weights kept for each */
  int64_t *first, *count;
  double *weights;
} taps;

static void clear_taps(knn_ctx *ctx, taps *t) {
  knn__free(ctx, t->first);
  knn__free(ctx, t->count);
  knn__free(ctx, t->weights);
}

static knn_status new_taps(knn_ctx *ctx, int64_t size, int64_t out, taps *t) {
  size_t bytes;
  t->size = size;
  bool fits = knn__mul_size((size_t)size * sizeof *t->weights, (size_t)out, &bytes);
  t->first = knn__alloc(ctx, (size_t)out * sizeof *t->first);
  t->count = knn__alloc(ctx, (size_t)out * sizeof *t->count);
  if (fits) t->weights = knn__alloc(ctx, bytes);
  return t->first && t->count && t->weights ? KNN_OK : KNN_ENOMEM;
}

static knn_status plan(knn_ctx *ctx, knn_image_filter filter, int64_t in, double begin,
                       double length, int64_t out, taps *t) {
  double scale = length / (double)out, wide = scale < 1 ? 1 : scale;
  bool nearest = filter == KNN_FILTER_NEAREST;
  double support = nearest ? 0 : filters[filter].support * wide;
  KNN__TRY(new_taps(ctx, (int64_t)ceil(support) * 2 + 1, out, t));
  for (int64_t i = 0; i < out; i++) {
    double center = begin + ((double)i + 0.5) * scale, sum = 0, *w = t->weights + i * t->size;
    int64_t first = (int64_t)(center - support + 0.5), last = (int64_t)(center + support + 0.5);
    if (nearest) {
      first = (int64_t)center;
      if (first > in - 1) first = in - 1;
      last = first + 1;
    }
    if (first < 0) first = 0;
    if (last > in) last = in;
    for (int64_t k = 0; k < last - first; k++) {
      w[k] = nearest ? 1 : filters[filter].at(((double)(first + k) - center + 0.5) / wide);
      sum += w[k];
    }
    for (int64_t k = 0; k < last - first && sum != 0; k++) w[k] /= sum;
    t->first[i] = first;
    t->count[i] = last - first;
  }
  return KNN_OK;
}

static int32_t fixed(double weight) {
  double x = weight * (1 << BITS);
  return (int32_t)(x < 0 ? x - 0.5 : x + 0.5);
}

static uint8_t byte_of(int64_t sum) {
  sum >>= BITS;
  return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* One axis: x (before, in, behind) -> y (before, out, behind). */
static void pass_bytes(const uint8_t *x, uint8_t *y, int64_t before, int64_t in, int64_t out,
                       int64_t behind, const taps *t) {
  for (int64_t b = 0; b < before; b++, x += in * behind)
    for (int64_t i = 0; i < out; i++, y += behind) {
      const uint8_t *from = x + t->first[i] * behind;
      for (int64_t k = 0; k < behind; k++) {
        int64_t sum = 1 << (BITS - 1);
        for (int64_t j = 0; j < t->count[i]; j++)
          sum += from[j * behind + k] * (int64_t)fixed(t->weights[i * t->size + j]);
        y[k] = byte_of(sum);
      }
    }
}

static void pass_whole(const int32_t *x, int32_t *y, int64_t before, int64_t in, int64_t out,
                       int64_t behind, const taps *t) {
  for (int64_t b = 0; b < before; b++, x += in * behind)
    for (int64_t i = 0; i < out; i++, y += behind) {
      const int32_t *from = x + t->first[i] * behind;
      for (int64_t k = 0; k < behind; k++) {
        double sum = 0;
        for (int64_t j = 0; j < t->count[i]; j++)
          sum += from[j * behind + k] * t->weights[i * t->size + j];
        y[k] = (int32_t)(sum >= 0 ? sum + 0.5 : sum - 0.5);
      }
    }
}

static knn_status pass(knn_tensor *x, int axis, int64_t out, const taps *t, knn_tensor **result) {
  int64_t dims[3], before = 1, behind = 1, in = knn_tensor_dim(x, axis);
  memcpy(dims, knn_tensor_dims(x), sizeof dims);
  for (int i = 0; i < axis; i++) before *= dims[i];
  for (int i = axis + 1; i < 3; i++) behind *= dims[i];
  dims[axis] = out;
  KNN__TRY(knn_tensor_new(knn_tensor_ctx(x), knn_tensor_dtype(x), 3, dims, result));
  void *y = knn_tensor_data(*result);
  if (knn_tensor_dtype(x) == KNN_U8)
    pass_bytes(knn_tensor_data(x), y, before, in, out, behind, t);
  else
    pass_whole(knn_tensor_data(x), y, before, in, out, behind, t);
  return KNN_OK;
}

/* Colours times alpha, and back. */
static void multiply_alpha(uint8_t *x, int64_t pixels, int channels) {
  for (; pixels > 0; pixels--, x += channels)
    for (int k = 0; k < channels - 1; k++) {
      int product = x[k] * x[channels - 1] + 128;
      x[k] = (uint8_t)(((product >> 8) + product) >> 8);
    }
}

static void divide_alpha(uint8_t *x, int64_t pixels, int channels) {
  for (; pixels > 0; pixels--, x += channels) {
    int alpha = x[channels - 1];
    for (int k = 0; k < channels - 1 && alpha != 0 && alpha != 255; k++) {
      int quotient = 255 * x[k] / alpha;
      x[k] = (uint8_t)(quotient > 255 ? 255 : quotient);
    }
  }
}

static knn_status check(const knn_tensor *x, const double box[4], int64_t height, int64_t width) {
  knn_ctx *ctx = knn_tensor_ctx(x);
  int rank = knn_tensor_rank(x);
  knn_dtype type = knn_tensor_dtype(x);
  if (rank != 3 || knn_tensor_size(x) == 0)
    return knn_fail(ctx, KNN_ESHAPE,
                    "image_resample: an image is (height, width, channels), got %s",
                    KNN__SHAPE(rank, knn_tensor_dims(x)));
  if (type != KNN_U8 && type != KNN_I32)
    return knn_fail(ctx, KNN_ETYPE, "image_resample: an image is uint8 or int32, got %s",
                    knn_dtype_name(type));
  if (height < 1 || width < 1)
    return knn_fail(ctx, KNN_EARG, "image_resample: sizes must be positive, got %lldx%lld",
                    (long long)height, (long long)width);
  if (box && !(box[0] >= 0 && box[1] >= 0 && box[2] >= 1 && box[3] >= 1 &&
               box[0] + box[2] <= (double)knn_tensor_dim(x, 0) &&
               box[1] + box[3] <= (double)knn_tensor_dim(x, 1)))
    return knn_fail(ctx, KNN_EARG, "image_resample: the box reaches outside the image");
  return KNN_OK;
}

knn_status knn_image_resample(knn_tensor *image, const double box[4], int64_t height, int64_t width,
                              knn_image_filter filter, knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(image);
  KNN__TRY(check(image, box, height, width));
  int64_t h = knn_tensor_dim(image, 0), w = knn_tensor_dim(image, 1);
  int channels = (int)knn_tensor_dim(image, 2);
  double all[] = {0, 0, (double)h, (double)w};
  if (!box) box = all;
  bool alpha = (channels == 2 || channels == 4) && knn_tensor_dtype(image) == KNN_U8 &&
               filter != KNN_FILTER_NEAREST;
  taps rows = {0}, columns = {0};
  knn_tensor *x = NULL, *narrow = NULL, *y = NULL;
  knn_status status = knn_tensor_clone(image, &x);
  if (status == KNN_OK && alpha) multiply_alpha(knn_tensor_data(x), h * w, channels);
  if (status == KNN_OK) status = plan(ctx, filter, w, box[1], box[3], width, &columns);
  if (status == KNN_OK) status = plan(ctx, filter, h, box[0], box[2], height, &rows);
  if (status == KNN_OK) status = pass(x, 1, width, &columns, &narrow);
  if (status == KNN_OK) status = pass(narrow, 0, height, &rows, &y);
  if (status == KNN_OK && alpha) divide_alpha(knn_tensor_data(y), height * width, channels);
  clear_taps(ctx, &rows);
  clear_taps(ctx, &columns);
  knn_tensor_release(x);
  knn_tensor_release(narrow);
  if (status == KNN_OK)
    *out = y;
  else
    knn_tensor_release(y);
  return status;
}
