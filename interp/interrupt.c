/* interrupt.c - Ctrl-C: flag, sticky hook on the running Lua thread, coroutine functions that know
 * it. See interrupt.h. */
#include "interrupt.h"

#include <errno.h>
#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "bind/host.h"
#include "term.h"

/* After the first "interrupted!" the code that it unwinds (__close handlers) gets this many VM
 * instructions to tidy up; from the second on, every instruction raises, or an outer loop around
 * pcall would never be the one that is hit. */
#define GRACE 1000
#define FORCE_MS 2000 /* a second Ctrl-C within this time leaves the process */
#define REPEAT_MS 100 /* quicker ones are the keyboard repeating a held key */

static volatile sig_atomic_t pending;
static volatile sig_atomic_t graced; /* the instructions to tidy up were granted */
static lua_State *volatile running;  /* the Lua thread whose code runs now */
static volatile int64_t pressed_ms;  /* time of the last Ctrl-C */
static pthread_t owner;              /* the OS thread that runs Lua */

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void stop(lua_State *L, lua_Debug *where) {
  (void)where;
  if (!pending) { /* a coroutine that was armed and then left alone */
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  lua_sethook(L, stop, LUA_MASKCOUNT, graced ? 1 : GRACE);
  graced = 1;
  luaL_error(L, "interrupted!");
}

static void arm(lua_State *L) {
  lua_sethook(L, stop, LUA_MASKCOUNT, 1);
}

/* Writes from the handler; a failure to write must not matter there. */
static void say(const char *text, size_t n) {
  ssize_t written = write(STDERR_FILENO, text, n);
  (void)written;
}

static void leave_now(void) {
  static const char bye[] = "\nknn: stopped by a second Ctrl-C\n";
  knn__term_restore();
  say(bye, sizeof bye - 1);
  _exit(130);
}

static void pressed_again(void) {
  static const char hint[] = "\nknn: still stopping; press Ctrl-C again to leave at once\n";
  int64_t now = now_ms();
  int64_t since = now - pressed_ms;
  pressed_ms = now;
  if (since < REPEAT_MS) return;
  if (since <= FORCE_MS) leave_now();
  say(hint, sizeof hint - 1);
}

static void on_sigint(int signal_number) {
  int saved = errno;
  if (!pthread_equal(pthread_self(), owner)) {
    pthread_kill(owner, signal_number); /* hooks may be set only where the Lua code stands still */
  } else if (pending) {
    pressed_again();
  } else {
    pressed_ms = now_ms();
    graced = 0;
    pending = 1;
    if (running) arm(running);
  }
  errno = saved;
}

/* Runs co with the nargs values on top of L. Leaves the results on L and returns their number, or
 * leaves the error value and returns -1. */
static int resume_tracked(lua_State *L, lua_State *co, int nargs) {
  int nresults = 0, status;
  if (!lua_checkstack(co, nargs)) {
    lua_pop(L, nargs);
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, nargs);
  running = co;
  if (pending) arm(co);
  status = lua_resume(co, L, nargs, &nresults);
  running = L;
  if (pending) arm(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, nresults + 1)) {
    lua_pop(co, nresults);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, nresults);
  return nresults;
}

static lua_State *check_thread(lua_State *L, int index) {
  lua_State *co = lua_tothread(L, index);
  luaL_argexpected(L, co, index, "coroutine");
  return co;
}

static int co_resume(lua_State *L) {
  lua_State *co = check_thread(L, 1);
  int n = resume_tracked(L, co, lua_gettop(L) - 1);
  lua_pushboolean(L, n >= 0);
  lua_insert(L, n >= 0 ? -(n + 1) : -2);
  return n >= 0 ? n + 1 : 2;
}

/* Ends a coroutine that failed; its error value, perhaps replaced by one of its __close handlers,
 * is on top of co. */
static int close_failed(lua_State *L, lua_State *co) {
#if LUA_VERSION_RELEASE_NUM >= 50406
  return lua_closethread(co, L);
#else
  (void)L;
  return lua_resetthread(co);
#endif
}

static int co_wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int n = resume_tracked(L, co, lua_gettop(L));
  int status;
  if (n >= 0) return n;
  status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(L, co, 1); /* the handlers of the coroutine may look at it */
    running = co;
    close_failed(L, co);
    running = L;
    lua_xmove(co, L, 1);
  }
  if (lua_type(L, -1) == LUA_TSTRING &&
      status != LUA_ERRMEM) { /* say who called, as the stock function does */
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int co_wrap(lua_State *L) {
  lua_State *co;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, co_wrapped, 1);
  return 1;
}

/* The stock coroutine.close (upvalue 1), with the thread whose handlers run made known. */
static int co_close(lua_State *L) {
  lua_State *co = check_thread(L, 1);
  int status;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  running = co;
  status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  running = L;
  if (pending) arm(L);
  return status == LUA_OK ? lua_gettop(L) : lua_error(L);
}

static void replace_coroutine_functions(lua_State *L) {
  if (lua_getglobal(L, "coroutine") == LUA_TTABLE) {
    lua_pushcfunction(L, co_resume);
    lua_setfield(L, -2, "resume");
    lua_pushcfunction(L, co_wrap);
    lua_setfield(L, -2, "wrap");
    lua_getfield(L, -1, "close");
    lua_pushcclosure(L, co_close, 1);
    lua_setfield(L, -2, "close");
  }
  lua_pop(L, 1);
}

void knn__interrupt_install(lua_State *L, int interactive) {
  struct sigaction action = {0}, old;
  owner = pthread_self();
  running = L;
  replace_coroutine_functions(L);
  action.sa_handler = on_sigint; /* no SA_RESTART: io.read must notice the interrupt too */
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, NULL, &old);
  if (old.sa_handler != SIG_IGN || interactive) sigaction(SIGINT, &action, NULL);
}

void knn__interrupt_begin(lua_State *L) {
  running = L;
  if (pending) arm(L);
}

int knn__interrupt_end(lua_State *L) {
  int was = pending;
  pending = 0;
  if (lua_gethook(L) == stop) lua_sethook(L, NULL, 0, 0);
  return was;
}

int knn__interrupt_pending(void) {
  return pending;
}

void knn__interrupt_clear(void) {
  pending = 0;
}

int knn__interactive(lua_State *L) {
  const knn__host *host = knn__host_get(L);
  return host && host->interactive;
}
