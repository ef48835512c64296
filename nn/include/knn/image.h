/* image.h - pictures in files: PNG and JPEG to tensors and back.
 *
 * Images are (height, width, channels) with 1, 2 (grey and alpha), 3 or 4 (RGB and alpha) channels,
 * uint8 0 .. 255, or int32 0 .. 65535 for files of 16 bits a sample. Files are treated as hostile.
 * libpng and libjpeg are loaded when a file of their kind is met; KNN_ESTATE where they are not
 * there. */
#ifndef KNN_IMAGE_H
#define KNN_IMAGE_H

#include "knn/tensor.h"

KNN_BEGIN

typedef enum knn_image_mode {
  KNN_IMAGE_RGB,      /* 3 channels, uint8; alpha is dropped */
  KNN_IMAGE_RGBA,     /* 4 channels, uint8; opaque where the file has no alpha */
  KNN_IMAGE_GRAY,     /* 1 channel: 0.299 R + 0.587 G + 0.114 B; grey of 16 bits stays as it is */
  KNN_IMAGE_UNCHANGED /* as in the file; a palette becomes its colours */
} knn_image_mode;

/* Pillow's filters, which widen with the scale when an image shrinks; Keras's load_img has them. */
typedef enum knn_image_filter {
  KNN_FILTER_NEAREST,
  KNN_FILTER_BILINEAR,
  KNN_FILTER_BICUBIC,
  KNN_FILTER_HAMMING,
  KNN_FILTER_BOX,
  KNN_FILTER_LANCZOS
} knn_image_filter;

/* A zeroed struct means the defaults. */
typedef struct knn_image_options {
  knn_image_mode mode;
  bool as_stored;        /* do not turn and mirror a JPEG as its EXIF orientation asks */
  int64_t height, width; /* 0 = the file's */
  knn_image_filter filter;
  bool keep_aspect_ratio; /* cut the middle to the shape of height x width before resizing */
  int64_t most_pixels;    /* larger images are refused; 0 = 178,956,970, as Pillow */
} knn_image_options;

/* PNG or JPEG, known by their first bytes. KNN_EFORMAT: damaged, truncated or another format. */
KNN_API knn_status knn_image_load(knn_ctx *ctx, const char *path, const knn_image_options *options,
                                  knn_tensor **out);
/* The same from memory; `name` begins the messages. */
KNN_API knn_status knn_image_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                                   const knn_image_options *options, knn_tensor **out);
/* By the end of the name: .png (uint8, or int32 0 .. 65535 as 16 bits), .jpg or .jpeg (uint8, 1 or
 * 3 channels; quality 1 .. 100, 0 = 75). */
KNN_API knn_status knn_image_save(knn_tensor *image, const char *path, int quality);

/* An image (height, width, channels), uint8 or int32, in another size, by the filter. The part
 * `box` (top, left, height, width; NULL = all) of it is shown. */
KNN_API knn_status knn_image_resample(knn_tensor *image, const double box[4], int64_t height,
                                      int64_t width, knn_image_filter filter, knn_tensor **out);

KNN_END

#endif
