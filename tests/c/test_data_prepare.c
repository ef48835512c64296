/* test_data_prepare.c - splits, rows, one-hot, scaling, resizing. Numbers of normalize and resize
 * come from Keras 3. */
#include "data_help.h"

#include <math.h>

static knn_tensor *floats(help *h, int rank, const int64_t *dims, const float *data) {
  knn_tensor *t = NULL;
  ok(h, knn_tensor_from(h->ctx, KNN_F32, rank, dims, data, &t));
  return t;
}

static void check_floats(knn_tensor *t, int64_t n, const float *expected, double tolerance) {
  assert_int_equal(knn_tensor_size(t), n);
  for (int64_t i = 0; i < n; i++)
    if (!(fabs(knn_tensor_get(t, i) - (double)expected[i]) <= tolerance))
      fail_msg("element %d: %g, expected %g", (int)i, knn_tensor_get(t, i), (double)expected[i]);
  knn_tensor_release(t);
}

static void test_split(void **state) {
  help *h = *state;
  knn_tensor *train = NULL, *test = NULL, *again = NULL, *rest = NULL;
  ok(h, knn_train_test_split(h->ctx, 11, 0.25, 7, &train, &test));
  assert_int_equal(knn_tensor_size(test), 3); /* ceil(2.75) */
  assert_int_equal(knn_tensor_size(train), 8);
  bool seen[11] = {0};
  for (int i = 0; i < 11; i++)
    seen[(int)(i < 3 ? knn_tensor_get(test, i) : knn_tensor_get(train, i - 3))] = true;
  for (int i = 0; i < 11; i++) assert_true(seen[i]);
  ok(h, knn_train_test_split(h->ctx, 11, 3, 7, &rest, &again));
  for (int i = 0; i < 3; i++) assert_true(knn_tensor_get(test, i) == knn_tensor_get(again, i));
  knn_tensor_release(rest);
  knn_tensor_release(again);
  ok(h, knn_train_test_split(h->ctx, 11, 0.25, 8, &rest, &again));
  int same = 0;
  for (int i = 0; i < 8; i++) same += knn_tensor_get(train, i) == knn_tensor_get(rest, i);
  assert_true(same < 8);
  knn_tensor_release(rest);
  knn_tensor_release(again);
  knn_tensor_release(train);
  knn_tensor_release(test);
  const double wrong[] = {0, -1, 11, 2.5, NAN, 12};
  for (int i = 0; i < 6; i++)
    help_fails(h, knn_train_test_split(h->ctx, 11, wrong[i], 1, &train, &test), KNN_EARG,
               "train_test_split: ");
  help_fails(h, knn_train_test_split(h->ctx, 1, 0.5, 1, &train, &test), KNN_EARG,
             "at least 2 rows");
}

static void test_rows(void **state) {
  help *h = *state;
  knn_tensor *x = floats(h, 2, (int64_t[]){3, 2}, (const float[]){0, 1, 10, 11, 20, 21}),
             *across = NULL, *y = NULL, *rows = NULL;
  ok(h, knn_tensor_from(h->ctx, KNN_I32, 1, (int64_t[]){4}, (const int32_t[]){2, 0, 2, 1}, &rows));
  ok(h, knn_take_rows(x, rows, &y));
  assert_int_equal(knn_tensor_dim(y, 0), 4);
  check_floats(y, 8, (const float[]){20, 21, 0, 1, 20, 21, 10, 11}, 0);
  ok(h, knn_tensor_transpose(x, (const int[]){1, 0}, &across));
  help_fails(h, knn_take_rows(across, rows, &y), KNN_EDATA,
             "take_rows: entry 1 (from 1) names row 2, outside 0 .. 1");
  knn_tensor_release(rows);
  ok(h, knn_tensor_from(h->ctx, KNN_I64, 1, (int64_t[]){1}, (const int64_t[]){1}, &rows));
  ok(h, knn_take_rows(across, rows, &y));
  check_floats(y, 3, (const float[]){1, 11, 21}, 0);
  help_fails(h, knn_take_rows(x, x, &y), KNN_ETYPE, "not float32 of rank 2");
  knn_tensor_release(rows);
  knn_tensor_release(across);
  knn_tensor_release(x);
}

