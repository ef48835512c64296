/* margins.c - see margins.h. */
#include "margins.h"

static bool whole(const knn_config *c, int64_t *out) {
  const bool number =
      knn_config_kind_of(c) == KNN_CONFIG_INT || knn_config_kind_of(c) == KNN_CONFIG_FLOAT;
  if (!number || knn_config_get_float(c) != (double)knn_config_get_int(c) ||
      knn_config_get_float(c) < 0)
    return false;
  *out = knn_config_get_int(c);
  return true;
}

/* A number or a pair of numbers. */
static bool read_axis(const knn_config *c, int64_t *before, int64_t *after) {
  if (whole(c, before)) {
    *after = *before;
    return true;
  }
  return knn_config_kind_of(c) == KNN_CONFIG_LIST && knn_config_size(c) == 2 &&
         whole(knn_config_at(c, 0), before) && whole(knn_config_at(c, 1), after);
}

static bool read_margins(const knn_config *c, int rank, knn__margins *f) {
  const bool all = knn_config_kind_of(c) != KNN_CONFIG_LIST;
  if (rank == 1) return read_axis(c, &f->before[0], &f->after[0]);
  if (!all && knn_config_size(c) != rank) return false;
  for (int i = 0; i < rank; i++)
    if (!read_axis(all ? c : knn_config_at(c, i), &f->before[i], &f->after[i])) return false;
  return true;
}

static knn_status push_pair(knn_ctx *ctx, knn_config *list, int64_t before, int64_t after) {
  knn_config *numbers[2] = {0};
  knn_status st = knn_config_int(ctx, before, &numbers[0]);
  if (st == KNN_OK) st = knn_config_int(ctx, after, &numbers[1]);
  for (int i = 0; i < 2 && st == KNN_OK; i++) st = knn_config_push(list, numbers[i]);
  knn_config_release(numbers[0]);
  knn_config_release(numbers[1]);
  return st;
}

static knn_status normal_form(knn_ctx *ctx, const knn__margins *f, int rank, knn_config **out) {
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  if (st == KNN_OK && rank == 1) st = push_pair(ctx, list, f->before[0], f->after[0]);
  for (int i = 0; i < rank && rank > 1 && st == KNN_OK; i++) {
    knn_config *pair = NULL;
    st = knn_config_list(ctx, &pair);
    if (st == KNN_OK) st = push_pair(ctx, pair, f->before[i], f->after[i]);
    if (st == KNN_OK) st = knn_config_push(list, pair);
    knn_config_release(pair);
  }
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

knn_status knn__margins_read(knn_ctx *ctx, const char *name, int rank, knn_config **option,
                             knn__margins *out) {
  knn_config *normal = NULL;
  if (!read_margins(*option, rank, out)) {
    char text[96];
    knn_config_print(*option, text, sizeof text);
    return knn_fail(ctx, KNN_EARG, "'%s' must be a number of at least 0%s, got %s", name,
                    rank == 1 ? " or {before, after}"
                              : ", a list with one per axis, or with {before, after} per axis",
                    text);
  }
  KNN__TRY(normal_form(ctx, out, rank, &normal));
  knn_config_release(*option);
  *option = normal;
  return KNN_OK;
}
