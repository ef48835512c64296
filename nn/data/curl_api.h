/* curl_api.h - libcurl, loaded at its first use. */
#ifndef KNN__CURL_API_H
#define KNN__CURL_API_H

/* The checks of types are macros in the functions' names, which would take the members for calls.
 */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "library.h"

/* clang-format off */
#define KNN__CURL_LIST(X) \
  X(curl_global_init) X(curl_global_cleanup) X(curl_easy_init) X(curl_easy_setopt)              \
  X(curl_easy_getinfo) X(curl_easy_strerror) X(curl_easy_cleanup) X(curl_multi_init)            \
  X(curl_multi_add_handle) X(curl_multi_perform) X(curl_multi_poll) X(curl_multi_info_read)     \
  X(curl_multi_remove_handle) X(curl_multi_cleanup) X(curl_easy_perform)                         \
  X(curl_slist_append) X(curl_slist_free_all)
/* clang-format on */

typedef struct knn__curl {
  KNN__CURL_LIST(KNN__FUNCTION)
} knn__curl;

/* KNN_ESTATE when the library is not on this machine. Pair with curl_global_cleanup. */
knn_status knn__curl_load(knn_ctx *ctx, knn__curl *curl);

#endif
