/* draft.c - see draft.h. */
#include "draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "source.h"

enum { TRIES = 100 };

/* The length of the folder's part of a path, its slash included. */
static int folder_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (int)(slash - path) + 1 : 0;
}

/* "folder/.name.<8 digits>": the file is made by this call or the name is not taken. */
static knn_status make_beside(knn_ctx *ctx, const char *path, char *temp, size_t size, int *fd) {
  const int folder = folder_length(path);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  unsigned number = (unsigned)now.tv_nsec ^ ((unsigned)getpid() << 16);
  for (int i = 0; i < TRIES; i++, number = number * 1664525u + 1013904223u) {
    snprintf(temp, size, "%.*s.%s.%08x", folder, path, path + folder, number);
    *fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (*fd >= 0) return KNN_OK;
    if (errno != EEXIST && errno != EINTR) break;
  }
  return knn_fail(ctx, KNN_EIO, "cannot write %s: %s", path, KNN__OS_ERROR(errno));
}

knn_status knn__draft_begin(knn_ctx *ctx, const char *path, knn__draft *out) {
  const size_t size = strlen(path) + 16;
  *out = (knn__draft){.ctx = ctx, .fd = -1};
  out->path = knn__strdup(ctx, path);
  out->temp = knn__alloc(ctx, size);
  knn_status st = out->path && out->temp ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) st = make_beside(ctx, path, out->temp, size, &out->fd);
  if (st == KNN_OK) return st;
  knn__free(ctx, out->temp);
  out->temp = NULL;
  knn__draft_drop(out);
  return st;
}

/* The new name in the folder outlives a crash too. A file system that cannot sync folders is none
 * of our failures. */
static void sync_folder(const knn__draft *draft) {
  const int folder = folder_length(draft->path);
  char *name = knn__strdup(draft->ctx, folder ? draft->path : ".");
  if (!name) return;
  if (folder) name[folder] = '\0';
  const int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  knn__free(draft->ctx, name);
}

knn_status knn__draft_commit(knn__draft *draft) {
  knn_status st = KNN_OK;
  if (draft->fd < 0) draft->fd = open(draft->temp, O_RDONLY | O_CLOEXEC);
  if (draft->fd < 0 || fsync(draft->fd) != 0 || rename(draft->temp, draft->path) != 0)
    st = knn_fail(draft->ctx, KNN_EIO, "cannot write %s: %s", draft->path, KNN__OS_ERROR(errno));
  if (st == KNN_OK) {
    sync_folder(draft);
    knn__free(draft->ctx, draft->temp);
    draft->temp = NULL;
  }
  knn__draft_drop(draft);
  return st;
}

void knn__draft_drop(knn__draft *draft) {
  if (draft->fd >= 0) close(draft->fd);
  if (draft->temp) unlink(draft->temp);
  knn__free(draft->ctx, draft->temp);
  knn__free(draft->ctx, draft->path);
  *draft = (knn__draft){.ctx = draft->ctx, .fd = -1};
}

knn_status knn__scratch_file(knn_ctx *ctx, const char *path, int *fd) {
  const size_t size = strlen(path) + 16;
  char *temp = knn__alloc(ctx, size);
  if (!temp) return KNN_ENOMEM;
  knn_status st = make_beside(ctx, path, temp, size, fd);
  if (st == KNN_OK) unlink(temp);
  knn__free(ctx, temp);
  return st;
}
