/* pty.c - a Lua module that runs a program in a pseudo-terminal, or with pipes, and talks to it.
 *   p = pty.spawn({"build/knn", "-i"}, {env = {TERM = "xterm"}, width = 80})
 *   p:send "1+1\r"
 *   p:read(seconds)     text; "" after the time; nil at the end
 *   p:wait(seconds)     exit status; or nil and a signal's number; nil and "running" after the time
 *   p:signal(2)   p:close_input()   p:close_output()
 * With pipe = true, stdin is a pipe, and stdout and stderr come back together through another. */
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TYPE "knn.test.pty"
#define ARGS_MAX 32

typedef struct process {
  pid_t pid;
  int in, out; /* what we write to and read from; the same for a pseudo-terminal; -1 when closed */
  int reaped;
} process;

int luaopen_pty(lua_State *L);

static process *check(lua_State *L) {
  return luaL_checkudata(L, 1, TYPE);
}

/* In the child: the environment of the options, then the program. */
static void become(lua_State *L, char **argv) {
  if (lua_getfield(L, 2, "env") == LUA_TTABLE)
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
      if (lua_toboolean(L, -1))
        setenv(lua_tostring(L, -2), lua_tostring(L, -1), 1);
      else
        unsetenv(lua_tostring(L, -2));
    }
  signal(SIGINT, SIG_DFL);
  execvp(argv[0], argv);
  _exit(127);
}

static int option(lua_State *L, const char *name, int standard) {
  int value = lua_getfield(L, 2, name) == LUA_TNUMBER ? (int)lua_tointeger(L, -1) : standard;
  lua_pop(L, 1);
  return value;
}

static int spawn_pipes(process *p) {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) return -1;
  p->pid = fork();
  if (p->pid == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(out[1], 2);
    close(in[0]), close(in[1]), close(out[0]), close(out[1]);
    return 0;
  }
  close(in[0]);
  close(out[1]);
  p->in = in[1];
  p->out = out[0];
  return p->pid;
}

static int pty_spawn(lua_State *L) {
  char *argv[ARGS_MAX + 1] = {NULL};
  struct winsize size = {0};
  process *p;
  int i, pipes;
  pid_t pid;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  for (i = 0; i < ARGS_MAX && lua_rawgeti(L, 1, i + 1) == LUA_TSTRING; i++)
    argv[i] = strdup(lua_tostring(L, -1));
  lua_settop(L, 2);
  pipes = lua_getfield(L, 2, "pipe") != LUA_TNIL && lua_toboolean(L, -1);
  size.ws_col = (unsigned short)option(L, "width", 80);
  size.ws_row = (unsigned short)option(L, "height", 24);
  p = lua_newuserdatauv(L, sizeof *p, 0);
  memset(p, 0, sizeof *p);
  p->in = p->out = -1;
  luaL_setmetatable(L, TYPE);
  pid = pipes ? spawn_pipes(p) : (p->pid = forkpty(&p->in, NULL, NULL, &size));
  if (pid == 0) become(L, argv);
  for (i = 0; argv[i]; i++) free(argv[i]);
  if (pid < 0) return luaL_error(L, "cannot start: %s", strerror(errno));
  if (!pipes) p->out = p->in;
  fcntl(p->in, F_SETFD, FD_CLOEXEC);
  fcntl(p->out, F_SETFD, FD_CLOEXEC);
  return 1;
}

static int pty_send(lua_State *L) {
  process *p = check(L);
  size_t n;
  const char *s = luaL_checklstring(L, 2, &n);
  while (n) {
    ssize_t done = write(p->in, s, n);
    if (done < 0) return luaL_error(L, "cannot send: %s", strerror(errno));
    s += done;
    n -= (size_t)done;
  }
  return 0;
}

static int pty_read(lua_State *L) {
  process *p = check(L);
  struct pollfd fd = {.fd = p->out, .events = POLLIN};
  char block[4096];
  ssize_t n;
  if (poll(&fd, 1, (int)(luaL_checknumber(L, 2) * 1000)) <= 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  n = read(p->out, block, sizeof block);
  if (n <= 0) return 0; /* EIO: the other side of the pseudo-terminal is gone */
  lua_pushlstring(L, block, (size_t)n);
  return 1;
}

static int pty_signal(lua_State *L) {
  process *p = check(L);
  if (!p->reaped) kill(p->pid, (int)luaL_checkinteger(L, 2));
  return 0;
}

static int pty_close_input(lua_State *L) {
  process *p = check(L);
  if (p->in >= 0 && p->in != p->out) close(p->in);
  p->in = -1;
  return 0;
}

static int pty_close_output(lua_State *L) {
  process *p = check(L);
  if (p->out >= 0 && p->in != p->out) close(p->out);
  p->out = -1;
  return 0;
}

static int pty_wait(lua_State *L) {
  process *p = check(L);
  struct timespec pause = {0, 5000000};
  int left = (int)(luaL_checknumber(L, 2) * 200), status = 0;
  while (waitpid(p->pid, &status, WNOHANG) == 0) {
    if (left-- <= 0) {
      lua_pushnil(L);
      lua_pushliteral(L, "running");
      return 2;
    }
    nanosleep(&pause, NULL);
  }
  p->reaped = 1;
  if (WIFEXITED(status)) {
    lua_pushinteger(L, WEXITSTATUS(status));
    return 1;
  }
  lua_pushnil(L);
  lua_pushinteger(L, WTERMSIG(status));
  return 2;
}

static int pty_gc(lua_State *L) {
  process *p = check(L);
  if (!p->reaped && p->pid > 0) {
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    p->reaped = 1;
  }
  if (p->in >= 0) close(p->in);
  if (p->out >= 0 && p->out != p->in) close(p->out);
  p->in = p->out = -1;
  return 0;
}

static int pty_sleep(lua_State *L) {
  double seconds = luaL_checknumber(L, 1);
  struct timespec t = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&t, NULL);
  return 0;
}

int luaopen_pty(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"send", pty_send},
      {"read", pty_read},
      {"signal", pty_signal},
      {"close_input", pty_close_input},
      {"close_output", pty_close_output},
      {"wait", pty_wait},
      {"close", pty_gc},
      {"__gc", pty_gc},
      {"__close", pty_gc},
      {NULL, NULL},
  };
  signal(SIGPIPE, SIG_IGN); /* sending to a program that ended is a failed test, not our end */
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_newtable(L);
  lua_pushcfunction(L, pty_spawn);
  lua_setfield(L, -2, "spawn");
  lua_pushcfunction(L, pty_sleep);
  lua_setfield(L, -2, "sleep");
  return 1;
}
