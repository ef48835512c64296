/* dataset.h - the row of a known data set, and how its files are found. */
#ifndef KNN__DATASET_H
#define KNN__DATASET_H

#include "ctx.h"
#include "knn/data.h"

typedef struct knn__dataset_file {
  const char *name;
  uint64_t bytes;
  const char *sha256;
} knn__dataset_file;

typedef struct knn__dataset_row {
  const char *name;   /* also of its folder */
  const char *folder; /* a second usual name of the folder, or NULL */
  const char *about;
  const char *const *classes;
  int n_classes;
  const knn__dataset_file *files; /* what may be downloaded */
  int n_files;
  const char *const *mirrors; /* base addresses that end in '/' */
  int n_mirrors;
  knn_status (*load)(knn_ctx *ctx, const struct knn__dataset_row *row,
                     const knn_dataset_options *options, knn_dataset *out);
} knn__dataset_row;

extern const knn__dataset_row knn__set_mnist, knn__set_fashion_mnist, knn__set_cifar10,
    knn__set_cifar100, knn__set_california_housing, knn__set_digits, knn__set_iris, knn__set_imdb,
    knn__set_sms_spam;

/* Path of a file in the folders or the cache, as named, with or without ".gz"; *path NULL when it
 * is nowhere. */
knn_status knn__dataset_find(knn_ctx *ctx, const knn__dataset_row *row,
                             const knn_dataset_options *options, const char *file, char **path);
/* The same, downloading it into the cache if need be; fails with the folders searched. */
knn_status knn__dataset_fetch(knn_ctx *ctx, const knn__dataset_row *row,
                              const knn_dataset_options *options, const knn__dataset_file *file,
                              char **path);

/* Contents of a member of a tar archive in memory, by the last part of its name; lent. KNN_EFORMAT
 * when it is not there. */
knn_status knn__tar_member(knn_ctx *ctx, const char *name, const char *archive, size_t bytes,
                           const char *member, const uint8_t **data, size_t *size);

#endif
