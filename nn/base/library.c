/* library.c - see library.h. */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

knn_status knn__library_load(knn_ctx *ctx, const char *soname, const char *purpose,
                             const char *const *names, int n, void *functions) {
  void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library)
    return knn_fail(ctx, KNN_ESTATE, "%s needs %s, which is not installed here; install it",
                    purpose, soname);
  const char *absent = NULL;
  for (int i = 0; i < n && !absent; i++) {
    void *symbol = dlsym(library, names[i]);
    memcpy((char *)functions + (size_t)i * sizeof symbol, &symbol, sizeof symbol);
    if (!symbol) absent = names[i];
  }
  dlclose(library);
  if (!absent) return KNN_OK;
  return knn_fail(ctx, KNN_ESTATE, "%s: %s is too old, it has no %s; install a newer one", purpose,
                  soname, absent);
}
