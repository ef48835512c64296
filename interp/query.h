/* query.h - asking for help at the prompt: `?name`, `name?`, `?`, and the globals help and apropos.
 * The answers are those of the module knn.help, which is loaded when first asked. */
#ifndef KNN_INTERP_QUERY_H
#define KNN_INTERP_QUERY_H

#include <lua.h>

#include "buf.h"

/* Whether an input is a question; appends the name that it asks about, "" for `?` alone. */
int knn__query_is(const char *input, knn__buf *name);

/* Pushes the function of knn.help that has this name; "ask" prints the help on what is asked about.
 */
void knn__query_push(lua_State *L, const char *function);

/* Sets the globals help and apropos. */
void knn__query_open(lua_State *L);

#endif
