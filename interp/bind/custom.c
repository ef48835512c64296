/* custom.c - layers, losses and metrics written in Lua. The engine calls them on nodes, once per
 * plan, and keeps the ops.
 *
 * A Lua layer is a table `self` with methods build(self, input_shape) and call(self, x, training);
 * a cell for RNN has a field state_size and call(self, x, states, training). The engine's layer
 * owns self through the registry; self holds a handle that goes dead when the layer goes, so that
 * no cycle keeps either alive. */
#include <string.h>

#include "layer.h"

#define HANDLE_TYPE "knn.LayerHandle"
static const char handle_key = 0; /* self[&handle_key] = handle */

/* ---- functions of (y_true, y_pred) ---- */

typedef struct pair_self {
  knn__bind *b;
  int function_ref, own_ref; /* own_ref keeps this block, a userdata */
  char name[64];
} pair_self;

typedef struct pair_frame {
  const pair_self *self;
  knn_value *y_true, *y_pred, *out;
} pair_frame;

static void push_lent(lua_State *L, knn_value *v) {
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_value_retain(v);
  *box = v;
}

static int run_pair(lua_State *L) {
  pair_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->self->function_ref);
  push_lent(L, f->y_true);
  push_lent(L, f->y_pred);
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

/* ---- layers ---- */

typedef struct handle {
  knn_layer *layer; /* lent; NULL once the layer is gone */
  knn__bind *b;
  int self_ref, handle_ref;
} handle;

static handle *check_handle(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TTABLE);
  lua_rawgetp(L, arg, &handle_key);
  handle *h = luaL_testudata(L, -1, HANDLE_TYPE);
  lua_pop(L, 1);
  if (!h || !h->layer)
    luaL_error(L, "this is no living layer; add_weight is called on self, in build");
  return h;
}

typedef struct build_frame {
  handle *h;
  int n_in;
  const knn_value *const *ins;
} build_frame;

/* Layers among the fields of self are its parts: their weights are trained with it. */
static void adopt_fields(lua_State *L, int self, handle *h) {
  lua_pushnil(L);
  while (lua_next(L, self) != 0) {
    knn_layer *sub = knn__bind_to_layer(L, -1);
    if (sub) knn__bind_check(L, knn_layer_add_sublayer(h->layer, sub));
    lua_pop(L, 1);
  }
}

static int run_build(lua_State *L) {
  build_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->h->self_ref);
  int self = lua_gettop(L);
  if (lua_getfield(L, self, "build") != LUA_TNIL) {
    lua_pushvalue(L, self);
    if (f->n_in == 1) {
      knn__bind_push_shape(L, knn_value_rank(f->ins[0]), knn_value_dims(f->ins[0]));
    } else {
      lua_createtable(L, f->n_in, 0);
      for (int i = 0; i < f->n_in; i++) {
        knn__bind_push_shape(L, knn_value_rank(f->ins[i]), knn_value_dims(f->ins[i]));
        lua_rawseti(L, -2, i + 1);
      }
    }
    lua_call(L, 2, 0);
  }
  lua_settop(L, self);
  adopt_fields(L, self, f->h);
  return 0;
}

static knn_status build(void *self, knn_layer *layer, int n_in, const knn_value *const *ins) {
  build_frame f = {self, n_in, ins};
  f.h->layer = layer;
  return knn__bind_protect(f.h->b->running, run_build, &f, 0);
}

typedef struct call_frame {
  handle *h;
  knn_value *const *ins;
  int n_in;
  bool training;
  knn_value **outs;
  int room, n_out;
} call_frame;

/* A list on the top of the stack is replaced by its entries. */
static void spread_list(lua_State *L) {
  const int at = lua_gettop(L);
  if (!lua_istable(L, at)) return;
  const int n = (int)lua_rawlen(L, at);
  luaL_checkstack(L, n + 2, "results");
  for (int i = 1; i <= n; i++) lua_rawgeti(L, at, i);
  lua_remove(L, at);
}

/* Results: a tensor, several, a list of tensors or, of a cell, its output and a list of states.
 * Retained only when all are known to be right. */
static void take_results(lua_State *L, call_frame *f, int first) {
  if (lua_gettop(L) >= first) spread_list(L);
  int n = lua_gettop(L) - first + 1;
  if (n < 1 || n > f->room || lua_isnil(L, first))
    luaL_error(L, "%s: call must return a tensor", knn_layer_name(f->h->layer));
  for (int i = 0; i < n; i++) knn__bind_to_value(L, first + i);
  for (int i = 0; i < n; i++) {
    f->outs[i] = knn__bind_to_value(L, first + i);
    knn_value_retain(f->outs[i]);
  }
  f->n_out = n;
}

/* One input as it is, several as a list. */
static void push_inputs(lua_State *L, const call_frame *f, int from, bool list) {
  if (list) lua_createtable(L, f->n_in, 0);
  for (int i = from; i < f->n_in; i++) {
    push_lent(L, f->ins[i]);
    if (list) lua_rawseti(L, -2, i - from + 1);
  }
}

