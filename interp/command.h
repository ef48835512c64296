/* command.h - the prompt's own commands, such as `:tb`: one row each in the table of command.c. */
#ifndef KNN_INTERP_COMMAND_H
#define KNN_INTERP_COMMAND_H

#include "repl.h"

/* Runs the command line (blanks, `:`, name, argument). Returns 0 if it ends the session. */
int knn__command_run(knn__repl *r, const char *line);

/* Remembers the globals as they are; `:who` leaves them out until they change. */
void knn__command_note_globals(lua_State *L);

#endif
