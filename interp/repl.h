/* repl.h - read, evaluate, print: the core of the prompt, without a terminal.
 *
 * A front end gives functions to read and write and calls knn__repl_run; or, when lines come to it
 * by themselves (an editor, a socket), it calls knn__repl_feed with each and looks at the answer.
 * Inputs share the globals of the state; `_` is the last value, `__` the one before. No more than
 * these two are kept alive. */
#ifndef KNN_INTERP_REPL_H
#define KNN_INTERP_REPL_H

#include <lua.h>

#include "buf.h"
#include "line.h"

typedef struct knn__repl_io {
  /* As in line.h; only for knn__repl_run. */
  knn__line_result (*read)(void *user, const char *prompt, char **line);
  void (*write)(void *user, const char *text, size_t n);  /* values */
  void (*report)(void *user, const char *text, size_t n); /* errors */
  void (*enter)(void *user, const char *entry); /* a whole input, before it runs; may be NULL */
  int (*width)(void);                           /* columns for printed values */
  int colour;                                   /* reports may use ANSI colours */
  void *user;
} knn__repl_io;

typedef enum {
  KNN__REPL_READY, /* the input was run, or refused: ask for a new one */
  KNN__REPL_MORE,  /* the input goes on in the next line */
  KNN__REPL_QUIT   /* :quit */
} knn__repl_state;

typedef struct knn__repl {
  lua_State *L;
  knn__repl_io io;
  knn__buf input;  /* the lines of an unfinished input */
  int pasted;      /* it began with a prompt: take prompts off its other lines too */
  int keep_locals; /* `:locals off`: as stock Lua */
  knn__buf session; /* the inputs that ran to their end, as a script; `:save` writes it */
  double seconds;   /* that the last input ran, without printing its values */
} knn__repl;

#define KNN__REPL_PROMPT "knn> "
#define KNN__REPL_PROMPT_MORE "  .. "

/* Before code of the user runs: sets the globals full, help and apropos, and takes those that there
 * are now for not the user's. The repl must outlive L's use of `full`, which prints through it. */
void knn__repl_init(knn__repl *r, lua_State *L, const knn__repl_io *io);
void knn__repl_free(knn__repl *r);

/* Takes one line, or several at once (a paste), without the last newline. */
knn__repl_state knn__repl_feed(knn__repl *r, const char *line);
/* Forgets an unfinished input; reports nothing. */
void knn__repl_drop(knn__repl *r);
/* Runs inputs until the end of input or :quit. */
void knn__repl_run(knn__repl *r);

/* For the commands. Runs source as an input: prints its values, reports its errors. 1 if it ran to
 * its end. */
int knn__repl_eval(knn__repl *r, const char *source, size_t n);
/* Text to the person, and the report on the error value on top of L (popped). */
void knn__repl_say(knn__repl *r, const char *text);
void knn__repl_complain(knn__repl *r);

#endif
