/* fuzz_data.c - one entry point for the parsers of nn/data: the first byte picks the parser, the
 * rest is the file. With libFuzzer: clang -g -fsanitize=fuzzer,address,undefined -Inn/include
 * tests/fuzz/fuzz_data.c build-debug/lib/libknn.a -lz -lm tests/c/test_data_fuzz.c runs it over
 * damaged copies of small right files. */
#include <stddef.h>
#include <stdint.h>

#include "knn/audio.h"
#include "knn/data.h"
#include "knn/image.h"
#include "knn/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void read_table(knn_ctx *ctx, const uint8_t *data, size_t bytes,
                       const knn_csv_options *options) {
  knn_table *t = NULL;
  knn_tensor *x = NULL;
  if (knn_csv_parse(ctx, "fuzz", data, bytes, options, &t) != KNN_OK) return;
  for (int c = 0; c < knn_table_columns(t); c++)
    for (int64_t row = 0; row < knn_table_rows(t); row++) knn_table_text(t, c, row);
  if (knn_table_matrix(t, NULL, 0, KNN_MISSING_DROP, 0, &x, NULL) == KNN_OK) knn_tensor_release(x);
  knn_table_release(t);
}

static void read_image(knn_ctx *ctx, const uint8_t *data, size_t bytes) {
  const knn_image_options options = {.mode = KNN_IMAGE_UNCHANGED,
                                     .height = 3,
                                     .width = 5,
                                     .filter = KNN_FILTER_LANCZOS,
                                     .most_pixels = 1 << 16};
  knn_tensor *image = NULL;
  knn_image_parse(ctx, "fuzz", data, bytes, &options, &image);
  knn_tensor_release(image);
}

static void read_records(knn_ctx *ctx, const uint8_t *data, size_t bytes) {
  knn_config *records = NULL;
  knn_table *t = NULL;
  if (knn_json_parse(ctx, "fuzz", (const char *)data, bytes, true, &records) == KNN_OK)
    knn_table_from_records(ctx, "fuzz", records, &t);
  knn_config_release(records);
  knn_table_release(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  knn_ctx *ctx = NULL;
  knn_tensor *x = NULL, *y = NULL;
  if (bytes == 0 || knn_ctx_new(NULL, &ctx) != KNN_OK) return 0;
  const uint8_t *file = data + 1;
  bytes--;
  switch (data[0] % 8) {
    case 0: knn_idx_parse(ctx, "fuzz", file, bytes, &x); break;
    case 1: knn_cifar_parse(ctx, "fuzz", file, bytes, 10, &x, &y); break;
    case 2: read_table(ctx, file, bytes, NULL); break;
    case 4: read_image(ctx, file, bytes); break;
    case 5: knn_cifar_parse(ctx, "fuzz", file, bytes, 100, &x, &y); break;
    case 6:
      knn_audio_parse(ctx, "fuzz", file, bytes, &(knn_audio_options){.most_frames = 1 << 16}, &x,
                      NULL);
      break;
    case 7: read_records(ctx, file, bytes); break;
    default:
      read_table(ctx, file, bytes,
                 &(knn_csv_options){.separator = '\t',
                                    .no_quotes = true,
                                    .trim = true,
                                    .policy = KNN_MISSING_DROP,
                                    .drop_bad_rows = true});
      break;
  }
  knn_tensor_release(x);
  knn_tensor_release(y);
  knn_ctx_release(ctx);
  return 0;
}
