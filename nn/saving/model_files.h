/* model_files.h - what saving and loading share. */
#ifndef KNN__MODEL_FILES_H
#define KNN__MODEL_FILES_H

#include "archive.h"
#include "knn/file.h"
#include "knn/saving.h"

bool knn__ends_in(const char *path, const char *end);

/* The weights inside of a .keras file. */
knn_status knn__open_weights(knn_ctx *ctx, knn__zip *zip, const char *path,
                             const knn_load_options *options, knn_h5 **out);
uint64_t knn__load_limit(const knn_load_options *options);

/* vocabularies.c: what stands beside a config in the file goes into it, where it has null. */
typedef struct knn__keras_file {
  knn_ctx *ctx;
  knn__zip *zip;
  const char *path;
  const knn_load_options *options;
} knn__keras_file;
knn_status knn__vocabularies_fill(const knn__keras_file *file, const knn_config *form);

#endif
