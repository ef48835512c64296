/* line.h - a line editor: one of several behind the same few functions.
 * read takes SIGINT as "drop this line"; everything about the terminal's modes is the editor's own
 * affair. */
#ifndef KNN_INTERP_LINE_H
#define KNN_INTERP_LINE_H

#include <stddef.h>

typedef enum { KNN__LINE_READ, KNN__LINE_DROPPED, KNN__LINE_END } knn__line_result;

/* Completions of the word in bytes start .. point of a line. The result is an array that ends in
 * NULL, array and strings from malloc: first what all of them begin with, then each, unless there
 * is only one. NULL: none. *append: what to add behind a single one, or '\0'; *files: set to ask
 * for file names instead. */
typedef char **(*knn__line_completer)(void *user, const char *line, size_t start, size_t point,
                                      char *append, int *files);

typedef struct knn__line_editor {
  const char *name;
  const char *licence;
  void (*open)(knn__line_completer complete, void *user);
  /* *line: without its newline, from malloc; untouched unless KNN__LINE_READ. */
  knn__line_result (*read)(const char *prompt, char **line);
  void (*remember)(const char *entry); /* into the list that Up walks through */
  void (*close)(void);
} knn__line_editor;

/* The best editor built in for this terminal; `plain` when a person is not at both ends. */
const knn__line_editor *knn__line_choose(void);
/* The best editor built in, whatever the terminal: for `knn -v`. */
const knn__line_editor *knn__line_best(void);

extern const knn__line_editor knn__line_plain;
#if KNN_HAVE_READLINE
extern const knn__line_editor knn__line_readline;
#endif

#endif
