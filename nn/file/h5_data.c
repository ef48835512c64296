/* h5_data.c - arrays of numbers in HDF5: whole or in part, plain or compressed. */
#if KNN_HAVE_HDF5

#include <string.h>

#include "h5.h"

/* An array this big must not claim more than RATIO times what is stored: deflate packs at most
 * 1032 : 1. Smaller ones may be nothing but their fill value. */
enum { FREE_BYTES = 1 << 26, RATIO = 1040 };

/* ---- reading ---- */

static knn_status check_filters(knn_h5 *h5, hid_t plist, const char *path) {
  const knn__h5_api *api = &h5->api;
  const int n = api->get_filter_count(plist);
  for (int i = 0; i < n; i++) {
    unsigned flags, values[1], config;
    size_t count = 1;
    char name[64] = "";
    const H5Z_filter_t filter =
        api->get_filter(plist, (unsigned)i, &flags, &count, values, sizeof name, name, &config);
    if (filter < 0) return knn__h5_fail(h5, "read", path);
    if (api->filter_available(filter) <= 0)
      return knn_fail(h5->ctx, KNN_EFORMAT,
                      "%s: '%s' is packed with filter %d%s%.40s, which libhdf5 lacks here",
                      h5->medium->name, path, (int)filter, *name ? ", " : "", name);
  }
  return KNN_OK;
}

/* The numbers lie in this file, in a form that can be unpacked. */
static knn_status check_storage(knn_h5 *h5, hid_t data, const char *path) {
  const hid_t plist = h5->api.data_plist(data);
  knn_status st;
  if (plist < 0) return knn__h5_fail(h5, "read", path);
  if (h5->api.get_layout(plist) == H5D_VIRTUAL || h5->api.get_external_count(plist) > 0)
    st = knn_fail(h5->ctx, KNN_EFORMAT,
                  "%s: the numbers of '%s' lie in other files, which are not followed",
                  h5->medium->name, path);
  else
    st = check_filters(h5, plist, path);
  h5->api.plist_close(plist);
  return st;
}

static knn_status check_size(knn_h5 *h5, hid_t data, const knn__spec *spec, const char *path) {
  size_t bytes;
  KNN__TRY(knn__bytes(h5->ctx, spec->dtype, spec->rank, spec->dims, &bytes));
  const uint64_t stored = h5->api.data_stored(data);
  if (bytes <= FREE_BYTES || bytes / RATIO <= stored) return KNN_OK;
  return knn_fail(h5->ctx, KNN_EFORMAT, "%s: '%s' claims %zu bytes, but only %llu are stored",
                  h5->medium->name, path, bytes, (unsigned long long)stored);
}

/* The part of the data set that is wanted; spec gets its sizes. */
static knn_status select_ranges(knn_h5 *h5, hid_t space, const knn_h5_range *ranges, int n,
                                knn__spec *spec, const char *path) {
  hsize_t first[KNN_MAX_RANK], step[KNN_MAX_RANK], count[KNN_MAX_RANK];
  if (n == 0) return KNN_OK;
  if (n != spec->rank)
    return knn_fail(h5->ctx, KNN_EARG, "%s: '%s' has %d axes, ranges for %d were given",
                    h5->medium->name, path, spec->rank, n);
  for (int i = 0; i < n; i++) {
    const knn_h5_range *r = &ranges[i];
    const int64_t size = spec->dims[i];
    if (r->step < 1 || r->first < 0 || r->count < 0 || r->first > size ||
        (r->count > 0 && (r->first >= size || r->count - 1 > (size - 1 - r->first) / r->step)))
      return knn_fail(h5->ctx, KNN_EARG,
                      "%s: '%s': %lld elements from %lld, step %lld, leave axis %d of size %lld",
                      h5->medium->name, path, (long long)r->count, (long long)r->first,
                      (long long)r->step, i + 1, (long long)size);
    first[i] = (hsize_t)r->first;
    step[i] = (hsize_t)r->step;
    count[i] = (hsize_t)r->count;
    spec->dims[i] = r->count;
  }
  if (knn__count(spec->rank, spec->dims) == 0) return KNN_OK;
  if (h5->api.space_select(space, H5S_SELECT_SET, first, step, count, NULL) >= 0) return KNN_OK;
  return knn__h5_fail(h5, "read", path);
}

