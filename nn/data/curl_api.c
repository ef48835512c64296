/* curl_api.c - see curl_api.h. */
#if KNN_HAVE_CURL

#include "curl_api.h"

knn_status knn__curl_load(knn_ctx *ctx, knn__curl *curl) {
  static const char *const names[] = {KNN__CURL_LIST(KNN__FUNCTION_NAME)};
  KNN__TRY(knn__library_load(ctx, KNN_CURL_SONAME, "a download", names,
                             sizeof names / sizeof *names, curl));
  if (curl->curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return KNN_OK;
  return knn_fail(ctx, KNN_ESTATE, "%s cannot be used: it does not start", KNN_CURL_SONAME);
}

#else
typedef int knn__curl_is_off;
#endif
