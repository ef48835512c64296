/* h5.h - inside of HDF5 files: opened over media, and the parts that h5*.c share. Every entry
 * from outside stands between knn__h5_begin and knn__h5_end: HDF5 then prints nothing. */
#ifndef KNN__H5_H
#define KNN__H5_H

#include "draft.h"
#include "knn/file.h"
#include "shape.h"
#include "medium.h"

/* Read a medium, or write a new file into it; the medium is closed with the file, also when this
 * fails. */
knn_status knn__h5_over(knn__medium *medium, bool create, knn_h5 **out);

/* Type and shape of an array of numbers; KNN_DTYPE_NONE if there is none at the path. */
knn_status knn__h5_spec(knn_h5 *h5, const char *path, knn__spec *out);
/* An array into a tensor of its shape, whose type it gets. */
knn_status knn__h5_read_into(knn_h5 *h5, const char *path, knn_tensor *t);

#if KNN_HAVE_HDF5

#include "h5_api.h"

struct knn_h5 {
  knn_ctx *ctx;
  knn__h5_api api;
  knn__medium *medium;
  hid_t driver, file; /* -1 = none */
  knn__draft draft;   /* of a file that is written; else without a path */
  H5E_auto2_t print;  /* while an entry runs: how errors were printed before */
  void *print_to;
};

void knn__h5_begin(knn_h5 *h5);
/* st, or the failure of the medium behind it. */
knn_status knn__h5_end(knn_h5 *h5, knn_status st);
/* What HDF5 did not do, without its own words, which are many. */
knn_status knn__h5_fail(knn_h5 *h5, const char *what, const char *path);

/* The object at a path ("" = the root); close it with api.object_close. Refuses links but hard
 * ones. *out is -1 and the result KNN_OK if nothing is there. */
knn_status knn__h5_find(knn_h5 *h5, const char *path, hid_t *out);
/* As knn__h5_find; nothing there is KNN_EDATA. */
knn_status knn__h5_at(knn_h5 *h5, const char *path, hid_t *out);

/* h5_types.c: the type that elements get in a tensor, KNN_DTYPE_NONE for those that are no numbers;
 * and the one HDF5 shall read or write them as (close it). */
knn_dtype knn__h5_dtype(knn_h5 *h5, hid_t type);
hid_t knn__h5_memory_type(knn_h5 *h5, knn_dtype type);
/* The sizes of a space, at most KNN_MAX_RANK; false if there are more, or if it is empty. */
bool knn__h5_dims(knn_h5 *h5, hid_t space, knn__spec *spec);
/* h5_text.c: texts of an attribute or a data set (`read` reads from `from` into memory of a type).
 */
typedef herr_t knn__h5_reader(knn_h5 *h5, hid_t from, hid_t type, void *dst);
knn_status knn__h5_texts(knn_h5 *h5, hid_t from, hid_t type, hid_t space, uint64_t stored,
                         knn__h5_reader *read, const char *path, knn_config **out);

#endif
#endif
