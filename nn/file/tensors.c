/* tensors.c - named tensors, and which format a file has: told by its first bytes. */
#include "tensors.h"

#include <string.h>

#include "h5.h"

knn_status knn_tensors_new(knn_ctx *ctx, knn_tensors **out) {
  knn_tensors *tensors = knn__alloc(ctx, sizeof *tensors);
  if (!tensors) return KNN_ENOMEM;
  tensors->ctx = ctx;
  tensors->values = true;
  knn_ctx_retain(ctx);
  *out = tensors;
  return KNN_OK;
}

void knn_tensors_release(knn_tensors *tensors) {
  if (!tensors) return;
  knn_ctx *ctx = tensors->ctx;
  for (int i = 0; i < tensors->n; i++) {
    knn__free(ctx, tensors->entries[i].name);
    knn_tensor_release(tensors->entries[i].tensor);
  }
  knn__free(ctx, tensors->entries);
  knn__free(ctx, tensors);
  knn_ctx_release(ctx);
}

knn_status knn__tensors_note(knn_tensors *tensors, const char *name, const knn__spec *spec,
                             knn_tensor *t) {
  KNN__TRY(knn__grow(tensors->ctx, (void **)&tensors->entries, &tensors->capacity, tensors->n,
                     sizeof *tensors->entries));
  knn__entry *entry = &tensors->entries[tensors->n];
  *entry = (knn__entry){.name = knn__strdup(tensors->ctx, name), .spec = *spec, .tensor = t};
  if (!entry->name) return KNN_ENOMEM;
  if (t) knn_tensor_retain(t);
  tensors->n++;
  return KNN_OK;
}

knn_status knn_tensors_add(knn_tensors *tensors, const char *name, knn_tensor *t) {
  knn__spec spec = {.dtype = knn_tensor_dtype(t), .rank = knn_tensor_rank(t)};
  if (knn_tensors_get(tensors, name))
    return knn_fail(tensors->ctx, KNN_EARG, "there is a tensor '%s' already", name);
  memcpy(spec.dims, knn_tensor_dims(t), (size_t)spec.rank * sizeof *spec.dims);
  return knn__tensors_note(tensors, name, &spec, t);
}

int knn_tensors_size(const knn_tensors *tensors) {
  return tensors->n;
}

const char *knn_tensors_name(const knn_tensors *tensors, int i) {
  return i >= 0 && i < tensors->n ? tensors->entries[i].name : NULL;
}

knn_tensor *knn_tensors_at(const knn_tensors *tensors, int i) {
  return i >= 0 && i < tensors->n ? tensors->entries[i].tensor : NULL;
}

knn_tensor *knn_tensors_get(const knn_tensors *tensors, const char *name) {
  for (int i = 0; i < tensors->n; i++)
    if (strcmp(tensors->entries[i].name, name) == 0) return tensors->entries[i].tensor;
  return NULL;
}

/* ---- reading ---- */

static knn_status read_h5(knn__medium *m, knn_tensors *tensors) {
  knn_h5 *h5 = NULL;
  KNN__TRY(knn__h5_over(m, false, &h5));
  const knn_status st = knn__h5_read_all(h5, tensors);
  knn_h5_drop(h5);
  return st;
}

/* An archive of arrays, or a model whose weights lie in it as HDF5. */
static knn_status read_archive(const char *path, knn_tensors *tensors) {
  knn__zip *zip = NULL;
  knn__medium *m = NULL;
  KNN__TRY(knn__zip_open(tensors->ctx, path, &zip));
  const int weights = knn__zip_find(zip, "model.weights.h5");
  knn_status st = weights < 0 ? knn__npz_read(zip, tensors)
                              : knn__zip_medium(zip, weights, (uint64_t)1 << 40, &m);
  if (st == KNN_OK && weights >= 0) st = read_h5(m, tensors);
  knn__zip_close(zip);
  return st;
}