static void test_categorical(void **state) {
  help *h = *state;
  knn_tensor *labels = NULL, *y = NULL;
  ok(h, knn_tensor_from(h->ctx, KNN_U8, 2, (int64_t[]){3, 1}, (const uint8_t[]){1, 0, 2}, &labels));
  ok(h, knn_to_categorical(labels, 0, &y));
  assert_int_equal(knn_tensor_rank(y), 2);
  check_floats(y, 9, (const float[]){0, 1, 0, 1, 0, 0, 0, 0, 1}, 0);
  ok(h, knn_to_categorical(labels, 4, &y));
  assert_int_equal(knn_tensor_dim(y, 1), 4);
  knn_tensor_release(y);
  y = NULL;
  help_fails(h, knn_to_categorical(labels, 2, &y), KNN_EDATA,
             "to_categorical: label 2 of sample 3 (from 1) is outside 0 .. 1");
  help_fails(h, knn_to_categorical(labels, -1, &y), KNN_EARG, "-1 classes");
  knn_tensor_release(labels);
  labels = floats(h, 1, (int64_t[]){2}, (const float[]){0, 1.5f});
  help_fails(h, knn_to_categorical(labels, 2, &y), KNN_EDATA,
             "label 1.5 of sample 2 (from 1) is no class number");
  knn_tensor_set(labels, 1, -1);
  help_fails(h, knn_to_categorical(labels, 2, &y), KNN_EDATA, "is negative");
  knn_tensor_set(labels, 1, NAN);
  help_fails(h, knn_to_categorical(labels, 2, &y), KNN_EDATA, "is no class number");
  knn_tensor_set(labels, 1, 1e15);
  help_fails(h, knn_to_categorical(labels, 0, &y), KNN_EDATA,
             "label 1e+15 of sample 2 (from 1) is no class number");
  assert_null(y);
  knn_tensor_release(labels);
}

static void test_normalize(void **state) {
  help *h = *state;
  knn_tensor *x = floats(h, 2, (int64_t[]){3, 3}, (const float[]){3, 4, 0, 0, 0, 0, 1, -2, 2}),
             *y = NULL;
  ok(h, knn_normalize(x, -1, 1, &y));
  check_floats(y, 9, (const float[]){0.42857143f, 0.5714286f, 0, 0, 0, 0, 0.2f, -0.4f, 0.4f}, 1e-7);
  ok(h, knn_normalize(x, 1, 2, &y));
  check_floats(y, 9, (const float[]){0.6f, 0.8f, 0, 0, 0, 0, 0.33333334f, -0.6666667f, 0.6666667f},
               1e-7);
  ok(h, knn_normalize(x, -1, 3, &y));
  check_floats(
      y, 9,
      (const float[]){0.66697174f, 0.8892957f, 0, 0, 0, 0, 0.38891110f, -0.77782220f, 0.77782220f},
      1e-7);
  ok(h, knn_normalize(x, 0, 2, &y)); /* by columns: 3 / sqrt 10, 4 / sqrt 20, 1 */
  check_floats(y, 9,
               (const float[]){0.94868330f, 0.89442719f, 0, 0, 0, 0, 0.31622777f, -0.44721360f, 1},
               1e-7);
  ok(h, knn_normalize(x, -1, INFINITY, &y));
  check_floats(y, 9, (const float[]){0.75f, 1, 0, 0, 0, 0, 0.5f, -1, 1}, 1e-7);
  help_fails(h, knn_normalize(x, 2, 2, &y), KNN_EARG,
             "normalize: axis 2 does not exist in shape (3, 3)");
  help_fails(h, knn_normalize(x, 0, 0.5, &y), KNN_EARG, "at least 1");
  knn_tensor_release(x);
}

