/* gzip.c - unpacking of gzip files (RFC 1952) with zlib: any number of members, zero padding behind
 * the last. */
#include "source.h"

#if KNN_HAVE_ZLIB

#include <string.h>
#include <zlib.h>

struct knn__gzip {
  z_stream stream;
  uint64_t done; /* bytes given out so far */
  bool ended;
};

static void *zlib_alloc(void *ctx, uInt items, uInt size) {
  size_t bytes;
  return knn__mul_size(items, size, &bytes) ? knn__alloc(ctx, bytes) : NULL;
}

static void zlib_free(void *ctx, void *block) {
  knn__free(ctx, block);
}

knn_status knn__gzip_new(knn__source *s, knn__gzip **out) {
  knn__gzip *gzip = knn__alloc(s->ctx, sizeof *gzip);
  if (!gzip) return KNN_ENOMEM;
  gzip->stream = (z_stream){.zalloc = zlib_alloc, .zfree = zlib_free, .opaque = s->ctx};
  if (inflateInit2(&gzip->stream, 15 + 16) != Z_OK) { /* largest window, gzip wrapping only */
    knn__free(s->ctx, gzip);
    return KNN_ENOMEM;
  }
  *out = gzip;
  return KNN_OK;
}

void knn__gzip_release(knn__source *s) {
  if (!s->gzip) return;
  inflateEnd(&s->gzip->stream);
  knn__free(s->ctx, s->gzip);
}

/* Behind a member: another member, zeros, or the end. */
static knn_status next_member(knn__source *s) {
  for (;;) {
    KNN__TRY(knn__source_fetch(s));
    if (s->at == s->end) {
      s->gzip->ended = true;
      return KNN_OK;
    }
    if (*s->at) break;
    s->at++;
  }
  if (*s->at == 0x1f && inflateReset(&s->gzip->stream) == Z_OK) return KNN_OK;
  return knn_fail(s->ctx, KNN_EFORMAT, "%s: other bytes follow its gzip data; the file is damaged",
                  s->name);
}

static knn_status inflate_some(knn__source *s, void *dst, size_t n, size_t *got) {
  enum { MOST = 1 << 30 }; /* zlib counts in unsigned int */
  z_stream *z = &s->gzip->stream;
  KNN__TRY(knn__source_fetch(s));
  if (s->at == s->end)
    return knn_fail(
        s->ctx, KNN_EFORMAT,
        "%s: its gzip data ends in the middle, after %llu bytes of contents; the file was cut off",
        s->name, (unsigned long long)s->gzip->done);
  size_t there = (size_t)(s->end - s->at);
  uInt in = there < MOST ? (uInt)there : MOST, room = n < MOST ? (uInt)n : MOST;
  memcpy(&z->next_in, &s->at,
         sizeof z->next_in); /* zlib only reads there, but its type lacks the const */
  z->avail_in = in;
  z->next_out = dst;
  z->avail_out = room;
  int code = inflate(z, Z_NO_FLUSH);
  s->at += in - z->avail_in;
  *got = room - z->avail_out;
  s->gzip->done += *got;
  if (code == Z_STREAM_END) return next_member(s);
  if (code == Z_OK || code == Z_BUF_ERROR) return KNN_OK;
  if (code == Z_MEM_ERROR) return KNN_ENOMEM;
  return knn_fail(s->ctx, KNN_EFORMAT, "%s: damaged gzip data after %llu bytes of contents (%s)",
                  s->name, (unsigned long long)s->gzip->done,
                  z->msg ? z->msg : "a preset dictionary is wanted");
}

knn_status knn__gzip_read(knn__source *s, void *dst, size_t n, size_t *got) {
  while (*got < n && !s->gzip->ended) {
    size_t some = 0;
    KNN__TRY(inflate_some(s, (char *)dst + *got, n - *got, &some));
    *got += some;
  }
  return KNN_OK;
}

#else

knn_status knn__gzip_new(knn__source *s, knn__gzip **out) {
  (void)out;
  return knn_fail(s->ctx, KNN_ESTATE,
                  "%s is gzipped and this build of knn has no zlib; unpack it with gunzip",
                  s->name);
}

knn_status knn__gzip_read(knn__source *s, void *dst, size_t n, size_t *got) {
  (void)s, (void)dst, (void)n, (void)got;
  return KNN_EINTERNAL;
}

void knn__gzip_release(knn__source *s) {
  (void)s;
}

#endif
