/* command_time.c - how long an input takes, once and on average. */
#include <lauxlib.h>
#include <string.h>
#include <time.h>

#include "chunk.h"
#include "command_list.h"
#include "knn/context.h"
#include "report.h"

#define BATCH_SECONDS 0.1 /* of :timeit; long enough for the clock */
#define BATCHES 5

static void add_seconds(knn__buf *out, double seconds) {
  static const char *const units[] = {"s", "ms", "us", "ns"};
  int i = 0;
  while (i < 3 && seconds < 1) seconds *= 1000, i++;
  knn__buf_printf(out, "%.3g %s", seconds, units[i]);
}

int knn__command_time(knn__repl *r, const char *argument) {
  knn__buf line = {0};
  clock_t start = clock();
  if (!*argument) {
    knn__command_complain(r, ":time takes an input to run, as in `:time model:predict(x)`");
  } else if (knn__repl_eval(r, argument, strlen(argument))) {
    add_seconds(&line, r->seconds);
    knn__buf_puts(&line, ", of all threads ");
    add_seconds(&line, (double)(clock() - start) / CLOCKS_PER_SEC);
    knn__buf_putc(&line, '\n');
    knn__command_write(r, &line);
  }
  return 1;
}

static double run_batch(lua_State *L, long runs) {
  double start = knn_clock();
  long i;
  for (i = 0; i < runs; i++) {
    lua_pushvalue(L, 1);
    lua_call(L, 0, 0);
  }
  return knn_clock() - start;
}

/* Argument: the function. Returns the number of runs in a batch, then the least and the mean
 * seconds of a run. */
static int measure(lua_State *L) {
  long runs = 1;
  double seconds, least, sum = 0;
  int i;
  run_batch(L, 1); /* the first one may load and allocate */
  while ((seconds = run_batch(L, runs)) < BATCH_SECONDS)
    runs = seconds < BATCH_SECONDS / 10 ? runs * 10 : runs * 2;
  least = sum = seconds;
  for (i = 1; i < BATCHES; i++) {
    seconds = run_batch(L, runs);
    sum += seconds;
    if (seconds < least) least = seconds;
  }
  lua_pushinteger(L, runs);
  lua_pushnumber(L, least / (double)runs);
  lua_pushnumber(L, sum / BATCHES / (double)runs);
  return 3;
}

int knn__command_timeit(knn__repl *r, const char *argument) {
  lua_State *L = r->L;
  int bottom = lua_gettop(L), quiet;
  knn__buf line = {0};
  lua_pushcfunction(L, measure);
  switch (knn__chunk_load(L, argument, strlen(argument), r->keep_locals, &quiet)) {
    case KNN__CHUNK_EMPTY:
      knn__command_complain(r, ":timeit takes an input to run again and again, as in `:timeit f(x)`");
      break;
    case KNN__CHUNK_MORE:
    case KNN__CHUNK_BAD:
      knn__report_forget(L);
      knn__repl_complain(r);
      break;
    default:
      if (knn__report_call(L, 1, 3, NULL) != LUA_OK) {
        knn__repl_complain(r);
        break;
      }
      add_seconds(&line, lua_tonumber(L, -2));
      knn__buf_printf(&line, " a run: the best of %d times %lld runs; mean ", BATCHES,
                      (long long)lua_tointeger(L, -3));
      add_seconds(&line, lua_tonumber(L, -1));
      knn__buf_putc(&line, '\n');
      knn__command_write(r, &line);
  }
  lua_settop(L, bottom);
  return 1;
}
