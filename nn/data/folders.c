/* folders.c - folders made at need, and small files put in place whole. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "knn/data.h"
#include "sink.h"
#include "source.h"

static knn_status make_each(knn_ctx *ctx, char *path) {
  for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
    if (slash) *slash = '\0';
    int failed = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
    if (failed)
      knn_fail(ctx, KNN_EIO, "cannot make the folder %s: %s", path, KNN__OS_ERROR(failed));
    if (slash) *slash = '/';
    if (failed) return KNN_EIO;
    if (!slash) return KNN_OK;
  }
}

knn_status knn_make_folders(knn_ctx *ctx, const char *path) {
  if (!path[0]) return KNN_OK;
  char *copy = knn__strdup(ctx, path);
  if (!copy) return KNN_ENOMEM;
  knn_status st = make_each(ctx, copy);
  knn__free(ctx, copy);
  return st;
}

knn_status knn_file_replace(knn_ctx *ctx, const char *path, const void *data, size_t bytes) {
  knn__sink sink = {.ctx = ctx};
  knn__sink_write(&sink, data, bytes);
  knn_status st = knn__sink_save(&sink, path);
  knn__sink_clear(&sink);
  return st;
}
