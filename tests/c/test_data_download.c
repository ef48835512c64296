/* test_data_download.c - downloads from a server on the loopback interface that cuts, lies, hangs;
 * a full disk; the host's hooks. In every failure the final name stays absent. */
#include "data_help.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "http_server.h"
#include "sha256.h"

enum { BYTES = 300000 };

typedef struct scene {
  help *h;
  http_server *server;
  uint8_t body[BYTES];
  char sha256[65], url[128], path[512], part[520];
  const char *urls[3];
  knn_download job;
} scene;

static void begin(scene *s, help *h, const http_mode *modes, int n) {
  *s = (scene){.h = h};
  for (size_t i = 0; i < BYTES; i++) s->body[i] = (uint8_t)(i * i / 7 + i / 300);
  knn__sha256 sha;
  knn__sha256_begin(&sha);
  knn__sha256_add(&sha, s->body, BYTES);
  knn__sha256_end(&sha, s->sha256);
  s->server = http_server_start(s->body, BYTES, NULL, modes, n);
  assert_non_null(s->server);
  snprintf(s->url, sizeof s->url, "%sfile", http_server_base(s->server));
  snprintf(s->path, sizeof s->path, "%s", help_path(h, "file"));
  snprintf(s->part, sizeof s->part, "%s.part", s->path);
  s->urls[0] = s->url;
  s->job = (knn_download){
      .urls = s->urls, .n_urls = 1, .path = s->path, .sha256 = s->sha256, .bytes = BYTES};
}

#define BEGIN(s, h, ...)                    \
  const http_mode modes_[] = {__VA_ARGS__}; \
  begin((s), (h), modes_, (int)(sizeof modes_ / sizeof *modes_))

static size_t size_of(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f) return 0;
  fseek(f, 0, SEEK_END);
  size_t n = (size_t)ftell(f);
  fclose(f);
  return n;
}

static void check_arrived(scene *s) {
  char hex[65];
  ok(s->h, knn_file_sha256(s->h->ctx, s->path, hex));
  assert_string_equal(hex, s->sha256);
  assert_false(help_exists(s->part));
}

/* The download fails, nothing has the final name, and the part has this many bytes (0: it is gone).
 */
static void check_fails(scene *s, knn_status status, const char *text, size_t part) {
  help_fails(s->h, knn_download_file(s->h->ctx, &s->job), status, text);
  assert_false(help_exists(s->path));
  assert_int_equal(size_of(s->part), part);
  if (part == 0) assert_false(help_exists(s->part));
}

static void test_normal(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_requests(s.server), 1);
  s.job.sha256 = NULL;
  s.job.bytes = 0;
  ok(s.h, knn_download_file(s.h->ctx, &s.job)); /* over the old file, unchecked */
  check_arrived(&s);
  http_server_stop(s.server);
}

static void test_moved(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_MOVED, HTTP_WHOLE);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  http_server_stop(s.server);
}

static void test_cut_is_resumed(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_CUT, HTTP_CUT, HTTP_WHOLE);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_requests(s.server), 3);
  assert_int_equal(http_server_asked_from(s.server), BYTES / 2 + BYTES / 4);
  http_server_stop(s.server);
}

static void test_cut_is_resumed_later(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_CUT, HTTP_MISSING, HTTP_WHOLE);
  check_fails(&s, KNN_EIO, "answers HTTP 404", BYTES / 2);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_asked_from(s.server), BYTES / 2);
  http_server_stop(s.server);
}

/* Without a checksum nobody could tell whether the halves belong together. */
static void test_cut_without_checksum(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_CUT, HTTP_MISSING);
  s.job.sha256 = NULL;
  check_fails(&s, KNN_EIO, "no mirror delivered it", 0);
  assert_int_equal(http_server_asked_from(s.server), 0);
  http_server_stop(s.server);
}

static void test_no_range(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_CUT, HTTP_NO_RANGE);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  http_server_stop(s.server);
}

static void test_wrong_checksum(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WRONG);
  check_fails(&s, KNN_EDATA, "wrong checksum, SHA-256 ", 0);
  assert_int_equal(http_server_requests(s.server), 1);
  http_server_stop(s.server);
}

