/* medium.c - see medium.h. */
#include "medium.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

knn_status knn__medium_new(knn_ctx *ctx, const char *name, knn__medium **out) {
  knn__medium *s = knn__alloc(ctx, sizeof *s);
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

void knn__medium_close(knn__medium *s) {
  if (!s) return;
  if (s->close) s->close(s);
  if (s->fd >= 0) close(s->fd);
  knn__free(s->ctx, s->name);
  knn__free(s->ctx, s);
}

/* ---- files ---- */

static knn_status read_file(knn__medium *s, uint64_t at, void *dst, size_t n) {
  for (size_t done = 0; done < n;) {
    const ssize_t got = pread(s->fd, (char *)dst + done, n - done, (off_t)(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return knn_fail(s->ctx, KNN_EIO, "cannot read %s: %s", s->name, KNN__OS_ERROR(errno));
    if (got == 0) return knn_fail(s->ctx, KNN_EFORMAT, "%s ends early", s->name);
    done += (size_t)got;
  }
  return KNN_OK;
}

static knn_status write_file(knn__medium *s, uint64_t at, const void *src, size_t n) {
  for (size_t done = 0; done < n;) {
    const ssize_t put = pwrite(s->fd, (const char *)src + done, n - done, (off_t)(at + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0)
      return knn_fail(s->ctx, KNN_EIO, "cannot write %s: %s", s->name, KNN__OS_ERROR(errno));
    done += (size_t)put;
  }
  return KNN_OK;
}

static knn_status resize_file(knn__medium *s, uint64_t size) {
  if (ftruncate(s->fd, (off_t)size) == 0) return KNN_OK;
  return knn_fail(s->ctx, KNN_EIO, "cannot write %s: %s", s->name, KNN__OS_ERROR(errno));
}

knn_status knn__medium_of_fd(knn_ctx *ctx, const char *name, int fd, bool writable,
                             knn__medium **out) {
  knn__medium *s = NULL;
  struct stat info;
  knn_status st = knn__medium_new(ctx, name, &s);
  if (st != KNN_OK) {
    close(fd);
    return st;
  }
  s->fd = fd;
  s->writable = writable;
  s->read = read_file;
  s->write = write_file;
  s->resize = resize_file;
  if (fstat(fd, &info) != 0)
    st = knn_fail(ctx, KNN_EIO, "cannot open %s: %s", name, KNN__OS_ERROR(errno));
  else if (!S_ISREG(info.st_mode))
    st = knn_fail(ctx, KNN_EIO, "%s is not a file%s", name,
                  S_ISDIR(info.st_mode) ? " but a folder" : "");
  else
    s->size = (uint64_t)info.st_size;
  if (st == KNN_OK)
    *out = s;
  else
    knn__medium_close(s);
  return st;
}

knn_status knn__medium_open(knn_ctx *ctx, const char *path, bool writable, knn__medium **out) {
  int fd;
  do fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  while (fd < 0 && errno == EINTR);
  if (fd < 0) return knn_fail(ctx, KNN_EIO, "cannot open %s: %s", path, KNN__OS_ERROR(errno));
  return knn__medium_of_fd(ctx, path, fd, writable, out);
}

knn_status knn__medium_of_draft(const knn__draft *draft, knn__medium **out) {
  const int fd = dup(draft->fd);
  if (fd >= 0) return knn__medium_of_fd(draft->ctx, draft->path, fd, true, out);
  return knn_fail(draft->ctx, KNN_EIO, "cannot open %s: %s", draft->path, KNN__OS_ERROR(errno));
}

knn_status knn__write_file(knn_ctx *ctx, const char *path, const void *data, size_t n) {
  knn__draft draft;
  knn__medium *m = NULL;
  KNN__TRY(knn__draft_begin(ctx, path, &draft));
  knn_status st = knn__medium_of_draft(&draft, &m);
  if (st == KNN_OK) st = knn__medium_write(m, 0, data, n);
  knn__medium_close(m);
  if (st == KNN_OK) return knn__draft_commit(&draft);
  knn__draft_drop(&draft);
  return st;
}

/* ---- memory ---- */

static knn_status read_memory(knn__medium *s, uint64_t at, void *dst, size_t n) {
  memcpy(dst, (const char *)s->self + at, n);
  return KNN_OK;
}

static void free_memory(knn__medium *s) {
  knn__free(s->ctx, s->self);
}

knn_status knn__medium_of_memory(knn_ctx *ctx, const char *name, const void *data, size_t n,
                                 bool owned, knn__medium **out) {
  knn__medium *s = NULL;
  KNN__TRY(knn__medium_new(ctx, name, &s));
  s->self = (void *)(uintptr_t)data;
  s->size = n;
  s->read = read_memory;
  s->close = owned ? free_memory : NULL;
  *out = s;
  return KNN_OK;
}

/* ---- both ---- */

knn_status knn__medium_read(knn__medium *s, uint64_t at, void *dst, size_t n) {
  if (s->status != KNN_OK) return s->status;
  if (at > s->size || n > s->size - at)
    return knn_fail(s->ctx, KNN_EFORMAT,
                    "%s ends early: it has %llu bytes, %llu at position %llu were expected",
                    s->name, (unsigned long long)s->size, (unsigned long long)n,
                    (unsigned long long)at);
  return n ? s->status = s->read(s, at, dst, n) : KNN_OK;
}

knn_status knn__medium_write(knn__medium *s, uint64_t at, const void *src, size_t n) {
  if (s->status != KNN_OK) return s->status;
  s->status = s->write(s, at, src, n);
  if (s->status == KNN_OK && at + n > s->size) s->size = at + n;
  return s->status;
}

knn_status knn__medium_resize(knn__medium *s, uint64_t size) {
  if (s->status != KNN_OK) return s->status;
  s->status = s->resize(s, size);
  if (s->status == KNN_OK) s->size = size;
  return s->status;
}
