/* h5.c - HDF5 files: opening, closing, finding what stands at a path, listing. */
#if KNN_HAVE_HDF5

#include "h5.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

knn_status knn__h5_load(knn_ctx *ctx, knn__h5_api *api) {
/* by way of another macro, so that `name` expands: some names of the library are macros */
#define KNN__NAME(name) #name,
  static const char *const names[] = {
#define X(member, result, arguments, name) KNN__NAME(name)
      KNN__H5_LIST(X)
#undef X
#define X(member, name) KNN__NAME(name)
          KNN__H5_IDS(X)
#undef X
  };
  KNN__TRY(knn__library_load(ctx, KNN_HDF5_SONAME, "reading and writing HDF5 files", names,
                             (int)(sizeof names / sizeof *names), api));
  if (api->open() < 0) return knn_fail(ctx, KNN_ESTATE, "%s does not start", KNN_HDF5_SONAME);
#define X(member, name) api->member = *api->member##_at;
  KNN__H5_IDS(X)
#undef X
  return KNN_OK;
}

void knn__h5_begin(knn_h5 *h5) {
  h5->print = NULL;
  h5->api.get_auto(H5E_DEFAULT, &h5->print, &h5->print_to);
  h5->api.set_auto(H5E_DEFAULT, NULL, NULL);
}

knn_status knn__h5_end(knn_h5 *h5, knn_status st) {
  h5->api.set_auto(H5E_DEFAULT, h5->print, h5->print_to);
  return h5->medium && h5->medium->status != KNN_OK ? h5->medium->status : st;
}

knn_status knn__h5_fail(knn_h5 *h5, const char *what, const char *path) {
  if (h5->medium->status != KNN_OK) return h5->medium->status; /* its message is the better one */
  return knn_fail(h5->ctx, h5->medium->writable ? KNN_EIO : KNN_EFORMAT, "%s: cannot %s '%s'",
                  h5->medium->name, what, path);
}

/* ---- opening and closing ---- */

static knn_status open_file(knn_h5 *h5, bool create) {
  char name[2 * sizeof(uintptr_t) + 1];
  const knn__h5_api *api = &h5->api;
  snprintf(name, sizeof name, "%" PRIxPTR, (uintptr_t)h5->medium);
  h5->driver = api->driver_register(&knn__h5_driver);
  const hid_t access = api->plist_create(api->file_access_class);
  const unsigned how = h5->medium->writable ? H5F_ACC_RDWR : H5F_ACC_RDONLY;
  if (h5->driver >= 0 && access >= 0 && api->set_driver(access, h5->driver, NULL) >= 0 &&
      api->set_close_degree(access, H5F_CLOSE_STRONG) >= 0)
    h5->file = create ? api->file_create(name, H5F_ACC_TRUNC, H5P_DEFAULT, access)
                      : api->file_open(name, how, access);
  if (access >= 0) api->plist_close(access);
  if (h5->file >= 0) return KNN_OK;
  if (h5->medium->status != KNN_OK) return h5->medium->status;
  return knn_fail(h5->ctx, KNN_EFORMAT, "%s is not an HDF5 file, or it is damaged",
                  h5->medium->name);
}

/* Everything is written and let go; the medium stays. */
static knn_status shut(knn_h5 *h5) {
  knn_status st = KNN_OK;
  knn__h5_begin(h5);
  if (h5->file >= 0 && h5->medium->writable && h5->api.file_flush(h5->file, H5F_SCOPE_GLOBAL) < 0)
    st = knn__h5_fail(h5, "write", "");
  if (h5->file >= 0) h5->api.file_close(h5->file);
  if (h5->driver >= 0) h5->api.driver_unregister(h5->driver);
  h5->file = h5->driver = -1;
  return knn__h5_end(h5, st);
}

static void discard(knn_h5 *h5) {
  knn__medium_close(h5->medium);
  knn__draft_drop(&h5->draft);
  knn__free(h5->ctx, h5);
}

knn_status knn__h5_over(knn__medium *medium, bool create, knn_h5 **out) {
  knn_ctx *ctx = medium->ctx;
  knn_h5 *h5 = knn__alloc(ctx, sizeof *h5);
  if (!h5) {
    knn__medium_close(medium);
    return KNN_ENOMEM;
  }
  *h5 = (knn_h5){.ctx = ctx, .medium = medium, .driver = -1, .file = -1};
  h5->draft = (knn__draft){.ctx = ctx, .fd = -1};
  knn_status st = knn__h5_load(ctx, &h5->api);
  if (st == KNN_OK) {
    knn__h5_begin(h5);
    st = knn__h5_end(h5, open_file(h5, create));
    if (st != KNN_OK) shut(h5);
  }
  if (st == KNN_OK)
    *out = h5;
  else
    discard(h5);
  return st;
}