/* The selected elements into a packed tensor of as many. */
static knn_status fetch(knn_h5 *h5, hid_t data, hid_t space, const char *path, knn_tensor *t) {
  const knn__h5_api *api = &h5->api;
  hsize_t dims[KNN_MAX_RANK];
  const int rank = knn_tensor_rank(t);
  for (int i = 0; i < rank; i++) dims[i] = (hsize_t)knn_tensor_dim(t, i);
  const hid_t memory = rank ? api->space_simple(rank, dims, NULL) : api->space_create(H5S_SCALAR),
              type = knn__h5_memory_type(h5, knn_tensor_dtype(t));
  knn_status st = KNN_OK;
  if (memory < 0 || type < 0 ||
      (knn_tensor_size(t) > 0 &&
       api->data_read(data, type, memory, space, H5P_DEFAULT, knn_tensor_data(t)) < 0))
    st = knn__h5_fail(h5, "read", path);
  if (memory >= 0) api->space_close(memory);
  if (type >= 0) api->type_close(type);
  return st;
}

/* A data set that may be read: what it holds, and its space (to be closed). */
static knn_status look(knn_h5 *h5, hid_t data, const char *path, knn__spec *spec, hid_t *space) {
  const knn__h5_api *api = &h5->api;
  if (api->type_of_id(data) != H5I_DATASET)
    return knn_fail(h5->ctx, KNN_EARG, "%s: '%s' is a group; list it to see what it holds",
                    h5->medium->name, path);
  const hid_t type = api->data_type(data);
  spec->dtype = type >= 0 ? knn__h5_dtype(h5, type) : KNN_DTYPE_NONE;
  if (type >= 0) api->type_close(type);
  if (spec->dtype == KNN_DTYPE_NONE)
    return knn_fail(h5->ctx, KNN_ETYPE, "%s: the elements of '%s' are no numbers that tensors have",
                    h5->medium->name, path);
  *space = api->data_space(data);
  if (*space < 0 || !knn__h5_dims(h5, *space, spec))
    return knn_fail(h5->ctx, KNN_EFORMAT, "%s: '%s' is empty or has more than %d axes",
                    h5->medium->name, path, KNN_MAX_RANK);
  KNN__TRY(check_storage(h5, data, path));
  return check_size(h5, data, spec, path);
}

static knn_status read_data(knn_h5 *h5, hid_t data, const knn_h5_range *ranges, int n,
                            const char *path, knn_tensor **out) {
  knn__spec spec = {.rank = 0};
  knn_tensor *t = NULL;
  hid_t space = -1;
  knn_status st = look(h5, data, path, &spec, &space);
  if (st == KNN_OK) st = select_ranges(h5, space, ranges, n, &spec, path);
  if (st == KNN_OK) st = knn_tensor_new(h5->ctx, spec.dtype, spec.rank, spec.dims, &t);
  if (st == KNN_OK) st = fetch(h5, data, space, path, t);
  if (space >= 0) h5->api.space_close(space);
  if (st == KNN_OK)
    *out = t;
  else
    knn_tensor_release(t);
  return st;
}

knn_status knn_h5_read(knn_h5 *h5, const char *path, const knn_h5_range *ranges, int n_ranges,
                       knn_tensor **out) {
  hid_t data = -1;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &data);
  if (st == KNN_OK) st = read_data(h5, data, ranges, n_ranges, path, out);
  if (data >= 0) h5->api.object_close(data);
  return knn__h5_end(h5, st);
}

