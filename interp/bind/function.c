/* function.c - Lua functions where an option wants an object: a regularizer f(w) that gives a
 * penalty, a constraint f(w) or an activation f(x) that gives a tensor, a schedule f(step), steps
 * counted from 0, that gives the learning rate. The first three are called on nodes, once per plan,
 * and leave their ops; a schedule is called before every step. */
#include <string.h>

#include "bind.h"

typedef struct function {
  knn__bind *b;
  int function_ref, own_ref; /* own_ref keeps this block, a userdata */
  const char *family;        /* a literal, for messages */
} function;

static void free_function(void *self) {
  function *f = self;
  lua_State *L = f->b->main;
  luaL_unref(L, LUA_REGISTRYINDEX, f->function_ref);
  luaL_unref(L, LUA_REGISTRYINDEX, f->own_ref);
}

typedef struct value_frame {
  const function *self;
  knn_value *x, *out;
} value_frame;

static int run_value(lua_State *L) {
  value_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->self->function_ref);
  knn__bind_push_lent(L, f->x);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1))
    luaL_error(L, "the function given as %s returned nothing; it must return a tensor",
               f->self->family);
  f->out = knn__bind_to_value(L, -1);
  knn_value_retain(f->out);
  return 0;
}

static knn_status call_value(void *self, knn_value *x, knn_value **out) {
  value_frame f = {self, x, NULL};
  knn_status st = knn__bind_protect(f.self->b->running, run_value, &f, 0);
  if (st == KNN_OK) *out = f.out;
  return st;
}

typedef struct rate_frame {
  const function *self;
  int64_t step;
  double rate;
} rate_frame;

static int run_rate(lua_State *L) {
  rate_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->self->function_ref);
  lua_pushinteger(L, f->step);
  lua_call(L, 1, 1);
  if (lua_type(L, -1) != LUA_TNUMBER)
    luaL_error(L,
               "the function given as learning_rate returned a %s at step %d; it must return a "
               "number",
               luaL_typename(L, -1), (int)f->step);
  f->rate = lua_tonumber(L, -1);
  return 0;
}

static knn_status call_rate(void *self, int64_t step, double *rate) {
  rate_frame f = {self, step, 0};
  knn_status st = knn__bind_protect(f.self->b->running, run_rate, &f, 0);
  if (st == KNN_OK) *rate = f.rate;
  return st;
}

typedef knn_status (*maker)(knn_ctx *ctx, const char *name, knn_value_fn call, void *self,
                            void (*free_self)(void *self), knn_object **out);

static const struct {
  const char *family;
  maker make;
} makers[] = {
    {"activation", knn_activation_new_custom},
    {"regularizer", knn_regularizer_new_custom},
    {"constraint", knn_constraint_new_custom},
};

/* The function on top of the stack becomes an object of the family; false = no function can be
 * one. */
static bool wrap(lua_State *L, const char *family) {
  const bool rate = strcmp(family, "schedule") == 0;
  knn_object *object = NULL;
  size_t i = 0;
  while (i < sizeof makers / sizeof *makers && strcmp(makers[i].family, family) != 0) i++;
  if (i == sizeof makers / sizeof *makers && !rate) return false;
  knn__bind *b = knn__bind_get(L);
  function *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (function){.b = b, .family = rate ? "schedule" : makers[i].family};
  self->own_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  self->function_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  knn_status st = rate ? knn_schedule_new_custom(b->ctx, call_rate, self, free_function, &object)
                       : makers[i].make(b->ctx, NULL, call_value, self, free_function, &object);
  if (st != KNN_OK) free_function(self);
  knn__bind_check(L, st);
  knn__bind_push_object(L, object);
  return true;
}

void knn__bind_wrap_functions(lua_State *L, int table, const knn_class *cls) {
  for (int i = 0; i < cls->n_params; i++) {
    const knn_param *p = &cls->params[i];
    if (p->kind != KNN_P_OBJECT) continue;
    if (lua_getfield(L, table, p->name) == LUA_TFUNCTION && wrap(L, p->choices))
      lua_setfield(L, table, p->name);
    else
      lua_pop(L, 1);
  }
}
