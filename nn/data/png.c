/* png.c - PNG through libpng, from and into memory. libpng reports failures by a callback that must
 * not return: it jumps back into guarded(), and what is to be freed stands in the job. */
#if KNN_HAVE_PNG

#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "picture.h"

typedef struct job {
  knn_ctx *ctx;
  const char *name;
  png_structp png;
  png_infop info;
  png_bytepp rows;
  const uint8_t *at, *end; /* of the file, while reading */
  knn__sink *sink;         /* while writing */
  int64_t most_pixels;
  knn__image *image;
  void (*work)(struct job *j);
  jmp_buf back;
  knn_status status; /* set before a jump */
  char text[120];    /* libpng's words; empty if the context has the message already */
} job;

static _Noreturn void on_error(png_structp png, png_const_charp text) {
  job *j = png_get_error_ptr(png);
  if (j->status == KNN_OK) {
    j->status = KNN_EFORMAT;
    strncpy(j->text, text, sizeof j->text - 1);
  }
  longjmp(j->back, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static png_voidp on_alloc(png_structp png, png_alloc_size_t bytes) {
  job *j = png_get_mem_ptr(png);
  void *block = knn__alloc(j->ctx, bytes);
  if (!block) j->status = KNN_ENOMEM;
  return block;
}

static void on_free(png_structp png, png_voidp block) {
  knn__free(((job *)png_get_mem_ptr(png))->ctx, block);
}

/* An own failure, told in the context already, taken out of libpng's frames. */
static void check(job *j, knn_status status) {
  if (status == KNN_OK) return;
  j->status = status;
  png_error(j->png, "");
}

static knn_status guarded(job *j) {
  if (setjmp(j->back) == 0) {
    j->work(j);
    return KNN_OK;
  }
  if (!j->text[0]) return j->status;
  return knn_fail(j->ctx, j->status, "%s: not a PNG file that can be read: %s", j->name, j->text);
}

static void make_rows(job *j) {
  knn__image *image = j->image;
  size_t bytes = (size_t)(image->width * image->channels) << image->deep;
  j->rows = knn__alloc(j->ctx, (size_t)image->height * sizeof *j->rows);
  check(j, j->rows ? KNN_OK : KNN_ENOMEM);
  for (int64_t i = 0; i < image->height; i++)
    j->rows[i] = (png_bytep)image->samples + (size_t)i * bytes;
}

/* 16-bit samples stand in the file with the high byte first. */
static void swap_if_needed(job *j) {
  const uint16_t probe = 1;
  if (j->image->deep && *(const uint8_t *)&probe) png_set_swap(j->png);
}

/* ---- reading ---- */

static void on_read(png_structp png, png_bytep to, size_t n) {
  job *j = png_get_io_ptr(png);
  if ((size_t)(j->end - j->at) < n) png_error(png, "the file ends too early");
  memcpy(to, j->at, n);
  j->at += n;
}

static void read_all(job *j) {
  knn__image *image = j->image;
  png_set_read_fn(j->png, j, on_read);
  png_set_user_limits(j->png, 1 << 24, 1 << 24);
  png_set_chunk_malloc_max(j->png, 1 << 24);
  png_read_info(j->png, j->info);
  image->height = png_get_image_height(j->png, j->info);
  image->width = png_get_image_width(j->png, j->info);
  image->deep = png_get_bit_depth(j->png, j->info) == 16;
  png_set_expand(j->png); /* palettes, 1 to 4 bits, a transparent colour */
  swap_if_needed(j);
  png_set_interlace_handling(j->png);
  png_read_update_info(j->png, j->info);
  image->channels = png_get_channels(j->png, j->info);
  check(j, knn__image_room(j->ctx, j->name, j->most_pixels, image));
  make_rows(j);
  png_read_image(j->png, j->rows);
  png_read_end(j->png, NULL);
}

knn_status knn__png_read(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                         const knn_image_options *options, knn__image *image) {
  job j = {.ctx = ctx,
           .name = name,
           .at = data,
           .end = data + bytes,
           .most_pixels = options->most_pixels,
           .image = image,
           .work = read_all};
  j.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &j, on_error, on_warning, &j, on_alloc,
                                   on_free);
  if (j.png) j.info = png_create_info_struct(j.png);
  knn_status status = j.info ? guarded(&j) : KNN_ENOMEM;
  if (j.png) png_destroy_read_struct(&j.png, &j.info, NULL);
  knn__free(ctx, j.rows);
  return status;
}

/* ---- writing ---- */

static void on_write(png_structp png, png_bytep from, size_t n) {
  knn__sink_write(((job *)png_get_io_ptr(png))->sink, from, n);
}

static void on_flush(png_structp png) {
  (void)png;
}

static void write_all(job *j) {
  static const int colours[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
  knn__image *image = j->image;
  png_set_write_fn(j->png, j, on_write, on_flush);
  png_set_IHDR(j->png, j->info, (png_uint_32)image->width, (png_uint_32)image->height,
               image->deep ? 16 : 8, colours[image->channels - 1], PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(j->png, j->info);
  swap_if_needed(j);
  make_rows(j);
  png_write_image(j->png, j->rows);
  png_write_end(j->png, NULL);
  check(j, j->sink->failed ? KNN_ENOMEM : KNN_OK);
}

knn_status knn__png_write(const char *name, const knn__image *image, knn__sink *sink) {
  knn__image copy = *image;
  job j = {.ctx = sink->ctx, .name = name, .sink = sink, .image = &copy, .work = write_all};
  j.png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &j, on_error, on_warning, &j, on_alloc,
                                    on_free);
  if (j.png) j.info = png_create_info_struct(j.png);
  knn_status status = j.info ? guarded(&j) : KNN_ENOMEM;
  if (j.png) png_destroy_write_struct(&j.png, &j.info);
  knn__free(sink->ctx, j.rows);
  return status;
}

#else

#include "picture.h"

static knn_status no_libpng(knn_ctx *ctx, const char *name) {
  return knn_fail(ctx, KNN_ESTATE, "%s is a PNG file, but this build of knn has no libpng", name);
}

knn_status knn__png_read(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                         const knn_image_options *options, knn__image *image) {
  (void)data, (void)bytes, (void)options, (void)image;
  return no_libpng(ctx, name);
}

knn_status knn__png_write(const char *name, const knn__image *image, knn__sink *sink) {
  (void)image;
  return no_libpng(sink->ctx, name);
}

#endif
