/* set_cifar100.c - CIFAR-100: 50,000 and 10,000 records with a coarse and a fine label, as single
 * files or in the published archive. x (n, 32, 32, 3), y (n, 1), both uint8; y is the fine label.
 */
#include <stdio.h>

#include "cifar.h"
#include "dataset.h"
#include "source.h"

enum { CLASSES = 100, TRAIN = 50000, TEST = 10000 };

static const struct part {
  const char *name, *inside;
  int64_t n;
} parts[] = {{"train.bin", "cifar-100-binary/train.bin", TRAIN},
             {"test.bin", "cifar-100-binary/test.bin", TEST}};

static const uint64_t largest = (uint64_t)256 << 20; /* unpacked; the published one has 185 MB */

static knn_status unpack(knn_ctx *ctx, const char *name, const uint8_t *data, size_t bytes,
                         int64_t wanted, knn_tensor **x, knn_tensor **y) {
  int64_t n = 0;
  KNN__TRY(knn__cifar_count(ctx, name, bytes, CLASSES, &n));
  if (n != wanted)
    return knn_fail(ctx, KNN_EFORMAT, "%s holds %lld images, %lld were expected", name,
                    (long long)n, (long long)wanted);
  KNN__TRY(knn_tensor_new(ctx, KNN_U8, 4, (int64_t[]){n, KNN__CIFAR_SIDE, KNN__CIFAR_SIDE, 3}, x));
  KNN__TRY(knn_tensor_new(ctx, KNN_U8, 2, (int64_t[]){n, 1}, y));
  return knn__cifar_unpack(ctx, name, data, n, CLASSES, knn_tensor_data(*x), knn_tensor_data(*y));
}

static knn_status find_part(knn_ctx *ctx, const knn__dataset_row *row,
                            const knn_dataset_options *options, int i, char **path) {
  KNN__TRY(knn__dataset_find(ctx, row, options, parts[i].name, path));
  return *path ? KNN_OK : knn__dataset_find(ctx, row, options, parts[i].inside, path);
}

static knn_status load_file(knn_ctx *ctx, const char *path, int i, knn_tensor **x, knn_tensor **y) {
  char *data = NULL;
  size_t bytes = 0;
  KNN__TRY(knn__source_load(ctx, path, largest, &data, &bytes));
  knn_status status = unpack(ctx, path, (const uint8_t *)data, bytes, parts[i].n, x, y);
  knn__free(ctx, data);
  return status;
}

static knn_status load_archive(knn_ctx *ctx, const char *path, knn_dataset *out) {
  knn_tensor **x[] = {&out->x_train, &out->x_test}, **y[] = {&out->y_train, &out->y_test};
  char *archive = NULL;
  size_t bytes = 0, size = 0;
  const uint8_t *data = NULL;
  KNN__TRY(knn__source_load(ctx, path, largest, &archive, &bytes));
  knn_status status = KNN_OK;
  for (int i = 0; i < 2 && status == KNN_OK; i++) {
    status = knn__tar_member(ctx, path, archive, bytes, parts[i].name, &data, &size);
    if (status == KNN_OK) status = unpack(ctx, parts[i].name, data, size, parts[i].n, x[i], y[i]);
  }
  knn__free(ctx, archive);
  snprintf(out->origin, sizeof out->origin, "the archive %s", path);
  return status;
}

static knn_status load(knn_ctx *ctx, const knn__dataset_row *row,
                       const knn_dataset_options *options, knn_dataset *out) {
  char *train = NULL, *test = NULL, *archive = NULL;
  knn_status status = find_part(ctx, row, options, 0, &train);
  if (status == KNN_OK && train) status = find_part(ctx, row, options, 1, &test);
  if (status == KNN_OK && train && test) {
    status = load_file(ctx, train, 0, &out->x_train, &out->y_train);
    if (status == KNN_OK) status = load_file(ctx, test, 1, &out->x_test, &out->y_test);
    snprintf(out->origin, sizeof out->origin, "the files %s and %s", train, test);
  } else if (status == KNN_OK) {
    status = knn__dataset_fetch(ctx, row, options, &row->files[0], &archive);
    if (status == KNN_OK) status = load_archive(ctx, archive, out);
  }
  knn__free(ctx, train);
  knn__free(ctx, test);
  knn__free(ctx, archive);
  return status;
}

/* clang-format off */
static const char *const class_names[CLASSES] = {
    "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
    "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
    "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup",
    "dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house",
    "kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man",
    "maple_tree", "motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange", "orchid",
    "otter", "palm_tree", "pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy",
    "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea", "seal",
    "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider", "squirrel", "streetcar",
    "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
    "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm"};
/* clang-format on */

static const knn__dataset_file files[] = {
    {"cifar-100-binary.tar.gz", 168513733,
     "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"},
};

static const char *const mirrors[] = {"https://www.cs.toronto.edu/~kriz/"};

const knn__dataset_row knn__set_cifar100 = {
    .name = "cifar100",
    .folder = "cifar-100",
    .about =
        "CIFAR-100: 50,000 + 10,000 colour images of 32x32x3 uint8 and labels 0 .. 99. A. "
        "Krizhevsky, V. Nair, G. Hinton; no formal licence, free use with citation of "
        "Krizhevsky: Learning multiple layers of features from tiny images, 2009.",
    .classes = class_names,
    .n_classes = CLASSES,
    .files = files,
    .n_files = 1,
    .mirrors = mirrors,
    .n_mirrors = 1,
    .load = load,
};
