/* h5_tensors.c - all arrays of numbers in an HDF5 file, by their paths. */
#include <stdio.h>
#include <string.h>

#include "h5.h"
#include "tensors.h"

enum { DEEPEST = 100, PATH = 1000 };

static knn_status read_group(knn_h5 *h5, const char *path, int depth, knn_tensors *tensors);

static knn_status read_entry(knn_h5 *h5, const char *path, const char *kind, int depth,
                             knn_tensors *tensors) {
  knn__spec spec;
  knn_tensor *t = NULL;
  if (strcmp(kind, "group") == 0) return read_group(h5, path, depth + 1, tensors);
  if (strcmp(kind, "data") != 0) return KNN_OK;
  KNN__TRY(knn__h5_spec(h5, path, &spec));
  if (tensors->values) KNN__TRY(knn_h5_read(h5, path, NULL, 0, &t));
  const knn_status st = knn__tensors_note(tensors, path, &spec, t);
  knn_tensor_release(t);
  return st;
}

/* A group that holds itself by a hard link ends at the depth's bound. */
static knn_status read_group(knn_h5 *h5, const char *path, int depth, knn_tensors *tensors) {
  knn_config *list = NULL;
  if (depth > DEEPEST)
    return knn_fail(tensors->ctx, KNN_EFORMAT, "its groups nest deeper than %d levels", DEEPEST);
  KNN__TRY(knn_h5_list(h5, path, &list));
  knn_status st = KNN_OK;
  for (int i = 0; i < knn_config_size(list) && st == KNN_OK; i++) {
    const knn_config *row = knn_config_at(list, i);
    char at[PATH];
    const int n = snprintf(at, sizeof at, "%s%s%s", path, *path ? "/" : "",
                           knn_config_get_string(knn_config_get(row, "name")));
    if (n < PATH)
      st = read_entry(h5, at, knn_config_get_string(knn_config_get(row, "kind")), depth, tensors);
  }
  knn_config_release(list);
  return st;
}

knn_status knn__h5_read_all(knn_h5 *h5, knn_tensors *tensors) {
  return read_group(h5, "", 0, tensors);
}
