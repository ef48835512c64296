/* download.c - a file from the first mirror that delivers it whole.
 *
 * It grows as PATH.part under a lock, so that two processes cannot mix their bytes. Only when size
 * and checksum are right and the bytes are on the disk it is renamed. A part that was cut off is
 * resumed, by the same call (up to TRIES times a mirror, as long as bytes keep coming) or a later
 * one, but only if a checksum will judge the result. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "download.h"
#include "knn/data.h"
#include "sha256.h"
#include "source.h"
#include "text.h"

knn_status knn_file_sha256(knn_ctx *ctx, const char *path, char hex[65]) {
  enum { CHUNK = 1 << 16 };
  knn__sha256 sha;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return knn_fail(ctx, KNN_EIO, "cannot open %s: %s", path, KNN__OS_ERROR(errno));
  uint8_t *buffer = knn__alloc(ctx, CHUNK);
  knn_status status = buffer ? KNN_OK : KNN_ENOMEM;
  knn__sha256_begin(&sha);
  while (status == KNN_OK) {
    ssize_t got = read(fd, buffer, CHUNK);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = knn_fail(ctx, KNN_EIO, "cannot read %s: %s", path, KNN__OS_ERROR(errno));
    if (got <= 0) break;
    knn__sha256_add(&sha, buffer, (size_t)got);
  }
  knn__free(ctx, buffer);
  close(fd);
  if (status == KNN_OK) knn__sha256_end(&sha, hex);
  return status;
}

#if KNN_HAVE_CURL

#include "curl_api.h"

enum { TRIES = 4 };

static knn_status cannot(knn__part *part, const char *what) {
  return knn_fail(part->ctx, KNN_EIO, "download of %s: cannot %s %s: %s", part->file, what,
                  part->path, KNN__OS_ERROR(errno));
}

/* Open and lock the part; another process may have finished and renamed it between the two. */
static knn_status open_part(knn__part *part) {
  struct stat opened, named;
  for (;;) {
    part->fd = open(part->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (part->fd < 0) return cannot(part, "make");
    if (flock(part->fd, LOCK_EX | LOCK_NB) != 0)
      return knn_fail(
          part->ctx, KNN_EIO,
          "download of %s: another process is at it (%s is locked); wait for it and try again",
          part->file, part->path);
    if (fstat(part->fd, &opened) != 0) return cannot(part, "look at");
    if (stat(part->path, &named) == 0 && named.st_ino == opened.st_ino &&
        named.st_dev == opened.st_dev)
      break;
    close(part->fd);
  }
  part->bytes = (uint64_t)opened.st_size;
  return KNN_OK;
}

static knn_status restart(knn__part *part) {
  part->bytes = 0;
  return ftruncate(part->fd, 0) == 0 ? KNN_OK : cannot(part, "empty");
}

/* Size and checksum of a part that the server calls complete; false with a reason when they are
 * wrong. */
static knn_status check_part(knn__part *part, bool *right) {
  const knn_download *job = part->job;
  char hex[65];
  *right = !job->bytes || part->bytes == job->bytes;
  if (!*right) {
    snprintf(part->reason, sizeof part->reason, "sent %llu bytes, %llu were expected",
             (unsigned long long)part->bytes, (unsigned long long)job->bytes);
    return KNN_OK;
  }
  if (!job->sha256) return KNN_OK;
  KNN__TRY(knn_file_sha256(part->ctx, part->path, hex));
  *right = strcasecmp(hex, job->sha256) == 0;
  if (!*right) snprintf(part->reason, sizeof part->reason, "wrong checksum, SHA-256 %s", hex);
  return KNN_OK;
}

/* One mirror, with resumption; *done when the part is whole, *wrong when a checksum failed. */
static knn_status try_mirror(const knn__curl *curl, knn__part *part, const char *url, bool *done,
                             bool *wrong) {
  for (int i = 0; i < TRIES; i++) {
    uint64_t before = part->bytes;
    knn_status status = KNN_OK;
    knn__fetched fetched = knn__fetch(curl, part, url, &status);
    if (fetched == KNN__FETCH_STOP) return status;
    if (fetched == KNN__FETCHED) {
      KNN__TRY(check_part(part, done));
      if (*done) return KNN_OK;
      KNN__TRY(restart(part));
      *wrong = true;
      if (before == 0) return KNN_OK; /* bytes of this mirror alone, so it is to blame */
    } else if (fetched == KNN__FETCH_NO_RANGE) {
      KNN__TRY(restart(part));
      snprintf(part->reason, sizeof part->reason, "cannot resume");
    } else {
      bool grew = part->bytes > before && fetched == KNN__FETCH_CUT;
      if (!part->job->sha256 || fetched == KNN__FETCH_WRONG) KNN__TRY(restart(part));
      if (!grew) return KNN_OK;
    }
  }
  return KNN_OK;
}

static knn_status try_mirrors(const knn__curl *curl, knn__part *part) {
  knn__text reasons = {.ctx = part->ctx};
  bool done = false, wrong = false;
  knn_status status = KNN_OK;
  if (part->bytes && part->bytes == part->job->bytes) status = check_part(part, &done);
  if (!done && status == KNN_OK && part->bytes &&
      (!part->job->sha256 || (part->job->bytes && part->bytes >= part->job->bytes)))
    status = restart(part);
  for (int i = 0; i < part->job->n_urls && status == KNN_OK && !done; i++) {
    status = try_mirror(curl, part, part->job->urls[i], &done, &wrong);
    knn__text_add(&reasons, "%s%s: %s", i ? "; " : "", part->job->urls[i], part->reason);
  }
  if (status == KNN_OK && !done)
    status = knn_fail(part->ctx, wrong ? KNN_EDATA : KNN_EIO,
                      "download of %s: no mirror delivered it (%s)", part->file,
                      reasons.n ? reasons.s : "none is known");
  knn__free(part->ctx, reasons.s);
  return status;
}

/* Through to the disk, then under the final name. */
static knn_status finish(knn__part *part) {
  if (fsync(part->fd) != 0) return cannot(part, "write");
  if (rename(part->path, part->job->path) != 0) return cannot(part, "rename");
  size_t length = (size_t)(part->file - part->job->path);
  knn__text folder = {.ctx = part->ctx};
  knn__text_add(&folder, "%.*s", length ? (int)length : 1, length ? part->job->path : ".");
  int fd = folder.failed ? -1 : open(folder.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  knn__free(part->ctx, folder.s);
  if (fd < 0) return KNN_OK;
  fsync(fd); /* makes the new name last; the file is whole either way */
  close(fd);
  return KNN_OK;
}

static knn_status fetch_file(knn__part *part) {
  knn__curl curl;
  KNN__TRY(knn__curl_load(part->ctx, &curl));
  knn_status status = open_part(part);
  bool ours = status == KNN_OK;
  if (ours) status = try_mirrors(&curl, part);
  if (status == KNN_OK)
    status = finish(part);
  else if (ours && (part->bytes == 0 || !part->job->sha256))
    unlink(part->path);
  curl.curl_global_cleanup();
  return status;
}

knn_status knn_download_file(knn_ctx *ctx, const knn_download *job) {
  const char *slash = strrchr(job->path, '/');
  knn__part part = {.ctx = ctx, .job = job, .file = slash ? slash + 1 : job->path, .fd = -1};
  if (job->sha256 && strlen(job->sha256) != 64)
    return knn_fail(ctx, KNN_EARG,
                    "download of %s: a SHA-256 has 64 hexadecimal digits, '%s' has %zu", part.file,
                    job->sha256, strlen(job->sha256));
  knn__text path = {.ctx = ctx};
  knn__text_add(&path, "%s.part", job->path);
  if (path.failed) return KNN_ENOMEM;
  part.path = path.s;
  knn_status status = fetch_file(&part);
  if (part.fd >= 0) close(part.fd);
  knn__free(ctx, part.path);
  return status;
}

#else

knn_status knn_download_file(knn_ctx *ctx, const knn_download *job) {
  return knn_fail(ctx, KNN_ESTATE,
                  "this build of knn has no libcurl; fetch %s by hand and put it at %s",
                  job->n_urls ? job->urls[0] : "the file", job->path);
}

#endif
