/* picture.h - what the readers and writers of pictures share. */
#ifndef KNN__PICTURE_H
#define KNN__PICTURE_H

#include "ctx.h"
#include "knn/image.h"
#include "sink.h"

/* Samples row by row, uint8_t or, if deep, uint16_t. */
typedef struct knn__image {
  int64_t height, width;
  int channels; /* 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha */
  bool deep;
  void *samples; /* freed with knn__free */
} knn__image;

/* Room for the samples, once the sizes are set; refuses more pixels than `most`. */
knn_status knn__image_room(knn_ctx *ctx, const char *name, int64_t most, knn__image *image);
/* Turn and mirror so that EXIF's orientation 2 .. 8 becomes 1. */
knn_status knn__image_orient(knn_ctx *ctx, knn__image *image, int orientation);
/* The orientation in an APP1 segment, 1 if there is none. */
int knn__exif_orientation(const uint8_t *segment, size_t bytes);

knn_status knn__png_read(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                         const knn_image_options *options, knn__image *image);
knn_status knn__jpeg_read(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                          const knn_image_options *options, knn__image *image);
/* `name` begins the messages. */
knn_status knn__png_write(const char *name, const knn__image *image, knn__sink *sink);
knn_status knn__jpeg_write(const char *name, const knn__image *image, int quality, knn__sink *sink);

#endif
