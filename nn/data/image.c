/* image.c - pictures between files and tensors: which reader, which channels, which size. */
#include "picture.h"

#include <stdio.h>
#include <string.h>

#include "shape.h"
#include "source.h"
#include "text.h"

enum { PILLOW_MOST_PIXELS = 178956970 };

knn_status knn__image_room(knn_ctx *ctx, const char *name, int64_t most, knn__image *image) {
  if (most <= 0) most = PILLOW_MOST_PIXELS;
  if (image->height < 1 || image->width < 1)
    return knn_fail(ctx, KNN_EFORMAT, "%s: its header says %lldx%lld pixels", name,
                    (long long)image->height, (long long)image->width);
  if (image->height > most / image->width)
    return knn_fail(ctx, KNN_EDATA,
                    "%s: its header says %lldx%lld pixels, more than the %lld allowed; raise the "
                    "limit if this is meant",
                    name, (long long)image->height, (long long)image->width, (long long)most);
  size_t bytes = (size_t)(image->height * image->width * image->channels) << image->deep;
  image->samples = knn__alloc(ctx, bytes);
  return image->samples ? KNN_OK : KNN_ENOMEM;
}

/* ---- channels ---- */

static int gray_of(int r, int g, int b) { /* Pillow's weights, sum 65536 */
  return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
}

static int sample_at(const knn__image *image, int64_t i) {
  return image->deep ? ((const uint16_t *)image->samples)[i] : ((const uint8_t *)image->samples)[i];
}

/* One pixel of 8 bits a sample into `channels` (1, 3 or 4) others. */
static void convert_pixel(const knn__image *image, int64_t pixel, int channels, uint8_t *to) {
  int in[4] = {0}, n = image->channels, colours = n >= 3 ? 3 : 1, shift = image->deep ? 8 : 0;
  for (int k = 0; k < n; k++) in[k] = sample_at(image, pixel * n + k) >> shift;
  if (channels == 1) {
    to[0] = (uint8_t)(colours == 1 ? in[0] : gray_of(in[0], in[1], in[2]));
    return;
  }
  for (int k = 0; k < 3; k++) to[k] = (uint8_t)in[colours == 1 ? 0 : k];
  if (channels == 4) to[3] = (uint8_t)(n > colours ? in[n - 1] : 255);
}

static knn_status to_tensor(knn_ctx *ctx, const knn__image *image, knn_image_mode mode,
                            knn_tensor **out) {
  static const int channels_of[] = {
      [KNN_IMAGE_RGB] = 3, [KNN_IMAGE_RGBA] = 4, [KNN_IMAGE_GRAY] = 1};
  bool same = mode == KNN_IMAGE_UNCHANGED ||
              (mode == KNN_IMAGE_GRAY && image->deep && image->channels == 1);
  int channels = same ? image->channels : channels_of[mode];
  int64_t pixels = image->height * image->width, dims[] = {image->height, image->width, channels};
  KNN__TRY(knn_tensor_new(ctx, same && image->deep ? KNN_I32 : KNN_U8, 3, dims, out));
  void *to = knn_tensor_data(*out);
  if (same && image->deep)
    for (int64_t i = 0; i < pixels * channels; i++) ((int32_t *)to)[i] = sample_at(image, i);
  else if (channels == image->channels && !image->deep)
    memcpy(to, image->samples, (size_t)(pixels * channels));
  else
    for (int64_t i = 0; i < pixels; i++)
      convert_pixel(image, i, channels, (uint8_t *)to + i * channels);
  return KNN_OK;
}

/* ---- size ---- */

/* The largest box in the middle with the shape of height x width. */
static void middle_box(const knn_tensor *image, int64_t height, int64_t width, double box[4]) {
  int64_t h = knn_tensor_dim(image, 0), w = knn_tensor_dim(image, 1);
  int64_t cut_h = w * height / width, cut_w = h * width / height;
  if (cut_h > h) cut_h = h;
  if (cut_w > w) cut_w = w;
  box[0] = (double)((h - cut_h) / 2);
  box[1] = (double)((w - cut_w) / 2);
  box[2] = (double)cut_h;
  box[3] = (double)cut_w;
}

static knn_status fit_size(knn_tensor **image, const knn_image_options *o) {
  if (o->height == 0 && o->width == 0) return KNN_OK;
  double box[4];
  knn_tensor *resized = NULL;
  if (o->keep_aspect_ratio && o->height > 0 && o->width > 0)
    middle_box(*image, o->height, o->width, box);
  KNN__TRY(knn_image_resample(*image, o->keep_aspect_ratio ? box : NULL, o->height, o->width,
                              o->filter, &resized));
  knn_tensor_release(*image);
  *image = resized;
  return KNN_OK;
}

/* ---- reading ---- */

