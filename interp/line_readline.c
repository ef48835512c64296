/* line_readline.c - GNU readline (GPL; the knn program alone links it) behind line.h.
 *
 * The callback interface is used with ppoll, signals being let in only while it waits: Ctrl-C,
 * Ctrl-Z, a closed terminal and a changed window arrive at one known place, and readline's state is
 * never cut in half. */
#if KNN_HAVE_READLINE
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "interrupt.h"
#include "line.h"

static knn__line_completer completer;
static void *completer_user;
static char *got;     /* the line that readline delivered */
static int delivered; /* readline is done with the line; got is NULL at end of input */
static volatile sig_atomic_t caught; /* a signal that stops or ends the process */
static sigset_t open_mask;           /* the signals blocked outside this file */

static const int fatal[] = {SIGTSTP, SIGTERM, SIGHUP, SIGQUIT};
#define N_FATAL (sizeof fatal / sizeof *fatal)
#define IDLE_MAX 1000 /* empty reads in a row of a terminal that says it has input: it is gone */

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
  (void)count;
  (void)key;
  while (i > 0 && (rl_line_buffer[i - 1] == ' ' || rl_line_buffer[i - 1] == '\t')) i--;
  if (i == 0 || rl_line_buffer[i - 1] == '\n') return rl_insert_text("  ") < 0;
  return rl_complete_internal(rl_completion_mode(tab));
}

/* Reads must never wait: see read_key. */
static void prepare_terminal(int meta) {
  struct termios modes;
  rl_prep_terminal(meta);
  if (tcgetattr(STDIN_FILENO, &modes) != 0) return;
  modes.c_cc[VMIN] = 0;
  modes.c_cc[VTIME] = 0;
  tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void on_fatal(int signal_number) {
  caught = signal_number;
}

static void deliver(char *line) {
  rl_callback_handler_remove(); /* else readline would show the next prompt at once */
  got = line;
  delivered = 1;
}

/* Lets the signal do its work with the terminal as it was; comes back after SIGCONT. */
static void obey(int signal_number) {
  struct sigaction ours, standard = {0};
  sigset_t blocked;
  rl_deprep_terminal();
  standard.sa_handler = SIG_DFL;
  sigaction(signal_number, &standard, &ours);
  raise(signal_number);
  sigprocmask(SIG_SETMASK, &open_mask, &blocked); /* it strikes here */
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  sigaction(signal_number, &ours, NULL);
  prepare_terminal(1);
  rl_on_new_line();
  rl_redisplay();
}

/* Waits for input: 1 when there may be some, 0 after Ctrl-C, -1 when the terminal is gone. */
static int wait_for_input(void) {
  struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
  for (;;) {
    int n = ppoll(&in, 1, NULL, &open_mask);
    if (knn__interrupt_pending()) return 0;
    if (caught) {
      int signal_number = caught;
      caught = 0;
      obey(signal_number);
    } else if (n > 0) {
      return in.revents & POLLIN ? 1 : -1;
    } else if (n < 0) {
      rl_check_signals(); /* a changed window */
    }
  }
}

/* One byte. The driver drops waiting input on Ctrl-C, so input that was announced may be gone. */
static int read_key(FILE *in) {
  unsigned char c;
  int idle;
  (void)in;
  for (idle = 0; wait_for_input() == 1 && idle < IDLE_MAX; idle++)
    if (read(STDIN_FILENO, &c, 1) == 1) return c;
  return EOF;
}

static void readline_open(knn__line_completer complete_with, void *user) {
  completer = complete_with;
  completer_user = user;
  rl_readline_name = "knn";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 1;
  rl_getc_function = read_key;
  rl_prep_term_function = prepare_terminal;
  rl_instream = stdin;
  rl_outstream = stdout;
  setlocale(LC_CTYPE,
            ""); /* for editing text that is not ASCII; Lua's own lexer does not ask the locale */
  rl_initialize();
  rl_attempted_completion_function = complete;
  /* the word to complete is a path of names; quotes make readline complete file names in strings */
  rl_completer_word_break_characters = " \t\n\"'`@$><=;|&{}()[]+-*/%^~#,!?:.";
  rl_completer_quote_characters = "\"'";
  rl_bind_key('\t', tab);
  rl_bind_keyseq("\033[A", rl_history_search_backward);
  rl_bind_keyseq("\033[B", rl_history_search_forward);
  rl_bind_keyseq("\033OA", rl_history_search_backward);
  rl_bind_keyseq("\033OB", rl_history_search_forward);
  using_history();
}

/* Blocks the signals and takes them over; the fatal ones' former actions go to `before`. */
static void take_signals(struct sigaction before[N_FATAL]) {
  struct sigaction ours = {0};
  sigset_t block;
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
}

static void give_signals_back(const struct sigaction before[N_FATAL]) {
  size_t i;
  for (i = 0; i < N_FATAL; i++) sigaction(fatal[i], &before[i], NULL);
  sigprocmask(SIG_SETMASK, &open_mask, NULL);
}

static void drop_line(void) {
  if (!delivered) {
    rl_point = rl_end; /* the cursor below the whole input, not in its middle */
    rl_redisplay();
  }
  fputs("^C\n", rl_outstream);
  rl_clear_pending_input();
  rl_eof_found = 0; /* read_key may have told readline so, to make it let go */
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_replace_line("", 0);
  if (!delivered) rl_callback_handler_remove();
  free(got);
}

static knn__line_result readline_read(const char *prompt, char **line) {
  struct sigaction before[N_FATAL];
  knn__line_result result = KNN__LINE_READ;
  take_signals(before);
  got = NULL;
  delivered = 0;
  rl_callback_handler_install(prompt, deliver);
  while (!delivered && wait_for_input() != 0) rl_callback_read_char();
  if (knn__interrupt_pending()) {
    drop_line();
    result = KNN__LINE_DROPPED;
  } else if (got) {
    *line = got;
  } else {
    /* after end of input, leaving the paste mode wrote a newline already */
    if (!rl_eof_found || strcmp(rl_variable_value("enable-bracketed-paste"), "on") != 0) {
      fputc('\n', rl_outstream);
    }
    result = KNN__LINE_END;
  }
  give_signals_back(before);
  return result;
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

static void readline_close(void) {
  clear_history();
}

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
