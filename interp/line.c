/* line.c - choosing a line editor, and the plain one that only reads lines. See line.h. */
#include "line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "interrupt.h"

static void plain_open(knn__line_completer complete, void *user) {
  (void)complete;
  (void)user;
}

/* The prompt goes where a person sees it, never into the program's redirected output. */
static void show_prompt(const char *prompt) {
  FILE *to = isatty(STDOUT_FILENO) ? stdout : stderr;
  fflush(stdout);
  fputs(prompt, to);
  fflush(to);
}

static knn__line_result plain_read(const char *prompt, char **line) {
  knn__buf out = {0};
  char c;
  show_prompt(prompt);
  for (;;) {
    ssize_t n = read(STDIN_FILENO, &c, 1); /* not stdio: what follows may be meant for io.read */
    if (knn__interrupt_pending()) {
      fputc('\n', stderr);
      knn__buf_free(&out);
      return KNN__LINE_DROPPED;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 && out.n == 0) {
      knn__buf_free(&out);
      return KNN__LINE_END;
    }
    if (n <= 0 || c == '\n') break;
    knn__buf_putc(&out, c);
  }
  if (out.n && out.s[out.n - 1] == '\r') knn__buf_cut(&out, out.n - 1);
  knn__buf_add(&out, "", 0); /* an empty line is a string too */
  *line = out.s;
  return out.s ? KNN__LINE_READ : KNN__LINE_END;
}

static void plain_remember(const char *entry) {
  (void)entry;
}

static void plain_close(void) {}

const knn__line_editor knn__line_plain = {
    .name = "plain",
    .licence = "MIT",
    .open = plain_open,
    .read = plain_read,
    .remember = plain_remember,
    .close = plain_close,
};

const knn__line_editor *knn__line_best(void) {
#if KNN_HAVE_READLINE
  return &knn__line_readline;
#else
  return &knn__line_plain;
#endif
}

const knn__line_editor *knn__line_choose(void) {
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? knn__line_best() : &knn__line_plain;
}
