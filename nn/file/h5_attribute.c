/* h5_attribute.c - attributes of groups and data in HDF5: texts, numbers, lists of these. */
#if KNN_HAVE_HDF5

#include <string.h>

#include "h5.h"

enum { MOST = 1 << 20 }; /* numbers of one attribute */

/* ---- reading ---- */

static herr_t read_attribute(knn_h5 *h5, hid_t from, hid_t type, void *dst) {
  return h5->api.attribute_read(from, type, dst);
}

static knn_status make_number(knn_h5 *h5, const void *block, int64_t i, bool real,
                              knn_config **out) {
  return real ? knn_config_float(h5->ctx, ((const double *)block)[i], out)
              : knn_config_int(h5->ctx, ((const int64_t *)block)[i], out);
}

static knn_status make_list(knn_h5 *h5, const void *block, int64_t n, bool real, knn_config **out) {
  knn_status st = knn_config_list(h5->ctx, out);
  for (int64_t i = 0; i < n && st == KNN_OK; i++) {
    knn_config *entry = NULL;
    st = make_number(h5, block, i, real, &entry);
    if (st == KNN_OK) st = knn_config_push(*out, entry);
    knn_config_release(entry);
  }
  if (st != KNN_OK) knn_config_release(*out);
  return st;
}

/* Numbers as int64 or double, row after row; null for what is neither text nor number. */
static knn_status read_numbers(knn_h5 *h5, hid_t attribute, hid_t type, hid_t space,
                               const char *name, knn_config **out) {
  const knn_dtype dtype = knn__h5_dtype(h5, type);
  const bool empty = h5->api.space_class(space) == H5S_NULL;
  knn__spec spec = {.rank = 0};
  if (dtype == KNN_DTYPE_NONE || dtype == KNN_BF16 || dtype == KNN_BOOL)
    return knn_config_null(h5->ctx, out);
  if (!empty && !knn__h5_dims(h5, space, &spec)) return knn_config_null(h5->ctx, out);
  const int64_t n = empty ? 0 : spec.rank ? knn__count(spec.rank, spec.dims) : 1;
  if (n > MOST)
    return knn_fail(h5->ctx, KNN_EFORMAT, "%s: attribute '%s' claims %lld numbers",
                    h5->medium->name, name, (long long)n);
  void *block = knn__alloc(h5->ctx, (size_t)n * 8);
  if (!block) return KNN_ENOMEM;
  const bool real = knn_dtype_is_float(dtype);
  knn_status st = KNN_OK;
  if (n && h5->api.attribute_read(attribute, real ? h5->api.f64 : h5->api.i64, block) < 0)
    st = knn__h5_fail(h5, "read attribute", name);
  if (st == KNN_OK)
    st = h5->api.space_class(space) == H5S_SCALAR ? make_number(h5, block, 0, real, out)
                                                  : make_list(h5, block, n, real, out);
  knn__free(h5->ctx, block);
  return st;
}

static knn_status read_value(knn_h5 *h5, hid_t attribute, const char *name, knn_config **out) {
  const knn__h5_api *api = &h5->api;
  const hid_t type = api->attribute_type(attribute), space = api->attribute_space(attribute);
  knn_status st;
  if (type < 0 || space < 0)
    st = knn__h5_fail(h5, "read attribute", name);
  else if (api->type_class(type) == H5T_STRING)
    st = knn__h5_texts(h5, attribute, type, space, api->attribute_stored(attribute), read_attribute,
                       name, out);
  else
    st = read_numbers(h5, attribute, type, space, name, out);
  if (type >= 0) api->type_close(type);
  if (space >= 0) api->space_close(space);
  return st;
}

static knn_status read_all(knn_h5 *h5, hid_t object, const char *path, knn_config *dict) {
  const knn__h5_api *api = &h5->api;
  char name[256];
  const int n = api->attribute_count(object);
  if (n < 0) return knn__h5_fail(h5, "list the attributes of", path);
  for (int i = 0; i < n; i++) {
    knn_config *value = NULL;
    const hid_t attribute = api->attribute_open_at(object, ".", H5_INDEX_NAME, H5_ITER_INC,
                                                   (hsize_t)i, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) return knn__h5_fail(h5, "list the attributes of", path);
    const ssize_t length = api->attribute_name(attribute, sizeof name, name);
    knn_status st = KNN_OK;
    if (length > 0 && (size_t)length < sizeof name) st = read_value(h5, attribute, name, &value);
    if (st == KNN_OK && value) st = knn_config_set(dict, name, value);
    knn_config_release(value);
    api->attribute_close(attribute);
    KNN__TRY(st);
  }
  return KNN_OK;
}

knn_status knn_h5_attributes(knn_h5 *h5, const char *path, knn_config **out) {
  hid_t object = -1;
  knn_config *dict = NULL;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &object);
  if (st == KNN_OK) st = knn_config_dict(h5->ctx, &dict);
  if (st == KNN_OK) st = read_all(h5, object, path, dict);
  if (object >= 0) h5->api.object_close(object);
  st = knn__h5_end(h5, st);
  if (st == KNN_OK)
    *out = dict;
  else
    knn_config_release(dict);
  return st;
}

