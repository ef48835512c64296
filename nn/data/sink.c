/* sink.c - see sink.h. */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source.h"
#include "text.h"

void knn__sink_write(knn__sink *s, const void *data, size_t bytes) {
  size_t end;
  if (s->failed || bytes == 0) return;
  if (!knn__add_size(s->at, bytes, &end) || end > SIZE_MAX / 2) {
    s->failed = true;
    return;
  }
  if (end > s->room) {
    size_t room = end < 4096 ? 4096 : end + end / 2;
    uint8_t *bigger = knn__resize(s->ctx, s->data, room);
    if (!bigger) {
      s->failed = true;
      return;
    }
    s->data = bigger;
    s->room = room;
  }
  if (s->at > s->n) memset(s->data + s->n, 0, s->at - s->n);
  memcpy(s->data + s->at, data, bytes);
  s->at = end;
  if (end > s->n) s->n = end;
}

void knn__sink_clear(knn__sink *s) {
  knn__free(s->ctx, s->data);
  s->data = NULL;
  s->n = s->room = s->at = 0;
}

static int write_all(int fd, const uint8_t *data, size_t n) {
  for (size_t done = 0; done < n;) {
    ssize_t wrote = write(fd, data + done, n - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return wrote < 0 ? errno : ENOSPC;
    done += (size_t)wrote;
  }
  return 0;
}

static knn_status write_beside(knn__sink *s, const char *path, const char *beside) {
  int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return knn_fail(s->ctx, KNN_EIO, "cannot write %s: %s", path, KNN__OS_ERROR(errno));
  int error = write_all(fd, s->data, s->n);
  if (close(fd) != 0 && !error) error = errno;
  if (!error && rename(beside, path) != 0) error = errno;
  if (!error) return KNN_OK;
  unlink(beside);
  return knn_fail(s->ctx, KNN_EIO, "cannot write %s: %s", path, KNN__OS_ERROR(error));
}

knn_status knn__sink_save(knn__sink *s, const char *path) {
  if (s->failed) return KNN_ENOMEM;
  knn__text beside = {.ctx = s->ctx};
  knn__text_add(&beside, "%s.%ld.part", path, (long)getpid());
  knn_status status = beside.failed ? KNN_ENOMEM : write_beside(s, path, beside.s);
  knn__free(s->ctx, beside.s);
  return status;
}
