/* progress.c - Keras's progress bar: one line, drawn again at most 20 times a second, with time
 * left, time per step and the running logs; a plain line per epoch where the output is not a
 * terminal. Text goes through knn.output's sink. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "callback.h"

enum { BAR = 20 };
static const char sink_key = 0; /* registry key of the Lua function set by knn.output */

void knn__bind_write(lua_State *L, const char *text, size_t n) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &sink_key) == LUA_TFUNCTION) {
    lua_pushlstring(L, text, n);
    lua_call(L, 1, 0);
    return;
  }
  lua_pop(L, 1);
  fwrite(text, 1, n, stdout);
  fflush(stdout);
}

/* output(sink): sink(text) receives what knn prints; nil = stdout again. */
static int set_output(lua_State *L) {
  if (!lua_isnoneornil(L, 1)) luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &sink_key);
  return 0;
}

/* ---- pieces of the line ---- */

/* Text under construction; `columns` counts what a terminal shows. */
typedef struct line {
  luaL_Buffer *b;
  bool colour;
  size_t columns;
} line;

static void add(line *l, const char *text) {
  luaL_addstring(l->b, text);
  for (const char *at = text; *at; at++) l->columns += ((unsigned char)*at & 0xc0) != 0x80;
}

/* A switch of colour: takes no column. */
static void paint(line *l, const char *code) {
  if (l->colour) luaL_addstring(l->b, code);
}

static void add_bar(line *l, int64_t done, int64_t steps) {
  int filled = (int)(BAR * done / steps);
  paint(l, "\033[32m");
  for (int i = 0; i < filled; i++) add(l, "\u2501");
  paint(l, "\033[0m\033[37m");
  for (int i = filled; i < BAR; i++) add(l, l->colour ? "\u2501" : " ");
  paint(l, "\033[0m");
}

static void add_left(line *l, double seconds) {
  char text[40];
  long long s = (long long)seconds;
  if (s > 3600)
    snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
  else if (s > 60)
    snprintf(text, sizeof text, "%lld:%02lld", s / 60, s % 60);
  else
    snprintf(text, sizeof text, "%llds", s);
  add(l, text);
}

static void add_step_time(line *l, double t) {
  char text[40];
  if (t >= 1 || t <= 0)
    snprintf(text, sizeof text, "%.0fs/step", t);
  else if (t >= 1e-3)
    snprintf(text, sizeof text, "%.0fms/step", t * 1e3);
  else
    snprintf(text, sizeof text, "%.0fus/step", t * 1e6);
  add(l, text);
}

static void add_log(line *l, const char *name, double value) {
  char text[48];
  if (isnan(value))
    snprintf(text, sizeof text, "nan");
  else
    snprintf(text, sizeof text, fabs(value) > 1e-3 ? "%.4f" : "%.4e", value);
  add(l, " - ");
  add(l, name);
  add(l, ": ");
  add(l, text);
}

static void add_logs(line *l, const knn_logs *logs) {
  for (int i = 0; i < knn_logs_size(logs); i++) {
    const char *name = knn_logs_name(logs, i);
    if (strcmp(name, "learning_rate") != 0) add_log(l, name, knn_logs_value(logs, i));
  }
  double rate;
  if (logs && knn_logs_get(logs, "learning_rate", &rate)) add_log(l, "learning_rate", rate);
}

static double step_time(const knn__progress *p, double t) {
  if (p->done <= 0) return 0;
  return p->done == 1 || p->first == 0 ? (t - p->begin) / (double)p->done
                                       : (t - p->first) / (double)(p->done - 1);
}

/* ---- drawing ---- */

typedef struct draw_frame {
  knn__progress *p;
  const knn_run_info *run;
  const knn_logs *logs;
  bool final;
} draw_frame;

static void add_count(line *l, int64_t done, int64_t steps) {
  char total[32], text[80];
  int digits = snprintf(total, sizeof total, "%lld", (long long)steps);
  snprintf(text, sizeof text, "%*lld/%s", digits, (long long)done, total);
  paint(l, "\033[1m");
  add(l, text);
  paint(l, "\033[0m");
  add(l, " ");
}

/* As long as nobody knows how many steps there are. */
static void add_open_count(line *l, int64_t done) {
  char text[64];
  snprintf(text, sizeof text, "%7lld/Unknown ", (long long)done);
  add(l, text);
}

static void add_body(line *l, const draw_frame *f, double t) {
  const knn__progress *p = f->p;
  const bool known = f->run->steps > 0 || f->final;
  int64_t steps = f->run->steps > 0 ? f->run->steps : p->done > 0 ? p->done : 1;
  double each = step_time(p, t);
  char text[40];
  if (known)
    add_count(l, f->final ? steps : p->done, steps);
  else
    add_open_count(l, p->done);
  if (p->redraw && known) add_bar(l, f->final ? steps : p->done, steps);
  add(l, p->redraw ? " " : "- ");
  paint(l, "\033[1m");
  if (f->final || !known) {
    snprintf(text, sizeof text, "%.0fs", t - p->begin);
    add(l, text);
  } else {
    add_left(l, each * (double)(steps - p->done));
  }
  paint(l, "\033[0m");
  add(l, p->redraw ? " " : " - ");
  add_step_time(l, each);
  if (p->kind != KNN__PREDICT) add_logs(l, f->logs);
}

