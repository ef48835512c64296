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

/* legacy_weights.c: weights as Keras 2 lays them out, and as Keras 3 still does in whole .h5 files.
 * *group is the one that they stand in ("" = the root), NULL if the file has none. Reading is all
 * or nothing, as above. */
knn_status knn__legacy_weights_find(knn_h5 *h5, const char **group);
knn_status knn__legacy_weights_read(knn_model *m, knn_h5 *h5, const char *group,
                                    const knn_load_options *options);

/* optimizer_state.c: under "optimizer/vars". State that does not fit is left out, with a warning,
 * as in Keras. */
knn_status knn__optimizer_state_write(knn_model *m, knn_h5 *h5);
knn_status knn__optimizer_state_read(knn_model *m, knn_h5 *h5);

#endif