knn_status knn__h5_spec(knn_h5 *h5, const char *path, knn__spec *out) {
  hid_t data = -1, space = -1;
  *out = (knn__spec){.dtype = KNN_DTYPE_NONE};
  knn__h5_begin(h5);
  knn_status st = knn__h5_find(h5, path, &data);
  if (st == KNN_OK && data >= 0) st = look(h5, data, path, out, &space);
  if (space >= 0) h5->api.space_close(space);
  if (data >= 0) h5->api.object_close(data);
  return knn__h5_end(h5, st);
}

/* HDF5 converts numbers on the way, but for the type it does not know. */
static bool converts(knn_dtype from, knn_dtype to) {
  return from == to || (from != KNN_BF16 && to != KNN_BF16 && from != KNN_BOOL && to != KNN_BOOL);
}

static knn_status read_whole(knn_h5 *h5, hid_t data, const char *path, knn_tensor *t) {
  knn__spec spec = {.rank = 0};
  knn_tensor *given = NULL;
  hid_t space = -1;
  knn_status st = look(h5, data, path, &spec, &space);
  const int rank = knn_tensor_rank(t);
  if (st == KNN_OK && !knn__dims_equal(spec.rank, spec.dims, rank, knn_tensor_dims(t)))
    st = knn_fail(h5->ctx, KNN_ESHAPE, "%s: '%s' has the shape %s, %s is wanted", h5->medium->name,
                  path, KNN__SPEC(spec), KNN__SHAPE(rank, knn_tensor_dims(t)));
  if (st == KNN_OK && converts(spec.dtype, knn_tensor_dtype(t))) {
    st = fetch(h5, data, space, path, t);
  } else if (st == KNN_OK) {
    st = knn_tensor_new(h5->ctx, spec.dtype, spec.rank, spec.dims, &given);
    if (st == KNN_OK) st = fetch(h5, data, space, path, given);
    if (st == KNN_OK) st = knn_tensor_copy(t, given);
    knn_tensor_release(given);
  }
  if (space >= 0) h5->api.space_close(space);
  return st;
}

knn_status knn__h5_read_into(knn_h5 *h5, const char *path, knn_tensor *t) {
  hid_t data = -1;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &data);
  if (st == KNN_OK) st = read_whole(h5, data, path, t);
  if (data >= 0) h5->api.object_close(data);
  return knn__h5_end(h5, st);
}

/* ---- writing ---- */

static knn_status require_writable(knn_h5 *h5) {
  if (h5->medium->writable) return KNN_OK;
  return knn_fail(h5->ctx, KNN_ESTATE, "%s is open for reading only; open it with mode 'w' or 'a'",
                  h5->medium->name);
}

/* The group at the first n bytes of path, made where it is missing. */
static knn_status make_group(knn_h5 *h5, const char *path, size_t n) {
  char part[1024];
  if (n >= sizeof part)
    return knn_fail(h5->ctx, KNN_EARG, "%s: the path '%.60s...' is too long", h5->medium->name,
                    path);
  for (size_t end = 1; end <= n; end++) {
    if (end < n && path[end] != '/') continue;
    hid_t group = -1;
    memcpy(part, path, end);
    part[end] = '\0';
    KNN__TRY(knn__h5_find(h5, part, &group));
    if (group < 0)
      group = h5->api.group_create(h5->file, part, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group < 0) return knn__h5_fail(h5, "make the group", part);
    const bool is_group = h5->api.type_of_id(group) == H5I_GROUP;
    h5->api.object_close(group);
    if (!is_group)
      return knn_fail(h5->ctx, KNN_EARG, "%s: '%s' is no group", h5->medium->name, part);
  }
  return KNN_OK;
}

knn_status knn_h5_make_group(knn_h5 *h5, const char *path) {
  KNN__TRY(require_writable(h5));
  knn__h5_begin(h5);
  return knn__h5_end(h5, make_group(h5, path, strlen(path)));
}

/* Chunks of at most a megabyte: rows along the first axes. */
static void choose_chunk(const knn_tensor *t, hsize_t *chunk) {
  const int rank = knn_tensor_rank(t);
  uint64_t bytes = knn_dtype_size(knn_tensor_dtype(t));
  for (int i = rank - 1; i >= 0; i--) {
    const uint64_t size = (uint64_t)knn_tensor_dim(t, i), fit = (1u << 20) / bytes;
    chunk[i] = size < fit ? size : fit ? fit : 1;
    bytes *= chunk[i];
  }
}

