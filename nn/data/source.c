/* source.c - see source.h. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16 };

const char *knn__os_text(int error, char buffer[KNN__OS_TEXT]) {
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (plain) {
    snprintf(buffer, KNN__OS_TEXT, "%s", strerror_l(error, plain));
    freelocale(plain);
  } else {
    snprintf(buffer, KNN__OS_TEXT, "system error %d", error);
  }
  return buffer;
}

static knn_status new_source(knn_ctx *ctx, const char *name, knn__source **out) {
  knn__source *s = knn__alloc(ctx, sizeof *s);
  if (!s) return KNN_ENOMEM;
  s->ctx = ctx;
  s->fd = -1;
  s->name = knn__strdup(ctx, name);
  if (!s->name) {
    knn__free(ctx, s);
    return KNN_ENOMEM;
  }
  *out = s;
  return KNN_OK;
}

/* Look at the first two bytes, which a file always delivers in one fetch or not at all. */
static knn_status detect(knn__source *s) {
  KNN__TRY(knn__source_fetch(s));
  if (s->end - s->at < 2 || s->at[0] != 0x1f || s->at[1] != 0x8b) return KNN_OK;
  return knn__gzip_new(s, &s->gzip);
}

static knn_status open_file(knn__source *s, const char *path) {
  do s->fd = open(path, O_RDONLY | O_CLOEXEC);
  while (s->fd < 0 && errno == EINTR);
  struct stat info;
  if (s->fd < 0 || fstat(s->fd, &info) != 0)
    return knn_fail(s->ctx, KNN_EIO, "cannot open %s: %s", path, KNN__OS_ERROR(errno));
  if (S_ISDIR(info.st_mode))
    return knn_fail(s->ctx, KNN_EIO, "%s is a folder, a file was expected", path);
  s->left = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : UINT64_MAX;
  s->buffer = knn__alloc(s->ctx, CHUNK);
  return s->buffer ? KNN_OK : KNN_ENOMEM;
}

knn_status knn__source_open(knn_ctx *ctx, const char *path, knn__source **out) {
  knn__source *s = NULL;
  KNN__TRY(new_source(ctx, path, &s));
  knn_status status = open_file(s, path);
  if (status == KNN_OK) status = detect(s);
  if (status == KNN_OK)
    *out = s;
  else
    knn__source_close(s);
  return status;
}

knn_status knn__source_memory(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                              knn__source **out) {
  knn__source *s = NULL;
  KNN__TRY(new_source(ctx, name, &s));
  s->at = data;
  s->end = bytes ? s->at + bytes : s->at;
  knn_status status = detect(s);
  if (status == KNN_OK)
    *out = s;
  else
    knn__source_close(s);
  return status;
}

void knn__source_close(knn__source *s) {
  if (!s) return;
  knn__gzip_release(s);
  if (s->fd >= 0) close(s->fd);
  knn__free(s->ctx, s->buffer);
  knn__free(s->ctx, s->name);
  knn__free(s->ctx, s);
}

knn_status knn__source_fetch(knn__source *s) {
  if (s->at != s->end || s->fd < 0) return KNN_OK;
  ssize_t got;
  do got = read(s->fd, s->buffer, CHUNK);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return knn_fail(s->ctx, KNN_EIO, "cannot read %s: %s", s->name, KNN__OS_ERROR(errno));
  s->at = s->buffer;
  s->end = s->buffer + got;
  if (s->left != UINT64_MAX) s->left -= (uint64_t)got < s->left ? (uint64_t)got : s->left;
  return KNN_OK;
}

static knn_status read_plain(knn__source *s, void *dst, size_t n, size_t *got) {
  while (*got < n) {
    KNN__TRY(knn__source_fetch(s));
    size_t there = (size_t)(s->end - s->at), wanted = n - *got;
    if (there == 0) break;
    size_t take = there < wanted ? there : wanted;
    memcpy((char *)dst + *got, s->at, take);
    s->at += take;
    *got += take;
  }
  return KNN_OK;
}

knn_status knn__source_read(knn__source *s, void *dst, size_t n, size_t *got) {
  *got = 0;
  return s->gzip ? knn__gzip_read(s, dst, n, got) : read_plain(s, dst, n, got);
}

knn_status knn__source_skip(knn__source *s, uint64_t *count) {
  char waste[4096];
  size_t got;
  *count = 0;
  do {
    KNN__TRY(knn__source_read(s, waste, sizeof waste, &got));
    *count += got;
  } while (got == sizeof waste);
  return KNN_OK;
}

/* A deflate stream unpacks to at most 1032 times its size (a 258-byte match from 2 bits). */
uint64_t knn__source_bound(const knn__source *s) {
  uint64_t raw;
  if (s->left == UINT64_MAX || __builtin_add_overflow(s->left, (uint64_t)(s->end - s->at), &raw))
    return UINT64_MAX;
  if (!s->gzip) return raw;
  return __builtin_mul_overflow(raw, (uint64_t)1040, &raw) ? UINT64_MAX : raw + CHUNK;
}

static knn_status too_long(knn__source *s, uint64_t limit) {
  return knn_fail(s->ctx, KNN_EDATA,
                  "%s holds more than the %llu bytes allowed; raise the limit if this is meant",
                  s->name, (unsigned long long)limit);
}

knn_status knn__source_all(knn__source *s, uint64_t limit, char **text, size_t *bytes) {
  uint64_t bound = knn__source_bound(s);
  size_t room = !s->gzip && bound < limit ? (size_t)bound + 1 : CHUNK, n = 0, got = 0;
  char *all = knn__alloc(s->ctx, room + 1);
  knn_status status = all ? KNN_OK : KNN_ENOMEM;
  while (status == KNN_OK) {
    status = knn__source_read(s, all + n, room - n, &got);
    if (status != KNN_OK) break;
    n += got;
    if (n > limit) status = too_long(s, limit);
    if (n < room || status != KNN_OK) break;
    room *= 2;
    char *bigger = knn__resize(s->ctx, all, room + 1);
    if (!bigger)
      status = KNN_ENOMEM;
    else
      all = bigger;
  }
  if (status != KNN_OK) {
    knn__free(s->ctx, all);
    return status;
  }
  all[n] = '\0';
  *text = all;
  *bytes = n;
  return KNN_OK;
}

knn_status knn__source_load(knn_ctx *ctx, const char *path, uint64_t limit, char **text,
                            size_t *bytes) {
  knn__source *s = NULL;
  KNN__TRY(knn__source_open(ctx, path, &s));
  const knn_status status = knn__source_all(s, limit, text, bytes);
  knn__source_close(s);
  return status;
}
