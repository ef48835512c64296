/* http_server.h - a small HTTP server on the loopback interface, in a thread, that misbehaves as
 * told. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stddef.h>

typedef enum http_mode {
  HTTP_WHOLE,    /* the body, or what a Range asks for */
  HTTP_NO_RANGE, /* the body from its beginning, whatever is asked */
  HTTP_CUT,      /* half of what is asked for, then the connection ends */
  HTTP_STALL,    /* half of what is asked for, then silence */
  HTTP_HANG,     /* silence from the beginning */
  HTTP_WRONG,    /* other bytes of the right length */
  HTTP_LONG,     /* the body twice */
  HTTP_MISSING,  /* 404 */
  HTTP_MOVED     /* 302 to the same address */
} http_mode;

typedef struct http_server http_server;

/* Serve `body`, or the files of `folder` by the last part of the address. The i-th request is
 * answered by modes[i], those beyond by the last. */
http_server *http_server_start(const void *body, size_t bytes, const char *folder,
                               const http_mode *modes, int n_modes);
void http_server_stop(http_server *server);
/* "http://127.0.0.1:port/" */
const char *http_server_base(const http_server *server);
int http_server_requests(http_server *server);
/* First byte that the last request asked for. */
size_t http_server_asked_from(http_server *server);

#endif
