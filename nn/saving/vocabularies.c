/* vocabularies.c - vocabularies that Keras keeps beside the config: assets/<path>/vocabulary.txt, a
 * token a line, special ones too, and the weights of the mode tf_idf at <path>/vars/idf_weights.
 * They are put into the configs before layers are made of these, since shapes depend on them. Files
 * written here have them in the configs from the beginning. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keras_form.h"
#include "keras_names.h"
#include "model_files.h"

enum { PATH = 512 };

static const knn__layer_def *row_of(const knn_config *form) {
  return (const knn__layer_def *)(const void *)knn_class_find(
      "layer", knn__keras_own_name(knn__text_at(form, "class_name")));
}

static knn_status push_token(knn_ctx *ctx, const knn__layer_def *def, const char *line,
                             knn_config *list) {
  knn_config *token = NULL;
  const knn_status made = def->vocabulary->integers
                              ? knn_config_int(ctx, strtoll(line, NULL, 10), &token)
                              : knn_config_string(ctx, line, &token);
  return knn__push(list, made, &token);
}

/* Lines as a list; empty ones at the end are none. The text is cut up. */
static knn_status split(knn_ctx *ctx, const knn__layer_def *def, char *text, knn_config **out) {
  size_t n = strlen(text);
  KNN__TRY(knn_config_list(ctx, out));
  while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) text[--n] = '\0';
  for (char *line = text, *next; n > 0 && line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = '\0';
    line[strcspn(line, "\r")] = '\0';
    KNN__TRY(push_token(ctx, def, line, *out));
  }
  return KNN_OK;
}

static knn_status read_tokens(const knn__keras_file *file, const knn__layer_def *def,
                              const char *path, knn_config *config, int64_t *count) {
  char name[PATH];
  char *text = NULL;
  size_t n;
  knn_config *list = NULL;
  *count = 0;
  if ((size_t)snprintf(name, sizeof name, "assets/%s/vocabulary.txt", path) >= sizeof name)
    return KNN_OK;
  const int at = knn__zip_find(file->zip, name);
  if (at < 0) return KNN_OK;
  KNN__TRY(knn__zip_read(file->zip, at, knn__load_limit(file->options), &text, &n));
  const knn_status made = split(file->ctx, def, text, &list);
  knn__free(file->ctx, text);
  *count = list ? knn_config_size(list) : 0;
  return knn__put(config, "vocabulary", made, &list);
}

static knn_status list_weights(knn_ctx *ctx, const knn_tensor *t, int64_t count, knn_config *list) {
  for (int64_t k = 0; k < count && k < knn_tensor_size(t); k++) {
    knn_config *weight = NULL;
    KNN__TRY(knn__push(list, knn_config_float(ctx, knn_tensor_get(t, k), &weight), &weight));
  }
  return KNN_OK;
}

/* One weight for each token; Keras fills up behind them. */
static knn_status take_weights(knn_h5 *h5, knn_ctx *ctx, const char *path, int64_t count,
                               knn_config *config) {
  static const char *const places[] = {"vars/idf_weights", "_lookup_layer/vars/idf_weights"};
  char name[PATH];
  for (int i = 0; i < KNN__LEN(places); i++) {
    knn_tensor *t = NULL;
    knn_config *list = NULL;
    if ((size_t)snprintf(name, sizeof name, "%s/%s", path, places[i]) >= sizeof name ||
        !knn_h5_has(h5, name))
      continue;
    KNN__TRY(knn_h5_read(h5, name, NULL, 0, &t));
    knn_status made = knn_config_list(ctx, &list);
    if (made == KNN_OK) made = list_weights(ctx, t, count, list);
    knn_tensor_release(t);
    return knn__put(config, "idf_weights", made, &list);
  }
  return KNN_OK;
}

static knn_status read_weights(const knn__keras_file *file, const char *path, int64_t count,
                               knn_config *config) {
  knn_h5 *h5 = NULL;
  KNN__TRY(knn__open_weights(file->ctx, file->zip, file->path, file->options, &h5));
  const knn_status st = take_weights(h5, file->ctx, path, count, config);
  knn_h5_drop(h5);
  return st;
}

static knn_status fill_layer(const knn__keras_file *file, const char *path,
                             const knn_config *form) {
  const knn__layer_def *def = row_of(form);
  knn_config *config = knn_config_get(form, "config");
  int64_t count;
  if (!def || !def->vocabulary || knn_config_kind_of(config) != KNN_CONFIG_DICT ||
      knn_config_kind_of(knn_config_get(config, "vocabulary")) != KNN_CONFIG_NULL)
    return KNN_OK;
  KNN__TRY(read_tokens(file, def, path, config, &count));
  const bool weighted = strcmp(knn__text_at(config, "output_mode"), "tf_idf") == 0;
  return count && weighted ? read_weights(file, path, count, config) : KNN_OK;
}

/* "text_vectorization" for the first layer of the list that is called so, then with "_1", ... */
static void item_name(const knn_config *layers, int i, char *out, size_t size) {
  char stem[96], other[96];
  int before = 0;
  knn__snake_case(knn__text_at(knn_config_at(layers, i), "class_name"), stem, sizeof stem);
  for (int k = 0; k < i; k++) {
    knn__snake_case(knn__text_at(knn_config_at(layers, k), "class_name"), other, sizeof other);
    before += strcmp(stem, other) == 0;
  }
  snprintf(out, size, before ? "%s_%d" : "%s", stem, before);
}

static knn_status fill_list(const knn__keras_file *file, const char *path, const knn_config *form,
                            int depth) {
  const knn_config *layers = knn_config_get(knn_config_get(form, "config"), "layers");
  for (int i = 0; i < knn_config_size(layers) && depth < 32; i++) {
    char item[128], at[PATH];
    item_name(layers, i, item, sizeof item);
    if ((size_t)snprintf(at, sizeof at, "%s%slayers/%s", path, *path ? "/" : "", item) >= sizeof at)
      return KNN_OK;
    KNN__TRY(fill_layer(file, at, knn_config_at(layers, i)));
    KNN__TRY(fill_list(file, at, knn_config_at(layers, i), depth + 1));
  }
  return KNN_OK;
}

knn_status knn__vocabularies_fill(const knn__keras_file *file, const knn_config *form) {
  return fill_list(file, "", form, 0);
}
