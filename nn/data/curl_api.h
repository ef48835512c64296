/* curl_api.h - libcurl, loaded at its first use: linking it would cost every start of a program
 * more than knn itself does. */
#ifndef KNN__CURL_API_H
#define KNN__CURL_API_H

#include <curl/curl.h>

#include "ctx.h"

/* function of libcurl, its type; expands to the members of knn__curl and to the list that is looked
 * up */
#define KNN__CURL_LIST(X)                                                                     \
  X(global_init, CURLcode (*global_init)(long))                                               \
  X(global_cleanup, void (*global_cleanup)(void))                                             \
  X(easy_init, CURL *(*easy_init)(void))                                                      \
  X(easy_setopt, CURLcode (*easy_setopt)(CURL *, CURLoption, ...))                            \
  X(easy_getinfo, CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...))                            \
  X(easy_strerror, const char *(*easy_strerror)(CURLcode))                                    \
  X(easy_cleanup, void (*easy_cleanup)(CURL *))                                               \
  X(multi_init, CURLM *(*multi_init)(void))                                                   \
  X(multi_add_handle, CURLMcode (*multi_add_handle)(CURLM *, CURL *))                         \
  X(multi_perform, CURLMcode (*multi_perform)(CURLM *, int *))                                \
  X(multi_poll, CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned, int, int *)) \
  X(multi_info_read, CURLMsg *(*multi_info_read)(CURLM *, int *))                             \
  X(multi_remove_handle, CURLMcode (*multi_remove_handle)(CURLM *, CURL *))                   \
  X(multi_cleanup, CURLMcode (*multi_cleanup)(CURLM *))

typedef struct knn__curl {
  void *library;
#define X(name, member) member;
  KNN__CURL_LIST(X)
#undef X
} knn__curl;

/* KNN_ESTATE when the library is not on this machine. Pair with knn__curl_unload. */
knn_status knn__curl_load(knn_ctx *ctx, knn__curl *curl);
void knn__curl_unload(knn__curl *curl);

#endif
