/* strict.h - warnings about globals that nobody declared, knn -g.
 *
 * A global is declared by an assignment outside functions, or by being there. Reading another one,
 * or assigning it first in a function, warns once a name. Only chunks of the prompt, of the command
 * line and of the script are watched, each through its environment: the table of globals stays as
 * it is, and modules that know nothing of this are not disturbed. */
#ifndef KNN_INTERP_STRICT_H
#define KNN_INTERP_STRICT_H

#include <lua.h>

/* Chunks loaded from now on are watched. */
void knn__strict_open(lua_State *L);

/* Gives the chunk on top of the stack the watched globals, if there are such. */
void knn__strict_watch(lua_State *L);

#endif
