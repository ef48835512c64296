/* test_data_sets.c - the known data sets. Sums, counts and pixels were computed from the published
 * files with NumPy. */
#include "data_help.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void check_histogram(const knn_tensor *y, int classes, const int *expected) {
  int counts[10] = {0};
  for (int64_t i = 0; i < knn_tensor_size(y); i++) counts[(int)knn_tensor_get(y, i)]++;
  for (int i = 0; i < classes; i++) assert_int_equal(counts[i], expected[i]);
}

static void check_sums(const knn_tensor *t, double sum, double weighted) {
  double a, b;
  help_sums(t, 1009, &a, &b);
  assert_true(a == sum);
  assert_true(b == weighted);
}

static void test_digits(void **state) {
  help *h = *state;
  knn_dataset set;
  ok(h, knn_dataset_load(h->ctx, "digits", NULL, &set));
  assert_int_equal(knn_tensor_rank(set.x_train), 3);
  assert_int_equal(knn_tensor_dim(set.x_train, 0), 1797);
  assert_int_equal(knn_tensor_dim(set.x_train, 2), 8);
  assert_int_equal(knn_tensor_dtype(set.x_train), KNN_U8);
  assert_null(set.x_test);
  check_sums(set.x_train, 561718, 283139404);
  check_histogram(set.y_train, 10, (const int[]){178, 182, 177, 183, 181, 182, 181, 179, 174, 180});
  double sum, weighted;
  help_sums(set.y_train, 1009, &sum, &weighted);
  assert_true(weighted == 3677796);
  knn_dataset_clear(&set);
  assert_null(set.x_train);
}

static void test_iris(void **state) {
  help *h = *state;
  knn_dataset set;
  ok(h, knn_dataset_load(h->ctx, "iris", NULL, &set));
  assert_int_equal(knn_tensor_dim(set.x_train, 0), 150);
  assert_int_equal(knn_tensor_dim(set.x_train, 1), 4);
  double sum, weighted;
  help_sums(set.x_train, 101, &sum, &weighted);
  assert_true(fabs(weighted - 102895.3) < 0.01);
  assert_true(knn_tensor_get(set.x_train, 37 * 4 + 1) ==
              (double)3.6f); /* Fisher's value, not UCI's */
  check_histogram(set.y_train, 3, (const int[]){50, 50, 50});
  knn_dataset_clear(&set);
}

static void test_names(void **state) {
  help *h = *state;
  int n;
  for (int i = 0; knn_dataset_name(i); i++) {
    assert_true(strlen(knn_dataset_about(knn_dataset_name(i))) > 40);
    const char *const *classes = knn_dataset_classes(knn_dataset_name(i), &n);
    for (int k = 0; k < n; k++) assert_non_null(classes[k]);
    assert_true(n > 1 || strcmp(knn_dataset_name(i), "california_housing") == 0); /* no classes */
  }
  assert_non_null(strstr(knn_dataset_about("digits"), "CC BY 4.0"));
  assert_null(knn_dataset_about("mnits"));
  assert_null(knn_dataset_classes("mnits", &n));
  knn_dataset set;
  help_fails(h, knn_dataset_load(h->ctx, "mnits", NULL, &set), KNN_EARG, "did you mean 'mnist'?");
}

