/* archive.h - zip archives, by libzip: members read whole or where they stand; an archive written
 * at once.
 */
#ifndef KNN__ARCHIVE_H
#define KNN__ARCHIVE_H

#include "medium.h"

typedef struct knn__zip knn__zip;

/* KNN_EFORMAT for what is no archive. */
knn_status knn__zip_open(knn_ctx *ctx, const char *path, knn__zip **out);
/* data must outlive it */
knn_status knn__zip_of_memory(knn_ctx *ctx, const char *name, const void *data, size_t n,
                              knn__zip **out);
void knn__zip_close(knn__zip *zip); /* NULL is fine */
int knn__zip_size(const knn__zip *zip);
const char *knn__zip_name(const knn__zip *zip, int i);
int knn__zip_find(const knn__zip *zip, const char *name); /* -1 = absent */
/* A member's bytes with a NUL behind, to be freed with knn__free; KNN_EFORMAT beyond `limit`. */
knn_status knn__zip_read(knn__zip *zip, int i, uint64_t limit, char **text, size_t *n);
/* A member as a medium: in place if it is stored plainly, else unpacked,
 * at most `limit` bytes. The archive must outlive it. */
knn_status knn__zip_medium(knn__zip *zip, int i, uint64_t limit, knn__medium **out);

/* A member to be written, stored plainly: from memory, or all of a file from its beginning. */
typedef struct knn__zip_member {
  const char *name;
  const void *data;
  size_t n;
  int fd; /* -1 = from memory */
} knn__zip_member;
/* An archive in place of what stood at path; the same members give the same bytes. */
knn_status knn__zip_write(knn_ctx *ctx, const char *path, const knn__zip_member *members, int n);

#endif
