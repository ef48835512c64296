/* term.h - what the terminal is: tty or not, colours, width, and putting it back as it was. */
#ifndef KNN_INTERP_TERM_H
#define KNN_INTERP_TERM_H

typedef enum { KNN__COLOUR_AUTO, KNN__COLOUR_ALWAYS, KNN__COLOUR_NEVER } knn__colour_mode;

/* Opens /dev/null on those of stdin, stdout, stderr that are closed, so that no file of the program
 * can land on them, and remembers the terminal's modes for knn__term_restore. Call once, first. */
void knn__term_setup(void);

/* Puts the terminal back into the modes it had at knn__term_setup. Safe in a signal handler. */
void knn__term_restore(void);

/* Whether ANSI colours may be written to fd. The command-line flag beats the environment: NO_COLOR
 * (non-empty), then CLICOLOR_FORCE or FORCE_COLOR (non-empty, not "0"), then a tty whose TERM is
 * not "dumb". With `environment` 0 the variables are not consulted, TERM excepted. */
int knn__term_colour(int fd, knn__colour_mode mode, int environment);

/* Columns of the terminal on stdout or stderr; 80 when neither is one. */
int knn__term_width(void);

#endif