static void test_mnist(void **state) {
  help *h = *state;
  const char *folder = help_real_data("mnist/train-images-idx3-ubyte.gz");
  if (!folder) skip();
  const char *const dirs[] = {h->folder, folder};
  const knn_dataset_options options = {.dirs = dirs, .n_dirs = 2};
  knn_dataset set;
  ok(h, knn_dataset_load(h->ctx, "mnist", &options, &set));
  assert_int_equal(knn_tensor_dim(set.x_train, 0), 60000);
  assert_int_equal(knn_tensor_dim(set.x_train, 1), 28);
  check_sums(set.x_train, 1567298545, 789919562401);
  check_sums(set.x_test, 264923200, 133545266114);
  check_sums(set.y_train, 267236, 134179957);
  check_sums(set.y_test, 44434, 22205544);
  check_histogram(set.y_train, 10,
                  (const int[]){5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
  check_histogram(set.y_test, 10,
                  (const int[]){980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
  assert_non_null(strstr(set.origin, folder));
  knn_dataset_clear(&set);
}

static void test_cifar_part(void **state) {
  help *h = *state;
  const char *folder = help_real_data("cifar10/train_first4000.bin.gz");
  if (!folder) skip();
  char test_file[600];
  snprintf(test_file, sizeof test_file, "%s/cifar10/test_first1000.bin.gz", folder);
  bool with_test = help_exists(test_file);
  const knn_dataset_options options = {.dirs = &folder, .n_dirs = 1};
  knn_dataset set;
  ok(h, knn_dataset_load(h->ctx, "cifar10", &options, &set));
  const uint8_t *x = knn_tensor_data(set.x_train);
  assert_memory_equal(x, ((const uint8_t[]){59, 62, 63}), 3);
  assert_memory_equal(x + ((32 + 2) * 32 + 3) * 3, ((const uint8_t[]){147, 153, 159}), 3);
  if (with_test) {
    assert_int_equal(knn_tensor_dim(set.x_test, 0), 1000);
    check_histogram(set.y_train, 10,
                    (const int[]){396, 366, 420, 384, 422, 393, 414, 385, 407, 413});
    check_histogram(set.y_test, 10, (const int[]){103, 89, 100, 103, 90, 86, 112, 102, 106, 109});
  } else {
    assert_int_equal(knn_tensor_dim(set.x_train, 0), 3200);
    check_sums(set.x_train, 1184586045, 596648868802);
    check_sums(set.x_test, 296499823, 149378714920);
    check_histogram(set.y_train, 10,
                    (const int[]){319, 302, 337, 308, 328, 312, 330, 314, 327, 323});
    assert_non_null(strstr(set.origin, "held out"));
  }
  knn_dataset_clear(&set);
  const knn_dataset_options full = {.dirs = &folder, .n_dirs = 1, .full = true};
  help_fails(h, knn_dataset_load(h->ctx, "cifar10", &full, &set), KNN_EIO,
             "cifar-10-binary.tar.gz was not found in");
}

/* One record of each batch repeated 10,000 times, as files or as the members of an archive. */
static void write_batches(const help *h, const char *folder) {
  enum { RECORD = 3073, IMAGES = 10000 };
  uint8_t *data = malloc((size_t)RECORD * IMAGES);
  assert_non_null(data);
  for (int b = 0; b < 6; b++) {
    char name[128];
    snprintf(name, sizeof name, b < 5 ? "%s/data_batch_%d.bin" : "%s/test_batch.bin", folder,
             b + 1);
    memset(data, b, (size_t)RECORD * IMAGES);
    help_write(h, name, data, (size_t)RECORD * IMAGES);
  }
  free(data);
}

static void check_full(help *h, const knn_dataset_options *options, const char *origin) {
  knn_dataset set;
  ok(h, knn_dataset_load(h->ctx, "cifar10", options, &set));
  assert_int_equal(knn_tensor_dim(set.x_train, 0), 50000);
  assert_int_equal(knn_tensor_dim(set.y_test, 0), 10000);
  check_histogram(set.y_train, 6, (const int[]){10000, 10000, 10000, 10000, 10000, 0});
  assert_true(knn_tensor_get(set.x_train, knn_tensor_size(set.x_train) - 1) == 4);
  assert_true(knn_tensor_get(set.x_test, 12345) == 5);
  assert_non_null(strstr(set.origin, origin));
  knn_dataset_clear(&set);
}

static void test_cifar_full(void **state) {
  help *h = *state;
  const char *const dirs[] = {h->folder};
  const knn_dataset_options options = {.dirs = dirs, .n_dirs = 1};
  char command[1200];
  assert_int_equal(mkdir(help_path(h, "cifar10"), 0777), 0);
  assert_int_equal(mkdir(help_path(h, "cifar10/cifar-10-batches-bin"), 0777), 0);
  write_batches(h, "cifar10/cifar-10-batches-bin");
  check_full(h, &options, "the batches beside");
  snprintf(command, sizeof command,
           "cd '%s/cifar10' && tar czf cifar-10-binary.tar.gz cifar-10-batches-bin && rm -r "
           "cifar-10-batches-bin",
           h->folder);
  assert_int_equal(system(command), 0);
  check_full(h, &options, "the archive");
  snprintf(command, sizeof command,
           "cd '%s/cifar10' && tar xzf *.gz && rm *.gz && tar cf cifar-10-binary.tar "
           "cifar-10-batches-bin && "
           "truncate -s 50000000 cifar-10-binary.tar && rm -r cifar-10-batches-bin",
           h->folder);
  assert_int_equal(system(command), 0);
  knn_dataset set;
  help_fails(h, knn_dataset_load(h->ctx, "cifar10", &options, &set), KNN_EFORMAT,
             "the archive is damaged or cut off");
}

static void test_not_found(void **state) {
  help *h = *state;
  const char *const dirs[] = {h->folder};
  knn_dataset set;
  help_fails(h, knn_dataset_load(h->ctx, "mnist", NULL, &set), KNN_EIO,
             "mnist: train-images-idx3-ubyte.gz was not found in any folder (none was given), and "
             "there is no cache folder");
  const knn_dataset_options offline = {
      .dirs = dirs, .n_dirs = 1, .cache = h->folder, .offline = true};
  help_fails(h, knn_dataset_load(h->ctx, "fashion_mnist", &offline, &set), KNN_EIO,
             "downloading is switched off");
}

static void test_pair_must_fit(void **state) {
  help *h = *state;
  uint8_t x[16 + 784] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28},
                 y[] = {0, 0, 8, 1, 0, 0, 0, 2, 1, 2};
  const char *const dirs[] = {h->folder};
  const knn_dataset_options options = {.dirs = dirs, .n_dirs = 1};
  knn_dataset set;
  assert_int_equal(mkdir(help_path(h, "mnist"), 0777), 0);
  help_write(h, "mnist/train-images-idx3-ubyte", x, sizeof x);
  help_write(h, "mnist/t10k-images-idx3-ubyte", x, sizeof x);
  help_write(h, "mnist/train-labels-idx1-ubyte", y, sizeof y);
  help_write(h, "mnist/t10k-labels-idx1-ubyte", y, sizeof y);
  help_fails(h, knn_dataset_load(h->ctx, "mnist", &options, &set), KNN_EFORMAT,
             "holds 1 images, but");
  y[7] = 1;
  y[8] = 10;
  help_write(h, "mnist/train-labels-idx1-ubyte", y, sizeof y - 1);
  help_fails(h, knn_dataset_load(h->ctx, "mnist", &options, &set), KNN_EDATA,
             "label 10 of image 1 (from 1) is outside 0 .. 9");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_digits),     TEST(test_iris),       TEST(test_names),     TEST(test_mnist),
      TEST(test_cifar_part), TEST(test_cifar_full), TEST(test_not_found), TEST(test_pair_must_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
