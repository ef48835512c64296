/* callback.h - Lua tables as callbacks, and the progress bar, for the length of one run. */
#ifndef KNN_INTERP_BIND_CALLBACK_H
#define KNN_INTERP_BIND_CALLBACK_H

#include "bind.h"

enum { KNN__CALLBACKS = 64 };

typedef struct knn__lua_callback {
  lua_State *L;
  int table; /* stack index of the callback in the function that runs the model */
  const struct knn__callbacks *set;
} knn__lua_callback;

/* Kinds of run. */
typedef enum knn__run_kind { KNN__FIT, KNN__EVALUATE, KNN__PREDICT } knn__run_kind;

typedef struct knn__progress {
  lua_State *L;
  knn__run_kind kind;
  int verbose;
  bool redraw, colour; /* a terminal: the line is drawn again and again */
  double begin, first; /* seconds: start of the epoch, end of its first batch */
  int64_t done;        /* batches */
  size_t width;        /* columns of the line drawn last */
} knn__progress;

/* All callbacks of a run. */
typedef struct knn__callbacks {
  int n, verbose;
  knn_callback list[KNN__CALLBACKS + 1];
  knn__lua_callback lua[KNN__CALLBACKS];
  knn__progress progress;
} knn__callbacks;

/* Add the callbacks in the list at idx (nil = none); each gets self.model = the value at `model`.
 * Pushes them. */
void knn__callbacks_add_lua(lua_State *L, knn__callbacks *set, int idx, int model);
/* Add the bar or line for `verbose` (the value at idx: nil and "auto" mean the host's default). */
void knn__callbacks_add_progress(lua_State *L, knn__callbacks *set, knn__run_kind kind, int idx);
/* Ends a line of the bar that a failure or Ctrl-C left open. */
void knn__callbacks_end(lua_State *L, knn__callbacks *set);
/* A table of the logs. */
void knn__bind_push_logs(lua_State *L, const knn_logs *logs);

#endif
