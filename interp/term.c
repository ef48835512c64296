/* term.c - what the terminal is: tty or not, colours, width, and putting it back as it was. See
 * term.h. */
#include "term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios first_modes;
static int have_modes;

void knn__term_setup(void) {
  int fd;
  for (fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
      int null = open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY);
      if (null >= 0 && null != fd) close(null);
    }
  have_modes = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &first_modes) == 0;
}

void knn__term_restore(void) {
  if (have_modes) tcsetattr(STDIN_FILENO, TCSANOW, &first_modes);
}

static int is_on(const char *name) {
  const char *value = getenv(name);
  return value && *value && strcmp(value, "0") != 0;
}

int knn__term_colour(int fd, knn__colour_mode mode, int environment) {
  const char *term = getenv("TERM");
  const char *none = environment ? getenv("NO_COLOR") : NULL;
  if (mode != KNN__COLOUR_AUTO) return mode == KNN__COLOUR_ALWAYS;
  if (none && *none) return 0;
  if (environment && (is_on("CLICOLOR_FORCE") || is_on("FORCE_COLOR"))) return 1;
  return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}

int knn__term_width(void) {
  struct winsize size;
  int fd;
  for (fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}
