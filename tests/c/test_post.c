/* test_post.c - messages to a server: what arrives, and what is said when it does not. */
#include "testing.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers one request and keeps it. */
typedef struct server {
  int listener;
  char url[64], request[2048];
  const char *answer;
  pthread_t thread;
} server;

static bool whole(const char *request) {
  const char *length = strstr(request, "Content-Length: "), *body = strstr(request, "\r\n\r\n");
  return length && body && strlen(body + 4) >= strtoul(length + 16, NULL, 10);
}

static void *serve(void *arg) {
  server *s = arg;
  size_t n = 0;
  int fd = accept(s->listener, NULL, NULL);
  if (fd < 0) return NULL;
  while (!whole(s->request)) {
    ssize_t got = read(fd, s->request + n, sizeof s->request - 1 - n);
    if (got <= 0) break;
    n += (size_t)got;
  }
  if (write(fd, s->answer, strlen(s->answer)) < 0) perror("write");
  close(fd);
  return NULL;
}

static void start(server *s, const char *answer) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  *s = (server){.listener = socket(AF_INET, SOCK_STREAM, 0), .answer = answer};
  assert_int_equal(bind(s->listener, (struct sockaddr *)&at, sizeof at), 0);
  assert_int_equal(listen(s->listener, 1), 0);
  assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &size), 0);
  snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d/epoch", ntohs(at.sin_port));
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

/* Also when nobody came. */
static void stop(server *s) {
  shutdown(s->listener, SHUT_RD);
  pthread_join(s->thread, NULL);
  close(s->listener);
}

static knn_status post_to(knn_ctx *ctx, const char *url) {
  static const char *const headers[] = {"Content-Type: application/json", "X-Run: 7"};
  return knn_http_post(
      ctx, &(knn_post){
               .url = url, .body = "{\"a\": 1}", .bytes = 8, .headers = headers, .n_headers = 2});
}

static void a_message_arrives(void **state) {
  knn_ctx *ctx = *state;
  server s;
  start(&s, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine");
  knn_status st = post_to(ctx, s.url);
  stop(&s);
  if (st == KNN_ESTATE) skip(); /* no libcurl on this machine */
  assert_ok(ctx, st);
  assert_ptr_equal(strstr(s.request, "POST /epoch HTTP/"), s.request);
  assert_non_null(strstr(s.request, "\r\nContent-Type: application/json\r\n"));
  assert_non_null(strstr(s.request, "\r\nX-Run: 7\r\n"));
  assert_non_null(strstr(s.request, "\r\n\r\n{\"a\": 1}"));
}

static void a_refusal_is_told(void **state) {
  knn_ctx *ctx = *state;
  server s;
  start(&s, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  knn_status st = post_to(ctx, s.url);
  stop(&s);
  if (st == KNN_ESTATE) skip();
  assert_int_equal(st, KNN_EIO);
  assert_non_null(strstr(knn_ctx_error(ctx), s.url));
  assert_int_equal(post_to(ctx, s.url), KNN_EIO); /* nobody listens any more */
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(a_message_arrives), knn_test(a_refusal_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
