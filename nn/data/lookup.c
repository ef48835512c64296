/* lookup.c - where the files of a data set are: the caller's folders, then the cache, then a
 * download into the cache. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset.h"
#include "source.h"
#include "text.h"

static bool is_file(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

/* FOLDER/file, FOLDER/file.gz, or without its .gz; *path stays NULL if there is none. */
static knn_status look_in(knn_ctx *ctx, const char *folder, const char *file, char **path) {
  size_t n = strlen(file);
  bool packed = n > 3 && strcmp(file + n - 3, ".gz") == 0;
  for (int variant = 0; variant < 2; variant++) {
    knn__text text = {.ctx = ctx};
    knn__text_add(&text, "%s/%.*s%s", folder, (int)(variant && packed ? n - 3 : n), file,
                  variant && !packed ? ".gz" : "");
    if (text.failed) return KNN_ENOMEM;
    if (is_file(text.s)) {
      *path = text.s;
      return KNN_OK;
    }
    knn__free(ctx, text.s);
  }
  return KNN_OK;
}

typedef knn_status (*visitor)(knn_ctx *ctx, const char *folder, void *user, bool *stop);

/* Calls visit with every folder that may hold the set, until it says stop or fails. */
static knn_status each_folder(knn_ctx *ctx, const knn__dataset_row *row,
                              const knn_dataset_options *options, visitor visit, void *user) {
  bool stop = false;
  for (int i = 0; i <= options->n_dirs; i++) {
    const char *dir = i < options->n_dirs ? options->dirs[i] : options->cache;
    for (int k = 0; dir && k < 4 && !stop; k++) {
      const char *name = k % 2 ? row->folder : row->name;
      knn__text text = {.ctx = ctx};
      if (!name || (k >= 2 && i == options->n_dirs)) continue;
      knn__text_add(&text, "%s/%s%s", dir, k >= 2 ? "data/" : "", name);
      knn_status status = text.failed ? KNN_ENOMEM : visit(ctx, text.s, user, &stop);
      knn__free(ctx, text.s);
      KNN__TRY(status);
    }
  }
  return KNN_OK;
}

typedef struct search {
  const char *file;
  char *path;
} search;

static knn_status visit_for_file(knn_ctx *ctx, const char *folder, void *user, bool *stop) {
  search *s = user;
  KNN__TRY(look_in(ctx, folder, s->file, &s->path));
  *stop = s->path != NULL;
  return KNN_OK;
}

knn_status knn__dataset_find(knn_ctx *ctx, const knn__dataset_row *row,
                             const knn_dataset_options *options, const char *file, char **path) {
  search s = {.file = file};
  KNN__TRY(each_folder(ctx, row, options, visit_for_file, &s));
  *path = s.path;
  return KNN_OK;
}

static knn_status visit_for_message(knn_ctx *ctx, const char *folder, void *user, bool *stop) {
  (void)ctx, (void)stop;
  knn__text *text = user;
  if (access(folder, F_OK) == 0 || !text->n)
    knn__text_add(text, "%s%s", text->n ? ", " : "", folder);
  return KNN_OK;
}

static knn_status not_found(knn_ctx *ctx, const knn__dataset_row *row,
                            const knn_dataset_options *options, const char *file) {
  knn__text folders = {.ctx = ctx};
  knn_status status = each_folder(ctx, row, options, visit_for_message, &folders);
  if (status == KNN_OK)
    status = knn_fail(ctx, KNN_EIO,
                      "%s was not found in %s, and %s; put the file there or allow the download",
                      file, folders.n ? folders.s : "any folder (none was given)",
                      options->cache ? "downloading is switched off"
                                     : "there is no cache folder to download it into");
  knn__free(ctx, folders.s);
  return status;
}

static knn_status download(knn_ctx *ctx, const knn__dataset_row *row,
                           const knn_dataset_options *options, const knn__dataset_file *file,
                           const char *path) {
  enum { MOST = 8 };
  char *urls[MOST] = {0};
  const char *const *bases = options->mirrors ? options->mirrors : row->mirrors;
  int n = options->mirrors ? options->n_mirrors : row->n_mirrors;
  knn_status status = KNN_OK;
  if (n > MOST) n = MOST;
  for (int i = 0; i < n && status == KNN_OK; i++) {
    knn__text text = {.ctx = ctx};
    size_t end = strlen(bases[i]);
    knn__text_add(&text, "%s%s%s", bases[i], end && bases[i][end - 1] == '/' ? "" : "/",
                  file->name);
    urls[i] = text.s;
    if (text.failed) status = KNN_ENOMEM;
  }
  const knn_download job = {.urls = (const char *const *)urls,
                            .n_urls = n,
                            .path = path,
                            .sha256 = file->sha256,
                            .bytes = file->bytes,
                            .net = options->net};
  if (status == KNN_OK) status = knn_download_file(ctx, &job);
  for (int i = 0; i < n; i++) knn__free(ctx, urls[i]);
  return status;
}

knn_status knn__dataset_fetch(knn_ctx *ctx, const knn__dataset_row *row,
                              const knn_dataset_options *options, const knn__dataset_file *file,
                              char **path) {
  KNN__TRY(knn__dataset_find(ctx, row, options, file->name, path));
  if (*path) return KNN_OK;
  if (!options->cache || options->offline) return not_found(ctx, row, options, file->name);
  knn__text target = {.ctx = ctx};
  knn__text_add(&target, "%s/%s", options->cache, row->name);
  knn_status status = target.failed ? KNN_ENOMEM : knn_make_folders(ctx, target.s);
  knn__text_add(&target, "/%s", file->name);
  if (target.failed) status = KNN_ENOMEM;
  if (status == KNN_OK) status = download(ctx, row, options, file, target.s);
  if (status == KNN_OK)
    *path = target.s;
  else
    knn__free(ctx, target.s);
  return status;
}
