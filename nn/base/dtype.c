/* dtype.c - names and sizes of element types. */
#include "knn/dtype.h"

#include <string.h>

static const struct {
  const char *name;
  size_t bytes;
} types[KNN_DTYPES] = {
#define X(constant, text, bytes) {text, bytes},
    KNN_DTYPE_LIST(X)
#undef X
};

size_t knn_dtype_size(knn_dtype type) {
  return types[type].bytes;
}

const char *knn_dtype_name(knn_dtype type) {
  return type >= 0 && type < KNN_DTYPES ? types[type].name : "none";
}

knn_dtype knn_dtype_find(const char *name) {
  for (int i = 0; i < KNN_DTYPES; i++)
    if (strcmp(types[i].name, name) == 0) return (knn_dtype)i;
  return KNN_DTYPE_NONE;
}

bool knn_dtype_is_float(knn_dtype type) {
  return type == KNN_F32 || type == KNN_F64;
}
