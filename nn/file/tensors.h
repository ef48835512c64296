/* tensors.h - inside of a list of named tensors, and the formats that fill it. With `values` false
 * the numbers are left in the file and only type and shape are noted. */
#ifndef KNN__TENSORS_H
#define KNN__TENSORS_H

#include "archive.h"
#include "knn/file.h"
#include "medium.h"
#include "shape.h"

typedef struct knn__entry {
  char *name;
  knn__spec spec;
  knn_tensor *tensor; /* counted; NULL if only listed */
} knn__entry;

struct knn_tensors {
  knn_ctx *ctx;
  knn__entry *entries;
  int n, capacity;
  bool values;
};

/* Note a tensor, or its spec if t is NULL. */
knn_status knn__tensors_note(knn_tensors *tensors, const char *name, const knn__spec *spec,
                             knn_tensor *t);

/* Elements as they stand in a file: kind as in NumPy ('f' float, 'i' int, 'u' unsigned, 'b' bool,
 * 'h' bfloat16), bytes, order of the bytes. */
typedef struct knn__element {
  char kind;
  int size;
  bool big_endian;
} knn__element;
/* The type they get in a tensor; KNN_DTYPE_NONE for those that have none. */
knn_dtype knn__element_dtype(const knn__element *e);
/* The elements of a new tensor, from position `at` on; no memory is taken for more than there is.
 */
knn_status knn__read_elements(knn__medium *m, uint64_t at, const knn__element *e,
                              const knn__spec *spec, knn_tensor **out);

knn_status knn__npy_read(knn__medium *m, const char *name, knn_tensors *tensors);
knn_status knn__npz_read(knn__zip *zip, knn_tensors *tensors);
knn_status knn__safetensors_read(knn__medium *m, knn_tensors *tensors);
/* All data sets of an HDF5 file. */
knn_status knn__h5_read_all(knn_h5 *h5, knn_tensors *tensors);

knn_status knn__npy_write(const knn_tensors *tensors, const char *path);
knn_status knn__npz_write(const knn_tensors *tensors, const char *path);
knn_status knn__safetensors_write(const knn_tensors *tensors, const char *path);

#endif
