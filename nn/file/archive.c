/* archive.c - see archive.h. */
#include "archive.h"

#if KNN_HAVE_LIBZIP

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "source.h"
#include "archive_api.h"

/* Deflate packs at most 1032 : 1; smaller members need no such judgement. */
enum { FREE_BYTES = 1 << 26, RATIO = 1040 };

struct knn__zip {
  knn_ctx *ctx;
  knn__zip_api api;
  char *name;
  zip_t *archive;
};

static knn_status load(knn_ctx *ctx, knn__zip_api *api) {
  static const char *const names[] = {
#define X(member, result, arguments, name) #name,
      KNN__ZIP_LIST(X)
#undef X
  };
  return knn__library_load(ctx, KNN_LIBZIP_SONAME, "reading and writing archives (.keras, .npz)",
                           names, (int)(sizeof names / sizeof *names), api);
}

/* ---- reading ---- */

static knn_status new_zip(knn_ctx *ctx, const char *name, knn__zip **out) {
  knn__zip *zip = knn__alloc(ctx, sizeof *zip);
  if (!zip) return KNN_ENOMEM;
  zip->ctx = ctx;
  zip->name = knn__strdup(ctx, name);
  knn_status st = zip->name ? load(ctx, &zip->api) : KNN_ENOMEM;
  if (st == KNN_OK)
    *out = zip;
  else
    knn__zip_close(zip);
  return st;
}

void knn__zip_close(knn__zip *zip) {
  if (!zip) return;
  if (zip->archive) zip->api.discard(zip->archive);
  knn__free(zip->ctx, zip->name);
  knn__free(zip->ctx, zip);
}

static knn_status opened(knn__zip *zip, knn__zip **out) {
  if (zip->archive) {
    *out = zip;
    return KNN_OK;
  }
  knn_status st =
      knn_fail(zip->ctx, KNN_EFORMAT, "%s is not a zip archive, or it is damaged", zip->name);
  knn__zip_close(zip);
  return st;
}

knn_status knn__zip_open(knn_ctx *ctx, const char *path, knn__zip **out) {
  knn__zip *zip = NULL;
  int error = 0;
  KNN__TRY(new_zip(ctx, path, &zip));
  zip->archive = zip->api.open(path, ZIP_RDONLY, &error);
  if (error != ZIP_ER_OPEN && error != ZIP_ER_NOENT) return opened(zip, out);
  knn__zip_close(zip);
  return knn_fail(ctx, KNN_EIO, "cannot open %s: %s", path, KNN__OS_ERROR(errno));
}

knn_status knn__zip_of_memory(knn_ctx *ctx, const char *name, const void *data, size_t n,
                              knn__zip **out) {
  knn__zip *zip = NULL;
  zip_error_t error;
  KNN__TRY(new_zip(ctx, name, &zip));
  zip->api.error_init(&error);
  zip_source_t *source = zip->api.from_memory(data, n, 0, &error);
  if (source) zip->archive = zip->api.open_source(source, ZIP_RDONLY, &error);
  if (source && !zip->archive) zip->api.source_free(source);
  zip->api.error_end(&error);
  return opened(zip, out);
}

int knn__zip_size(const knn__zip *zip) {
  const zip_int64_t n = zip->api.count(zip->archive, 0);
  return n > INT32_MAX ? INT32_MAX : (int)n;
}

const char *knn__zip_name(const knn__zip *zip, int i) {
  zip_stat_t info;
  if (zip->api.stat(zip->archive, (zip_uint64_t)i, 0, &info) != 0) return "";
  return info.valid & ZIP_STAT_NAME ? info.name : "";
}

int knn__zip_find(const knn__zip *zip, const char *name) {
  const zip_int64_t at = zip->api.locate(zip->archive, name, 0);
  return at < 0 || at > INT32_MAX ? -1 : (int)at;
}

static knn_status look(knn__zip *zip, int i, uint64_t limit, zip_stat_t *info) {
  const zip_uint64_t wanted = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if (zip->api.stat(zip->archive, (zip_uint64_t)i, 0, info) != 0 ||
      (info->valid & wanted) != wanted)
    return knn_fail(zip->ctx, KNN_EFORMAT, "%s: member %d is damaged", zip->name, i);
  if (info->size > limit)
    return knn_fail(zip->ctx, KNN_EFORMAT, "%s: member '%.80s' has %llu bytes, %llu are allowed",
                    zip->name, knn__zip_name(zip, i), (unsigned long long)info->size,
                    (unsigned long long)limit);
  if (info->size > FREE_BYTES && info->size / RATIO > info->comp_size)
    return knn_fail(zip->ctx, KNN_EFORMAT,
                    "%s: member '%.80s' claims %llu bytes, but only %llu are stored", zip->name,
                    knn__zip_name(zip, i), (unsigned long long)info->size,
                    (unsigned long long)info->comp_size);
  return KNN_OK;
}

