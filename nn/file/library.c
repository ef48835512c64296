/* library.c - see library.h. */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

knn_status knn__library_load(knn_ctx *ctx, const char *soname, const char *purpose,
                             const knn__symbol *symbols, int n, void *api) {
  void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  const char *missing = NULL;
  if (!library)
    return knn_fail(ctx, KNN_ESTATE, "%s needs %s, which is not installed here; install it",
                    purpose, soname);
  for (int i = 0; i < n; i++) {
    void *symbol = dlsym(library, symbols[i].name);
    if (!symbol) missing = symbols[i].name;
    memcpy((char *)api + symbols[i].at, &symbol, sizeof symbol);
  }
  dlclose(library); /* it stays, see RTLD_NODELETE */
  if (!missing) return KNN_OK;
  return knn_fail(ctx, KNN_ESTATE, "%s: %s cannot be used, it has no %s", purpose, soname, missing);
}

knn_status knn__library_off(knn_ctx *ctx, const char *name, const char *purpose) {
  return knn_fail(ctx, KNN_ESTATE, "%s needs %s, without which this library was built", purpose,
                  name);
}
