/* download.h - one transfer of a download: bytes of one address into the part file. */
#ifndef KNN__DOWNLOAD_H
#define KNN__DOWNLOAD_H

#include "ctx.h"
#include "knn/data.h"

typedef struct knn__part {
  knn_ctx *ctx;
  const knn_download *job;
  const char *file; /* last part of job->path */
  char *path;       /* job->path with .part */
  int fd;
  uint64_t bytes;   /* in the part */
  char reason[300]; /* why the last transfer failed */
} knn__part;

typedef enum knn__fetched {
  KNN__FETCHED,        /* the server says that this is all */
  KNN__FETCH_CUT,      /* broken off; trying again may help */
  KNN__FETCH_NO_RANGE, /* the server cannot resume */
  KNN__FETCH_WRONG,    /* it sent what cannot be the file */
  KNN__FETCH_STOP      /* no use in going on: the context has the message */
} knn__fetched;

typedef struct knn__curl knn__curl;

/* Append what `url` has behind part->bytes. `*status` is set with KNN__FETCH_STOP. */
knn__fetched knn__fetch(const knn__curl *curl, knn__part *part, const char *url,
                        knn_status *status);

#endif
