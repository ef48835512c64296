/* set_mnist.c - MNIST and Fashion-MNIST: two pairs of IDX files of the same names, images (n, 28,
 * 28) and labels (n). */
#include <stdio.h>
#include <string.h>

#include "dataset.h"

enum { TRAIN_X, TRAIN_Y, TEST_X, TEST_Y, N_FILES, SIDE = 28, CLASSES = 10 };

static knn_status load_file(knn_ctx *ctx, const knn__dataset_row *row,
                            const knn_dataset_options *options, int which, char **path,
                            knn_tensor **out) {
  KNN__TRY(knn__dataset_fetch(ctx, row, options, &row->files[which], path));
  return knn_idx_load(ctx, *path, out);
}

static knn_status check_pair(knn_ctx *ctx, const char *const paths[2], const knn_tensor *x,
                             const knn_tensor *y) {
  bool images = knn_tensor_dtype(x) == KNN_U8 && knn_tensor_rank(x) == 3 &&
                knn_tensor_dim(x, 1) == SIDE && knn_tensor_dim(x, 2) == SIDE;
  if (!images)
    return knn_fail(ctx, KNN_EFORMAT, "%s does not hold images of 28x28 bytes", paths[0]);
  if (knn_tensor_dtype(y) != KNN_U8 || knn_tensor_rank(y) != 1)
    return knn_fail(ctx, KNN_EFORMAT, "%s does not hold a list of labels", paths[1]);
  int64_t n = knn_tensor_dim(x, 0), labels = knn_tensor_dim(y, 0);
  if (n != labels)
    return knn_fail(ctx, KNN_EFORMAT, "%s holds %lld images, but %s %lld labels", paths[0],
                    (long long)n, paths[1], (long long)labels);
  const uint8_t *label = knn_tensor_data(y);
  for (int64_t i = 0; i < n; i++)
    if (label[i] >= CLASSES)
      return knn_fail(ctx, KNN_EDATA, "%s: label %d of image %lld (from 1) is outside 0 .. 9",
                      paths[1], label[i], (long long)i + 1);
  return KNN_OK;
}

static void tell_origin(const char *path, knn_dataset *out) {
  const char *slash = strrchr(path, '/');
  snprintf(out->origin, sizeof out->origin, "the IDX files in %.*s",
           slash ? (int)(slash - path) : 1, slash ? path : ".");
}

static knn_status load(knn_ctx *ctx, const knn__dataset_row *row,
                       const knn_dataset_options *options, knn_dataset *out) {
  knn_tensor **const targets[N_FILES] = {&out->x_train, &out->y_train, &out->x_test, &out->y_test};
  char *paths[N_FILES] = {0};
  knn_status status = KNN_OK;
  for (int i = 0; i < N_FILES && status == KNN_OK; i++)
    status = load_file(ctx, row, options, i, &paths[i], targets[i]);
  if (status == KNN_OK)
    status = check_pair(ctx, (const char *const[]){paths[TRAIN_X], paths[TRAIN_Y]}, out->x_train,
                        out->y_train);
  if (status == KNN_OK)
    status = check_pair(ctx, (const char *const[]){paths[TEST_X], paths[TEST_Y]}, out->x_test,
                        out->y_test);
  if (status == KNN_OK) tell_origin(paths[TRAIN_X], out);
  for (int i = 0; i < N_FILES; i++) knn__free(ctx, paths[i]);
  return status;
}

static const char *const digit_names[CLASSES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

static const knn__dataset_file mnist_files[N_FILES] = {
    {"train-images-idx3-ubyte.gz", 9912422,
     "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
    {"train-labels-idx1-ubyte.gz", 28881,
     "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
    {"t10k-images-idx3-ubyte.gz", 1648877,
     "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
    {"t10k-labels-idx1-ubyte.gz", 4542,
     "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
};

static const char *const mnist_mirrors[] = {
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
};

const knn__dataset_row knn__set_mnist = {
    .name = "mnist",
    .about =
        "MNIST handwritten digits: 60,000 + 10,000 grey images of 28x28 uint8 and labels 0 .. 9. "
        "Y. LeCun, C. Cortes, "
        "C. Burges; commonly stated licence CC BY-SA 3.0. LeCun, Bottou, Bengio, Haffner: "
        "Gradient-based learning applied "
        "to document recognition, 1998.",
    .classes = digit_names,
    .n_classes = CLASSES,
    .files = mnist_files,
    .n_files = N_FILES,
    .mirrors = mnist_mirrors,
    .n_mirrors = 2,
    .load = load,
};

static const char *const fashion_names[CLASSES] = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

static const knn__dataset_file fashion_files[N_FILES] = {
    {"train-images-idx3-ubyte.gz", 26421880,
     "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
    {"train-labels-idx1-ubyte.gz", 29515,
     "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
    {"t10k-images-idx3-ubyte.gz", 4422102,
     "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
    {"t10k-labels-idx1-ubyte.gz", 5148,
     "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
};

static const char *const fashion_mirrors[] = {
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
};

const knn__dataset_row knn__set_fashion_mnist = {
    .name = "fashion_mnist",
    .folder = "fashion-mnist",
    .about =
        "Fashion-MNIST: 60,000 + 10,000 grey images of articles of clothing, 28x28 uint8, and "
        "labels 0 .. 9. Zalando SE, MIT "
        "licence. Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv 1708.07747, 2017.",
    .classes = fashion_names,
    .n_classes = CLASSES,
    .files = fashion_files,
    .n_files = N_FILES,
    .mirrors = fashion_mirrors,
    .n_mirrors = 2,
    .load = load,
};
