/* script.h - running files, standard input and pieces of the command line; errors go to stderr. */
#ifndef KNN_INTERP_SCRIPT_H
#define KNN_INTERP_SCRIPT_H

#include <lua.h>

enum { KNN__EXIT_OK = 0, KNN__EXIT_ERROR = 1, KNN__EXIT_USAGE = 2, KNN__EXIT_INTERRUPT = 130 };

/* How reports look: set once by main. */
void knn__script_colour(int colour);

/* Each returns the exit status for what happened. argv: the `...` of the script. */
int knn__script_file(lua_State *L, const char *path, int argc, char **argv);
int knn__script_stdin(lua_State *L, int argc, char **argv);
int knn__script_string(lua_State *L, const char *code);
int knn__script_print(lua_State *L, const char *expression); /* prints its values */
int knn__script_require(lua_State *L, const char *module);   /* "mod" or "global=mod" */

/* Reports the error value on top of L, pops it and returns the exit status for it. */
int knn__script_fail(lua_State *L, int interrupted);

#endif
