/* callback.c - callbacks written in Lua: tables with methods on_epoch_end(self, epoch, logs) and so
 * on. Epochs and batches count from 1. What a callback writes into logs is kept. Only this file and
 * custom.c call Lua from the engine. */
#include "callback.h"

#include <string.h>

/* Event -> method. */
static const char *const names[KNN_EVENTS] = {
    [KNN_ON_TRAIN_BEGIN] = "on_train_begin",
    [KNN_ON_TRAIN_END] = "on_train_end",
    [KNN_ON_EPOCH_BEGIN] = "on_epoch_begin",
    [KNN_ON_EPOCH_END] = "on_epoch_end",
    [KNN_ON_TRAIN_BATCH_BEGIN] = "on_train_batch_begin",
    [KNN_ON_TRAIN_BATCH_END] = "on_train_batch_end",
    [KNN_ON_TEST_BEGIN] = "on_test_begin",
    [KNN_ON_TEST_END] = "on_test_end",
    [KNN_ON_TEST_BATCH_BEGIN] = "on_test_batch_begin",
    [KNN_ON_TEST_BATCH_END] = "on_test_batch_end",
    [KNN_ON_PREDICT_BEGIN] = "on_predict_begin",
    [KNN_ON_PREDICT_END] = "on_predict_end",
    [KNN_ON_PREDICT_BATCH_BEGIN] = "on_predict_batch_begin",
    [KNN_ON_PREDICT_BATCH_END] = "on_predict_batch_end",
};

/* Batch events of training have a short name too, for those who lack the long one. */
static const char *short_name(knn_event e) {
  return e == KNN_ON_TRAIN_BATCH_BEGIN ? "on_batch_begin"
         : e == KNN_ON_TRAIN_BATCH_END ? "on_batch_end"
                                       : NULL;
}

/* Push the method of the callback at idx for an event, or nil. */
static bool push_method(lua_State *L, int idx, knn_event e) {
  idx = lua_absindex(L, idx);
  if (lua_getfield(L, idx, names[e]) != LUA_TNIL) return true;
  if (!short_name(e)) return false;
  lua_pop(L, 1);
  return lua_getfield(L, idx, short_name(e)) != LUA_TNIL;
}

void knn__bind_push_logs(lua_State *L, const knn_logs *logs) {
  int n = knn_logs_size(logs);
  lua_createtable(L, 0, n);
  for (int i = 0; i < n; i++) {
    lua_pushnumber(L, knn_logs_value(logs, i));
    lua_setfield(L, -2, knn_logs_name(logs, i));
  }
}

/* One event under way, for the protected call. */
typedef struct event_frame {
  knn_event event;
  int64_t index;
  const knn_run_info *run;
  knn_logs *logs;
  int verbose;
} event_frame;

static bool is_epoch(knn_event e) {
  return e == KNN_ON_EPOCH_BEGIN || e == KNN_ON_EPOCH_END;
}

static bool is_batch(knn_event e) {
  return e == KNN_ON_TRAIN_BATCH_BEGIN || e == KNN_ON_TRAIN_BATCH_END ||
         e == KNN_ON_TEST_BATCH_BEGIN || e == KNN_ON_TEST_BATCH_END ||
         e == KNN_ON_PREDICT_BATCH_BEGIN || e == KNN_ON_PREDICT_BATCH_END;
}

/* Numbers that the callback put into the table on top go into the logs. */
static void keep_logs(lua_State *L, knn_logs *logs) {
  if (!logs) return;
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    double old;
    if (lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TNUMBER) {
      double value = lua_tonumber(L, -1);
      const char *name = lua_tostring(L, -2);
      bool same =
          knn_logs_get(logs, name, &old) && (old == value || (old != old && value != value));
      if (!same) knn__bind_check(L, knn_logs_set(logs, name, value));
    }
    lua_pop(L, 1);
  }
}

static bool begins_run(knn_event e) {
  return e == KNN_ON_TRAIN_BEGIN || e == KNN_ON_TEST_BEGIN || e == KNN_ON_PREDICT_BEGIN;
}

/* callback.params = {verbose, epochs, steps}; steps is absent where nobody knows. */
static void set_params(lua_State *L, const event_frame *f) {
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, f->verbose);
  lua_setfield(L, -2, "verbose");
  lua_pushinteger(L, f->run->epochs);
  lua_setfield(L, -2, "epochs");
  if (f->run->steps >= 0) {
    lua_pushinteger(L, f->run->steps);
    lua_setfield(L, -2, "steps");
  }
  lua_setfield(L, 2, "params");
}

/* Arguments: frame, callback. */
static int run_event(lua_State *L) {
  const event_frame *f = lua_touserdata(L, 1);
  if (begins_run(f->event) && !f->run->in_fit) set_params(L, f);
  if (!push_method(L, 2, f->event)) return 0;
  lua_pushvalue(L, 2);
  int n = 1;
  if (is_epoch(f->event) || is_batch(f->event)) {
    lua_pushinteger(L, f->index + 1);
    n++;
  }
  knn__bind_push_logs(L, f->logs);
  lua_pushvalue(L, -1);
  lua_insert(L, 3); /* keeps the logs below the function */
  lua_call(L, n + 1, 0);
  lua_settop(L, 3);
  keep_logs(L, f->logs);
  return 0;
}

static knn_status on_event(void *self, knn_event event, int64_t index, const knn_run_info *run,
                           knn_logs *logs) {
  const knn__lua_callback *c = self;
  event_frame frame = {event, index, run, logs, c->set->verbose};
  return knn__bind_protect(c->L, run_event, &frame, c->table);
}

/* Bits of the methods that the callback on top has, and of the beginnings, which set params. */
static unsigned wanted(lua_State *L) {
  unsigned bits = 1u << KNN_ON_TRAIN_BEGIN | 1u << KNN_ON_TEST_BEGIN | 1u << KNN_ON_PREDICT_BEGIN;
  for (int i = 0; i < KNN_EVENTS; i++) {
    if (push_method(L, -1, (knn_event)i)) bits |= 1u << i;
    lua_pop(L, 1);
  }
  return bits;
}

void knn__callbacks_add_lua(lua_State *L, knn__callbacks *set, int idx, int model) {
  if (lua_isnoneornil(L, idx)) return;
  luaL_checktype(L, idx, LUA_TTABLE);
  int n = (int)lua_rawlen(L, idx);
  if (n > KNN__CALLBACKS) luaL_error(L, "callbacks: at most %d, got %d", KNN__CALLBACKS, n);
  luaL_checkstack(L, n + 8, "callbacks");
  for (int i = 1; i <= n; i++) {
    if (lua_rawgeti(L, idx, i) != LUA_TTABLE)
      luaL_error(L,
                 "callbacks: entry %d must be a table with methods such as on_epoch_end, got a %s",
                 i, luaL_typename(L, -1));
    int at = set->n++;
    set->lua[at] = (knn__lua_callback){L, lua_gettop(L), set};
    set->list[at] =
        (knn_callback){.self = &set->lua[at], .events = wanted(L), .on_event = on_event};
    lua_pushvalue(L, model);
    lua_setfield(L, -2, "model");
    lua_pushvalue(L, idx);
    lua_setfield(L, -2, "callbacks");
  }
}
