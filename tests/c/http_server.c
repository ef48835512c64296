/* http_server.c - see http_server.h. One connection at a time, closed after its answer. */
#include "http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_MODES = 16 };

struct http_server {
  pthread_t thread;
  int listener, stop[2];
  char base[64], folder[512];
  unsigned char *body;
  size_t bytes;
  http_mode modes[MAX_MODES];
  int n_modes;
  atomic_int requests;
  atomic_size_t from;
};

static void send_all(int fd, const void *data, size_t n) {
  for (size_t done = 0; done < n;) {
    ssize_t sent = send(fd, (const char *)data + done, n - done, MSG_NOSIGNAL);
    if (sent <= 0) return;
    done += (size_t)sent;
  }
}

/* Until the client hangs up or the server stops. */
static void wait_for_end(http_server *s, int fd) {
  struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = s->stop[0], .events = POLLIN}};
  poll(fds, 2, 20000);
}

/* The request up to its empty line; false if the client went away. */
static int read_request(int fd, char *request, size_t room) {
  size_t n = 0;
  while (n + 1 < room) {
    ssize_t got = recv(fd, request + n, room - 1 - n, 0);
    if (got <= 0) return 0;
    n += (size_t)got;
    request[n] = '\0';
    if (strstr(request, "\r\n\r\n")) return 1;
  }
  return 0;
}

static void load_file(http_server *s, const char *request) {
  char path[900], name[256] = "";
  const char *end = strstr(request, " HTTP/"), *at = end;
  while (at > request && at[-1] != '/') at--;
  snprintf(name, sizeof name, "%.*s", (int)(end - at), at);
  snprintf(path, sizeof path, "%s/%s", s->folder, name);
  FILE *f = fopen(path, "rb");
  free(s->body);
  s->body = NULL;
  s->bytes = 0;
  if (!f) return;
  fseek(f, 0, SEEK_END);
  s->bytes = (size_t)ftell(f);
  rewind(f);
  s->body = malloc(s->bytes + 1);
  s->bytes = fread(s->body, 1, s->bytes, f);
  fclose(f);
}

static void send_body(http_server *s, int fd, http_mode mode, const char *request) {
  char head[256];
  const char *range = mode == HTTP_NO_RANGE ? NULL : strstr(request, "\r\nRange: bytes=");
  size_t from = range ? strtoul(range + 15, NULL, 10) : 0;
  atomic_store(&s->from, from);
  if (range && from >= s->bytes) {
    snprintf(
        head, sizeof head,
        "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    send_all(fd, head, strlen(head));
    return;
  }
  size_t left = s->bytes - from;
  int n = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n",
                   range ? "206 Partial Content" : "200 OK", mode == HTTP_LONG ? 2 * left : left);
  if (range)
    n += snprintf(head + n, sizeof head - (size_t)n, "Content-Range: bytes %zu-%zu/%zu\r\n", from,
                  s->bytes - 1, s->bytes);
  snprintf(head + n, sizeof head - (size_t)n, "\r\n");
  send_all(fd, head, strlen(head));
  if (mode == HTTP_WRONG) {
    unsigned char *other = malloc(left);
    for (size_t i = 0; i < left; i++) other[i] = (unsigned char)~s->body[from + i];
    send_all(fd, other, left);
    free(other);
    return;
  }
  send_all(fd, s->body + from, mode == HTTP_CUT || mode == HTTP_STALL ? left / 2 : left);
  if (mode == HTTP_LONG) send_all(fd, s->body, left);
  if (mode == HTTP_STALL) wait_for_end(s, fd);
}

static void answer(http_server *s, int fd) {
  char request[4096], head[256];
  if (!read_request(fd, request, sizeof request)) return;
  int i = atomic_fetch_add(&s->requests, 1);
  http_mode mode = s->modes[i < s->n_modes ? i : s->n_modes - 1];
  if (s->folder[0]) load_file(s, request);
  if (mode == HTTP_HANG) {
    wait_for_end(s, fd);
  } else if (mode == HTTP_MISSING || !s->body) {
    const char *text =
        "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnone";
    send_all(fd, text, strlen(text));
  } else if (mode == HTTP_MOVED) {
    snprintf(
        head, sizeof head,
        "HTTP/1.1 302 Found\r\nLocation: %sfile\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        s->base);
    send_all(fd, head, strlen(head));
  } else {
    send_body(s, fd, mode, request);
  }
}

static void *serve(void *arg) {
  http_server *s = arg;
  struct pollfd fds[2] = {{.fd = s->listener, .events = POLLIN},
                          {.fd = s->stop[0], .events = POLLIN}};
  while (poll(fds, 2, -1) >= 0 && !fds[1].revents) {
    int fd = accept(s->listener, NULL, NULL);
    if (fd < 0) continue;
    answer(s, fd);
    shutdown(fd, SHUT_WR);
    close(fd);
  }
  return NULL;
}

http_server *http_server_start(const void *body, size_t bytes, const char *folder,
                               const http_mode *modes, int n_modes) {
  http_server *s = calloc(1, sizeof *s);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  s->listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(s->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(s->listener, 16) != 0 || pipe(s->stop) != 0 ||
      getsockname(s->listener, (struct sockaddr *)&address, &length) != 0) {
    free(s);
    return NULL;
  }
  snprintf(s->base, sizeof s->base, "http://127.0.0.1:%d/", ntohs(address.sin_port));
  if (folder) snprintf(s->folder, sizeof s->folder, "%s", folder);
  s->bytes = bytes;
  s->body = malloc(bytes + 1);
  if (bytes) memcpy(s->body, body, bytes);
  memcpy(s->modes, modes, (size_t)n_modes * sizeof *modes);
  s->n_modes = n_modes;
  pthread_create(&s->thread, NULL, serve, s);
  return s;
}

void http_server_stop(http_server *s) {
  if (write(s->stop[1], "x", 1) == 1) pthread_join(s->thread, NULL);
  close(s->listener);
  close(s->stop[0]);
  close(s->stop[1]);
  free(s->body);
  free(s);
}

const char *http_server_base(const http_server *s) {
  return s->base;
}

int http_server_requests(http_server *s) {
  return atomic_load(&s->requests);
}

size_t http_server_asked_from(http_server *s) {
  return atomic_load(&s->from);
}
