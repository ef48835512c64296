/* print.h - Lua values as a person at the prompt wants to see them.
 * Tables are bounded: at most `items` entries and `depth` levels, sorted keys, on one line when it
 * fits the width, tables within themselves marked. Tensors, models and other objects print through
 * their __tostring. */
#ifndef KNN_INTERP_PRINT_H
#define KNN_INTERP_PRINT_H

#include <lua.h>

#include "buf.h"

typedef struct knn__print_options {
  int width; /* columns */
  int items; /* entries shown, nested ones included; 0: all */
  int depth; /* levels of tables shown */
  int bare;  /* a string at top level without quotes, as print would */
} knn__print_options;

#define KNN__PRINT_ITEMS 100
#define KNN__PRINT_DEPTH 5
#define KNN__PRINT_DEPTH_MAX 50

/* Appends the value at index. Runs no user code but __tostring and __name, and survives their
 * failure. Returns LUA_OK, or another status with its error value pushed (memory, interrupt); what
 * was rendered by then stays in out. */
int knn__print_value(lua_State *L, int index, const knn__print_options *options, knn__buf *out);

/* Appends the n values from index first on and a newline: side by side when they fit, else one per
 * line. */
int knn__print_values(lua_State *L, int first, int n, const knn__print_options *options,
                      knn__buf *out);

#endif
