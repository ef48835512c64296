/* draft.h - a file written beside its place, made durable, then renamed over it: whoever reads the
 * path sees the old file or the new one, whole, also after a crash or on a full disk. */
#ifndef KNN__DRAFT_H
#define KNN__DRAFT_H

#include "ctx.h"

typedef struct knn__draft {
  knn_ctx *ctx;
  char *path; /* where it will stand */
  char *temp; /* where it stands now; NULL once it is gone */
  int fd;     /* of the temporary file, for reading and writing; -1 = closed */
} knn__draft;

/* An empty file beside path. KNN_EIO when it cannot be made. */
knn_status knn__draft_begin(knn_ctx *ctx, const char *path, knn__draft *out);
/* Sync and rename. The draft is over in any case. */
knn_status knn__draft_commit(knn__draft *draft);
/* Drop it, unless it was committed. */
void knn__draft_drop(knn__draft *draft);
/* A file without a name, on the same disk as path; gone when it is closed. */
knn_status knn__scratch_file(knn_ctx *ctx, const char *path, int *fd);

#endif
