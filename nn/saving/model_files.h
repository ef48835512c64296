/* model_files.h - what saving and loading share. */
#ifndef KNN__MODEL_FILES_H
#define KNN__MODEL_FILES_H

#include "archive.h"
#include "knn/file.h"
#include "knn/saving.h"

/* The version of Keras whose form is written. */
#define KNN__KERAS_VERSION "3.15.1"

bool knn__ends_in(const char *path, const char *end);

/* The weights inside of a .keras file. */
knn_status knn__open_weights(knn_ctx *ctx, knn__zip *zip, const char *path,
                             const knn_load_options *options, knn_h5 **out);
uint64_t knn__load_limit(const knn_load_options *options);

/* load.c: the model of a form, compiled as the form says. */
knn_status knn__decode_whole(knn_ctx *ctx, const knn_config *form, const knn_load_options *options,
                             knn_model **out);
/* save.c: what the model was compiled with; {} if it was not. The caller lets go of it, also after
 * a failure. */
knn_status knn__encode_compile(knn_model *m, knn_config **out);

/* legacy_model.c: whole models in .h5 */
bool knn__is_legacy_path(const char *path);
knn_status knn__legacy_load(knn_ctx *ctx, const char *path, const knn_load_options *options,
                            knn_model **out);
knn_status knn__legacy_write(knn_model *m, knn_h5 *h5);

/* vocabularies.c: what stands beside a config in the file goes into it, where it has null. */
typedef struct knn__keras_file {
  knn_ctx *ctx;
  knn__zip *zip;
  const char *path;
  const knn_load_options *options;
} knn__keras_file;
knn_status knn__vocabularies_fill(const knn__keras_file *file, const knn_config *form);

#endif
