/* h5_text.c - texts in HDF5: of fixed size, or each as long as it is. */
#if KNN_HAVE_HDF5

#include <string.h>

#include "h5.h"

enum { MOST = 1 << 28 }; /* bytes of texts of fixed size */

static knn_status add_text(knn_h5 *h5, const char *text, size_t n, knn_config *list) {
  knn_config *entry = NULL;
  char *copy = knn__alloc(h5->ctx, n + 1);
  if (!copy) return KNN_ENOMEM;
  memcpy(copy, text, n);
  knn_status st = knn_config_string(h5->ctx, copy, &entry);
  knn__free(h5->ctx, copy);
  if (st == KNN_OK) st = knn_config_push(list, entry);
  knn_config_release(entry);
  return st;
}

/* Memory for n texts, with the type they are read as. */
static knn_status fetch(knn_h5 *h5, hid_t from, hid_t type, hid_t space, size_t n,
                        knn__h5_reader *read, const char *path, knn_config *list) {
  const knn__h5_api *api = &h5->api;
  const bool variable = api->type_is_text(type) > 0;
  const size_t size = variable ? sizeof(char *) : api->type_size(type);
  if (size == 0 || n > MOST / size)
    return knn_fail(h5->ctx, KNN_EFORMAT, "%s: '%s' holds %zu texts of %zu bytes, too many",
                    h5->medium->name, path, n, size);
  char *block = knn__alloc(h5->ctx, n * size);
  if (!block) return KNN_ENOMEM;
  knn_status st = read(h5, from, type, block) < 0 ? knn__h5_fail(h5, "read", path) : KNN_OK;
  for (size_t i = 0; i < n && st == KNN_OK; i++) {
    const char *text = block + i * size;
    if (variable) memcpy(&text, block + i * size, sizeof text);
    st = add_text(h5, text ? text : "", text ? strnlen(text, variable ? MOST : size) : 0, list);
  }
  if (variable) api->reclaim(type, space, H5P_DEFAULT, block);
  knn__free(h5->ctx, block);
  return st;
}

knn_status knn__h5_texts(knn_h5 *h5, hid_t from, hid_t type, hid_t space, uint64_t stored,
                         knn__h5_reader *read, const char *path, knn_config **out) {
  const H5S_class_t kind = h5->api.space_class(space);
  knn__spec spec = {.rank = 0};
  int64_t n = 0;
  knn_config *list = NULL;
  if (kind != H5S_NULL) {
    if (!knn__h5_dims(h5, space, &spec))
      return knn_fail(h5->ctx, KNN_EFORMAT, "%s: '%s' has more than %d axes", h5->medium->name,
                      path, KNN_MAX_RANK);
    n = spec.rank ? knn__count(spec.rank, spec.dims) : 1;
  }
  if (n < 0 || (uint64_t)n > stored)
    return knn_fail(h5->ctx, KNN_EFORMAT, "%s: '%s' claims more texts than are stored",
                    h5->medium->name, path);
  KNN__TRY(knn_config_list(h5->ctx, &list));
  knn_status st = n ? fetch(h5, from, type, space, (size_t)n, read, path, list) : KNN_OK;
  if (st == KNN_OK && kind == H5S_SCALAR) {
    *out = knn_config_at(list, 0);
    knn_config_retain(*out);
  } else if (st == KNN_OK) {
    *out = list;
    return st;
  }
  knn_config_release(list);
  return st;
}

static herr_t read_data(knn_h5 *h5, hid_t from, hid_t type, void *dst) {
  return h5->api.data_read(from, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, dst);
}

static knn_status read_object(knn_h5 *h5, hid_t object, const char *path, knn_config **out) {
  const knn__h5_api *api = &h5->api;
  if (api->type_of_id(object) != H5I_DATASET)
    return knn_fail(h5->ctx, KNN_EARG, "%s: '%s' is a group", h5->medium->name, path);
  const hid_t type = api->data_type(object), space = api->data_space(object);
  knn_status st = KNN_OK;
  if (type < 0 || space < 0)
    st = knn__h5_fail(h5, "read", path);
  else if (api->type_class(type) != H5T_STRING)
    st = knn_fail(h5->ctx, KNN_ETYPE, "%s: '%s' holds no text", h5->medium->name, path);
  else
    st = knn__h5_texts(h5, object, type, space, api->data_stored(object), read_data, path, out);
  if (type >= 0) api->type_close(type);
  if (space >= 0) api->space_close(space);
  return st;
}

knn_status knn_h5_read_text(knn_h5 *h5, const char *path, knn_config **out) {
  hid_t object = -1;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &object);
  if (st == KNN_OK) st = read_object(h5, object, path, out);
  if (object >= 0) h5->api.object_close(object);
  return knn__h5_end(h5, st);
}

#else
typedef int knn__h5_text_is_off;
#endif
