/* sink.c - see sink.h. */
#include "sink.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "source.h"

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

knn_status knn__sink_save(knn__sink *s, const char *path) {
  knn__draft draft;
  if (s->failed) return KNN_ENOMEM;
  KNN__TRY(knn__draft_begin(s->ctx, path, &draft));
  int error = write_all(draft.fd, s->data, s->n);
  if (!error) return knn__draft_commit(&draft);
  knn__draft_drop(&draft);
  return knn_fail(s->ctx, KNN_EIO, "cannot write %s: %s", path, KNN__OS_ERROR(error));
}
