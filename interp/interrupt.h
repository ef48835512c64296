/* interrupt.h - Ctrl-C: stops Lua code at once, C loops when they poll; free until pressed.
 *
 * The signal handler sets a flag and arms a hook on the lua_State that is running; the hook raises
 * "interrupted!". It stays armed until the flag is cleared at top level, so neither pcall nor a
 * coroutine swallows it: `while true do pcall(f) end` ends at most a thousand instructions later.
 * Hooks belong to one Lua thread, so coroutine.resume, wrap and close are replaced by versions that
 * say which one runs. A second Ctrl-C within two seconds, while the first still waits to be
 * noticed, ends the process (130) after the terminal is restored. */
#ifndef KNN_INTERP_INTERRUPT_H
#define KNN_INTERP_INTERRUPT_H

#include <lua.h>

/* Installs the SIGINT handler and the coroutine functions. The calling thread is the one that runs
 * L. A SIGINT that the parent process ignores stays ignored, unless `interactive`. */
void knn__interrupt_install(lua_State *L, int interactive);

/* Around each chunk run at top level. A Ctrl-C pressed just before begin stops the chunk; end
 * forgets it, disarms the hook, and returns 1 if Ctrl-C came and nobody cleared it. */
void knn__interrupt_begin(lua_State *L);
int knn__interrupt_end(lua_State *L);

/* 1 after Ctrl-C until cleared; for polling in C loops, from any thread. */
int knn__interrupt_pending(void);
void knn__interrupt_clear(void);

/* 1 if the program around L is a prompt (see bind/host.h); 0 in scripts and foreign hosts. */
int knn__interactive(lua_State *L);

#endif
