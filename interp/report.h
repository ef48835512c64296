/* report.h - running Lua code under protection and telling what went wrong.
 * A report is the message first, a suggestion if a global was misspelt, then a traceback that ends
 * where the code of the user begins. */
#ifndef KNN_INTERP_REPORT_H
#define KNN_INTERP_REPORT_H

#include <lua.h>

#include "buf.h"

typedef struct knn__report_style {
  const char *prefix; /* before the message, such as "knn: " */
  int colour;
  int trace_lines; /* lines of traceback at most; 0: all */
} knn__report_style;

/* As lua_pcall without a handler, but remembers the traceback of an error for knn__report_add,
 * notices Ctrl-C, and sets *interrupted (may be NULL) when it ended the call. */
int knn__report_call(lua_State *L, int nargs, int nresults, int *interrupted);

/* Appends the report on the error value on top of L and pops it. Survives any error value. */
void knn__report_add(lua_State *L, const knn__report_style *style, knn__buf *out);

/* Appends the whole traceback of the last error; "" if it had none. */
void knn__report_traceback(lua_State *L, knn__buf *out);

/* Appends the global that is nearest to a name, in a format as of lua_pushfstring; nothing if none is
 * near. */
void knn__report_suggest(lua_State *L, const char *name, const char *format, knn__buf *out);

/* Forgets the last traceback: before a message that does not come from knn__report_call. */
void knn__report_forget(lua_State *L);

#endif
