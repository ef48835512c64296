/* line_readline.c - GNU readline (GPL; the knn program alone links it) behind line.h.
 *
 * The callback interface is used with pselect, signals being unblocked only while it waits: Ctrl-C, Ctrl-Z, a closed
 * terminal and a changed window arrive at one known place, and readline's state is never cut in half. */
#if KNN_HAVE_READLINE
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "interrupt.h"
#include "line.h"

static knn__line_completer completer;
static void *completer_user;
static char *got;      /* the line that readline delivered */
static int delivered;  /* readline is done with the line; got is NULL at end of input */
static volatile sig_atomic_t caught; /* a signal that stops or ends the process */

static const int fatal[] = {SIGTSTP, SIGTERM, SIGHUP, SIGQUIT};
#define N_FATAL (sizeof fatal / sizeof *fatal)

static char **complete(const char *word, int start, int end) {
  char append = '\0', **matches;
  int files = 0;
  (void)word;
  rl_attempted_completion_over = 1;
  matches = completer(completer_user, rl_line_buffer, (size_t)start, (size_t)end, &append, &files);
  rl_completion_append_character = append;
  rl_completion_suppress_append = append == '\0';
  if (files) {
    rl_attempted_completion_over = 0;
    rl_completion_suppress_append = 1;
    rl_filename_completion_desired = 1;
  }
  return matches;
}

/* TAB where no word stands: indentation. */
static int tab(int count, int key) {
  int i = rl_point;
  while (i > 0 && (rl_line_buffer[i - 1] == ' ' || rl_line_buffer[i - 1] == '\t')) i--;
  if (i == 0 || rl_line_buffer[i - 1] == '\n') return rl_insert_text("  ") < 0;
  return rl_complete(count, key);
}

static void deliver(char *line) {
  got = line;
  delivered = 1;
}

static void readline_open(knn__line_completer complete_with, void *user) {
  completer = complete_with;
  completer_user = user;
  rl_readline_name = "knn";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 1;
  rl_instream = stdin;
  rl_outstream = stdout;
  setlocale(LC_CTYPE, ""); /* for editing text that is not ASCII; Lua's own lexer does not ask the locale */
  rl_initialize();
  rl_attempted_completion_function = complete;
  /* the word to complete is a path of names; quotes make readline complete file names in strings */
  rl_basic_word_break_characters = " \t\n\"'`@$><=;|&{}()[]+-*/%^~#,!?:.";
  rl_completer_quote_characters = "\"'";
  rl_bind_key('\t', tab);
  rl_bind_keyseq("\033[A", rl_history_search_backward);
  rl_bind_keyseq("\033[B", rl_history_search_forward);
  rl_bind_keyseq("\033OA", rl_history_search_backward);
  rl_bind_keyseq("\033OB", rl_history_search_forward);
  using_history();
}

static void on_fatal(int signal_number) { caught = signal_number; }

/* Lets the signal do its work with the terminal as it was; comes back after SIGCONT. */
static void obey(int signal_number, const sigset_t *open_mask) {
  struct sigaction ours, standard = {0};
  sigset_t blocked;
  rl_deprep_terminal();
  standard.sa_handler = SIG_DFL;
  sigaction(signal_number, &standard, &ours);
  raise(signal_number);
  sigprocmask(SIG_SETMASK, open_mask, &blocked); /* it strikes here */
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  sigaction(signal_number, &ours, NULL);
  rl_prep_terminal(1);
  rl_on_new_line();
  rl_redisplay();
}

/* Waits for one key or signal. Returns 1 if Ctrl-C was pressed. */
static int wait_for_key(const sigset_t *open_mask) {
  fd_set in;
  int n;
  FD_ZERO(&in);
  FD_SET(STDIN_FILENO, &in);
  n = pselect(STDIN_FILENO + 1, &in, NULL, NULL, NULL, open_mask);
  if (knn__interrupt_pending()) return 1;
  if (caught) {
    int signal_number = caught;
    caught = 0;
    obey(signal_number, open_mask);
  } else if (n > 0) {
    rl_callback_read_char();
  } else if (n < 0 && errno == EINTR) {
    rl_check_signals(); /* a changed window */
  }
  return 0;
}

static knn__line_result readline_read(const char *prompt, char **line) {
  struct sigaction ours = {0}, before[N_FATAL];
  sigset_t block, open_mask;
  int dropped = 0;
  size_t i;
  sigemptyset(&block);
  sigaddset(&block, SIGINT);
  for (i = 0; i < N_FATAL; i++) sigaddset(&block, fatal[i]);
  sigprocmask(SIG_BLOCK, &block, &open_mask);
  ours.sa_handler = on_fatal;
  sigemptyset(&ours.sa_mask);
  for (i = 0; i < N_FATAL; i++) {
    sigaction(fatal[i], &ours, &before[i]);
    if (before[i].sa_handler == SIG_IGN) sigaction(fatal[i], &before[i], NULL);
  }
  got = NULL;
  delivered = 0;
  rl_callback_handler_install(prompt, deliver);
  while (!delivered && !dropped) dropped = wait_for_key(&open_mask);
  if (dropped) {
    rl_point = rl_end; /* the cursor below the whole input, not in its middle */
    rl_redisplay();
    fputs("^C\n", rl_outstream);
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_replace_line("", 0);
  }
  rl_callback_handler_remove();
  for (i = 0; i < N_FATAL; i++) sigaction(fatal[i], &before[i], NULL);
  sigprocmask(SIG_SETMASK, &open_mask, NULL);
  if (dropped) return KNN__LINE_DROPPED;
  if (!got) {
    fputc('\n', rl_outstream);
    return KNN__LINE_END;
  }
  *line = got;
  return KNN__LINE_READ;
}

/* Moves an entry that is already there to the end. */
static void readline_remember(const char *entry) {
  int i;
  for (i = history_length - 1; i >= 0 && i >= history_length - 200; i--) {
    HIST_ENTRY *old = history_get(history_base + i);
    if (!old || strcmp(old->line, entry) != 0) continue;
    old = remove_history(i);
    if (old) free_history_entry(old);
    break;
  }
  add_history(entry);
}

static void readline_close(void) { clear_history(); }

const knn__line_editor knn__line_readline = {
  .name = "GNU readline",
  .licence = "GPL-3.0-or-later",
  .open = readline_open,
  .read = readline_read,
  .remember = readline_remember,
  .close = readline_close,
};
#else
typedef int knn__line_readline_is_not_built;
#endif