/* A part left by something else costs one attempt, not the download; a whole part costs no request
 * at all. */
static void test_strange_part(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  help_write(s.h, "file.part", "what is this?", 13);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_requests(s.server), 2);
  remove(s.path);
  help_write(s.h, "file.part", s.body, BYTES);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_requests(s.server), 2);
  s.job.bytes = 0; /* the server says 416 to a part that is too long */
  help_write(s.h, "file.part", (uint8_t[BYTES + 1]){1}, BYTES + 1);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  http_server_stop(s.server);
}

static void test_wrong_size(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_LONG);
  check_fails(&s, KNN_EIO, "sends more than the 300000 bytes expected", 0);
  http_server_stop(s.server);
  begin(&s, *state, (const http_mode[]){HTTP_WHOLE}, 1);
  s.job.bytes = BYTES + 5;
  check_fails(&s, KNN_EDATA, "sent 300000 bytes, 300005 were expected", 0);
  http_server_stop(s.server);
}

static void test_second_mirror(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  const http_mode missing = HTTP_MISSING, wrong = HTTP_WRONG;
  http_server *first = http_server_start("x", 1, NULL, &missing, 1),
              *second = http_server_start(s.body, BYTES, NULL, &wrong, 1);
  char urls[2][128];
  snprintf(urls[0], sizeof *urls, "%sfile", http_server_base(first));
  snprintf(urls[1], sizeof *urls, "%sfile", http_server_base(second));
  const char *const all[] = {urls[0], urls[1], s.url};
  s.job.urls = all;
  s.job.n_urls = 3;
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_requests(first), 1);
  assert_int_equal(http_server_requests(second), 1);
  http_server_stop(first);
  http_server_stop(second);
  http_server_stop(s.server);
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void test_silence(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_HANG, HTTP_STALL, HTTP_HANG);
  double start = seconds();
  s.job.net.stall_timeout = 0.3;
  check_fails(&s, KNN_EIO, "no byte came for 0.3 s", 0);
  check_fails(&s, KNN_EIO, "no byte came for 0.3 s", BYTES / 2);
  assert_true(seconds() - start < 5);
  http_server_stop(s.server);
}

static void test_nobody_listens(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  s.urls[0] = "http://127.0.0.1:1/file";
  check_fails(&s, KNN_EIO, "http://127.0.0.1:1/file: Failed to connect", 0);
  s.urls[0] = "file:///etc/hostname"; /* only HTTP */
  check_fails(&s, KNN_EIO, "file:///etc/hostname: ", 0);
  s.job.n_urls = 0;
  check_fails(&s, KNN_EIO, "none is known", 0);
  s.job.sha256 = "abc";
  check_fails(&s, KNN_EARG, "a SHA-256 has 64 hexadecimal digits", 0);
  http_server_stop(s.server);
}

/* A limit on the size of files stands in for a full disk; the rest is fetched once there is room.
 */
static void test_disk_full(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  struct rlimit old, small;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &old);
  small = old;
  small.rlim_cur = 100000;
  setrlimit(RLIMIT_FSIZE, &small);
  knn_status status = knn_download_file(s.h->ctx, &s.job);
  setrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, handler);
  help_fails(s.h, status, KNN_EIO,
             "file.part: File too large after 100000 bytes; make room and try again");
  assert_false(help_exists(s.path));
  assert_int_equal(size_of(s.part), 100000);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(http_server_asked_from(s.server), 100000);
  http_server_stop(s.server);
}

static void test_no_folder(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  s.job.path = help_path(s.h, "nowhere/file");
  help_fails(s.h, knn_download_file(s.h->ctx, &s.job), KNN_EIO,
             "nowhere/file.part: No such file or directory");
  assert_int_equal(http_server_requests(s.server), 0);
  http_server_stop(s.server);
}

static void test_locked(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_WHOLE);
  int fd = open(help_write(s.h, "file.part", "ab", 2), O_RDWR);
  assert_int_equal(flock(fd, LOCK_EX), 0);
  check_fails(&s, KNN_EIO, "another process is at it", 2);
  close(fd);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  http_server_stop(s.server);
}

typedef struct watcher {
  int calls, stop_after;
  uint64_t bytes, total;
} watcher;

