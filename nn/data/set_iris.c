/* set_iris.c - Fisher's iris flowers, inside the library: 150 rows of four lengths in cm. */
#include <stdio.h>

#include "dataset.h"

enum { FLOWERS = 150, FEATURES = 4, CLASSES = 3, PER_CLASS = 50 };

static const uint8_t tenths[][FEATURES] = {
#include "embedded/iris.h"
};
_Static_assert(sizeof tenths / sizeof *tenths == FLOWERS, "all flowers are there");

static knn_status load(knn_ctx *ctx, const knn__dataset_row *row,
                       const knn_dataset_options *options, knn_dataset *out) {
  (void)row, (void)options;
  KNN__TRY(knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){FLOWERS, FEATURES}, &out->x_train));
  KNN__TRY(knn_tensor_new(ctx, KNN_U8, 1, (int64_t[]){FLOWERS}, &out->y_train));
  float *x = knn_tensor_data(out->x_train);
  uint8_t *y = knn_tensor_data(out->y_train);
  for (int i = 0; i < FLOWERS; i++) {
    for (int k = 0; k < FEATURES; k++) x[FEATURES * i + k] = (float)tenths[i][k] / 10;
    y[i] = (uint8_t)(i / PER_CLASS);
  }
  snprintf(out->origin, sizeof out->origin, "inside the library");
  return KNN_OK;
}

static const char *const class_names[CLASSES] = {"setosa", "versicolor", "virginica"};

const knn__dataset_row knn__set_iris = {
    .name = "iris",
    .about =
        "Iris flowers: 150 rows of sepal length, sepal width, petal length, petal width in cm, and "
        "labels 0 .. 2 (setosa, "
        "versicolor, virginica); no split. R. A. Fisher: The use of multiple measurements in "
        "taxonomic problems, 1936; UCI "
        "Machine Learning Repository, CC BY 4.0; numbers as in Fisher's paper, as scikit-learn has "
        "them.",
    .classes = class_names,
    .n_classes = CLASSES,
    .load = load,
};
