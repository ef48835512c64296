/* history.c - the file of past inputs. See history.h. */
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"

#define SLACK (KNN__HISTORY_MAX / 4) /* entries over the cap before the file is rewritten */

struct knn__history {
  char *path;
  char *last; /* the newest entry of this session */
};

/* ---- where ---- */

static char *choose_path(int environment) {
  const char *named = environment ? getenv("KNN_HISTORY") : NULL;
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  knn__buf path = {0};
  if (named && !*named) return NULL;
  if (named)
    knn__buf_puts(&path, named);
  else if (state && *state == '/')
    knn__buf_printf(&path, "%s/knn/history", state);
  else if (home && *home == '/')
    knn__buf_printf(&path, "%s/.local/state/knn/history", home);
  return path.s;
}

static void make_folders(const char *path) {
  char *copy = strdup(path), *p;
  if (!copy) return;
  for (p = copy + 1; (p = strchr(p, '/')); p++) {
    *p = '\0';
    mkdir(copy, 0700);
    *p = '/';
  }
  free(copy);
}

/* ---- file ---- */

/* Opens and locks the file that has the name now: another session may replace it while we wait.
 * Returns -1 on failure. */
static int open_locked(const char *path, int flags) {
  struct stat ours, named;
  int fd, tries;
  for (tries = 0; tries < 5; tries++) {
    fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0) return -1;
    if (flock(fd, LOCK_EX) == 0 && fstat(fd, &ours) == 0 && stat(path, &named) == 0 &&
        ours.st_ino == named.st_ino) {
      if (S_ISREG(ours.st_mode) && (ours.st_mode & 077)) fchmod(fd, 0600);
      return fd;
    }
    close(fd);
  }
  return -1;
}

static int write_all(int fd, const char *s, size_t n) {
  while (n) {
    ssize_t done = write(fd, s, n);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return 0;
    s += done;
    n -= (size_t)done;
  }
  return 1;
}

static int read_all(int fd, knn__buf *out) {
  char block[8192];
  ssize_t n;
  while ((n = read(fd, block, sizeof block)) != 0) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return 0;
    knn__buf_add(out, block, (size_t)n);
  }
  return !out->failed;
}

/* ---- entries ---- */

static void encode(const char *entry, knn__buf *out) {
  while (*entry == '\t' || *entry == ' ' || *entry == '\n') entry++;
  for (; *entry; entry++) {
    knn__buf_putc(out, *entry);
    if (*entry == '\n') knn__buf_putc(out, '\t');
  }
  while (out->n && strchr("\n\t ", out->s[out->n - 1])) knn__buf_cut(out, out->n - 1);
  knn__buf_putc(out, '\n');
}

/* Turns the file's text, in place, into entries that end in NUL, and returns them in an array of
 * *n; NULL without memory. */
static char **decode(char *text, size_t size, size_t *n) {
  size_t lines = 1, i, to = 0;
  char **entries;
  for (i = 0; i < size; i++) lines += text[i] == '\n';
  entries = malloc(lines * sizeof *entries);
  *n = 0;
  if (!entries) return NULL;
  for (i = 0; i < size;) {
    int joined = text[i] == '\t' && *n > 0;
    if (joined) {
      text[to - 1] = '\n';
      i++;
    } else {
      entries[(*n)++] = text + to;
    }
    while (i < size && text[i] != '\n') text[to++] = text[i++];
    text[to++] = '\0'; /* takes the place of the newline, or of the NUL behind the text */
    i++;
    if (!joined && !entries[*n - 1][0]) --*n; /* an empty line */
  }
  return entries;
}

static size_t hash(const char *s) {
  size_t h = 5381;
  while (*s) h = h * 33 + (unsigned char)*s++;
  return h;
}

/* Keeps the last of equal entries and then the newest KNN__HISTORY_MAX, in order. */
static void keep_newest(char **entries, size_t *n) {
  size_t slots = 2, kept = 0, i, out;
  char **seen;
  while (slots < *n * 2) slots *= 2;
  seen = calloc(slots, sizeof *seen);
  if (!seen) return;
  for (i = *n; i-- > 0;) {
    size_t k = hash(entries[i]) & (slots - 1);
    while (seen[k] && strcmp(seen[k], entries[i]) != 0) k = (k + 1) & (slots - 1);
    if (seen[k] || kept == KNN__HISTORY_MAX) {
      entries[i] = NULL;
    } else {
      seen[k] = entries[i];
      kept++;
    }
  }
  for (i = out = 0; i < *n; i++)
    if (entries[i]) entries[out++] = entries[i];
  *n = out;
  free(seen);
}

/* Replaces the file by the entries; the caller holds its lock. */
static void rewrite(const char *path, char **entries, size_t n) {
  knn__buf text = {0}, name = {0};
  size_t i;
  int fd;
  for (i = 0; i < n; i++) encode(entries[i], &text);
  knn__buf_printf(&name, "%s.%ld.new", path, (long)getpid());
  fd =
      name.failed || text.failed ? -1 : open(name.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    int good = write_all(fd, knn__buf_str(&text), text.n) && fsync(fd) == 0;
    close(fd);
    if (!good || rename(name.s, path) != 0) unlink(name.s);
  }
  knn__buf_free(&text);
  knn__buf_free(&name);
}

static void load(const char *path, void (*each)(const char *entry)) {
  struct stat kind;
  knn__buf text = {0};
  char **entries = NULL;
  size_t n = 0, before, i;
  int fd = -1;
  if (stat(path, &kind) == 0 && S_ISREG(kind.st_mode)) fd = open_locked(path, O_RDWR);
  if (fd < 0) return;
  if (read_all(fd, &text) && text.n) entries = decode(text.s, text.n, &n);
  if (entries) {
    before = n;
    keep_newest(entries, &n);
    if (before > KNN__HISTORY_MAX + SLACK) rewrite(path, entries, n);
    for (i = 0; i < n; i++) each(entries[i]);
  }
  free(entries);
  close(fd);
  knn__buf_free(&text);
}

knn__history *knn__history_open(int environment, void (*each)(const char *entry)) {
  char *path = choose_path(environment);
  knn__history *h = path ? calloc(1, sizeof *h) : NULL;
  if (!h) {
    free(path);
    return NULL;
  }
  h->path = path;
  make_folders(path);
  load(path, each);
  return h;
}

int knn__history_append(knn__history *h, const char *entry) {
  knn__buf text = {0};
  int fd;
  encode(entry, &text);
  if (text.failed || text.n <= 1 || (h && h->last && strcmp(h->last, entry) == 0)) {
    knn__buf_free(&text);
    return 0;
  }
  if (h) {
    free(h->last);
    h->last = strdup(entry);
    fd = open_locked(h->path, O_WRONLY | O_APPEND | O_CREAT);
    if (fd >= 0) {
      write_all(fd, text.s, text.n);
      close(fd);
    }
  }
  knn__buf_free(&text);
  return 1;
}

void knn__history_close(knn__history *h) {
  if (!h) return;
  free(h->path);
  free(h->last);
  free(h);
}
