/* orient.c - EXIF's orientation: found in an APP1 segment, and undone. The segment is "Exif\0\0", a
 * TIFF header (II or MM for the byte order, 42, offset of a directory), a directory of entries of
 * 12 bytes: tag 0x0112 holds a short 1 .. 8. Source: CIPA DC-008, Exif 2.3. */
#include <string.h>

#include "picture.h"

static uint32_t number(const uint8_t *b, int bytes, bool big) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | b[big ? i : bytes - 1 - i];
  return value;
}

int knn__exif_orientation(const uint8_t *segment, size_t bytes) {
  if (bytes < 14 || memcmp(segment, "Exif\0\0", 6) != 0) return 1;
  const uint8_t *tiff = segment + 6;
  size_t n = bytes - 6;
  bool big = tiff[0] == 'M';
  if (memcmp(tiff, big ? "MM" : "II", 2) != 0 || number(tiff + 2, 2, big) != 42) return 1;
  size_t at = number(tiff + 4, 4, big);
  if (at > n - 2) return 1;
  size_t entries = number(tiff + at, 2, big);
  for (at += 2; entries > 0 && n >= 12 && at <= n - 12; entries--, at += 12) {
    if (number(tiff + at, 2, big) != 0x0112) continue;
    uint32_t value = number(tiff + at + 8, 2, big);
    return value >= 1 && value <= 8 ? (int)value : 1;
  }
  return 1;
}

/* The upright sample (y, x) is the stored (y, x), from 5 on (x, y), counted from the bottom or from
 * the right where the tables say so. */
knn_status knn__image_orient(knn_ctx *ctx, knn__image *image, int orientation) {
  if (orientation < 2 || orientation > 8) return KNN_OK;
  static const bool bottom[] = {0, 0, 1, 1, 0, 1, 1, 0}, right[] = {0, 1, 1, 0, 0, 0, 1, 1};
  bool swap = orientation >= 5, down = bottom[orientation - 1], left = right[orientation - 1];
  int64_t height = swap ? image->width : image->height, width = swap ? image->height : image->width;
  size_t pixel = (size_t)image->channels << image->deep;
  uint8_t *to = knn__alloc(ctx, (size_t)(height * width) * pixel), *at = to;
  if (!to) return KNN_ENOMEM;
  for (int64_t y = 0; y < height; y++)
    for (int64_t x = 0; x < width; x++, at += pixel) {
      int64_t row = swap ? x : y, column = swap ? y : x;
      if (down) row = image->height - 1 - row;
      if (left) column = image->width - 1 - column;
      memcpy(at, (uint8_t *)image->samples + (size_t)(row * image->width + column) * pixel, pixel);
    }
  knn__free(ctx, image->samples);
  image->samples = to;
  image->height = height;
  image->width = width;
  return KNN_OK;
}
