/* test_data_fuzz.c - thousands of damaged files through every parser, the same ones each time:
 * nothing may crash, leak or read beyond the end (the sanitizers watch). */
#include "data_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "../fuzz/fuzz_data.c"

/* libsndfile 1.2 forgets a block of libvorbis for every OGG file whose header is broken. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
  return "leak:vorbis_info_init\n";
}

enum { MOST = 8192, ROUNDS = 4000 };

static uint64_t next_random(uint64_t *state) { /* xorshift64 */
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* A few bytes changed, a piece repeated, or the end cut off. */
static size_t damage(uint8_t *file, size_t n, uint64_t *state) {
  static const uint8_t favourites[] = {0,    0xff, 0x7f, 0x80, '"', ',',  '\n', '\r',
                                       '\t', '.',  '-',  'e',  '?', 0x1f, 0x8b};
  for (uint64_t i = next_random(state) % 6; i > 0 && n; i--) {
    size_t at = next_random(state) % n;
    file[at] = next_random(state) % 2 ? favourites[next_random(state) % sizeof favourites]
                                      : (uint8_t)next_random(state);
  }
  if (next_random(state) % 4 == 0 && n) n = next_random(state) % n;
  if (next_random(state) % 4 == 0 && n > 8 && n + 8 < MOST) {
    size_t from = next_random(state) % (n - 8);
    memmove(file + from + 8, file + from, n - from);
    n += 8;
  }
  return n;
}

static void run(uint8_t parser, const uint8_t *seed, size_t bytes) {
  uint64_t state = 0x9e3779b97f4a7c15u + parser;
  assert_true(bytes < MOST);
  for (int i = 0; i < ROUNDS; i++) {
    uint8_t file[1 + MOST] = {parser};
    memcpy(file + 1, seed, bytes);
    size_t n = damage(file + 1, bytes, &state);
    uint8_t *exact = malloc(1 + n); /* so that the sanitizer sees a step beyond the end */
    assert_non_null(exact);
    memcpy(exact, file, 1 + n);
    LLVMFuzzerTestOneInput(exact, 1 + n);
    free(exact);
  }
}

static size_t read_file(const char *path, uint8_t *to) {
  FILE *f = fopen(path, "rb");
  assert_non_null(f);
  size_t n = fread(to, 1, MOST, f);
  fclose(f);
  return n;
}

/* A picture of 8x8 pixels saved under this name, and its damaged copies. */
static void run_image(help *h, const char *name, knn_dtype type, int channels) {
  uint8_t file[MOST];
  knn_tensor *image = NULL;
  ok(h, knn_tensor_new(h->ctx, type, 3, (const int64_t[]){8, 8, channels}, &image));
  uint8_t *samples = knn_tensor_data(image);
  for (size_t i = 0; i < knn_tensor_bytes(image); i++)
    samples[i] = i % 4 < 2 || type == KNN_U8 ? (uint8_t)(i * i) : 0;
  knn_status saved = knn_image_save(image, help_path(h, name), 0);
  knn_tensor_release(image);
  if (saved == KNN_ESTATE) return; /* built without the library */
  ok(h, saved);
  run(4, file, read_file(help_path(h, name), file));
}

static void test_fuzz_images(void **state) {
  help *h = *state;
  run_image(h, "a.png", KNN_U8, 3);
  run_image(h, "b.png", KNN_I32, 2);
  run_image(h, "a.jpg", KNN_U8, 3);
  run_image(h, "b.jpg", KNN_U8, 1);
}

static void test_fuzz_sound(void **state) {
  help *h = *state;
  static const char *const names[] = {"a.wav", "a.flac", "a.ogg"};
  for (int i = 0; i < 3; i++) {
    uint8_t file[MOST];
    knn_tensor *sound = NULL;
    ok(h, knn_tensor_new(h->ctx, KNN_F32, 2, (const int64_t[]){200, 2}, &sound));
    float *samples = knn_tensor_data(sound);
    for (int k = 0; k < 400; k++) samples[k] = (float)(k * k % 101) / 101 - 0.5f;
    knn_status saved = knn_audio_save(sound, help_path(h, names[i]), 8000, 0);
    knn_tensor_release(sound);
    if (saved == KNN_ESTATE) return; /* built without the library */
    ok(h, saved);
    run(6, file, read_file(help_path(h, names[i]), file));
  }
}

static void test_fuzz(void **state) {
  help *h = *state;
  static const uint8_t idx[] = {0, 0, 11, 2, 0, 0, 0, 2, 0, 0,  0,  3,
                                1, 2, 3,  4, 5, 6, 7, 8, 9, 10, 11, 12};
  static const char csv[] =
      "\xef\xbb\xbf"
      "a,\"b \"\"q\"\"\",c\r\n1,2.5,x\r\n-3,,\"y\nz\"\r\n4e5,inf,?\r\n";
  static const char tsv[] = "ham\t\"hello\t 1\nspam\tNA\t2\nham\tx\t 3.5 \n";
  static const char json[] =
      "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2.5e3, \"b\": null, \"c\": true}\n{\"b\": \"\\u00e9\"}\n";
  static uint8_t cifar[2 * 3074];
  run(0, idx, sizeof idx);
  run(1, cifar, 2 * 3073);
  run(5, cifar, sizeof cifar);
  run(2, (const uint8_t *)csv, sizeof csv - 1);
  run(3, (const uint8_t *)tsv, sizeof tsv - 1);
  run(7, (const uint8_t *)json, sizeof json - 1);
  uint8_t packed[MOST];
  for (int i = 0; i < 2; i++) { /* gzipped: mostly the unpacker */
    const char *path =
        i ? help_write_gzip(h, "a", csv, sizeof csv - 1) : help_write_gzip(h, "b", idx, sizeof idx);
    run(i ? 2 : 0, packed, read_file(path, packed));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_fuzz, help_setup, help_teardown),
      cmocka_unit_test_setup_teardown(test_fuzz_images, help_setup, help_teardown),
      cmocka_unit_test_setup_teardown(test_fuzz_sound, help_setup, help_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