static knn_status copy_file(knn_ctx *ctx, int from, const knn__draft *draft) {
  enum { CHUNK = 1 << 16 };
  char *block = knn__alloc(ctx, CHUNK);
  ssize_t got = 0;
  if (!block) return KNN_ENOMEM;
  do {
    got = read(from, block, CHUNK);
    for (ssize_t done = 0, put; done < got; done += put) {
      put = write(draft->fd, block + done, (size_t)(got - done));
      if (put < 0) {
        got = -1;
        break;
      }
    }
  } while (got > 0);
  knn__free(ctx, block);
  if (got == 0) return KNN_OK;
  return knn_fail(ctx, KNN_EIO, "cannot copy %s: %s", draft->path, KNN__OS_ERROR(errno));
}

/* A draft with what stands there, if that is to be changed and is there. */
static knn_status begin_draft(knn_ctx *ctx, const char *path, bool change, knn__draft *draft,
                              bool *create) {
  const int from = change ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  *create = from < 0;
  if (change && from < 0 && errno != ENOENT)
    return knn_fail(ctx, KNN_EIO, "cannot open %s: %s", path, KNN__OS_ERROR(errno));
  knn_status st = knn__draft_begin(ctx, path, draft);
  if (st == KNN_OK && from >= 0) {
    st = copy_file(ctx, from, draft);
    if (st != KNN_OK) knn__draft_drop(draft);
  }
  if (from >= 0) close(from);
  return st;
}

static knn_status open_to_write(knn_ctx *ctx, const char *path, bool change, knn_h5 **out) {
  knn__draft draft;
  knn__medium *medium = NULL;
  bool create;
  KNN__TRY(begin_draft(ctx, path, change, &draft, &create));
  knn_status st = knn__medium_of_draft(&draft, &medium);
  if (st == KNN_OK) st = knn__h5_over(medium, create, out);
  if (st == KNN_OK)
    (*out)->draft = draft;
  else
    knn__draft_drop(&draft);
  return st;
}

knn_status knn_h5_open(knn_ctx *ctx, const char *path, const char *mode, knn_h5 **out) {
  knn__medium *medium = NULL;
  const char kind = mode && strlen(mode) == 1 ? *mode : ' ';
  if (kind == 'w' || kind == 'a') return open_to_write(ctx, path, kind == 'a', out);
  if (kind != 'r')
    return knn_fail(ctx, KNN_EARG,
                    "h5: the mode must be 'r' (read), 'w' (write anew) or 'a' (change), got '%s'",
                    mode ? mode : "");
  KNN__TRY(knn__medium_open(ctx, path, false, &medium));
  return knn__h5_over(medium, false, out);
}

knn_status knn_h5_close(knn_h5 *h5) {
  if (!h5) return KNN_OK;
  knn_status st = shut(h5);
  if (st == KNN_OK && h5->draft.path) st = knn__draft_commit(&h5->draft);
  discard(h5);
  return st;
}

void knn_h5_drop(knn_h5 *h5) {
  if (!h5) return;
  shut(h5);
  discard(h5);
}

/* ---- finding ---- */

/* One step down: `name` in `from`, which is closed. */
static knn_status step_down(knn_h5 *h5, hid_t from, const char *name, const char *path,
                            hid_t *out) {
  H5L_info_t link;
  const htri_t there = h5->api.link_exists(from, name, H5P_DEFAULT);
  knn_status st = KNN_OK;
  *out = -1;
  if (there > 0) {
    if (h5->api.link_info(from, name, &link, H5P_DEFAULT) < 0)
      st = knn__h5_fail(h5, "look at", path);
    else if (link.type != H5L_TYPE_HARD)
      st = knn_fail(h5->ctx, KNN_EFORMAT,
                    "%s: '%s' leads through a link to another place, which is not followed",
                    h5->medium->name, path);
    else if ((*out = h5->api.object_open(from, name, H5P_DEFAULT)) < 0)
      st = knn__h5_fail(h5, "open", path);
  }
  h5->api.object_close(from);
  return st;
}

knn_status knn__h5_find(knn_h5 *h5, const char *path, hid_t *out) {
  char name[256];
  hid_t at = h5->api.object_open(h5->file, "/", H5P_DEFAULT);
  if (at < 0) return knn__h5_fail(h5, "open", "/");
  for (const char *part = path; *part && at >= 0;) {
    const size_t n = strcspn(part, "/");
    const hid_t from = at;
    if (n >= sizeof name) {
      h5->api.object_close(at);
      return knn_fail(h5->ctx, KNN_EARG, "%s: a name in '%.60s...' is too long", h5->medium->name,
                      path);
    }
    memcpy(name, part, n);
    name[n] = '\0';
    part += n + (part[n] == '/');
    if (n == 0) continue;
    if (h5->api.type_of_id(from) != H5I_GROUP) {
      h5->api.object_close(from);
      at = -1;
    } else {
      KNN__TRY(step_down(h5, from, name, path, &at));
    }
  }
  *out = at;
  return KNN_OK;
}

