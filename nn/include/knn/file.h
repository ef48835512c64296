/* file.h - arrays in files: HDF5, NumPy's .npy and .npz, safetensors.
 *
 * Files are a stranger's bytes: sizes are judged before memory is taken, links to other files are
 * not followed, nothing in a file is run. Files are written beside their place and renamed when
 * they are whole and on the disk. */
#ifndef KNN_FILE_H
#define KNN_FILE_H

#include "knn/config.h"
#include "knn/tensor.h"

KNN_BEGIN

/* Named tensors in the order of their file. */
typedef struct knn_tensors knn_tensors;
KNN_API knn_status knn_tensors_new(knn_ctx *ctx, knn_tensors **out);
KNN_API void knn_tensors_release(knn_tensors *tensors); /* NULL is fine */
/* Retains the tensor. KNN_EARG if the name is taken. */
KNN_API knn_status knn_tensors_add(knn_tensors *tensors, const char *name, knn_tensor *tensor);
KNN_API int knn_tensors_size(const knn_tensors *tensors);
KNN_API const char *knn_tensors_name(const knn_tensors *tensors, int i);           /* i from 0 */
KNN_API knn_tensor *knn_tensors_at(const knn_tensors *tensors, int i);             /* lent */
KNN_API knn_tensor *knn_tensors_get(const knn_tensors *tensors, const char *name); /* lent; NULL */

/* All tensors of a file: .npy (one, named ""), .npz, .safetensors, .h5 and .keras (the paths of
 * the data sets). The kind is told by the contents. */
KNN_API knn_status knn_tensors_load(knn_ctx *ctx, const char *path, knn_tensors **out);
/* The same without the numbers: a list of {name, dtype, shape}. */
KNN_API knn_status knn_tensors_list(knn_ctx *ctx, const char *path, knn_config **out);
/* Write them; the kind is told by the end of the path: .npy (one tensor), .npz, .safetensors, .h5.
 */
KNN_API knn_status knn_tensors_save(const knn_tensors *tensors, const char *path);

/* An HDF5 file. Paths go from its root, "group/data"; only hard links are followed. */
typedef struct knn_h5 knn_h5;
/* mode: "r" reads; "w" makes a new file, which stands at path once it is closed; "a" changes a copy
 * of the file there, or makes a new one, and puts it there when it is closed. */
KNN_API knn_status knn_h5_open(knn_ctx *ctx, const char *path, const char *mode, knn_h5 **out);
/* Ends writing: KNN_EIO leaves the old file. The handle is gone in any case. NULL is fine. */
KNN_API knn_status knn_h5_close(knn_h5 *h5);
/* Close without putting what was written in place. */
KNN_API void knn_h5_drop(knn_h5 *h5);

/* What stands in a group ("" = the root), by name: a list of {name, kind, dtype, shape}; kind is
 * "group", "data" (numbers: dtype is that of the tensor it gives), "text" or "other". */
KNN_API knn_status knn_h5_list(knn_h5 *h5, const char *path, knn_config **out);
/* The same for one path, without the name; KNN_EDATA if nothing is there. */
KNN_API knn_status knn_h5_describe(knn_h5 *h5, const char *path, knn_config **out);
KNN_API bool knn_h5_has(knn_h5 *h5, const char *path);

/* Part of an axis: `count` elements from `first`, every `step`-th. */
typedef struct knn_h5_range {
  int64_t first, count, step;
} knn_h5_range;
/* Numbers as a tensor; whole if n_ranges is 0, else a range for each axis. Types that tensors lack
 * come as the next wider one: int8, int16 and uint16 as int32, uint32 and uint64 as int64. */
KNN_API knn_status knn_h5_read(knn_h5 *h5, const char *path, const knn_h5_range *ranges,
                               int n_ranges, knn_tensor **out);
/* Text, or an array of texts as a list. */
KNN_API knn_status knn_h5_read_text(knn_h5 *h5, const char *path, knn_config **out);
/* Groups on the way are made; what stood there is replaced. compression: 0 = none, to 9 = most. */
KNN_API knn_status knn_h5_write(knn_h5 *h5, const char *path, const knn_tensor *tensor,
                                int compression);
KNN_API knn_status knn_h5_make_group(knn_h5 *h5, const char *path);
/* Attributes of a group or data: all of them as a dict; one, NULL if absent; a text, number, or
 * list of these. */
KNN_API knn_status knn_h5_attributes(knn_h5 *h5, const char *path, knn_config **out);
KNN_API knn_status knn_h5_attribute(knn_h5 *h5, const char *path, const char *name,
                                    knn_config **out);
KNN_API knn_status knn_h5_set_attribute(knn_h5 *h5, const char *path, const char *name,
                                        const knn_config *value);

KNN_END

#endif
