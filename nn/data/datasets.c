/* datasets.c - the list of known data sets. To add one: a file set_<name>.c with its row, and a
 * line here. */
#include <string.h>

#include "dataset.h"
#include "text.h"

static const knn__dataset_row *const rows[] = {
    &knn__set_mnist,
    &knn__set_fashion_mnist,
    &knn__set_cifar10,
    &knn__set_cifar100,
    &knn__set_california_housing,
    &knn__set_digits,
    &knn__set_iris,
    &knn__set_imdb,
    &knn__set_sms_spam,
};
enum { N_ROWS = sizeof rows / sizeof *rows };

static const knn__dataset_row *find_row(const char *name) {
  for (int i = 0; i < N_ROWS; i++)
    if (strcmp(rows[i]->name, name) == 0) return rows[i];
  return NULL;
}

const char *knn_dataset_name(int i) {
  return i >= 0 && i < N_ROWS ? rows[i]->name : NULL;
}

const char *knn_dataset_about(const char *name) {
  const knn__dataset_row *row = find_row(name);
  return row ? row->about : NULL;
}

const char *const *knn_dataset_classes(const char *name, int *n) {
  const knn__dataset_row *row = find_row(name);
  *n = row ? row->n_classes : 0;
  return row ? row->classes : NULL;
}

static knn_status no_such_set(knn_ctx *ctx, const char *name) {
  knn__nearest nearest = {.wanted = name};
  knn__text names = {.ctx = ctx};
  char hint[200];
  for (int i = 0; i < N_ROWS; i++) {
    knn__nearest_offer(&nearest, rows[i]->name);
    knn__text_add(&names, "%s%s", i ? ", " : "", rows[i]->name);
  }
  knn_status status = knn_fail(ctx, KNN_EARG, "there is no data set '%s' among %s%s", name,
                               names.failed ? "those known" : names.s,
                               knn__nearest_hint(&nearest, hint, sizeof hint));
  knn__free(ctx, names.s);
  return status;
}

knn_status knn_dataset_load(knn_ctx *ctx, const char *name, const knn_dataset_options *options,
                            knn_dataset *out) {
  static const knn_dataset_options nowhere;
  const knn__dataset_row *row = find_row(name);
  if (!row) return no_such_set(ctx, name);
  knn_dataset set = {0};
  knn_status status = row->load(ctx, row, options ? options : &nowhere, &set);
  if (status != KNN_OK) {
    knn_dataset_clear(&set);
    return knn_fail_in(ctx, status, "%s", row->name);
  }
  *out = set;
  return KNN_OK;
}

void knn_dataset_clear(knn_dataset *set) {
  if (!set) return;
  knn_tensor_release(set->x_train);
  knn_tensor_release(set->y_train);
  knn_tensor_release(set->x_test);
  knn_tensor_release(set->y_test);
  *set = (knn_dataset){0};
}