static knn_status open_member(knn__zip *zip, int i, zip_file_t **out) {
  *out = zip->api.member_open(zip->archive, (zip_uint64_t)i, 0);
  if (*out) return KNN_OK;
  return knn_fail(zip->ctx, KNN_EFORMAT, "%s: cannot read member '%.80s': %s", zip->name,
                  knn__zip_name(zip, i), zip->api.last_error(zip->archive));
}

static bool read_member(const knn__zip *zip, zip_file_t *member, char *dst, size_t n) {
  for (size_t done = 0; done < n;) {
    const zip_int64_t got = zip->api.member_read(member, dst + done, n - done);
    if (got <= 0) return false;
    done += (size_t)got;
  }
  return true;
}

knn_status knn__zip_read(knn__zip *zip, int i, uint64_t limit, char **text, size_t *n) {
  zip_stat_t info;
  zip_file_t *member;
  char end;
  KNN__TRY(look(zip, i, limit, &info));
  KNN__TRY(open_member(zip, i, &member));
  char *block = knn__alloc(zip->ctx, (size_t)info.size + 1);
  knn_status st = block ? KNN_OK : KNN_ENOMEM;
  /* its check sum is compared when its end is read */
  if (st == KNN_OK && (!read_member(zip, member, block, (size_t)info.size) ||
                       zip->api.member_read(member, &end, 1) != 0))
    st = knn_fail(zip->ctx, KNN_EFORMAT, "%s: member '%.80s' is damaged", zip->name,
                  knn__zip_name(zip, i));
  zip->api.member_close(member);
  if (st != KNN_OK) {
    knn__free(zip->ctx, block);
    return st;
  }
  *text = block;
  *n = (size_t)info.size;
  return KNN_OK;
}

/* ---- a member in place ---- */

typedef struct in_place {
  knn__zip *zip;
  zip_file_t *member;
  uint64_t at; /* where the member is read on */
} in_place;

static knn_status read_in_place(knn__medium *s, uint64_t at, void *dst, size_t n) {
  in_place *p = s->self;
  bool good = p->at == at || p->zip->api.member_seek(p->member, (zip_int64_t)at, SEEK_SET) == 0;
  good = good && read_member(p->zip, p->member, dst, n);
  p->at = at + n;
  return good ? KNN_OK : knn_fail(s->ctx, KNN_EFORMAT, "%s ends early or is damaged", s->name);
}

static void close_in_place(knn__medium *s) {
  in_place *p = s->self;
  if (!p) return;
  if (p->member) p->zip->api.member_close(p->member);
  knn__free(s->ctx, p);
}

static knn_status medium_in_place(knn__zip *zip, int i, uint64_t size, knn__medium *s) {
  in_place *p = s->self = knn__alloc(zip->ctx, sizeof *p);
  if (!p) return KNN_ENOMEM;
  p->zip = zip;
  s->close = close_in_place;
  s->read = read_in_place;
  s->size = size;
  return open_member(zip, i, &p->member);
}

static knn_status medium_unpacked(knn__zip *zip, int i, uint64_t limit, const char *name,
                                  knn__medium **out) {
  char *block = NULL;
  size_t n = 0;
  KNN__TRY(knn__zip_read(zip, i, limit, &block, &n));
  knn_status st = knn__medium_of_memory(zip->ctx, name, block, n, true, out);
  if (st != KNN_OK) knn__free(zip->ctx, block);
  return st;
}

knn_status knn__zip_medium(knn__zip *zip, int i, uint64_t limit, knn__medium **out) {
  zip_stat_t info;
  char name[512];
  KNN__TRY(look(zip, i, UINT64_MAX, &info));
  snprintf(name, sizeof name, "%.400s: %.100s", zip->name, knn__zip_name(zip, i));
  if (info.comp_method != ZIP_CM_STORE) return medium_unpacked(zip, i, limit, name, out);
  knn__medium *s = NULL;
  KNN__TRY(knn__medium_new(zip->ctx, name, &s));
  knn_status st = medium_in_place(zip, i, info.size, s);
  if (st == KNN_OK)
    *out = s;
  else
    knn__medium_close(s);
  return st;
}

