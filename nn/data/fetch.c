/* fetch.c - one transfer by HTTP with libcurl's multi interface, which hands control back ten times
 * a second: to ask for cancellation, to tell progress, and to give up a server that has fallen
 * silent. */
#if KNN_HAVE_CURL

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "curl_api.h"
#include "download.h"
#include "source.h"

typedef struct transfer {
  const knn__curl *curl;
  knn__part *part;
  CURL *easy;
  double heard; /* when the last byte came */
  double told;  /* when progress was last told */
  uint64_t total;
  int write_error;
  bool too_long;
  char error[CURL_ERROR_SIZE];
} transfer;

static size_t on_data(char *data, size_t one, size_t n, void *user) {
  transfer *t = user;
  knn__part *part = t->part;
  (void)one;
  if (part->job->bytes && part->bytes + n > part->job->bytes) {
    t->too_long = true;
    return 0;
  }
  for (size_t done = 0; done < n;) {
    ssize_t wrote = write(part->fd, data + done, n - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      t->write_error = wrote < 0 ? errno : ENOSPC;
      return 0;
    }
    done += (size_t)wrote;
    part->bytes += (uint64_t)wrote;
  }
  t->heard = knn_clock();
  return n;
}

static void set_up(transfer *t, const char *url) {
  const knn_net *net = &t->part->job->net;
  CURLcode (*set)(CURL *, CURLoption, ...) = t->curl->curl_easy_setopt;
  CURL *easy = t->easy;
  set(easy, CURLOPT_URL, url);
  set(easy, CURLOPT_ERRORBUFFER, t->error);
  set(easy, CURLOPT_WRITEFUNCTION, on_data);
  set(easy, CURLOPT_WRITEDATA, t);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_FAILONERROR, 1L);
  set(easy, CURLOPT_FOLLOWLOCATION, 1L);
  set(easy, CURLOPT_MAXREDIRS, 5L);
#if LIBCURL_VERSION_NUM >= 0x075500
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#endif
  set(easy, CURLOPT_USERAGENT, "knn");
  /* "" keeps libcurl from asking the environment */
  set(easy, CURLOPT_PROXY, net->proxy ? net->proxy : "");
  if (net->ca_file) set(easy, CURLOPT_CAINFO, net->ca_file);
  double connect = net->connect_timeout > 0 ? net->connect_timeout : 15;
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)fmin(connect * 1000 + 1, 1e9));
  if (t->part->bytes) set(easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->part->bytes);
}

static uint64_t total_of(transfer *t, uint64_t begun) {
  curl_off_t more = -1;
  if (t->part->job->bytes) return t->part->job->bytes;
  t->curl->curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &more);
  return more > 0 ? begun + (uint64_t)more : 0;
}

/* Host's hooks; KNN_OK to go on. */
static knn_status ask_host(transfer *t, uint64_t begun, bool last) {
  knn__part *part = t->part;
  const knn_ctx_options *hooks = &part->ctx->hooks;
  const knn_net *net = &part->job->net;
  if (hooks->cancelled && hooks->cancelled(hooks->user))
    return knn_fail(part->ctx, KNN_ECANCEL, "download of %s: interrupted after %llu bytes",
                    part->file, (unsigned long long)part->bytes);
  double time = knn_clock();
  if (!net->progress || (time - t->told < 0.1 && !last)) return KNN_OK;
  t->told = time;
  if (net->progress(net->user, part->file, part->bytes, total_of(t, begun))) return KNN_OK;
  return knn_fail(part->ctx, KNN_ECALLBACK,
                  "download of %s: stopped by the progress callback after %llu bytes", part->file,
                  (unsigned long long)part->bytes);
}

/* Until the server is done, silent, or the host wants no more. `*code` is CURLE_AGAIN when none of
 * curl's own ends came. */