static knn_status read_as(const char *path, knn__medium *m, const uint8_t start[16],
                          knn_tensors *tensors) {
  if (memcmp(start, "\x93NUMPY", 6) == 0) return knn__npy_read(m, "", tensors);
  if (memcmp(start, "PK", 2) == 0) return read_archive(path, tensors);
  if (start[8] == '{') return knn__safetensors_read(m, tensors);
  return knn_fail(tensors->ctx, KNN_EFORMAT,
                  "%s is none of .npy, .npz, .safetensors, .h5 and .keras", path);
}

static knn_status read_file(const char *path, knn_tensors *tensors) {
  uint8_t start[16] = {0};
  knn__medium *m = NULL;
  KNN__TRY(knn__medium_open(tensors->ctx, path, false, &m));
  knn_status st =
      knn__medium_read(m, 0, start, m->size < sizeof start ? (size_t)m->size : sizeof start);
  if (st == KNN_OK && memcmp(start, "\x89HDF", 4) == 0) return read_h5(m, tensors); /* closes m */
  if (st == KNN_OK) st = read_as(path, m, start, tensors);
  knn__medium_close(m);
  return st;
}

static knn_status scan(knn_ctx *ctx, const char *path, bool values, knn_tensors **out) {
  knn_tensors *tensors = NULL;
  KNN__TRY(knn_tensors_new(ctx, &tensors));
  tensors->values = values;
  const knn_status st = read_file(path, tensors);
  if (st == KNN_OK)
    *out = tensors;
  else
    knn_tensors_release(tensors);
  return st;
}

knn_status knn_tensors_load(knn_ctx *ctx, const char *path, knn_tensors **out) {
  return scan(ctx, path, true, out);
}

static knn_status list_entry(const knn_tensors *tensors, int i, knn_config *list) {
  const knn__entry *entry = &tensors->entries[i];
  knn_config *row = NULL;
  KNN__TRY(knn_config_dict(tensors->ctx, &row));
  knn_status st = knn_config_set_string(row, "name", entry->name);
  if (st == KNN_OK) st = knn_config_set_string(row, "dtype", knn_dtype_name(entry->spec.dtype));
  if (st == KNN_OK) st = knn_config_set_ints(row, "shape", entry->spec.rank, entry->spec.dims);
  if (st == KNN_OK) st = knn_config_push(list, row);
  knn_config_release(row);
  return st;
}

knn_status knn_tensors_list(knn_ctx *ctx, const char *path, knn_config **out) {
  knn_tensors *tensors = NULL;
  knn_config *list = NULL;
  KNN__TRY(scan(ctx, path, false, &tensors));
  knn_status st = knn_config_list(ctx, &list);
  for (int i = 0; i < tensors->n && st == KNN_OK; i++) st = list_entry(tensors, i, list);
  knn_tensors_release(tensors);
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

/* ---- writing ---- */

static knn_status write_h5(const knn_tensors *tensors, const char *path) {
  knn_h5 *h5 = NULL;
  KNN__TRY(knn_h5_open(tensors->ctx, path, "w", &h5));
  for (int i = 0; i < tensors->n; i++) {
    const knn_status st = knn_h5_write(h5, tensors->entries[i].name, tensors->entries[i].tensor, 0);
    if (st == KNN_OK) continue;
    knn_h5_drop(h5);
    return st;
  }
  return knn_h5_close(h5);
}

knn_status knn_tensors_save(const knn_tensors *tensors, const char *path) {
  static const struct {
    const char *end;
    knn_status (*write)(const knn_tensors *tensors, const char *path);
  } formats[] = {{".npy", knn__npy_write},
                 {".npz", knn__npz_write},
                 {".safetensors", knn__safetensors_write},
                 {".h5", write_h5}};
  const char *dot = strrchr(path, '.');
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (dot && strcmp(dot, formats[i].end) == 0) return formats[i].write(tensors, path);
  return knn_fail(tensors->ctx, KNN_EARG,
                  "the path must end in .npy, .npz, .safetensors or .h5, got '%s'", path);
}
