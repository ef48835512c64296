/* cifar.c - CIFAR-10 and CIFAR-100 in their binary form (Krizhevsky 2009): records of label
 * byte(s), then three planes of 32x32 bytes, row by row. Planes become the last axis: x (n, 32, 32,
 * 3). */
#include "cifar.h"

#include "knn/data.h"
#include "source.h"

static size_t label_bytes(int classes) {
  return classes == 100 ? 2 : 1;
}

knn_status knn__cifar_count(knn_ctx *ctx, const char *name, size_t bytes, int classes, int64_t *n) {
  size_t record = label_bytes(classes) + KNN__CIFAR_PIXELS;
  if (bytes == 0)
    return knn_fail(ctx, KNN_EFORMAT, "%s is empty; records of %zu bytes were expected", name,
                    record);
  if (bytes % record)
    return knn_fail(
        ctx, KNN_EFORMAT,
        "%s: %zu bytes are not a whole number of CIFAR-%d records of %zu bytes; %zu are left over",
        name, bytes, classes, record, bytes % record);
  *n = (int64_t)(bytes / record);
  return KNN_OK;
}

static void unpack_pixels(const uint8_t *planes, uint8_t *x) {
  enum { AREA = KNN__CIFAR_SIDE * KNN__CIFAR_SIDE };
  for (int i = 0; i < AREA; i++)
    for (int c = 0; c < 3; c++) x[3 * i + c] = planes[c * AREA + i];
}

knn_status knn__cifar_unpack(knn_ctx *ctx, const char *name, const uint8_t *data, int64_t n,
                             int classes, uint8_t *x, uint8_t *y) {
  size_t labels = label_bytes(classes), record = labels + KNN__CIFAR_PIXELS;
  for (int64_t i = 0; i < n; i++, data += record, x += KNN__CIFAR_PIXELS) {
    y[i] = data[labels - 1];
    if (y[i] >= classes)
      return knn_fail(ctx, KNN_EDATA,
                      "%s: label %d of image %lld (from 1) is outside 0 .. %d; this is not "
                      "CIFAR-%d or it is damaged",
                      name, y[i], (long long)i + 1, classes - 1, classes);
    unpack_pixels(data + labels, x);
  }
  return KNN_OK;
}

static knn_status make(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                       int classes, knn_tensor **x, knn_tensor **y) {
  knn_tensor *pixels = NULL, *labels = NULL;
  int64_t n = 0;
  KNN__TRY(knn__cifar_count(ctx, name, bytes, classes, &n));
  knn_status status =
      knn_tensor_new(ctx, KNN_U8, 4, (int64_t[]){n, KNN__CIFAR_SIDE, KNN__CIFAR_SIDE, 3}, &pixels);
  if (status == KNN_OK) status = knn_tensor_new(ctx, KNN_U8, 2, (int64_t[]){n, 1}, &labels);
  if (status == KNN_OK)
    status = knn__cifar_unpack(ctx, name, data, n, classes, knn_tensor_data(pixels),
                               knn_tensor_data(labels));
  if (status == KNN_OK) {
    *x = pixels;
    *y = labels;
    return KNN_OK;
  }
  knn_tensor_release(pixels);
  knn_tensor_release(labels);
  return status;
}

static knn_status read_cifar(knn__source *s, int classes, knn_tensor **x, knn_tensor **y) {
  const uint64_t limit = (uint64_t)1 << 30; /* the largest published batch has 154 MB */
  char *data = NULL;
  size_t bytes;
  if (classes != 10 && classes != 100)
    return knn_fail(s->ctx, KNN_EARG, "CIFAR has 10 or 100 classes, not %d", classes);
  KNN__TRY(knn__source_all(s, limit, &data, &bytes));
  knn_status status = make(s->ctx, s->name, (const uint8_t *)data, bytes, classes, x, y);
  knn__free(s->ctx, data);
  return status;
}

knn_status knn_cifar_load(knn_ctx *ctx, const char *path, int classes, knn_tensor **x,
                          knn_tensor **y) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_open(ctx, path, &s));
  knn_status status = read_cifar(s, classes, x, y);
  knn__source_close(s);
  return status;
}

knn_status knn_cifar_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                           int classes, knn_tensor **x, knn_tensor **y) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_memory(ctx, name, data, bytes, &s));
  knn_status status = read_cifar(s, classes, x, y);
  knn__source_close(s);
  return status;
}