static bool on_progress(void *user, const char *file, uint64_t bytes, uint64_t total) {
  watcher *w = user;
  assert_string_equal(file, "file");
  assert_true(bytes >= w->bytes);
  w->bytes = bytes;
  w->total = total;
  return ++w->calls != w->stop_after;
}

static void test_progress(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_STALL, HTTP_WHOLE);
  watcher w = {.stop_after = 2};
  s.job.bytes = 0;
  s.job.net = (knn_net){.progress = on_progress, .user = &w};
  check_fails(&s, KNN_ECALLBACK, "stopped by the progress callback after 150000 bytes", BYTES / 2);
  w = (watcher){0};
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  check_arrived(&s);
  assert_int_equal(w.bytes, BYTES);
  assert_int_equal(w.total, BYTES);
  http_server_stop(s.server);
}

static bool on_cancelled(void *user) {
  return ++*(int *)user > 2;
}

static void test_cancel(void **state) {
  help *h = *state;
  knn_ctx *plain = h->ctx;
  int calls = 0;
  ok(h, knn_ctx_new(&(knn_ctx_options){.cancelled = on_cancelled, .user = &calls}, &h->ctx));
  scene s;
  BEGIN(&s, h, HTTP_HANG);
  double start = seconds();
  check_fails(&s, KNN_ECANCEL, "interrupted after 0 bytes", 0);
  assert_true(seconds() - start < 2);
  http_server_stop(s.server);
  knn_ctx_release(h->ctx);
  h->ctx = plain;
}

/* A broken connection while SIGPIPE is fatal: the process lives, and the signal mask is as before.
 */
static void test_signals_stay(void **state) {
  scene s;
  BEGIN(&s, *state, HTTP_CUT, HTTP_WHOLE);
  sigset_t pipe, after, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
  ok(s.h, knn_download_file(s.h->ctx, &s.job));
  pthread_sigmask(SIG_SETMASK, NULL, &after);
  sigpending(&pending);
  assert_false(sigismember(&after, SIGPIPE));
  assert_false(sigismember(&pending, SIGPIPE));
  http_server_stop(s.server);
}

/* The whole way: a data set that is nowhere, from a mirror into the cache, then from the cache
 * without a server. */
static void test_dataset(void **state) {
  help *h = *state;
  const char *folder = help_real_data("mnist/train-images-idx3-ubyte.gz");
  if (!folder) skip();
  char files[600];
  snprintf(files, sizeof files, "%s/mnist", folder);
  const http_mode modes[] = {HTTP_CUT, HTTP_WHOLE};
  http_server *server = http_server_start(NULL, 0, files, modes, 2);
  const char *const mirrors[] = {http_server_base(server)};
  knn_dataset_options options = {
      .cache = help_path(h, "new/cache"), .mirrors = mirrors, .n_mirrors = 1};
  knn_dataset set;
  ok(h, knn_dataset_load(h->ctx, "mnist", &options, &set));
  assert_int_equal(knn_tensor_dim(set.x_test, 0), 10000);
  knn_dataset_clear(&set);
  assert_int_equal(http_server_requests(server), 5);
  ok(h, knn_dataset_load(h->ctx, "mnist", &options, &set));
  knn_dataset_clear(&set);
  assert_int_equal(http_server_requests(server), 5);
  help_fails(h, knn_dataset_load(h->ctx, "fashion_mnist", &options, &set), KNN_EDATA,
             "fashion_mnist: download of train-images-idx3-ubyte.gz: no mirror");
  http_server_stop(server);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, help_setup, help_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_normal),
      TEST(test_moved),
      TEST(test_cut_is_resumed),
      TEST(test_cut_is_resumed_later),
      TEST(test_cut_without_checksum),
      TEST(test_no_range),
      TEST(test_wrong_checksum),
      TEST(test_strange_part),
      TEST(test_wrong_size),
      TEST(test_second_mirror),
      TEST(test_silence),
      TEST(test_nobody_listens),
      TEST(test_disk_full),
      TEST(test_no_folder),
      TEST(test_locked),
      TEST(test_progress),
      TEST(test_cancel),
      TEST(test_signals_stay),
      TEST(test_dataset),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