knn_status knn__h5_at(knn_h5 *h5, const char *path, hid_t *out) {
  KNN__TRY(knn__h5_find(h5, path, out));
  if (*out >= 0) return KNN_OK;
  return knn_fail(h5->ctx, KNN_EDATA, "%s: there is no '%s' in it", h5->medium->name, path);
}

bool knn_h5_has(knn_h5 *h5, const char *path) {
  hid_t object = -1;
  knn__h5_begin(h5);
  knn__h5_find(h5, path, &object);
  if (object >= 0) h5->api.object_close(object);
  return knn__h5_end(h5, KNN_OK) == KNN_OK && object >= 0;
}

/* ---- listing ---- */

static knn_status describe_data(knn_h5 *h5, hid_t data, knn_config *entry) {
  const knn__h5_api *api = &h5->api;
  const hid_t type = api->data_type(data), space = api->data_space(data);
  knn__spec spec = {.dtype = type >= 0 ? knn__h5_dtype(h5, type) : KNN_DTYPE_NONE};
  const bool text = type >= 0 && api->type_class(type) == H5T_STRING;
  const bool sized = space >= 0 && knn__h5_dims(h5, space, &spec);
  if (type >= 0) api->type_close(type);
  if (space >= 0) api->space_close(space);
  if (!sized || (!text && spec.dtype == KNN_DTYPE_NONE))
    return knn_config_set_string(entry, "kind", "other");
  KNN__TRY(knn_config_set_string(entry, "kind", text ? "text" : "data"));
  if (!text) KNN__TRY(knn_config_set_string(entry, "dtype", knn_dtype_name(spec.dtype)));
  return knn_config_set_ints(entry, "shape", spec.rank, spec.dims);
}

/* kind, dtype and shape of an open object; -1 = one that cannot be opened. */
static knn_status describe_object(knn_h5 *h5, hid_t object, knn_config *entry) {
  const H5I_type_t kind = object >= 0 ? h5->api.type_of_id(object) : H5I_BADID;
  if (kind == H5I_DATASET) return describe_data(h5, object, entry);
  return knn_config_set_string(entry, "kind", kind == H5I_GROUP ? "group" : "other");
}

static knn_status describe(knn_h5 *h5, hid_t group, const char *name, knn_config *list) {
  knn_config *entry = NULL;
  H5L_info_t link;
  KNN__TRY(knn_config_dict(h5->ctx, &entry));
  knn_status st = knn_config_set_string(entry, "name", name);
  hid_t object = -1;
  if (h5->api.link_info(group, name, &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD)
    object = h5->api.object_open(group, name, H5P_DEFAULT);
  if (st == KNN_OK) st = describe_object(h5, object, entry);
  if (object >= 0) h5->api.object_close(object);
  if (st == KNN_OK) st = knn_config_push(list, entry);
  knn_config_release(entry);
  return st;
}

knn_status knn_h5_describe(knn_h5 *h5, const char *path, knn_config **out) {
  hid_t object = -1;
  knn_config *entry = NULL;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &object);
  if (st == KNN_OK) st = knn_config_dict(h5->ctx, &entry);
  if (st == KNN_OK) st = describe_object(h5, object, entry);
  if (object >= 0) h5->api.object_close(object);
  st = knn__h5_end(h5, st);
  if (st == KNN_OK)
    *out = entry;
  else
    knn_config_release(entry);
  return st;
}

static knn_status list_group(knn_h5 *h5, hid_t group, const char *path, knn_config *list) {
  H5G_info_t info;
  char name[256];
  if (h5->api.type_of_id(group) != H5I_GROUP)
    return knn_fail(h5->ctx, KNN_EARG, "%s: '%s' is no group", h5->medium->name, path);
  if (h5->api.group_info(group, &info) < 0) return knn__h5_fail(h5, "list", path);
  for (hsize_t i = 0; i < info.nlinks; i++) {
    const ssize_t n = h5->api.link_name(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                        sizeof name, H5P_DEFAULT);
    if (n < 0) return knn__h5_fail(h5, "list", path);
    if ((size_t)n < sizeof name) KNN__TRY(describe(h5, group, name, list));
  }
  return KNN_OK;
}

knn_status knn_h5_list(knn_h5 *h5, const char *path, knn_config **out) {
  knn_config *list = NULL;
  hid_t group = -1;
  knn__h5_begin(h5);
  knn_status st = knn__h5_at(h5, path, &group);
  if (st == KNN_OK) st = knn_config_list(h5->ctx, &list);
  if (st == KNN_OK) st = list_group(h5, group, path, list);
  if (group >= 0) h5->api.object_close(group);
  st = knn__h5_end(h5, st);
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

#else
typedef int knn__h5_is_off;
#endif
