/* medium.h - bytes by position: of a file, of memory, of a member of an archive. What HDF5 reads
 * and writes through, so that a model's weights are read where they stand. */
#ifndef KNN__MEDIUM_H
#define KNN__MEDIUM_H

#include "draft.h"

typedef struct knn__medium knn__medium;
struct knn__medium {
  knn_ctx *ctx;
  char *name; /* begins the messages; counts as owned */
  uint64_t size;
  bool writable;
  /* The first failure; its message is the context's. After it reads fail and writes are dropped, so
   * that a library that writes what is left when it closes can close. */
  knn_status status;
  knn_status (*read)(knn__medium *s, uint64_t at, void *dst, size_t n);
  knn_status (*write)(knn__medium *s, uint64_t at, const void *src, size_t n);
  knn_status (*resize)(knn__medium *s, uint64_t size);
  void (*close)(knn__medium *s); /* drops what `self` owns */
  void *self;
  int fd;
};

/* A file of the system. KNN_EIO when it cannot be opened. */
knn_status knn__medium_open(knn_ctx *ctx, const char *path, bool writable, knn__medium **out);
/* Over an open descriptor, which is closed with it, also if this fails. */
knn_status knn__medium_of_fd(knn_ctx *ctx, const char *name, int fd, bool writable,
                             knn__medium **out);
/* Memory of the caller, which must outlive it; owned: freed with knn__free. */
knn_status knn__medium_of_memory(knn_ctx *ctx, const char *name, const void *data, size_t n,
                                 bool owned, knn__medium **out);
/* A draft as bytes to be written; closes before the draft is committed or dropped. */
knn_status knn__medium_of_draft(const knn__draft *draft, knn__medium **out);
/* All of a file at once, through a draft. */
knn_status knn__write_file(knn_ctx *ctx, const char *path, const void *data, size_t n);
/* A medium without functions yet, for those who make one. */
knn_status knn__medium_new(knn_ctx *ctx, const char *name, knn__medium **out);
void knn__medium_close(knn__medium *s); /* NULL is fine */

/* Exactly n bytes; KNN_EFORMAT when the end comes first. */
knn_status knn__medium_read(knn__medium *s, uint64_t at, void *dst, size_t n);
knn_status knn__medium_write(knn__medium *s, uint64_t at, const void *src, size_t n);
knn_status knn__medium_resize(knn__medium *s, uint64_t size);

#endif