static knn_status read_file(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                            const knn_image_options *options, knn__image *image) {
  static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, jpeg[] = {0xff, 0xd8};
  if (bytes >= sizeof png && memcmp(data, png, sizeof png) == 0)
    return knn__png_read(ctx, name, data, bytes, options, image);
  if (bytes >= sizeof jpeg && memcmp(data, jpeg, sizeof jpeg) == 0)
    return knn__jpeg_read(ctx, name, data, bytes, options, image);
  return knn_fail(ctx, KNN_EFORMAT, "%s is neither a PNG nor a JPEG file%s", name,
                  bytes ? "" : ": it is empty");
}

knn_status knn_image_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                           const knn_image_options *options, knn_tensor **out) {
  static const knn_image_options defaults;
  const knn_image_options *o = options ? options : &defaults;
  knn__image image = {0};
  knn_tensor *t = NULL;
  knn_status status = read_file(ctx, name, data, bytes, o, &image);
  if (status == KNN_OK) status = to_tensor(ctx, &image, o->mode, &t);
  knn__free(ctx, image.samples);
  if (status == KNN_OK) status = fit_size(&t, o);
  if (status == KNN_OK)
    *out = t;
  else
    knn_tensor_release(t);
  return status;
}

knn_status knn_image_load(knn_ctx *ctx, const char *path, const knn_image_options *options,
                          knn_tensor **out) {
  char *data = NULL;
  size_t bytes = 0;
  KNN__TRY(knn__source_load(ctx, path, (uint64_t)1 << 30, &data, &bytes));
  const knn_status status = knn_image_parse(ctx, path, data, bytes, options, out);
  knn__free(ctx, data);
  return status;
}

/* ---- writing ---- */

/* int32 as 16-bit samples. */
static knn_status to_deep(knn_tensor *t, knn__image *image) {
  int64_t n = knn_tensor_size(t);
  const int32_t *from = knn_tensor_data(t);
  uint16_t *to = knn__alloc(knn_tensor_ctx(t), (size_t)n * sizeof *to);
  if (!to) return KNN_ENOMEM;
  image->samples = to;
  for (int64_t i = 0; i < n; i++) {
    if (from[i] < 0 || from[i] > 65535)
      return knn_fail(knn_tensor_ctx(t), KNN_EDATA,
                      "an image of 16 bits holds values 0 .. 65535, got %d", from[i]);
    to[i] = (uint16_t)from[i];
  }
  return KNN_OK;
}

static knn_status check_image(const knn_tensor *t, const char *path, bool png) {
  knn_ctx *ctx = knn_tensor_ctx(t);
  int rank = knn_tensor_rank(t);
  knn_dtype type = knn_tensor_dtype(t);
  int64_t channels = rank == 3 ? knn_tensor_dim(t, 2) : 0;
  if (!png && !knn__ends_with(path, ".jpg") && !knn__ends_with(path, ".jpeg"))
    return knn_fail(ctx, KNN_EARG, "%s: an image is saved as .png, .jpg or .jpeg", path);
  bool fits = png ? channels >= 1 && channels <= 4 : channels == 1 || channels == 3;
  if (!fits || knn_tensor_size(t) == 0 || knn_tensor_dim(t, 0) >= 65500 ||
      knn_tensor_dim(t, 1) >= 65500)
    return knn_fail(ctx, KNN_ESHAPE, "%s: an image to be saved is (height, width, %s), got %s",
                    path, png ? "1 to 4 channels" : "1 or 3 channels",
                    KNN__SHAPE(rank, knn_tensor_dims(t)));
  if (type != KNN_U8 && !(png && type == KNN_I32))
    return knn_fail(ctx, KNN_ETYPE, "%s: an image to be saved is uint8%s, got %s", path,
                    png ? ", or int32 for 16 bits" : "", knn_dtype_name(type));
  return KNN_OK;
}

knn_status knn_image_save(knn_tensor *t, const char *path, int quality) {
  knn_ctx *ctx = knn_tensor_ctx(t);
  bool png = knn__ends_with(path, ".png");
  KNN__TRY(check_image(t, path, png));
  if (quality < 0 || quality > 100)
    return knn_fail(ctx, KNN_EARG, "%s: quality %d is outside 1 .. 100", path, quality);
  knn_tensor *packed = NULL;
  KNN__TRY(knn_tensor_contiguous(t, &packed));
  knn__image image = {.height = knn_tensor_dim(t, 0),
                      .width = knn_tensor_dim(t, 1),
                      .channels = (int)knn_tensor_dim(t, 2),
                      .deep = knn_tensor_dtype(t) == KNN_I32};
  knn__sink sink = {.ctx = ctx};
  knn_status status = KNN_OK;
  if (image.deep)
    status = to_deep(packed, &image);
  else
    image.samples = knn_tensor_data(packed);
  if (status == KNN_OK)
    status = png ? knn__png_write(path, &image, &sink)
                 : knn__jpeg_write(path, &image, quality ? quality : 75, &sink);
  if (status == KNN_OK) status = knn__sink_save(&sink, path);
  if (image.deep) knn__free(ctx, image.samples);
  knn__sink_clear(&sink);
  knn_tensor_release(packed);
  return status;
}