/* Argument: frame. */
static int draw(lua_State *L) {
  const draw_frame *f = lua_touserdata(L, 1);
  knn__progress *p = f->p;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  line l = {.b = &b, .colour = p->colour};
  if (p->redraw) luaL_addstring(&b, "\r");
  add_body(&l, f, knn_clock());
  for (size_t i = l.columns; p->redraw && i < p->width; i++) luaL_addchar(&b, ' ');
  if (f->final) luaL_addchar(&b, '\n');
  p->width = f->final ? 0 : l.columns;
  luaL_pushresult(&b);
  size_t n;
  const char *text = lua_tolstring(L, -1, &n);
  knn__bind_write(L, text, n);
  return 0;
}

typedef struct title_frame {
  int64_t epoch;
  int epochs;
} title_frame;

static int title(lua_State *L) {
  const title_frame *f = lua_touserdata(L, 1);
  char text[80];
  int n = snprintf(text, sizeof text, "Epoch %lld/%d\n", (long long)f->epoch, f->epochs);
  knn__bind_write(L, text, (size_t)n);
  return 0;
}

static knn_status begin_epoch(knn__progress *p, int64_t epoch, const knn_run_info *run) {
  title_frame frame = {epoch + 1, run->epochs};
  p->begin = knn_clock();
  p->first = 0;
  p->done = 0;
  p->width = 0;
  return run->epochs > 1 ? knn__bind_protect(p->L, title, &frame, 0) : KNN_OK;
}

static knn_status end_batch(knn__progress *p, int64_t index, const knn_run_info *run,
                            const knn_logs *logs) {
  draw_frame frame = {p, run, logs, false};
  p->done = index + 1;
  if (p->first == 0) p->first = knn_clock();
  return p->verbose == 1 && p->redraw ? knn__bind_protect(p->L, draw, &frame, 0) : KNN_OK;
}

static knn_status finish(knn__progress *p, const knn_run_info *run, const knn_logs *logs) {
  draw_frame frame = {p, run, logs, true};
  if (p->done < run->steps) p->done = run->steps;
  return knn__bind_protect(p->L, draw, &frame, 0);
}

static knn_status on_event(void *self, knn_event event, int64_t index, const knn_run_info *run,
                           knn_logs *logs) {
  knn__progress *p = self;
  if (p->kind == KNN__EVALUATE && run->in_fit) return KNN_OK;
  switch (event) {
    case KNN_ON_EPOCH_BEGIN: return begin_epoch(p, index, run);
    case KNN_ON_TEST_BEGIN:
    case KNN_ON_PREDICT_BEGIN: return begin_epoch(p, 0, run);
    case KNN_ON_TRAIN_BATCH_END:
    case KNN_ON_TEST_BATCH_END:
    case KNN_ON_PREDICT_BATCH_END: return end_batch(p, index, run, logs);
    case KNN_ON_EPOCH_END:
    case KNN_ON_TEST_END:
    case KNN_ON_PREDICT_END: return finish(p, run, logs);
    default: return KNN_OK;
  }
}

/* 0 silent, 1 bar, 2 line. */
static int verbosity(lua_State *L, int idx, const knn__host *host) {
  if (lua_isnoneornil(L, idx)) return host ? 1 : 0; /* a guest in a foreign program is silent */
  if (lua_type(L, idx) == LUA_TSTRING) {
    if (strcmp(lua_tostring(L, idx), "auto") == 0) return 1;
  } else if (lua_isboolean(L, idx)) {
    return lua_toboolean(L, idx);
  } else {
    int ok;
    lua_Integer v = lua_tointegerx(L, idx, &ok);
    if (ok && v >= 0 && v <= 2) return (int)v;
  }
  return luaL_error(
      L, "option 'verbose' must be \"auto\", 0 (silent), 1 (bar) or 2 (a line per epoch)");
}

void knn__callbacks_add_progress(lua_State *L, knn__callbacks *set, knn__run_kind kind, int idx) {
  static const unsigned events[] = {
      [KNN__FIT] = 1u << KNN_ON_EPOCH_BEGIN | 1u << KNN_ON_EPOCH_END | 1u << KNN_ON_TRAIN_BATCH_END,
      [KNN__EVALUATE] =
          1u << KNN_ON_TEST_BEGIN | 1u << KNN_ON_TEST_END | 1u << KNN_ON_TEST_BATCH_END,
      [KNN__PREDICT] =
          1u << KNN_ON_PREDICT_BEGIN | 1u << KNN_ON_PREDICT_END | 1u << KNN_ON_PREDICT_BATCH_END,
  };
  const knn__host *host = knn__bind_get(L)->host;
  int verbose = set->verbose = verbosity(L, idx, host);
  if (!verbose) return;
  bool terminal = host && host->is_tty;
  set->progress =
      (knn__progress){.L = L, .kind = kind, .verbose = verbose, .redraw = terminal && verbose == 1};
  set->progress.colour = set->progress.redraw && host->colour;
  set->list[set->n++] = (knn_callback){
      .self = &set->progress, .events = events[kind], .batch_interval = 0.05, .on_event = on_event};
}

void knn__callbacks_end(lua_State *L, knn__callbacks *set) {
  if (set->progress.width > 0) knn__bind_write(L, "\n", 1);
  set->progress.width = 0;
}

static const luaL_Reg functions[] = {{"output", set_output}, {NULL, NULL}};

void knn__open_progress(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