knn_status knn_h5_attribute(knn_h5 *h5, const char *path, const char *name, knn_config **out) {
  hid_t object = -1, attribute = -1;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &object);
  *out = NULL;
  if (st == KNN_OK && h5->api.attribute_exists(object, name) > 0) {
    attribute = h5->api.attribute_open(object, name, H5P_DEFAULT);
    st = attribute < 0 ? knn__h5_fail(h5, "read attribute", name)
                       : read_value(h5, attribute, name, out);
  }
  if (attribute >= 0) h5->api.attribute_close(attribute);
  if (object >= 0) h5->api.object_close(object);
  return knn__h5_end(h5, st);
}

/* ---- writing ---- */

/* What an attribute is written from: n texts, integers or reals. */
typedef struct values {
  int n;
  bool list;
  knn_config_kind kind;
  void *block;
} values;

static knn_status wrong_value(knn_h5 *h5, const char *name) {
  return knn_fail(h5->ctx, KNN_EARG,
                  "h5: attribute '%s' must be a text, a number or a list of the one or the other",
                  name);
}

static knn_status gather(knn_h5 *h5, const char *name, const knn_config *value, values *v) {
  v->list = knn_config_kind_of(value) == KNN_CONFIG_LIST;
  v->n = v->list ? knn_config_size(value) : 1;
  v->kind = KNN_CONFIG_INT;
  for (int i = 0; i < v->n; i++) {
    const knn_config_kind kind = knn_config_kind_of(v->list ? knn_config_at(value, i) : value);
    const bool text = kind == KNN_CONFIG_STRING;
    if (!text && kind != KNN_CONFIG_INT && kind != KNN_CONFIG_FLOAT && kind != KNN_CONFIG_BOOL)
      return wrong_value(h5, name);
    if (i > 0 && text != (v->kind == KNN_CONFIG_STRING)) return wrong_value(h5, name);
    if (text || kind == KNN_CONFIG_FLOAT) v->kind = kind;
  }
  if (v->n == 0) v->kind = KNN_CONFIG_FLOAT; /* as Keras writes empty lists */
  v->block = knn__alloc(h5->ctx, (size_t)v->n * 8);
  for (int i = 0; i < v->n && v->block; i++) {
    const knn_config *one = v->list ? knn_config_at(value, i) : value;
    if (v->kind == KNN_CONFIG_STRING)
      ((const char **)v->block)[i] = knn_config_get_string(one);
    else if (v->kind == KNN_CONFIG_FLOAT)
      ((double *)v->block)[i] = knn_config_get_float(one);
    else
      ((int64_t *)v->block)[i] = knn_config_kind_of(one) == KNN_CONFIG_BOOL
                                     ? knn_config_get_bool(one)
                                     : knn_config_get_int(one);
  }
  return v->block ? KNN_OK : KNN_ENOMEM;
}

static hid_t value_type(knn_h5 *h5, knn_config_kind kind) {
  const knn__h5_api *api = &h5->api;
  if (kind != KNN_CONFIG_STRING)
    return api->type_copy(kind == KNN_CONFIG_FLOAT ? api->f64 : api->i64);
  const hid_t type = api->type_copy(api->text);
  if (type >= 0) {
    api->type_set_size(type, H5T_VARIABLE);
    api->type_set_charset(type, H5T_CSET_UTF8);
  }
  return type;
}

static bool put(knn_h5 *h5, hid_t object, const char *name, const values *v) {
  const knn__h5_api *api = &h5->api;
  const hsize_t n = (hsize_t)v->n;
  hid_t attribute = -1;
  if (api->attribute_exists(object, name) > 0 && api->attribute_delete(object, name) < 0)
    return false;
  const hid_t type = value_type(h5, v->kind),
              space = v->list ? api->space_simple(1, &n, NULL) : api->space_create(H5S_SCALAR);
  if (type >= 0 && space >= 0)
    attribute = api->attribute_create(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  const bool good =
      attribute >= 0 && (n == 0 || api->attribute_write(attribute, type, v->block) >= 0);
  if (attribute >= 0) api->attribute_close(attribute);
  if (type >= 0) api->type_close(type);
  if (space >= 0) api->space_close(space);
  return good;
}

knn_status knn_h5_set_attribute(knn_h5 *h5, const char *path, const char *name,
                                const knn_config *value) {
  values v = {0};
  hid_t object = -1;
  if (!h5->medium->writable)
    return knn_fail(h5->ctx, KNN_ESTATE, "%s is open for reading only", h5->medium->name);
  KNN__TRY(gather(h5, name, value, &v));
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &object);
  if (st == KNN_OK && !put(h5, object, name, &v)) st = knn__h5_fail(h5, "write attribute", name);
  if (object >= 0) h5->api.object_close(object);
  knn__free(h5->ctx, v.block);
  return knn__h5_end(h5, st);
}

#else
typedef int knn__h5_attribute_is_off;
#endif
