/* tar.c - a member of a tar archive (POSIX ustar) that lies in memory: blocks of 512 bytes, a
 * header with the name at 0, the size in octal at 124 and the kind at 156, then the contents,
 * padded to whole blocks. */
#include <string.h>

#include "dataset.h"

enum { BLOCK = 512, NAME = 100, SIZE_AT = 124, SIZE_LENGTH = 12, KIND_AT = 156 };

static bool read_octal(const char *text, size_t *out) {
  size_t value = 0;
  int i = 0;
  while (i < SIZE_LENGTH && text[i] == ' ') i++;
  for (; i < SIZE_LENGTH && text[i] >= '0' && text[i] <= '7'; i++)
    value = value * 8 + (size_t)(text[i] - '0');
  *out = value;
  return i == SIZE_LENGTH || text[i] == '\0' || text[i] == ' ';
}

static bool names(const char *header, const char *member) {
  size_t n = strnlen(header, NAME), wanted = strlen(member);
  return n >= wanted && memcmp(header + n - wanted, member, wanted) == 0 &&
         (n == wanted || header[n - wanted - 1] == '/');
}

knn_status knn__tar_member(knn_ctx *ctx, const char *name, const char *archive, size_t bytes,
                           const char *member, const uint8_t **data, size_t *size) {
  size_t at = 0, n;
  while (bytes - at >= BLOCK && archive[at]) {
    const char *header = archive + at;
    at += BLOCK;
    if (!read_octal(header + SIZE_AT, &n) || n > bytes - at)
      return knn_fail(ctx, KNN_EFORMAT, "%s: the archive is damaged or cut off at byte %zu", name,
                      at - BLOCK);
    bool plain = header[KIND_AT] == '0' || header[KIND_AT] == '\0';
    if (plain && names(header, member)) {
      *data = (const uint8_t *)archive + at;
      *size = n;
      return KNN_OK;
    }
    size_t padded = (n + BLOCK - 1) / BLOCK * BLOCK;
    at += padded < bytes - at ? padded : bytes - at;
  }
  return knn_fail(ctx, KNN_EFORMAT, "%s: there is no %s in this archive", name, member);
}
