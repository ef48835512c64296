/* sink.h - a file that is made in memory and then written in one go: it is whole or as it was
 * before. */
#ifndef KNN__SINK_H
#define KNN__SINK_H

#include "ctx.h"

/* Start from {.ctx = ctx}. After a failed allocation `failed` stays set. */
typedef struct knn__sink {
  knn_ctx *ctx;
  uint8_t *data;
  size_t n, room;
  size_t at; /* where the next bytes go; behind the end the gap is zeros */
  bool failed;
} knn__sink;

void knn__sink_write(knn__sink *sink, const void *data, size_t bytes);
/* Beside `path` first, then renamed. KNN_ENOMEM when the sink failed before. */
knn_status knn__sink_save(knn__sink *sink, const char *path);
void knn__sink_clear(knn__sink *sink);

#endif
