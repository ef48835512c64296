/* set_cifar10.c - CIFAR-10: six batches of 10,000 records, as single files or in the published
 * archive; or its published part, the first 4,000 training and 1,000 test images. x (n, 32, 32, 3),
 * y (n, 1), both uint8. */
#include <stdio.h>
#include <string.h>

#include "cifar.h"
#include "dataset.h"
#include "source.h"

enum { BATCHES = 6, BATCH = 10000, TRAIN = 5 * BATCH, CLASSES = 10 };

static const char *const batch_names[BATCHES] = {"data_batch_1.bin", "data_batch_2.bin",
                                                 "data_batch_3.bin", "data_batch_4.bin",
                                                 "data_batch_5.bin", "test_batch.bin"};
static const char part_train[] = "train_first4000.bin.gz", part_test[] = "test_first1000.bin.gz";
static const uint64_t largest_archive = (uint64_t)256
                                        << 20; /* unpacked; the published one has 184 MB */

static knn_status new_pair(knn_ctx *ctx, int64_t n, knn_tensor **x, knn_tensor **y) {
  KNN__TRY(knn_tensor_new(ctx, KNN_U8, 4, (int64_t[]){n, KNN__CIFAR_SIDE, KNN__CIFAR_SIDE, 3}, x));
  return knn_tensor_new(ctx, KNN_U8, 2, (int64_t[]){n, 1}, y);
}

static knn_status put_batch(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                            int batch, knn_dataset *out) {
  int64_t n = 0;
  KNN__TRY(knn__cifar_count(ctx, name, bytes, CLASSES, &n));
  if (n != BATCH)
    return knn_fail(ctx, KNN_EFORMAT, "%s holds %lld images, %d were expected", name, (long long)n,
                    BATCH);
  bool test = batch == BATCHES - 1;
  size_t at = test ? 0 : (size_t)batch * BATCH;
  uint8_t *x = knn_tensor_data(test ? out->x_test : out->x_train),
          *y = knn_tensor_data(test ? out->y_test : out->y_train);
  return knn__cifar_unpack(ctx, name, data, n, CLASSES, x + at * KNN__CIFAR_PIXELS, y + at);
}

static knn_status new_full(knn_ctx *ctx, knn_dataset *out) {
  KNN__TRY(new_pair(ctx, TRAIN, &out->x_train, &out->y_train));
  return new_pair(ctx, BATCH, &out->x_test, &out->y_test);
}

/* *found stays false when a batch is missing. */
static knn_status load_batches(knn_ctx *ctx, const knn__dataset_row *row,
                               const knn_dataset_options *options, bool *found, knn_dataset *out) {
  char *paths[BATCHES] = {0};
  knn_status status = KNN_OK;
  int n = 0;
  for (; n < BATCHES && status == KNN_OK; n++) {
    char inside[64];
    snprintf(inside, sizeof inside, "cifar-10-batches-bin/%s", batch_names[n]);
    status = knn__dataset_find(ctx, row, options, batch_names[n], &paths[n]);
    if (status == KNN_OK && !paths[n])
      status = knn__dataset_find(ctx, row, options, inside, &paths[n]);
    if (!paths[n]) break;
  }
  *found = n == BATCHES;
  if (*found && status == KNN_OK) status = new_full(ctx, out);
  for (int i = 0; i < BATCHES && *found && status == KNN_OK; i++) {
    char *data = NULL;
    size_t bytes;
    status = knn__source_load(ctx, paths[i], largest_archive, &data, &bytes);
    if (status == KNN_OK) status = put_batch(ctx, paths[i], (const uint8_t *)data, bytes, i, out);
    knn__free(ctx, data);
  }
  if (*found && status == KNN_OK)
    snprintf(out->origin, sizeof out->origin, "the batches beside %s", paths[0]);
  for (int i = 0; i < BATCHES; i++) knn__free(ctx, paths[i]);
  return status;
}

