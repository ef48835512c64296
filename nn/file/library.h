/* library.h - shared libraries that are opened at their first use: linking HDF5 or libzip would
 * cost every start of a program more than knn itself does. A library stays in the process once it
 * is there. */
#ifndef KNN__LIBRARY_H
#define KNN__LIBRARY_H

#include "ctx.h"

/* A function or variable of the library, and where its address goes in the caller's struct. */
typedef struct knn__symbol {
  const char *name;
  size_t at;
} knn__symbol;

/* Fill `api` with the addresses of n symbols. purpose, "reading and writing HDF5 files", begins the
 * message when the library is not on this machine (KNN_ESTATE). */
knn_status knn__library_load(knn_ctx *ctx, const char *soname, const char *purpose,
                             const knn__symbol *symbols, int n, void *api);
/* The message of a build without the library's headers. */
knn_status knn__library_off(knn_ctx *ctx, const char *name, const char *purpose);

#endif