static knn_status run(transfer *t, CURLM *multi, CURLcode *code) {
  const knn_net *net = &t->part->job->net;
  double patience = net->stall_timeout > 0 ? net->stall_timeout : 30;
  uint64_t begun = t->part->bytes;
  int running = 1, left;
  t->heard = knn_clock();
  while (running) {
    if (t->curl->curl_multi_perform(multi, &running) != CURLM_OK) break;
    KNN__TRY(ask_host(t, begun, !running));
    if (knn_clock() - t->heard > patience) {
      snprintf(t->error, sizeof t->error, "no byte came for %g s", patience);
      *code = CURLE_OPERATION_TIMEDOUT;
      return KNN_OK;
    }
    if (running) t->curl->curl_multi_poll(multi, NULL, 0, patience < 0.1 ? 10 : 100, NULL);
  }
  CURLMsg *message = t->curl->curl_multi_info_read(multi, &left);
  *code = message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_AGAIN;
  return KNN_OK;
}

static knn__fetched judge(transfer *t, CURLcode code, knn_status *status) {
  knn__part *part = t->part;
  long answer = 0;
  t->curl->curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &answer);
  if (t->write_error) {
    *status = knn_fail(part->ctx, KNN_EIO,
                       "download of %s: cannot write %s: %s after %llu bytes; make room and try "
                       "again, it goes on from there",
                       part->file, part->path, KNN__OS_ERROR(t->write_error),
                       (unsigned long long)part->bytes);
    return KNN__FETCH_STOP;
  }
  if (code == CURLE_OK) return KNN__FETCHED;
  if (code == CURLE_RANGE_ERROR || answer == 416) return KNN__FETCH_NO_RANGE;
  if (t->too_long) {
    snprintf(part->reason, sizeof part->reason, "sends more than the %llu bytes expected",
             (unsigned long long)part->job->bytes);
    return KNN__FETCH_WRONG;
  }
  if (code == CURLE_HTTP_RETURNED_ERROR)
    snprintf(part->reason, sizeof part->reason, "answers HTTP %ld", answer);
  else
    snprintf(part->reason, sizeof part->reason, "%s",
             t->error[0] ? t->error : t->curl->curl_easy_strerror(code));
  return KNN__FETCH_CUT;
}

/* A broken TLS connection may raise SIGPIPE: it is held back in this thread, and taken away if it
 * came. */
static void hold_pipe(sigset_t *old, bool *was_pending) {
  sigset_t pipe, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  *was_pending = sigismember(&pending, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, old);
}

static void release_pipe(const sigset_t *old, bool was_pending) {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  while (!was_pending && sigtimedwait(&pipe, NULL, &(struct timespec){0}) < 0 && errno == EINTR)
    continue;
  pthread_sigmask(SIG_SETMASK, old, NULL);
}

knn__fetched knn__fetch(const knn__curl *curl, knn__part *part, const char *url,
                        knn_status *status) {
  transfer t = {.curl = curl, .part = part, .easy = curl->curl_easy_init()};
  CURLM *multi = curl->curl_multi_init();
  CURLcode code = CURLE_AGAIN;
  sigset_t old;
  bool was_pending;
  hold_pipe(&old, &was_pending);
  knn__fetched result = KNN__FETCH_STOP;
  *status = KNN_OK;
  if (!t.easy || !multi) {
    *status = knn_fail(part->ctx, KNN_ENOMEM, "out of memory: a download could not begin");
  } else {
    set_up(&t, url);
    curl->curl_multi_add_handle(multi, t.easy);
    *status = run(&t, multi, &code);
    if (*status == KNN_OK) result = judge(&t, code, status);
    curl->curl_multi_remove_handle(multi, t.easy);
  }
  if (t.easy) curl->curl_easy_cleanup(t.easy);
  if (multi) curl->curl_multi_cleanup(multi);
  release_pipe(&old, was_pending);
  return result;
}

#else
typedef int knn__fetch_is_off;
#endif
