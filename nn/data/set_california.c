/* set_california.c - California housing of the census of 1990: the published list of block groups,
 * of which Keras's eight features are made, in the order of Keras's shuffle; the last fifth is the
 * test. x (n, 8), y (n) in dollars, both float32. */
#include <stdio.h>
#include <string.h>

#include "dataset.h"
#include "source.h"

enum { ROWS = 20640, RAW = 9, FEATURES = 8, KERAS_SEED = 113, TEST = ROWS / 5 };
enum { LONGITUDE, LATITUDE, AGE, ROOMS, BEDROOMS, PEOPLE, HOUSEHOLDS, INCOME, VALUE };

static const uint64_t largest = (uint64_t)16 << 20; /* unpacked; the published one has 1.5 MB */

/* MedInc, HouseAge, AveRooms, AveBedrms, Population, AveOccup, Latitude, Longitude */
static void make_features(const float raw[RAW], float x[FEATURES]) {
  x[0] = raw[INCOME];
  x[1] = raw[AGE];
  x[2] = raw[ROOMS] / raw[HOUSEHOLDS];
  x[3] = raw[BEDROOMS] / raw[HOUSEHOLDS];
  x[4] = raw[PEOPLE];
  x[5] = raw[PEOPLE] / raw[HOUSEHOLDS];
  x[6] = raw[LATITUDE];
  x[7] = raw[LONGITUDE];
}

/* Rows `first` .. of the order into x and y. */
static knn_status fill(knn_ctx *ctx, const float *raw, const int64_t *order, int64_t first,
                       int64_t n, knn_tensor **x, knn_tensor **y) {
  KNN__TRY(knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){n, FEATURES}, x));
  KNN__TRY(knn_tensor_new(ctx, KNN_F32, 1, &n, y));
  float *features = knn_tensor_data(*x), *value = knn_tensor_data(*y);
  for (int64_t i = 0; i < n; i++) {
    const float *row = raw + order[first + i] * RAW;
    make_features(row, features + i * FEATURES);
    value[i] = row[VALUE];
  }
  return KNN_OK;
}

static knn_status split(knn_ctx *ctx, const knn_tensor *raw, knn_dataset *out) {
  knn_tensor *order = NULL;
  KNN__TRY(knn_numpy_order(ctx, ROWS, KERAS_SEED, &order));
  const float *rows = knn_tensor_data(raw);
  const int64_t *at = knn_tensor_data(order);
  knn_status status = fill(ctx, rows, at, 0, ROWS - TEST, &out->x_train, &out->y_train);
  if (status == KNN_OK) status = fill(ctx, rows, at, ROWS - TEST, TEST, &out->x_test, &out->y_test);
  knn_tensor_release(order);
  return status;
}

static knn_status from_text(knn_ctx *ctx, const char *name, const void *text, size_t bytes,
                            knn_dataset *out) {
  knn_table *t = NULL;
  knn_tensor *raw = NULL;
  KNN__TRY(knn_csv_parse(ctx, name, text, bytes, NULL, &t));
  knn_status status = KNN_OK;
  if (knn_table_rows(t) != ROWS || knn_table_columns(t) != RAW)
    status = knn_fail(ctx, KNN_EFORMAT, "%s holds %lld rows of %d cells, %d of %d were expected",
                      name, (long long)knn_table_rows(t), knn_table_columns(t), ROWS, RAW);
  if (status == KNN_OK) status = knn_table_matrix(t, NULL, 0, KNN_MISSING_ERROR, 0, &raw, NULL);
  if (status == KNN_OK) status = split(ctx, raw, out);
  knn_tensor_release(raw);
  knn_table_release(t);
  return status;
}

static knn_status load(knn_ctx *ctx, const knn__dataset_row *row,
                       const knn_dataset_options *options, knn_dataset *out) {
  char *path = NULL, *data = NULL;
  size_t bytes = 0, size = 0;
  const uint8_t *member = NULL;
  KNN__TRY(knn__dataset_find(ctx, row, options, "cal_housing.data.gz", &path));
  bool packed = !path;
  knn_status status = KNN_OK;
  if (packed) status = knn__dataset_fetch(ctx, row, options, &row->files[0], &path);
  if (status == KNN_OK) status = knn__source_load(ctx, path, largest, &data, &bytes);
  if (status == KNN_OK && packed)
    status = knn__tar_member(ctx, path, data, bytes, "cal_housing.data", &member, &size);
  if (status == KNN_OK)
    status =
        packed ? from_text(ctx, path, member, size, out) : from_text(ctx, path, data, bytes, out);
  if (status == KNN_OK) snprintf(out->origin, sizeof out->origin, "%s", path);
  knn__free(ctx, data);
  knn__free(ctx, path);
  return status;
}

static const knn__dataset_file files[] = {
    {"cal_housing.tgz", 0, "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681"},
};

static const char *const mirrors[] = {"https://www.dcc.fc.up.pt/~ltorgo/Regression/"};

const knn__dataset_row knn__set_california_housing = {
    .name = "california_housing",
    .folder = "tabular",
    .about =
        "California housing: 16,512 + 4,128 block groups of the census of 1990, each with "
        "median income, age of the houses, average rooms, bedrooms and occupants, population, "
        "latitude and longitude, and the median value of a house in dollars. StatLib; no "
        "formal licence. Pace, Barry: Sparse spatial autoregressions, 1997.",
    .files = files,
    .n_files = 1,
    .mirrors = mirrors,
    .n_mirrors = 1,
    .load = load,
};
