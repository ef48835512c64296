/* custom.c - losses and metrics written in Lua, as functions of (y_true, y_pred). The engine calls
 * them on nodes, once per plan, and keeps the ops. */
#include <string.h>

#include "tensor.h"

typedef struct pair_self {
  knn__bind *b;
  int function_ref, own_ref; /* own_ref keeps this block, a userdata */
  char name[64];
} pair_self;

typedef struct pair_frame {
  const pair_self *self;
  knn_value *y_true, *y_pred, *out;
} pair_frame;

static int run_pair(lua_State *L) {
  pair_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->self->function_ref);
  knn__bind_push_lent(L, f->y_true);
  knn__bind_push_lent(L, f->y_pred);
  lua_call(L, 2, 1);
  if (lua_isnil(L, -1))
    luaL_error(L, "%s: the function returned nothing; it must return a tensor", f->self->name);
  f->out = knn__bind_to_value(L, -1);
  knn_value_retain(f->out);
  return 0;
}

static knn_status call_pair(void *self, knn_value *y_true, knn_value *y_pred, knn_value **out) {
  pair_frame f = {self, y_true, y_pred, NULL};
  knn_status st = knn__bind_protect(f.self->b->running, run_pair, &f, 0);
  if (st == KNN_OK) *out = f.out;
  return st;
}

static void free_pair(void *self) {
  pair_self *p = self;
  lua_State *L = p->b->main;
  luaL_unref(L, LUA_REGISTRYINDEX, p->function_ref);
  luaL_unref(L, LUA_REGISTRYINDEX, p->own_ref);
}

typedef knn_status (*pair_maker)(knn_ctx *ctx, const char *name, knn_pair_fn call, void *self,
                                 void (*free_self)(void *self), knn_object **out);

static int make_pair(lua_State *L, pair_maker make) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  const char *name = luaL_optstring(L, 2, "custom");
  knn_object *object = NULL;
  knn__bind *b = knn__bind_get(L);
  lua_settop(L, 2);
  pair_self *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (pair_self){.b = b};
  strncpy(self->name, name, sizeof self->name - 1);
  self->own_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, 1);
  self->function_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  knn_status st = make(b->ctx, name, call_pair, self, free_pair, &object);
  if (st != KNN_OK) free_pair(self);
  knn__bind_check(L, st);
  knn__bind_push_object(L, object);
  return 1;
}

static int custom_loss(lua_State *L) {
  return make_pair(L, knn_loss_new_custom);
}

static int custom_metric(lua_State *L) {
  return make_pair(L, knn_metric_new_custom);
}

/* custom_gradient(loss, y, x): see knn_custom_gradient. */
static int custom_gradient(lua_State *L) {
  knn_object *function = knn__bind_check_box(L, 1, KNN_OBJECT_TYPE);
  knn_value *y = knn__bind_to_value(L, 2), *x = knn__bind_to_value(L, 3);
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn__bind_check(L, knn_custom_gradient(function, y, x, box));
  return 1;
}

static const luaL_Reg functions[] = {
    {"custom_gradient", custom_gradient},
    {"custom_loss", custom_loss},
    {"custom_metric", custom_metric},
    {NULL, NULL},
};

void knn__open_custom(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
