/* library.h - shared libraries that are loaded at their first use: linking one costs every start of
 * a program more than knn itself does. They stay in the process once they are loaded.
 *
 * The functions of a library are a struct of pointers and nothing else, made from a list:
 *   #define KNN__PNG_LIST(X) X(png_read_info) X(png_read_end)
 *   typedef struct knn__png { KNN__PNG_LIST(KNN__FUNCTION) } knn__png;
 *   static const char *const names[] = {KNN__PNG_LIST(KNN__FUNCTION_NAME)};
 */
#ifndef KNN__LIBRARY_H
#define KNN__LIBRARY_H

#include "ctx.h"

#define KNN__FUNCTION(name) __typeof__(name) *name;
#define KNN__FUNCTION_NAME(name) #name,

/* Look up all names, in order, into `functions`. KNN_ESTATE when the library is not on this machine
 * or too old; `purpose` begins the message: "reading PNG files". */
knn_status knn__library_load(knn_ctx *ctx, const char *soname, const char *purpose,
                             const char *const *names, int n, void *functions);

#endif
