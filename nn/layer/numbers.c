/* numbers.c - see numbers.h. */
#include "numbers.h"

static bool is_number(const knn_config *c) {
  return knn_config_kind_of(c) == KNN_CONFIG_INT || knn_config_kind_of(c) == KNN_CONFIG_FLOAT;
}

static bool is_list(const knn_config *c) {
  return knn_config_kind_of(c) == KNN_CONFIG_LIST;
}

void knn__numbers_shape(const knn_config *option, int *rank, int64_t *dims) {
  *rank = 0;
  for (const knn_config *c = option; is_list(c) && *rank < KNN_MAX_RANK; c = knn_config_at(c, 0)) {
    dims[(*rank)++] = knn_config_size(c);
    if (knn_config_size(c) == 0) return;
  }
}

/* Does the tree have this shape throughout? */
static bool has_shape(const knn_config *c, int rank, const int64_t *dims) {
  if (rank == 0) return is_number(c);
  if (!is_list(c) || knn_config_size(c) != dims[0]) return false;
  for (int i = 0; i < knn_config_size(c); i++)
    if (!has_shape(knn_config_at(c, i), rank - 1, dims + 1)) return false;
  return true;
}

knn_status knn__numbers_check(knn_ctx *ctx, const char *name, const knn_config *option) {
  int rank;
  int64_t dims[KNN_MAX_RANK];
  char text[96];
  knn__numbers_shape(option, &rank, dims);
  if (has_shape(option, rank, dims)) return KNN_OK;
  knn_config_print(option, text, sizeof text);
  return knn_fail(ctx, KNN_EARG, "'%s' must be a number or a list of numbers, got %s", name, text);
}

static int64_t put(knn_tensor *t, int64_t at, const knn_config *c) {
  if (is_number(c)) {
    knn_tensor_set(t, at, knn_config_get_float(c));
    return at + 1;
  }
  for (int i = 0; i < knn_config_size(c); i++) at = put(t, at, knn_config_at(c, i));
  return at;
}

knn_value *knn__numbers(knn__scope *s, const knn_config *option, knn_dtype type, int rank,
                        const int64_t *dims) {
  int64_t own[KNN_MAX_RANK];
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status != KNN_OK) return NULL;
  if (!dims) knn__numbers_shape(option, &rank, own);
  s->status = knn_tensor_new(s->ctx, type, rank, dims ? dims : own, &t);
  if (s->status != KNN_OK) return NULL;
  put(t, 0, option);
  s->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(s, v);
}
