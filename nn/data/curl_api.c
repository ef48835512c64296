/* curl_api.c - see curl_api.h. The library stays in the process once it is loaded; only the count
 * of users goes down. */
#if KNN_HAVE_CURL

#include "curl_api.h"

#include <dlfcn.h>
#include <string.h>

knn_status knn__curl_load(knn_ctx *ctx, knn__curl *curl) {
  memset(curl, 0, sizeof *curl);
  curl->library = dlopen(KNN_CURL_SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!curl->library)
    return knn_fail(ctx, KNN_ESTATE,
                    "downloading needs libcurl (%s), which is not installed here; install it or "
                    "fetch the file by hand",
                    KNN_CURL_SONAME);
  void *symbol;
  bool all = true;
#define X(name, member)                         \
  symbol = dlsym(curl->library, "curl_" #name); \
  all = all && symbol;                          \
  memcpy(&curl->name, &symbol, sizeof symbol);
  KNN__CURL_LIST(X)
#undef X
  if (all && curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return KNN_OK;
  dlclose(curl->library);
  return knn_fail(ctx, KNN_ESTATE, "%s cannot be used: %s", KNN_CURL_SONAME,
                  all ? "it does not start" : "it is too old");
}

void knn__curl_unload(knn__curl *curl) {
  curl->global_cleanup();
  dlclose(curl->library);
}

#else
typedef int knn__curl_is_off;
#endif
