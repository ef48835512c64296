/* host.h - what the program around a Lua state tells the binding about itself.
 *
 * The `knn` program stores a pointer to one knn__host in the registry under KNN__HOST_KEY; it lives
 * as long as the state. In any other host (stock lua5.4, an embedding program) the key is absent:
 * the binding is then silent, never interactive, and has no interrupt to poll.
 *
 * Interrupts: `interrupted` is the context's cancel hook. When it stopped a long call and
 * `interactive` is set, the binding calls `interrupt_clear` and returns what it has
 * (`history.interrupted = true`); otherwise it raises "interrupted!" and leaves the flag set, so
 * that the program exits with 130. The hook that breaks Lua loops also breaks a Lua callback inside
 * `fit`: an error raised by a callback while `interrupted()` is true is the same cancellation, not
 * a failure of the callback. */
#ifndef KNN_INTERP_BIND_HOST_H
#define KNN_INTERP_BIND_HOST_H

#include <lua.h>

#define KNN__HOST_KEY "knn.host"

typedef struct knn__host {
  int (*interrupted)(void);      /* 1 after Ctrl-C, until cleared; safe from any thread */
  void (*interrupt_clear)(void); /* the interrupt was dealt with: go on as if it had not come */
  int interactive;               /* a person sits at a prompt in this process */
  int (*term_width)(void);       /* columns of the terminal, 80 when unknown */
  int is_tty;                    /* stdout is a terminal: a line may be redrawn */
  int colour;                    /* stdout takes ANSI colours */
} knn__host;

/* The host of this state, or NULL in a foreign one. */
static inline const knn__host *knn__host_get(lua_State *L) {
  const knn__host *host;
  lua_getfield(L, LUA_REGISTRYINDEX, KNN__HOST_KEY);
  host = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return host;
}

#endif
