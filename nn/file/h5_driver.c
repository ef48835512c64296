/* h5_driver.c - HDF5 over a medium: its virtual file driver. HDF5 knows a file by its name only, so
 * the name that is opened is the address of the medium. */
#if KNN_HAVE_HDF5

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "h5_api.h"
#include "medium.h"

typedef struct driver_file {
  H5FD_t base;
  knn__medium *medium;
  haddr_t end; /* of what HDF5 has given out */
} driver_file;

static H5FD_t *open_medium(const char *name, unsigned flags, hid_t access, haddr_t most) {
  knn__medium *s = (knn__medium *)(uintptr_t)strtoumax(name, NULL, 16);
  (void)access, (void)most;
  driver_file *f = knn__alloc(s->ctx, sizeof *f);
  if (!f) {
    s->status = KNN_ENOMEM;
    return NULL;
  }
  f->medium = s;
  if (flags & H5F_ACC_TRUNC) knn__medium_resize(s, 0);
  return &f->base;
}

static herr_t close_medium(H5FD_t *file) {
  driver_file *f = (driver_file *)file;
  knn__free(f->medium->ctx, f);
  return 0;
}

static int compare(const H5FD_t *a, const H5FD_t *b) {
  const uintptr_t x = (uintptr_t)((const driver_file *)a)->medium,
                  y = (uintptr_t)((const driver_file *)b)->medium;
  return (x > y) - (x < y);
}

static herr_t query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

static haddr_t get_end(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const driver_file *)file)->end;
}

static herr_t set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((driver_file *)file)->end = end;
  return 0;
}

static haddr_t get_size(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const driver_file *)file)->medium->size;
}

/* What lies behind the end of the file but was given out reads as zeros. */
static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t n,
                         void *dst) {
  knn__medium *s = ((driver_file *)file)->medium;
  (void)type, (void)transfer;
  const size_t there = at >= s->size ? 0 : s->size - at < n ? (size_t)(s->size - at) : n;
  if (there && knn__medium_read(s, at, dst, there) != KNN_OK) return -1;
  memset((char *)dst + there, 0, n - there);
  return 0;
}

static herr_t write_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t n,
                          const void *src) {
  (void)type, (void)transfer;
  knn__medium_write(((driver_file *)file)->medium, at, src,
                    n); /* its failure is found at the end */
  return 0;
}

static herr_t truncate_medium(H5FD_t *file, hid_t transfer, hbool_t closing) {
  driver_file *f = (driver_file *)file;
  (void)transfer, (void)closing;
  if (f->medium->writable && f->end != f->medium->size) knn__medium_resize(f->medium, f->end);
  return 0;
}

const H5FD_class_t knn__h5_driver = {
#if H5_VERSION_GE(1, 13, 2)
    .version = H5FD_CLASS_VERSION,
    .value = 320, /* of those that are free for tests and private use */
#endif
    .name = "knn medium",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .open = open_medium,
    .close = close_medium,
    .cmp = compare,
    .query = query,
    .get_eoa = get_end,
    .set_eoa = set_end,
    .get_eof = get_size,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = truncate_medium,
    .fl_map = H5FD_FLMAP_SINGLE,
};

#else
typedef int knn__h5_driver_is_off;
#endif
