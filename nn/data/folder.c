/* folder.c - what is in a folder: the names of its files and of its folders, in byte order. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "knn/data.h"
#include "source.h"
#include "text.h"

typedef struct entry {
  char *name;
  bool is_folder;
} entry;

typedef struct lister {
  knn_ctx *ctx;
  const char *path;
  entry *entries;
  int n, room;
} lister;

static knn_status add(lister *l, const char *name) {
  knn__text path = {.ctx = l->ctx};
  struct stat info;
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return KNN_OK;
  knn__text_add(&path, "%s/%s", l->path, name);
  bool there = !path.failed && stat(path.s, &info) == 0;
  knn__free(l->ctx, path.s);
  if (path.failed) return KNN_ENOMEM;
  if (!there) return KNN_OK; /* a link to nowhere, or gone since */
  KNN__TRY(knn__grow(l->ctx, (void **)&l->entries, &l->room, l->n, sizeof *l->entries));
  char *copy = knn__strdup(l->ctx, name);
  if (!copy) return KNN_ENOMEM;
  l->entries[l->n++] = (entry){copy, S_ISDIR(info.st_mode)};
  return KNN_OK;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static knn_status read_folder(lister *l) {
  DIR *dir = opendir(l->path);
  if (!dir)
    return knn_fail(l->ctx, KNN_EIO, "cannot look into the folder %s: %s", l->path,
                    KNN__OS_ERROR(errno));
  knn_status status = KNN_OK;
  for (struct dirent *e; status == KNN_OK && (e = readdir(dir));) status = add(l, e->d_name);
  closedir(dir);
  if (l->n) qsort(l->entries, (size_t)l->n, sizeof *l->entries, by_name);
  return status;
}

static knn_status to_list(const lister *l, bool folders, knn_config **out) {
  knn_config *list = NULL;
  KNN__TRY(knn_config_list(l->ctx, &list));
  knn_status status = KNN_OK;
  for (int i = 0; i < l->n && status == KNN_OK; i++) {
    knn_config *name = NULL;
    if (l->entries[i].is_folder != folders) continue;
    status = knn_config_string(l->ctx, l->entries[i].name, &name);
    if (status == KNN_OK) status = knn_config_push(list, name);
    knn_config_release(name);
  }
  if (status == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return status;
}

knn_status knn_folder_list(knn_ctx *ctx, const char *path, bool folders, knn_config **out) {
  lister l = {.ctx = ctx, .path = path};
  knn_status status = read_folder(&l);
  if (status == KNN_OK) status = to_list(&l, folders, out);
  for (int i = 0; i < l.n; i++) knn__free(ctx, l.entries[i].name);
  knn__free(ctx, l.entries);
  return status;
}
