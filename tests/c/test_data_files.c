/* test_data_files.c - SHA-256, gzip, IDX and CIFAR files: right ones, damaged ones, and ones that
 * lie about their size. */
#include "data_help.h"

#include <stdio.h>
#include <stdlib.h>

#include "sha256.h"

static void sha256_of(const char *text, size_t repeat, char hex[65]) {
  knn__sha256 sha;
  knn__sha256_begin(&sha);
  for (size_t i = 0; i < repeat; i++) knn__sha256_add(&sha, text, strlen(text));
  knn__sha256_end(&sha, hex);
}

/* Examples of FIPS 180-2, appendix B. */
static void test_sha256(void **state) {
  (void)state;
  char hex[65];
  sha256_of("abc", 1, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, hex);
  assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  sha256_of("a", 1000000, hex);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  sha256_of("", 1, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_sha256_of_file(void **state) {
  help *h = *state;
  char hex[65];
  ok(h, knn_file_sha256(h->ctx, help_write(h, "abc", "abc", 3), hex));
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  help_fails(h, knn_file_sha256(h->ctx, help_path(h, "none"), hex), KNN_EIO, "No such file");
}

/* 2x3 elements of each type. */
static void test_idx_types(void **state) {
  help *h = *state;
  static const struct {
    uint8_t code;
    size_t bytes;
    uint8_t last[8]; /* the last element in the file */
    knn_dtype dtype;
    double value;
  } cases[] = {
      {0x08, 1, {200}, KNN_U8, 200},
      {0x09, 1, {0xfe}, KNN_I32, -2},
      {0x0B, 2, {0xff, 0x38}, KNN_I32, -200},
      {0x0C, 4, {0x00, 0x01, 0x00, 0x02}, KNN_I32, 65538},
      {0x0D, 4, {0xc0, 0x20, 0, 0}, KNN_F32, -2.5},
      {0x0E, 8, {0x3f, 0xf8, 0, 0, 0, 0, 0, 0}, KNN_F64, 1.5},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t file[12 + 48] = {0, 0, cases[i].code, 2, 0, 0, 0, 2, 0, 0, 0, 3};
    size_t bytes = 12 + 6 * cases[i].bytes;
    memcpy(file + bytes - cases[i].bytes, cases[i].last, cases[i].bytes);
    file[12 + cases[i].bytes - 1] = 7; /* low byte of the first element */
    knn_tensor *t = NULL;
    ok(h, knn_idx_parse(h->ctx, "memory", file, bytes, &t));
    assert_int_equal(knn_tensor_dtype(t), cases[i].dtype);
    assert_int_equal(knn_tensor_dim(t, 0), 2);
    assert_int_equal(knn_tensor_dim(t, 1), 3);
    assert_true(knn_tensor_get(t, 5) == cases[i].value);
    assert_true(knn_tensor_get(t, 1) == 0);
    if (!knn_dtype_is_float(cases[i].dtype)) assert_true(knn_tensor_get(t, 0) == 7);
    knn_tensor_release(t);
  }
}

static void idx_fails(help *h, const uint8_t *file, size_t bytes, const char *text) {
  knn_tensor *t = NULL;
  help_fails(h, knn_idx_parse(h->ctx, "x.idx", file, bytes, &t), KNN_EFORMAT, text);
  help_fails(h, knn_idx_load(h->ctx, help_write(h, "x.idx", file, bytes), &t), KNN_EFORMAT, text);
  help_fails(h, knn_idx_load(h->ctx, help_write_gzip(h, "x.idx.gz", file, bytes), &t), KNN_EFORMAT,
             text);
  assert_null(t);
}

static void test_idx_hostile(void **state) {
  help *h = *state;
  uint8_t good[] = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7};
  idx_fails(h, good, 0, "is empty");
  idx_fails(h, good, 3, "is not an IDX file");
  idx_fails(h, good, 9, "ends inside its header, after 9 of 12 bytes");
  idx_fails(h, good, 17, "expected 6 bytes after the header, which says 2x3 uint8, found 5");
  idx_fails(h, good, 19, "expected 6 bytes after the header, which says 2x3 uint8, found 7");
  idx_fails(h, (const uint8_t[]){1, 0, 8, 1, 0, 0, 0, 0}, 8,
            "is not an IDX file: it begins with 01 00 08 01");
  idx_fails(h, (const uint8_t[]){0, 0, 10, 1, 0, 0, 0, 0}, 8, "is not an IDX file");
  idx_fails(h, (const uint8_t[]){0, 0, 8, 0, 0, 0, 0, 0}, 8, "says 0 axes");
  idx_fails(h, (const uint8_t[]){0, 0, 8, 200, 0, 0, 0, 0}, 8, "says 200 axes");
  /* more than the file can hold, and more than a size_t */
  uint8_t huge[4 + 32] = {0, 0, 14, 1, 0xff, 0xff, 0xff, 0xff, 1};
  idx_fails(h, huge, 9,
            "expected 34359738360 bytes after the header, which says 4294967295 float64, found 1");
  memset(huge + 4, 0xff, 32);
  huge[3] = 8;
  idx_fails(h, huge, sizeof huge, "more than any memory holds");
}

static void test_idx_empty_and_packed(void **state) {
  help *h = *state;
  knn_tensor *t = NULL;
  ok(h,
     knn_idx_parse(h->ctx, "none", (const uint8_t[]){0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3}, 12, &t));
  assert_int_equal(knn_tensor_size(t), 0);
  knn_tensor_release(t);
  const uint8_t good[] = {0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3};
  ok(h, knn_idx_load(h->ctx, help_write_gzip(h, "packed.gz", good, sizeof good), &t));
  assert_true(knn_tensor_get(t, 2) == 3);
  knn_tensor_release(t);
  help_fails(h, knn_idx_load(h->ctx, help_path(h, "nothing"), &t), KNN_EIO,
             "No such file or directory");
  help_fails(h, knn_idx_load(h->ctx, h->folder, &t), KNN_EIO, "is a folder");
}

static size_t slurp(const char *path, uint8_t **data) {
  FILE *f = fopen(path, "rb");
  assert_non_null(f);
  *data = malloc(1 << 16);
  assert_non_null(*data);
  size_t n = fread(*data, 1, 1 << 16, f);
  fclose(f);
  return n;
}

static void test_gzip_damage(void **state) {
  help *h = *state;
  uint8_t plain[8 + 5000] = {0, 0, 8, 1, 0, 0, 0x13, 0x88}, *packed = NULL;
  for (size_t i = 8; i < sizeof plain; i++) plain[i] = (uint8_t)(i * i >> 3);
  size_t n = slurp(help_write_gzip(h, "a.gz", plain, sizeof plain), &packed);
  knn_tensor *t = NULL;
  help_fails(h, knn_idx_parse(h->ctx, "a.gz", packed, n / 2, &t), KNN_EFORMAT,
             "ends in the middle");
  help_fails(h, knn_idx_parse(h->ctx, "a.gz", packed, n - 4, &t), KNN_EFORMAT,
             "ends in the middle, after 5008 bytes");
  help_fails(h, knn_idx_parse(h->ctx, "a.gz", packed, 5, &t), KNN_EFORMAT,
             "ends in the middle, after 0 bytes");
  packed[n - 6] ^= 1; /* in the checksum */
  help_fails(h, knn_idx_parse(h->ctx, "a.gz", packed, n, &t), KNN_EFORMAT, "incorrect data check");
  packed[n - 6] ^= 1;
  packed[n] = 'x';
  help_fails(h, knn_idx_parse(h->ctx, "a.gz", packed, n + 1, &t), KNN_EFORMAT,
             "other bytes follow its gzip data");
  packed[n] = packed[n + 1] = 0; /* padding is fine */
  ok(h, knn_idx_parse(h->ctx, "a.gz", packed, n + 2, &t));
  assert_true(knn_tensor_get(t, 4999) == plain[sizeof plain - 1]);
  knn_tensor_release(t);
  free(packed);
}

/* Two members, one after the other, are one file. */
static void test_gzip_members(void **state) {
  help *h = *state;
  uint8_t *both = malloc(1 << 17), *a = NULL, *b = NULL;
  size_t n = slurp(help_write_gzip(h, "a", (const uint8_t[]){0, 0, 8, 1, 0, 0, 0, 3, 1}, 9), &a);
  size_t m = slurp(help_write_gzip(h, "b", (const uint8_t[]){2, 3}, 2), &b);
  memcpy(both, a, n);
  memcpy(both + n, b, m);
  knn_tensor *t = NULL;
  ok(h, knn_idx_parse(h->ctx, "both", both, n + m, &t));
  assert_true(knn_tensor_get(t, 2) == 3);
  knn_tensor_release(t);
  free(a);
  free(b);
  free(both);
}

static void test_cifar(void **state) {
  help *h = *state;
  enum { RECORD = 3073, FINE = 3074 };
  static uint8_t file[2 * FINE];
  for (size_t i = 0; i < sizeof file; i++) file[i] = (uint8_t)(i % 251);
  file[0] = 3;
  file[RECORD] = 9;
  knn_tensor *x = NULL, *y = NULL;
  ok(h, knn_cifar_parse(h->ctx, "b", file, 2 * RECORD, 10, &x, &y));
  assert_int_equal(knn_tensor_dim(x, 0), 2);
  assert_int_equal(knn_tensor_dim(x, 3), 3);
  assert_int_equal(knn_tensor_dim(y, 1), 1);
  assert_true(knn_tensor_get(y, 1) == 9);
  for (int c = 0; c < 3; c++) /* second image, row 2, column 5 */
    assert_true(knn_tensor_get(x, ((32 + 2) * 32 + 5) * 3 + c) ==
                file[RECORD + 1 + 1024 * c + 2 * 32 + 5]);
  knn_tensor_release(x);
  knn_tensor_release(y);
  file[1] = 99;
  file[FINE + 1] = 0;
  ok(h, knn_cifar_parse(h->ctx, "b", file, 2 * FINE, 100, &x, &y));
  assert_true(knn_tensor_get(y, 0) == 99);
  knn_tensor_release(x);
  knn_tensor_release(y);
  x = y = NULL;
  help_fails(h, knn_cifar_parse(h->ctx, "b", file, RECORD + 7, 10, &x, &y), KNN_EFORMAT,
             "7 are left over");
  help_fails(h, knn_cifar_parse(h->ctx, "b", file, 0, 10, &x, &y), KNN_EFORMAT, "is empty");
  file[RECORD] = 10;
  help_fails(h, knn_cifar_parse(h->ctx, "b", file, 2 * RECORD, 10, &x, &y), KNN_EDATA,
             "label 10 of image 2 (from 1) is outside 0 .. 9");
  help_fails(h, knn_cifar_parse(h->ctx, "b", file, RECORD, 20, &x, &y), KNN_EARG,
             "10 or 100 classes");
  assert_null(x);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_sha256),
      TEST(test_sha256_of_file),
      TEST(test_idx_types),
      TEST(test_idx_hostile),
      TEST(test_idx_empty_and_packed),
      TEST(test_gzip_damage),
      TEST(test_gzip_members),
      TEST(test_cifar),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
