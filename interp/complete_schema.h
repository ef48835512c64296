/* complete_schema.h - what the schema offers at a place of a line: the options of the call around
 * it, the strings that an option takes, the names that have help. */
#ifndef KNN_INTERP_COMPLETE_SCHEMA_H
#define KNN_INTERP_COMPLETE_SCHEMA_H

#include <lua.h>
#include <stddef.h>

/* Each pushes a list of names, or nothing and returns 0. */

/* `Dense{64, |` and `model:fit(x, y, {|`: the word at byte `start` is the name of an option. */
int knn__schema_options(lua_State *L, const char *line, size_t start);
/* `Dense{64, activation = "|`: the string that opens at byte `quote` is an option's value. */
int knn__schema_strings(lua_State *L, const char *line, size_t quote);
/* `?|`: the word at byte `start` is asked about. */
int knn__schema_asked(lua_State *L, const char *line, size_t start);

#endif
