/* weights.h - weights in HDF5 files as Keras 3 lays them out: a tree of the objects that hold them.
 */
#ifndef KNN__WEIGHTS_H
#define KNN__WEIGHTS_H

#include "h5.h"
#include "knn/saving.h"
#include "model.h"

/* All weights of the model and the state of its optimizer. */
knn_status knn__weights_write(knn_model *m, knn_h5 *h5);
/* The same back. First everything is compared, so that a file that does not fit changes nothing;
 * one sentence names all weights that are missing or of another shape. */
knn_status knn__weights_read(knn_model *m, knn_h5 *h5, bool skip_mismatch);

/* legacy_weights.c: weights as Keras 2 lays them out, and as Keras 3 still does in whole .h5 files,
 * where they stand in a group of this name. *group is the one that a file has, "" = the root, NULL
 * = none. Reading is all or nothing, as above. */
#define KNN__LEGACY_WEIGHTS "model_weights"
knn_status knn__legacy_weights_find(knn_h5 *h5, const char **group);
knn_status knn__legacy_weights_read(knn_model *m, knn_h5 *h5, const char *group,
                                    const knn_load_options *options);
knn_status knn__legacy_weights_write(knn_model *m, knn_h5 *h5);
/* A list of texts of a group; one that is too long for an attribute goes on in several: name0,
 * name1, ... Empty if there is none. */
knn_status knn__legacy_list_read(knn_ctx *ctx, knn_h5 *h5, const char *group, const char *name,
                                 knn_config **out);
knn_status knn__legacy_list_write(knn_ctx *ctx, knn_h5 *h5, const char *group, const char *name,
                                  const knn_config *list);

/* optimizer_state.c: under "optimizer/vars". State that does not fit is left out, with a warning,
 * as in Keras. */
knn_status knn__optimizer_state_write(knn_model *m, knn_h5 *h5);
knn_status knn__optimizer_state_read(knn_model *m, knn_h5 *h5);
/* The same in a legacy file: under "optimizer_weights", listed by its attribute weight_names. */
knn_status knn__legacy_state_write(knn_model *m, knn_h5 *h5);
knn_status knn__legacy_state_read(knn_model *m, knn_h5 *h5);

#endif
