/* jpeg.c - JPEG through libjpeg, from and into memory. libjpeg reports failures by a callback that
 * must not return: it jumps back into guarded(), and what is to be freed stands in the job. Small
 * faults that libjpeg mends (a bad restart marker, bytes too many) pass, as they do elsewhere; a
 * file that ends too early does not. CMYK becomes RGB as in Pillow. */
#if KNN_HAVE_JPEG

#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs it */
#include <jpeglib.h>
#include <string.h>

#include "picture.h"

typedef struct job {
  knn_ctx *ctx;
  const char *name;
  struct jpeg_decompress_struct in;
  struct jpeg_compress_struct out;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_destination_mgr target;
  uint8_t buffer[4096]; /* of the target */
  knn__sink *sink;
  const knn_image_options *options;
  knn__image *image;
  int quality, orientation;
  void (*work)(struct job *j);
  jmp_buf back;
  knn_status status; /* set before a jump */
  char text[JMSG_LENGTH_MAX];
} job;

static _Noreturn void give_up(job *j, knn_status status) {
  j->status = status;
  longjmp(j->back, 1);
}

static _Noreturn void on_error(j_common_ptr c) {
  job *j = c->client_data;
  c->err->format_message(c, j->text);
  give_up(j, KNN_EFORMAT);
}

static void on_message(j_common_ptr c, int level) {
  (void)c, (void)level;
}

static void no_output(j_common_ptr c) {
  (void)c;
}

static knn_status guarded(job *j) {
  jpeg_std_error(&j->errors);
  j->errors.error_exit = on_error;
  j->errors.emit_message = on_message;
  j->errors.output_message = no_output;
  if (setjmp(j->back) == 0) {
    j->work(j);
    return KNN_OK;
  }
  if (j->text[0])
    return knn_fail(j->ctx, j->status, "%s: not a JPEG file that can be read: %s", j->name,
                    j->text);
  return j->status;
}

/* ---- reading ---- */

static void on_source(j_decompress_ptr in) {
  (void)in;
}

static boolean on_fill(j_decompress_ptr in) {
  job *j = in->client_data;
  snprintf(j->text, sizeof j->text, "the file ends too early");
  give_up(j, KNN_EFORMAT);
}

static void on_skip(j_decompress_ptr in, long n) {
  if (n <= 0) return;
  if ((size_t)n > in->src->bytes_in_buffer) on_fill(in);
  in->src->next_input_byte += n;
  in->src->bytes_in_buffer -= (size_t)n;
}

static int find_orientation(j_decompress_ptr in) {
  for (jpeg_saved_marker_ptr m = in->marker_list; m; m = m->next)
    if (m->marker == JPEG_APP0 + 1) {
      int found = knn__exif_orientation(m->data, m->data_length);
      if (found != 1) return found;
    }
  return 1;
}

/* In place: 4 samples become 3. Files of CMYK hold the inks upside down, 255 = none, as Adobe began
 * it. */
static void cmyk_to_rgb(const uint8_t *cmyk, uint8_t *rgb, int64_t n) {
  for (int64_t i = 0; i < n; i++, cmyk += 4, rgb += 3)
    for (int k = 0; k < 3; k++) {
      int x = cmyk[k] * cmyk[3] + 128; /* / 255, rounded */
      rgb[k] = (uint8_t)(((x >> 8) + x) >> 8);
    }
}

static void read_rows(job *j, JSAMPROW inks) {
  knn__image *image = j->image;
  size_t bytes = (size_t)(image->width * image->channels);
  while (j->in.output_scanline < j->in.output_height) {
    JSAMPROW row = (JSAMPROW)image->samples + j->in.output_scanline * bytes;
    if (jpeg_read_scanlines(&j->in, inks ? &inks : &row, 1) == 1 && inks)
      cmyk_to_rgb(inks, row, image->width);
  }
}