/* Creation without the time of day, so that the same numbers give the same bytes. */
static hid_t data_plist(knn_h5 *h5, const knn_tensor *t, int compression) {
  const knn__h5_api *api = &h5->api;
  const hid_t plist = api->plist_create(api->data_create_class);
  hsize_t chunk[KNN_MAX_RANK];
  bool good = plist >= 0 && api->set_track_times(plist, false) >= 0;
  if (good && compression > 0 && knn_tensor_rank(t) > 0 && knn_tensor_size(t) > 0) {
    choose_chunk(t, chunk);
    good = api->set_chunk(plist, knn_tensor_rank(t), chunk) >= 0 && api->set_shuffle(plist) >= 0 &&
           api->set_deflate(plist, (unsigned)compression) >= 0;
  }
  if (good || plist < 0) return plist;
  api->plist_close(plist);
  return -1;
}

static bool put(knn_h5 *h5, const char *path, const knn_tensor *t, int compression) {
  const knn__h5_api *api = &h5->api;
  hsize_t dims[KNN_MAX_RANK];
  const int rank = knn_tensor_rank(t);
  for (int i = 0; i < rank; i++) dims[i] = (hsize_t)knn_tensor_dim(t, i);
  const hid_t space = rank ? api->space_simple(rank, dims, NULL) : api->space_create(H5S_SCALAR),
              type = knn__h5_memory_type(h5, knn_tensor_dtype(t)),
              plist = data_plist(h5, t, compression);
  hid_t data = -1;
  if (space >= 0 && type >= 0 && plist >= 0)
    data = api->data_create(h5->file, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT);
  const bool good = data >= 0 && (knn_tensor_size(t) == 0 ||
                                  api->data_write(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                                  knn_tensor_data(t)) >= 0);
  if (data >= 0) api->object_close(data);
  if (plist >= 0) api->plist_close(plist);
  if (type >= 0) api->type_close(type);
  if (space >= 0) api->space_close(space);
  return good;
}

static knn_status write_data(knn_h5 *h5, const char *path, const knn_tensor *t, int compression) {
  const char *slash = strrchr(path, '/');
  hid_t old = -1;
  if (slash) KNN__TRY(make_group(h5, path, (size_t)(slash - path)));
  KNN__TRY(knn__h5_find(h5, path, &old));
  if (old >= 0) {
    h5->api.object_close(old);
    if (h5->api.link_delete(h5->file, path, H5P_DEFAULT) < 0)
      return knn__h5_fail(h5, "replace", path);
  }
  return put(h5, path, t, compression) ? KNN_OK : knn__h5_fail(h5, "write", path);
}

knn_status knn_h5_write(knn_h5 *h5, const char *path, const knn_tensor *tensor, int compression) {
  knn_tensor *packed = NULL;
  KNN__TRY(require_writable(h5));
  if (compression < 0 || compression > 9 || !*path || path[strlen(path) - 1] == '/')
    return knn_fail(h5->ctx, KNN_EARG,
                    "h5: a path that ends in a name, and a compression between 0 and 9 expected, "
                    "got '%s' and %d",
                    path, compression);
  KNN__TRY(knn_tensor_contiguous((knn_tensor *)(uintptr_t)tensor, &packed));
  knn__h5_begin(h5);
  knn_status st = knn__h5_end(h5, write_data(h5, path, packed, compression));
  if (st == KNN_OK && knn_tensor_dtype(tensor) == KNN_BF16) {
    knn_config *name = NULL;
    st = knn_config_string(h5->ctx, "bfloat16", &name);
    if (st == KNN_OK) st = knn_h5_set_attribute(h5, path, "dtype", name);
    knn_config_release(name);
  }
  knn_tensor_release(packed);
  return st;
}

#else
typedef int knn__h5_data_is_off;
#endif
