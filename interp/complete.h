/* complete.h - what TAB offers: globals and keywords, fields behind `.`, methods behind `:`, options
 * in `Dense{`, the strings that an option takes, module names in require"...", file names in other
 * strings. Never runs user code: tables are read raw; of
 * a metatable only `__methods` and a table `__index` are followed. */
#ifndef KNN_INTERP_COMPLETE_H
#define KNN_INTERP_COMPLETE_H

#include <stddef.h>

/* A knn__line_completer (line.h); user is the lua_State. */
char **knn__complete(void *user, const char *line, size_t start, size_t point, char *append,
                     int *files);

#endif