static void read_all(job *j) {
  j_decompress_ptr in = &j->in;
  knn__image *image = j->image;
  jpeg_create_decompress(in);
  in->src = &j->source;
  jpeg_save_markers(in, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(in, TRUE);
  j->orientation = find_orientation(in);
  bool inks = in->jpeg_color_space == JCS_CMYK || in->jpeg_color_space == JCS_YCCK;
  bool gray = in->jpeg_color_space == JCS_GRAYSCALE;
  in->out_color_space = gray ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
  image->height = in->image_height;
  image->width = in->image_width;
  image->channels = gray ? 1 : 3;
  j->status = knn__image_room(j->ctx, j->name, j->options->most_pixels, image);
  if (j->status != KNN_OK) give_up(j, j->status);
  jpeg_start_decompress(in);
  JSAMPROW line = NULL;
  if (inks) line = in->mem->alloc_small((j_common_ptr)in, JPOOL_IMAGE, 4 * (size_t)in->image_width);
  read_rows(j, line);
  jpeg_finish_decompress(in);
}

knn_status knn__jpeg_read(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                          const knn_image_options *options, knn__image *image) {
  job *j = knn__alloc(ctx, sizeof *j);
  if (!j) return KNN_ENOMEM;
  *j = (job){.ctx = ctx,
             .name = name,
             .options = options,
             .image = image,
             .orientation = 1,
             .work = read_all,
             .source = {.next_input_byte = data,
                        .bytes_in_buffer = bytes,
                        .init_source = on_source,
                        .fill_input_buffer = on_fill,
                        .skip_input_data = on_skip,
                        .resync_to_restart = jpeg_resync_to_restart,
                        .term_source = on_source}};
  j->in.err = &j->errors;
  j->in.client_data = j;
  knn_status status = guarded(j);
  int orientation = j->orientation;
  jpeg_destroy_decompress(&j->in);
  knn__free(ctx, j);
  if (status == KNN_OK && !options->as_stored) status = knn__image_orient(ctx, image, orientation);
  return status;
}

/* ---- writing ---- */

static void on_target(j_compress_ptr out) {
  job *j = out->client_data;
  j->target.next_output_byte = j->buffer;
  j->target.free_in_buffer = sizeof j->buffer;
}

static boolean on_full(j_compress_ptr out) {
  job *j = out->client_data;
  knn__sink_write(j->sink, j->buffer, sizeof j->buffer);
  on_target(out);
  return TRUE;
}

static void on_end(j_compress_ptr out) {
  job *j = out->client_data;
  knn__sink_write(j->sink, j->buffer, sizeof j->buffer - j->target.free_in_buffer);
}

static void write_all(job *j) {
  j_compress_ptr out = &j->out;
  const knn__image *image = j->image;
  jpeg_create_compress(out);
  out->dest = &j->target;
  out->image_height = (JDIMENSION)image->height;
  out->image_width = (JDIMENSION)image->width;
  out->input_components = image->channels;
  out->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(out);
  jpeg_set_quality(out, j->quality, TRUE);
  jpeg_start_compress(out, TRUE);
  while (out->next_scanline < out->image_height) {
    JSAMPROW row =
        (JSAMPROW)image->samples + out->next_scanline * (size_t)(image->width * image->channels);
    jpeg_write_scanlines(out, &row, 1);
  }
  jpeg_finish_compress(out);
}

knn_status knn__jpeg_write(const char *name, const knn__image *image, int quality,
                           knn__sink *sink) {
  job *j = knn__alloc(sink->ctx, sizeof *j);
  if (!j) return KNN_ENOMEM;
  knn__image copy = *image;
  *j = (job){.ctx = sink->ctx,
             .name = name,
             .image = &copy,
             .quality = quality,
             .sink = sink,
             .work = write_all,
             .target = {.init_destination = on_target,
                        .empty_output_buffer = on_full,
                        .term_destination = on_end}};
  j->out.err = &j->errors;
  j->out.client_data = j;
  knn_status status = guarded(j);
  jpeg_destroy_compress(&j->out);
  knn__free(sink->ctx, j);
  return status == KNN_OK && sink->failed ? KNN_ENOMEM : status;
}

#else

#include "picture.h"

static knn_status no_libjpeg(knn_ctx *ctx, const char *name) {
  return knn_fail(ctx, KNN_ESTATE, "%s is a JPEG file, but this build of knn has no libjpeg", name);
}

knn_status knn__jpeg_read(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                          const knn_image_options *options, knn__image *image) {
  (void)data, (void)bytes, (void)options, (void)image;
  return no_libjpeg(ctx, name);
}

knn_status knn__jpeg_write(const char *name, const knn__image *image, int quality,
                           knn__sink *sink) {
  (void)image, (void)quality;
  return no_libjpeg(sink->ctx, name);
}

#endif