static void test_standardize(void **state) {
  help *h = *state;
  knn_tensor *x = floats(h, 2, (int64_t[]){4, 2}, (const float[]){1, 5, 2, 5, 3, 5, 4, 5}),
             *mean = NULL, *deviation = NULL, *y = NULL;
  ok(h, knn_moments(x, &mean, &deviation));
  assert_true(knn_tensor_get(mean, 0) == 2.5 && knn_tensor_get(mean, 1) == 5);
  assert_true(fabs(knn_tensor_get(deviation, 0) - sqrt(1.25)) < 1e-7 &&
              knn_tensor_get(deviation, 1) == 1);
  ok(h, knn_standardize(x, mean, deviation, &y));
  const float z = (float)(0.5 / sqrt(1.25));
  check_floats(y, 8, (const float[]){-3 * z, 0, -z, 0, z, 0, 3 * z, 0}, 1e-6);
  help_fails(h, knn_standardize(x, x, deviation, &y), KNN_ESHAPE,
             "standardize: x (4, 2) needs mean and deviation");
  knn_tensor_release(x);
  knn_tensor_release(mean);
  knn_tensor_release(deviation);
}

static void test_resize(void **state) {
  help *h = *state;
  float data[48];
  for (int i = 0; i < 48; i++) data[i] = (float)(i * 7 % 31);
  knn_tensor *x = floats(h, 4, (int64_t[]){2, 3, 4, 2}, data), *y = NULL, *second = NULL;
  static const float bilinear[30] = {15.33333f, 17.16667f, 18.5f, 10,    21.66667f, 2.833331f,
                                     12.93333f, 16.83333f, 16.1f, 13.8f, 19.26667f, 10.76667f,
                                     9.333333f, 16.33333f, 12.5f, 19.5f, 15.66667f, 22.66667f,
                                     5.733333f, 12.73333f, 18.2f, 15.9f, 15.16667f, 19.06667f,
                                     3.333333f, 10.33333f, 22,    13.5f, 14.83333f, 16.66667f};
  static const float nearest[30] = {13, 20, 10, 17, 24, 0,  13, 20, 10, 17, 24, 0,  7, 14, 4,
                                    11, 18, 25, 1,  8,  29, 5,  12, 19, 1,  8,  29, 5, 12, 19};
  ok(h, knn_image_resize(x, 5, 3, KNN_RESIZE_BILINEAR, &y));
  assert_int_equal(knn_tensor_dim(y, 1), 5);
  ok(h, knn_tensor_slice(y, 0, 1, 1, 1, &second));
  check_floats(second, 30, bilinear, 2e-5);
  knn_tensor_release(y);
  ok(h, knn_image_resize(x, 5, 3, KNN_RESIZE_NEAREST, &y));
  ok(h, knn_tensor_slice(y, 0, 1, 1, 1, &second));
  check_floats(second, 30, nearest, 0);
  knn_tensor_release(y);
  help_fails(h, knn_image_resize(x, 0, 3, KNN_RESIZE_NEAREST, &y), KNN_EARG,
             "to 0x3; sizes must be positive");
  knn_tensor_release(x);
  ok(h, knn_tensor_from(h->ctx, KNN_U8, 3, (int64_t[]){3, 3, 1},
                        (const uint8_t[]){0, 53, 106, 159, 212, 9, 62, 115, 168}, &x));
  ok(h, knn_image_resize(x, 6, 4, KNN_RESIZE_BILINEAR, &y));
  assert_int_equal(knn_tensor_dtype(y), KNN_U8);
  check_floats(y, 24, (const float[]){0,   33,  73,  106, 40, 73,  89,  82,  119, 152, 120, 33,
                                      135, 168, 136, 49,  86, 119, 135, 128, 62,  95,  135, 168},
               0);
  knn_tensor_release(x);
  ok(h, knn_tensor_new(h->ctx, KNN_F64, 3, (int64_t[]){3, 3, 1}, &x));
  help_fails(h, knn_image_resize(x, 6, 4, KNN_RESIZE_BILINEAR, &y), KNN_ETYPE, "got float64");
  knn_tensor_release(x);
  ok(h, knn_tensor_new(h->ctx, KNN_U8, 2, (int64_t[]){3, 3}, &x));
  help_fails(h, knn_image_resize(x, 6, 4, KNN_RESIZE_BILINEAR, &y), KNN_ESHAPE, "got (3, 3)");
  knn_tensor_release(x);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_split),     TEST(test_rows),        TEST(test_categorical),
      TEST(test_normalize), TEST(test_standardize), TEST(test_resize),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
