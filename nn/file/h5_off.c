/* h5_off.c - HDF5 files in a build without libhdf5: what is missing, said in one sentence. */
#if !KNN_HAVE_HDF5

#include "h5.h"
#include "unbuilt.h"

static knn_status off(knn_ctx *ctx) {
  return knn__unbuilt(ctx, "libhdf5", "reading and writing HDF5 files");
}

knn_status knn__h5_over(knn__medium *medium, bool create, knn_h5 **out) {
  (void)create, (void)out;
  knn_ctx *ctx = medium->ctx;
  knn__medium_close(medium);
  return off(ctx);
}

knn_status knn_h5_open(knn_ctx *ctx, const char *path, const char *mode, knn_h5 **out) {
  (void)path, (void)mode, (void)out;
  return off(ctx);
}

/* No file is ever open, so the rest is never called. */
knn_status knn_h5_close(knn_h5 *h5) {
  (void)h5;
  return KNN_OK;
}

void knn_h5_drop(knn_h5 *h5) {
  (void)h5;
}

bool knn_h5_has(knn_h5 *h5, const char *path) {
  (void)h5, (void)path;
  return false;
}

knn_status knn_h5_list(knn_h5 *h5, const char *path, knn_config **out) {
  (void)h5, (void)path, (void)out;
  return KNN_ESTATE;
}

knn_status knn_h5_describe(knn_h5 *h5, const char *path, knn_config **out) {
  (void)h5, (void)path, (void)out;
  return KNN_ESTATE;
}

knn_status knn_h5_read(knn_h5 *h5, const char *path, const knn_h5_range *ranges, int n_ranges,
                       knn_tensor **out) {
  (void)h5, (void)path, (void)ranges, (void)n_ranges, (void)out;
  return KNN_ESTATE;
}

knn_status knn_h5_read_text(knn_h5 *h5, const char *path, knn_config **out) {
  (void)h5, (void)path, (void)out;
  return KNN_ESTATE;
}

knn_status knn_h5_write(knn_h5 *h5, const char *path, const knn_tensor *tensor, int compression) {
  (void)h5, (void)path, (void)tensor, (void)compression;
  return KNN_ESTATE;
}

knn_status knn_h5_make_group(knn_h5 *h5, const char *path) {
  (void)h5, (void)path;
  return KNN_ESTATE;
}

knn_status knn_h5_attributes(knn_h5 *h5, const char *path, knn_config **out) {
  (void)h5, (void)path, (void)out;
  return KNN_ESTATE;
}

knn_status knn_h5_attribute(knn_h5 *h5, const char *path, const char *name, knn_config **out) {
  (void)h5, (void)path, (void)name, (void)out;
  return KNN_ESTATE;
}

knn_status knn_h5_set_attribute(knn_h5 *h5, const char *path, const char *name,
                                const knn_config *value) {
  (void)h5, (void)path, (void)name, (void)value;
  return KNN_ESTATE;
}

knn_status knn__h5_spec(knn_h5 *h5, const char *path, knn__spec *out) {
  (void)h5, (void)path, (void)out;
  return KNN_ESTATE;
}

knn_status knn__h5_read_into(knn_h5 *h5, const char *path, knn_tensor *t) {
  (void)h5, (void)path, (void)t;
  return KNN_ESTATE;
}

#else
typedef int knn__h5_off_is_off;
#endif
