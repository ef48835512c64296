/* saving.h - models in files, as Keras 3 reads and writes them.
 *
 * path ends in .keras: the model with its layers, weights, compile options and the optimizer's
 * state; in .h5 or .hdf5: the same in the layout of Keras 2. A file is written beside its place and
 * renamed when it is whole and on the disk; the same model gives the same bytes. Loading runs
 * nothing that stands in a file. */
#ifndef KNN_SAVING_H
#define KNN_SAVING_H

#include "knn/file.h"
#include "knn/model.h"

KNN_BEGIN

/* How a file is read; zeroed = as Keras does it. */
typedef struct knn_load_options {
  bool uncompiled;    /* leave out what the model was compiled with */
  bool skip_mismatch; /* weights that are missing or of another shape are left as they are */
  bool by_name;       /* older .h5 files: by the names of layers, not by their order */
  uint64_t limit;     /* most bytes of a part of the file that is taken as a whole, as its config;
                         0 = 1 GiB */
  /* Asked for classes and functions that the library does not have: name is the registered one
   * ("package>Name" or "Name"); config is the one in the file, NULL for a function. A new reference
   * in *out, or NULL there if the host does not know it either. */
  knn_status (*custom)(void *user, const char *family, const char *name, const knn_config *config,
                       knn_object **out);
  void *user;
} knn_load_options;

KNN_API knn_status knn_model_save(knn_model *model, const char *path);
/* options NULL = Keras's defaults */
KNN_API knn_status knn_model_load(knn_ctx *ctx, const char *path, const knn_load_options *options,
                                  knn_model **out);

/* Weights and, if the model has one, the optimizer's state: .weights.h5. Loading needs a built
 * model of the same structure; it also takes the weights of .keras files and of older .h5 ones.
 * Nothing is changed when something does not fit. */
KNN_API knn_status knn_model_save_weights(knn_model *model, const char *path);
KNN_API knn_status knn_model_load_weights(knn_model *model, const char *path,
                                          const knn_load_options *options);

/* The model without weights, as text of JSON in Keras's form; freed with knn_text_free. */
KNN_API knn_status knn_model_to_json(knn_model *model, char **out);
KNN_API knn_status knn_model_from_json(knn_ctx *ctx, const char *text,
                                       const knn_load_options *options, knn_model **out);

/* Any object in Keras's form, {module, class_name, config, registered_name}, and back. */
KNN_API knn_status knn_keras_serialize(knn_object *object, knn_config **out);
KNN_API knn_status knn_keras_deserialize(knn_ctx *ctx, const char *family, const knn_config *config,
                                         const knn_load_options *options, knn_object **out);

KNN_END

#endif