/* call(self, x, training); of a cell call(self, x, states, training) */
static int run_call(lua_State *L) {
  call_frame *f = lua_touserdata(L, 1);
  luaL_checkstack(L, f->n_in + 8, "inputs");
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->h->self_ref);
  const bool cell = lua_getfield(L, -1, "state_size") != LUA_TNIL;
  lua_pop(L, 1);
  lua_getfield(L, -1, "call");
  lua_insert(L, -2);
  const int first = lua_gettop(L) - 1;
  if (cell) push_lent(L, f->ins[0]);
  push_inputs(L, f, cell, cell || f->n_in > 1);
  lua_pushboolean(L, f->training);
  lua_call(L, lua_gettop(L) - first, LUA_MULTRET);
  take_results(L, f, first);
  return 0;
}

static knn_status call(void *self, knn_layer *layer, knn_value *const *ins, int n_in, bool training,
                       knn_value **outs, int *n_out) {
  call_frame f = {self, ins, n_in, training, outs, *n_out, 0};
  f.h->layer = layer;
  if (f.room < 1) f.room = 1;
  knn_status st = knn__bind_protect(f.h->b->running, run_call, &f, 0);
  if (st == KNN_OK) *n_out = f.n_out;
  return st;
}

typedef struct sizes_frame {
  handle *h;
  int64_t *sizes;
  int room, n;
} sizes_frame;

static int run_sizes(lua_State *L) {
  sizes_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->h->self_ref);
  lua_getfield(L, -1, "state_size");
  spread_list(L);
  const int first = 3, n = lua_gettop(L) - first + 1;
  for (int i = 0; i < n && i < f->room; i++) {
    f->sizes[i] = lua_tointeger(L, first + i);
    if (f->sizes[i] <= 0)
      luaL_error(L, "a cell needs a field state_size: a number, or a list with one per state");
  }
  f->n = n;
  return 0;
}

static knn_status state_sizes(void *self, knn_layer *layer, int64_t *sizes, int *n) {
  sizes_frame f = {self, sizes, *n, 0};
  f.h->layer = layer;
  const knn_status st = knn__bind_protect(f.h->b->running, run_sizes, &f, 0);
  if (st == KNN_OK) *n = f.n < *n ? f.n : *n;
  return st;
}

static void free_self(void *self) {
  handle *h = self;
  lua_State *L = h->b->main;
  h->layer = NULL;
  luaL_unref(L, LUA_REGISTRYINDEX, h->self_ref);
  luaL_unref(L, LUA_REGISTRYINDEX, h->handle_ref);
}

/* custom_layer(self, class_name, options): the layer whose methods are self's; options are those
 * that all layers have. */
static int custom_layer(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  knn_layer_custom methods = {luaL_checkstring(L, 2), build, call, free_self, state_sizes};
  knn_config *options = knn__bind_options(L, 3, methods.class_name);
  if (lua_getfield(L, 1, "call") != LUA_TFUNCTION)
    luaL_error(L, "%s: a layer needs a function 'call'", methods.class_name);
  void **box = knn__bind_new(L, KNN_LAYER_TYPE);
  handle *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (handle){.b = knn__bind_get(L)};
  luaL_newmetatable(L, HANDLE_TYPE);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, 1, &handle_key);
  h->handle_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, 1);
  h->self_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  knn_layer *layer = NULL;
  knn_status st = knn_layer_new_custom(h->b->ctx, &methods, h, options, &layer);
  if (st != KNN_OK) free_self(h);
  knn__bind_check(L, st);
  h->layer = layer;
  *box = layer;
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  knn__bind_remember(L);
  return 1;
}

/* layer_add_weight(self, {name =, shape =, initializer =, trainable =}): a value that stands for
 * the weight. */
static int add_weight(lua_State *L) {
  handle *h = check_handle(L, 1);
  int64_t dims[KNN_MAX_RANK];
  knn_value *value = NULL;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "name");
  const char *name = luaL_optstring(L, 3, "weight");
  lua_getfield(L, 2, "trainable");
  bool trainable = lua_isnil(L, 4) || lua_toboolean(L, 4);
  lua_getfield(L, 2, "shape");
  int rank = lua_istable(L, 5) ? knn__bind_shape(L, 5, dims) : 0;
  for (int i = 0; i < rank; i++)
    if (dims[i] < 0)
      luaL_error(L, "add_weight: size %d of the shape of '%s' is not known", i + 1, name);
  lua_getfield(L, 2, "initializer");
  knn_config *initializer = lua_isnil(L, 6) ? NULL : knn__bind_config(L, 6, "add_weight");
  knn__bind_check(L,
                  knn_layer_add_weight(h->layer, name, rank, dims, initializer, trainable, &value));
  push_lent(L, value);
  return 1;
}

static const luaL_Reg functions[] = {
    {"custom_loss", custom_loss},
    {"custom_metric", custom_metric},
    {"custom_layer", custom_layer},
    {"layer_add_weight", add_weight},
    {NULL, NULL},
};

void knn__open_custom(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
