/* metric.c - metrics by themselves: update_state, result, reset_state; and metrics written in Lua
 * that keep states of their own. Such a metric is a table `self` with methods build(self,
 * y_pred_shape), update_state(self, y_true, y_pred, sample_weight), which is called on nodes, once
 * per plan, and result(self). */
#include "tensor.h"

static knn_metric *check_metric(lua_State *L) {
  knn_metric *metric = knn_metric_of(knn__bind_check_box(L, 1, KNN_OBJECT_TYPE));
  luaL_argexpected(L, metric, 1, "metric");
  return metric;
}

static knn_value *optional_value(lua_State *L, int arg) {
  return lua_isnoneornil(L, arg) ? NULL : knn__bind_to_value(L, arg);
}

/* metric:update_state(y_true, y_pred, sample_weight); of Mean and Sum: update_state(values,
 * sample_weight) */
static int update_state(lua_State *L) {
  knn_metric *metric = check_metric(L);
  lua_settop(L, 4);
  if (knn_metric_takes_values(metric)) {
    lua_pushnil(L);
    lua_replace(L, 4);
    lua_pushnil(L);
    lua_insert(L, 2);
    lua_settop(L, 4);
  }
  knn_value *y_true = optional_value(L, 2), *y_pred = knn__bind_to_value(L, 3);
  knn__bind_check(L, knn_metric_update(metric, y_true, y_pred, optional_value(L, 4)));
  return 0;
}

/* metric:result(): one number, or a list for metrics of several thresholds, classes or outputs;
 * values in a step that is recorded. */
static int result(lua_State *L) {
  knn_metric *metric = check_metric(L);
  int n = knn_metric_size(metric);
  if (n > 1) lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    knn__bind_push_metric_result(L, metric, i);
    if (n > 1) lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int reset_state(lua_State *L) {
  knn_metric_reset(check_metric(L));
  return 0;
}

int knn__bind_call_metric(lua_State *L) {
  update_state(L);
  lua_settop(L, 1);
  return result(L);
}

void knn__bind_add_metric_methods(lua_State *L) {
  static const luaL_Reg methods[] = {{"update_state", update_state},
                                     {"result", result},
                                     {"reset_state", reset_state},
                                     {NULL, NULL}};
  luaL_getmetatable(L, KNN_OBJECT_TYPE);
  lua_getfield(L, -1, "__methods");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
}

/* ---- metrics written in Lua ---- */

typedef struct lua_metric {
  knn__bind *b;
  int self_ref, own_ref; /* own_ref keeps this block, a userdata */
} lua_metric;

typedef struct frame {
  const lua_metric *of;
  knn_metric *metric; /* build */
  int rank;
  const int64_t *dims;
  knn_value *ins[3]; /* update */
  double out;        /* result */
} frame;

/* self and its method on the stack; nothing if it has none. */
static bool push_method(lua_State *L, const frame *f, const char *name) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->of->self_ref);
  if (lua_getfield(L, -1, name) == LUA_TNIL) {
    lua_settop(L, 1);
    return false;
  }
  lua_insert(L, -2);
  return true;
}

static void push_optional(lua_State *L, knn_value *v) {
  if (v)
    knn__bind_push_lent(L, v);
  else
    lua_pushnil(L);
}

/* add_variable, handed to build as a function of (name, shape). Upvalue 1: the metric, lent. */
static int add_variable(lua_State *L) {
  knn_metric *metric = lua_touserdata(L, lua_upvalueindex(1));
  int64_t dims[KNN_MAX_RANK];
  const char *name = luaL_checkstring(L, 1);
  int rank = lua_isnoneornil(L, 2) ? 0 : knn__bind_shape(L, 2, dims);
  knn_value *value = NULL;
  knn__bind_check(L, knn_metric_add_variable(metric, name, rank, dims, &value));
  knn__bind_push_lent(L, value);
  return 1;
}

static int run_build(lua_State *L) {
  frame *f = lua_touserdata(L, 1);
  if (!push_method(L, f, "build")) return 0;
  knn__bind_push_shape(L, f->rank, f->dims);
  lua_pushlightuserdata(L, f->metric);
  lua_pushcclosure(L, add_variable, 1);
  lua_call(L, 3, 0);
  return 0;
}

static int run_update(lua_State *L) {
  frame *f = lua_touserdata(L, 1);
  push_method(L, f, "update_state");
  for (int i = 0; i < 3; i++) push_optional(L, f->ins[i]);
  lua_call(L, 4, 0);
  return 0;
}

static int run_result(lua_State *L) {
  frame *f = lua_touserdata(L, 1);
  push_method(L, f, "result");
  lua_call(L, 1, 1);
  if (lua_type(L, -1) == LUA_TNUMBER)
    f->out = lua_tonumber(L, -1);
  else
    f->out = knn_tensor_get(knn__bind_to_tensor(L, -1), 0);
  return 0;
}

static knn_status build(void *self, knn_metric *metric, int rank, const int64_t *dims) {
  frame f = {.of = self, .metric = metric, .rank = rank, .dims = dims};
  return knn__bind_protect(f.of->b->running, run_build, &f, 0);
}

static knn_status update(void *self, knn_value *y_true, knn_value *y_pred, knn_value *weight) {
  frame f = {.of = self, .ins = {y_true, y_pred, weight}};
  return knn__bind_protect(f.of->b->running, run_update, &f, 0);
}

static knn_status read_result(void *self, double *out) {
  frame f = {.of = self};
  knn_status st = knn__bind_protect(f.of->b->running, run_result, &f, 0);
  if (st == KNN_OK) *out = f.out;
  return st;
}

static void free_metric(void *self) {
  lua_metric *m = self;
  luaL_unref(m->b->main, LUA_REGISTRYINDEX, m->self_ref);
  luaL_unref(m->b->main, LUA_REGISTRYINDEX, m->own_ref);
}

/* stateful_metric(self, name) */
static int stateful_metric(lua_State *L) {
  static const knn_metric_methods methods = {build, update, read_result};
  luaL_checktype(L, 1, LUA_TTABLE);
  const char *name = luaL_checkstring(L, 2);
  knn_object *object = NULL;
  lua_settop(L, 2);
  lua_metric *m = lua_newuserdatauv(L, sizeof *m, 0);
  *m = (lua_metric){.b = knn__bind_get(L)};
  m->own_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, 1);
  m->self_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  knn_status st = knn_metric_new_stateful(m->b->ctx, name, &methods, m, free_metric, &object);
  if (st != KNN_OK) free_metric(m);
  knn__bind_check(L, st);
  knn__bind_push_object(L, object);
  return 1;
}

/* assign(variable, x): the variable of a layer or metric holds x from now on; in a plan, from this
 * point of it. */
static int assign(lua_State *L) {
  knn_value *variable = knn__bind_to_value(L, 1), *x = knn__bind_to_value(L, 2);
  knn__bind_check(L, knn_value_assign(variable, x));
  lua_settop(L, 1);
  return 1;
}

void knn__open_metric(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"stateful_metric", stateful_metric}, {"assign", assign}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
