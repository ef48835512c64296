/* dtype.c - names and sizes of element types; policies. */
#include "half.h"

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

static const struct {
  const char *name;
  knn_policy policy;
} mixed[] = {{"mixed_bfloat16", {KNN_BF16, KNN_F32}}, {"mixed_float16", {KNN_F16, KNN_F32}}};
enum { MIXED = sizeof mixed / sizeof *mixed };

bool knn_policy_find(const char *name, knn_policy *out) {
  for (int i = 0; i < MIXED; i++) {
    if (strcmp(mixed[i].name, name) != 0) continue;
    *out = mixed[i].policy;
    return true;
  }
  out->compute = out->variable = knn_dtype_find(name);
  return out->compute != KNN_DTYPE_NONE;
}

const char *knn_policy_name(knn_policy policy) {
  for (int i = 0; i < MIXED; i++)
    if (policy.compute != policy.variable && policy.compute == mixed[i].policy.compute)
      return mixed[i].name;
  return knn_dtype_name(policy.compute);
}

bool knn_dtype_is_float(knn_dtype type) {
  return type == KNN_F32 || type == KNN_F64 || knn__dtype_is_half(type);
}
