/* source.h - bytes from a file or from memory, unpacked on the way if they are gzipped.
 *
 * Nothing is read beyond what is asked for, so a reader can look at a header and judge the sizes it
 * claims against knn__source_bound before it takes memory. */
#ifndef KNN__SOURCE_H
#define KNN__SOURCE_H

#include "ctx.h"

typedef struct knn__gzip knn__gzip;

typedef struct knn__source {
  knn_ctx *ctx;
  char *name;              /* begins the messages */
  int fd;                  /* -1 = memory */
  uint64_t left;           /* raw bytes still to be fetched; UINT64_MAX = not a regular file */
  uint8_t *buffer;         /* own block, NULL for memory */
  const uint8_t *at, *end; /* raw bytes fetched and not used yet */
  knn__gzip *gzip;         /* NULL = not packed */
} knn__source;

/* The packed form is known by its first two bytes. KNN_EIO when the file cannot be opened. */
knn_status knn__source_open(knn_ctx *ctx, const char *path, knn__source **out);
knn_status knn__source_memory(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                              knn__source **out);
void knn__source_close(knn__source *source); /* NULL is fine */

/* Up to n bytes; *got < n only at the end. KNN_EFORMAT for damaged gzip data. */
knn_status knn__source_read(knn__source *source, void *dst, size_t n, size_t *got);
/* Read on to the end, keeping nothing: how many bytes there were. */
knn_status knn__source_skip(knn__source *source, uint64_t *count);
/* No more bytes than this can follow; UINT64_MAX when that is not known. */
uint64_t knn__source_bound(const knn__source *source);
/* Everything that follows, with a NUL behind it, to be freed with knn__free. KNN_EDATA beyond
 * `limit` bytes. */
knn_status knn__source_all(knn__source *source, uint64_t limit, char **text, size_t *bytes);
/* The same of a file by its path. */
knn_status knn__source_load(knn_ctx *ctx, const char *path, uint64_t limit, char **text,
                            size_t *bytes);

/* Fetch raw bytes if none are left; at == end afterwards means the end. */
knn_status knn__source_fetch(knn__source *source);

knn_status knn__gzip_new(knn__source *source, knn__gzip **out);
knn_status knn__gzip_read(knn__source *source, void *dst, size_t n, size_t *got);
void knn__gzip_release(knn__source *source);

/* Text of an errno, in English whatever the locale. */
enum { KNN__OS_TEXT = 96 };
const char *knn__os_text(int error, char buffer[KNN__OS_TEXT]);
#define KNN__OS_ERROR(error) knn__os_text((error), (char[KNN__OS_TEXT]){0})

#endif