static knn_status load_archive(knn_ctx *ctx, const char *path, knn_dataset *out) {
  char *archive = NULL;
  size_t bytes, size = 0;
  const uint8_t *data = NULL;
  KNN__TRY(knn__source_load(ctx, path, largest_archive, &archive, &bytes));
  knn_status status = new_full(ctx, out);
  for (int i = 0; i < BATCHES && status == KNN_OK; i++) {
    status = knn__tar_member(ctx, path, archive, bytes, batch_names[i], &data, &size);
    if (status == KNN_OK) status = put_batch(ctx, batch_names[i], data, size, i, out);
  }
  knn__free(ctx, archive);
  snprintf(out->origin, sizeof out->origin, "the archive %s", path);
  return status;
}

/* The last fifth of a part without test images becomes the test set. */
static knn_status hold_out(knn_tensor **train, knn_tensor **test) {
  knn_tensor *all = *train, *head = NULL;
  int64_t n = knn_tensor_dim(all, 0), last = n / 5;
  KNN__TRY(knn_tensor_slice(all, 0, n - last, last, 1, test));
  KNN__TRY(knn_tensor_slice(all, 0, 0, n - last, 1, &head));
  knn_tensor_release(all);
  *train = head;
  return KNN_OK;
}

static knn_status load_part(knn_ctx *ctx, const knn__dataset_row *row,
                            const knn_dataset_options *options, const char *path,
                            knn_dataset *out) {
  char *test = NULL;
  KNN__TRY(knn_cifar_load(ctx, path, CLASSES, &out->x_train, &out->y_train));
  KNN__TRY(knn__dataset_find(ctx, row, options, part_test, &test));
  if (test) {
    knn_status status = knn_cifar_load(ctx, test, CLASSES, &out->x_test, &out->y_test);
    knn__free(ctx, test);
    KNN__TRY(status);
  } else {
    KNN__TRY(hold_out(&out->x_train, &out->x_test));
    KNN__TRY(hold_out(&out->y_train, &out->y_test));
  }
  snprintf(out->origin, sizeof out->origin,
           "a part of CIFAR-10, %s: %lld training images%s %lld test images", path,
           (long long)knn_tensor_dim(out->x_train, 0),
           test ? " and" : "; the last fifth is held out as",
           (long long)knn_tensor_dim(out->x_test, 0));
  return KNN_OK;
}

static knn_status load(knn_ctx *ctx, const knn__dataset_row *row,
                       const knn_dataset_options *options, knn_dataset *out) {
  char *path = NULL;
  bool found = false;
  KNN__TRY(load_batches(ctx, row, options, &found, out));
  if (found) return KNN_OK;
  KNN__TRY(knn__dataset_find(ctx, row, options, row->files[0].name, &path));
  if (!path && !options->full) {
    KNN__TRY(knn__dataset_find(ctx, row, options, part_train, &path));
    if (path) {
      knn_status status = load_part(ctx, row, options, path, out);
      knn__free(ctx, path);
      return status;
    }
  }
  if (!path) KNN__TRY(knn__dataset_fetch(ctx, row, options, &row->files[0], &path));
  knn_status status = load_archive(ctx, path, out);
  knn__free(ctx, path);
  return status;
}

static const char *const class_names[CLASSES] = {
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};

static const knn__dataset_file files[] = {
    {"cifar-10-binary.tar.gz", 170052171,
     "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"},
};

static const char *const mirrors[] = {"https://www.cs.toronto.edu/~kriz/"};

const knn__dataset_row knn__set_cifar10 = {
    .name = "cifar10",
    .folder = "cifar-10",
    .about =
        "CIFAR-10: 50,000 + 10,000 colour images of 32x32x3 uint8 and labels 0 .. 9. A. "
        "Krizhevsky, V. Nair, G. Hinton; no "
        "formal licence, free use with citation of Krizhevsky: Learning multiple layers of "
        "features from tiny images, 2009.",
    .classes = class_names,
    .n_classes = CLASSES,
    .files = files,
    .n_files = 1,
    .mirrors = mirrors,
    .n_mirrors = 1,
    .load = load,
};