/* ---- writing ---- */

/* libzip closes a file that it was given with the source. */
static zip_source_t *member_source(const knn__zip_api *api, const knn__zip_member *m,
                                   zip_error_t *error) {
  if (m->fd < 0) return api->from_memory(m->data, m->n, 0, error);
  const int fd = dup(m->fd);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
  if (!file) {
    if (fd >= 0) close(fd);
    return NULL;
  }
  zip_source_t *source = api->from_file(file, 0, -1, error);
  if (!source) fclose(file);
  return source;
}

static bool add_member(const knn__zip_api *api, zip_t *archive, const knn__zip_member *m) {
  enum { FIRST_OF_1980 = 0x21 }; /* the earliest date there is; it tells nothing, and stays */
  zip_error_t error;
  api->error_init(&error);
  zip_source_t *source = member_source(api, m, &error);
  api->error_end(&error);
  if (!source) return false;
  const zip_int64_t at = api->add(archive, m->name, source, ZIP_FL_ENC_UTF_8);
  if (at < 0) {
    api->source_free(source);
    return false;
  }
  return api->set_method(archive, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0 &&
         api->set_time(archive, (zip_uint64_t)at, 0, FIRST_OF_1980, 0) == 0;
}

static knn_status write_archive(knn_ctx *ctx, const knn__zip_api *api, const knn__draft *draft,
                                const knn__zip_member *members, int n) {
  int error = 0;
  zip_t *archive = api->open(draft->temp, ZIP_CREATE | ZIP_TRUNCATE, &error);
  bool good = archive != NULL;
  for (int i = 0; i < n && good; i++) good = add_member(api, archive, &members[i]);
  if (good && api->close(archive) == 0) return KNN_OK;
  const knn_status st = knn_fail(ctx, KNN_EIO, "cannot write %s: %s", draft->path,
                                 archive ? api->last_error(archive) : "the folder refuses it");
  if (archive) api->discard(archive);
  return st;
}

knn_status knn__zip_write(knn_ctx *ctx, const char *path, const knn__zip_member *members, int n) {
  knn__zip_api api;
  knn__draft draft;
  KNN__TRY(load(ctx, &api));
  KNN__TRY(knn__draft_begin(ctx, path, &draft));
  close(draft.fd); /* libzip replaces the file */
  draft.fd = -1;
  knn_status st = write_archive(ctx, &api, &draft, members, n);
  if (st == KNN_OK) return knn__draft_commit(&draft);
  knn__draft_drop(&draft);
  return st;
}

#else

#include "unbuilt.h"

static knn_status off(knn_ctx *ctx) {
  return knn__unbuilt(ctx, "libzip", "reading and writing archives (.keras, .npz)");
}

knn_status knn__zip_open(knn_ctx *ctx, const char *path, knn__zip **out) {
  (void)path, (void)out;
  return off(ctx);
}

knn_status knn__zip_of_memory(knn_ctx *ctx, const char *name, const void *data, size_t n,
                              knn__zip **out) {
  (void)name, (void)data, (void)n, (void)out;
  return off(ctx);
}

knn_status knn__zip_write(knn_ctx *ctx, const char *path, const knn__zip_member *members, int n) {
  (void)path, (void)members, (void)n;
  return off(ctx);
}

/* No archive is ever open, so the rest is never called. */
void knn__zip_close(knn__zip *zip) {
  (void)zip;
}

int knn__zip_size(const knn__zip *zip) {
  (void)zip;
  return 0;
}

const char *knn__zip_name(const knn__zip *zip, int i) {
  (void)zip, (void)i;
  return "";
}

int knn__zip_find(const knn__zip *zip, const char *name) {
  (void)zip, (void)name;
  return -1;
}

knn_status knn__zip_read(knn__zip *zip, int i, uint64_t limit, char **text, size_t *n) {
  (void)zip, (void)i, (void)limit, (void)text, (void)n;
  return KNN_ESTATE;
}

knn_status knn__zip_medium(knn__zip *zip, int i, uint64_t limit, knn__medium **out) {
  (void)zip, (void)i, (void)limit, (void)out;
  return KNN_ESTATE;
}

#endif
