/* history.h - the file of past inputs.
 *
 * One entry per input; the second and later lines of an entry start with a tab, the first never:
 *   model = knn.Sequential{
 *   <tab>  knn.layers.Dense{10},
 *   <tab>}
 * An entry is appended in one write before it runs, so a crash or a parallel session loses nothing.
 * Mode 0600. When the file has grown well past KNN__HISTORY_MAX entries, it is replaced, under a
 * lock, by the newest ones without repetitions. */
#ifndef KNN_INTERP_HISTORY_H
#define KNN_INTERP_HISTORY_H

#define KNN__HISTORY_MAX 10000

typedef struct knn__history knn__history;

/* Opens the file named by $KNN_HISTORY (if `environment`), else $XDG_STATE_HOME/knn/history, else
 * ~/.local/state/knn/history; makes its folder. Hands each entry, oldest first, to `each`. NULL
 * when there is no such place, or an empty $KNN_HISTORY. */
knn__history *knn__history_open(int environment, void (*each)(const char *entry));

/* Appends an entry, unless it is blank or equals the one before. Failure to write is silent: a full
 * disk must not stop the session. Returns 1 if the entry is new (also without a file: h may be
 * NULL). */
int knn__history_append(knn__history *h, const char *entry);

void knn__history_close(knn__history *h);

#endif
