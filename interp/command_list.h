/* command_list.h - what the files of commands share. A command is a function here and a row of the
 * table in command.c. It gets what stands behind its name, without blanks around it, and returns 0
 * to end the session. */
#ifndef KNN_INTERP_COMMAND_LIST_H
#define KNN_INTERP_COMMAND_LIST_H

#include "repl.h"

/* Reports a mistake in a command; the message as for lua_pushfstring. */
void knn__command_complain(knn__repl *r, const char *format, ...);
/* Writes what was collected and frees it. */
void knn__command_write(knn__repl *r, knn__buf *text);
/* Appends bytes as a person reads them: 512 B, 1.5 kB. */
void knn__command_add_bytes(knn__buf *out, double bytes);

/* command_time.c */
int knn__command_time(knn__repl *r, const char *argument);
int knn__command_timeit(knn__repl *r, const char *argument);

/* command_globals.c */
int knn__command_who(knn__repl *r, const char *argument);
int knn__command_mem(knn__repl *r, const char *argument);
int knn__command_reload(knn__repl *r, const char *argument);

/* command_files.c */
int knn__command_load(knn__repl *r, const char *argument);
int knn__command_save(knn__repl *r, const char *argument);
int knn__command_cd(knn__repl *r, const char *argument);
int knn__command_shell(knn__repl *r, const char *argument);

#endif
