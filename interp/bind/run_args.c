/* run_args.c - data and options of the methods of models. */
#include <string.h>

#include "dataset.h"
#include "run.h"

#define HOLDER_TYPE "knn.Holder" /* internal */

knn_model *knn__check_model(lua_State *L) {
  luaL_checkstack(L, 64, "model");
  return knn__bind_check_box(L, 1, KNN_MODEL_TYPE);
}

void knn__holder_clear(knn__holder *h) {
  knn_history_release(h->history);
  knn_logs_release(h->logs);
  if (h->text) knn_text_free(h->ctx, h->text);
  while (h->n_out > 0) knn_tensor_release(h->outs[--h->n_out]);
  h->history = NULL;
  h->logs = NULL;
  h->text = NULL;
  h->taken = false;
}

static int release_holder(lua_State *L) {
  knn__holder_clear(lua_touserdata(L, 1));
  return 0;
}

/* The one made last is kept: who predicts row by row needs no new one per row. One that an error
 * left taken is replaced, and then collected with what it holds. */
knn__holder *knn__holder_new(lua_State *L) {
  static const char last_key = 0;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &last_key);
  knn__holder *h = lua_touserdata(L, -1);
  if (h && !h->taken) {
    h->taken = true;
    return h;
  }
  lua_pop(L, 1);
  h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (knn__holder){.ctx = knn__bind_ctx(L), .taken = true};
  if (luaL_newmetatable(L, HOLDER_TYPE)) {
    lua_pushcfunction(L, release_holder);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
  return h;
}

/* A copy of the options at idx, pushed: the caller's table stays as it is. */
int knn__copy_options(lua_State *L, int idx) {
  lua_newtable(L);
  int copy = lua_gettop(L);
  if (lua_isnoneornil(L, idx)) return copy;
  luaL_checktype(L, idx, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, idx) != 0) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, copy);
  }
  return copy;
}

/* ---- data ---- */

typedef const char *name_fn(const knn_layer *model, int i);

static bool holds_tensors(lua_State *L, int idx) {
  if (!lua_istable(L, idx)) return false;
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1))
    if (luaL_testudata(L, -1, KNN_TENSOR_TYPE) || lua_type(L, -2) == LUA_TSTRING) {
      lua_pop(L, 2);
      return true;
    }
  return false;
}

/* The value on top as a tensor, which stays there; nil gives NULL if that may be. */
static knn_tensor *take_one(lua_State *L, bool optional, const char *who) {
  if (optional && (lua_isnil(L, -1) || lua_islightuserdata(L, -1))) return NULL;
  knn__bind_need_data(L, -1, who);
  return knn__bind_to_tensor(L, lua_gettop(L));
}

/* Arrays by the names of the model's inputs or outputs. */
static int take_named(lua_State *L, int idx, const knn_layer *model, name_fn *name_of,
                      knn_tensor **list, bool optional, const char *who) {
  int n = 0, found = 0, given = 0;
  for (const char *name; n < 16 && (name = name_of(model, n)); n++) {
    found += lua_getfield(L, idx, name) != LUA_TNIL;
    if (!optional && lua_isnil(L, -1))
      luaL_error(L, "%s: the array '%s' is missing in the table by name", who, name);
    list[n] = take_one(L, optional, who);
  }
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) given++;
  if (given != found || n == 0) {
    lua_pushnil(L);
    while (lua_next(L, idx)) {
      const char *key = luaL_tolstring(L, -2, NULL);
      bool known = false;
      for (int i = 0; i < n; i++) known = known || strcmp(name_of(model, i), key) == 0;
      if (!known) luaL_error(L, "%s: the model has no input or output '%s'", who, key);
      lua_pop(L, 2);
    }
  }
  return n;
}

/* The tensor, list or table by name at idx, into list; returns their number. Values made on the way
 * are anchored on the stack. */
static int take_arrays(lua_State *L, int idx, const knn_layer *model, name_fn *name_of,
                       knn_tensor **list, bool optional, const char *who) {
  if (lua_isnoneornil(L, idx)) return 0;
  luaL_checkstack(L, 24, who);
  if (!holds_tensors(L, idx)) {
    knn__bind_need_data(L, idx, who);
    lua_pushvalue(L, idx);
    list[0] = knn__bind_to_tensor(L, lua_gettop(L));
    return 1;
  }
  int n = (int)lua_rawlen(L, idx);
  if (n == 0) return take_named(L, idx, model, name_of, list, optional, who);
  if (n > 16) luaL_error(L, "%s: at most 16 arrays, got %d", who, n);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, idx, i + 1);
    list[i] = take_one(L, optional, who);
  }
  return n;
}

/* One array weighs the samples of all outputs, a list or a table those of each. */
static void take_weights(lua_State *L, const knn_layer *model, int idx, knn__arrays *a,
                         const char *who) {
  const bool each = holds_tensors(L, idx);
  const int n = take_arrays(L, idx, model, knn_layer_output_name, a->weight, true, "sample_weight");
  if (!each) {
    a->data.sample_weight = a->weight[0];
    return;
  }
  if (n != a->data.n_y)
    luaL_error(L, "%s: sample_weight has %d entries for %d target arrays; use knn.null for none",
               who, n, a->data.n_y);
  a->data.sample_weights = a->weight;
}

static bool is_source(lua_State *L, int idx) {
  return lua_isfunction(L, idx) || luaL_testudata(L, idx, KNN_DATASET_TYPE);
}

/* A table of options: all by name, and no array among them. */
static bool is_options(lua_State *L, int idx) {
  if (!lua_istable(L, idx) || lua_rawlen(L, idx) > 0) return false;
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1))
    if (luaL_testudata(L, -1, KNN_TENSOR_TYPE)) {
      lua_pop(L, 2);
      return false;
    }
  return true;
}

void knn__settle_arguments(lua_State *L) {
  lua_settop(L, 4);
  if (!lua_isnil(L, 4)) return;
  if (!(is_source(L, 2) && lua_istable(L, 3)) && !is_options(L, 3)) return;
  lua_insert(L, 3); /* nil, options */
}

/* A Dataset or an iterator; its elements hold targets and weights. */
static void take_source(lua_State *L, int x, int y, int weight, knn__arrays *a, const char *who) {
  const bool twice = y && !lua_isnoneornil(L, y), weighs = weight && !lua_isnoneornil(L, weight);
  if (twice || weighs)
    luaL_error(L,
               "%s: the elements of a Dataset or an iterator are x, y and weights; %s must be "
               "left out",
               who, twice ? "y" : "sample_weight");
  a->data.pipeline = knn__bind_to_pipeline(L, x);
}

void knn__take_data(lua_State *L, const knn_model *m, int x, int y, int weight, knn__arrays *a,
                    const char *who) {
  const knn_layer *model = knn_model_layer((knn_model *)(uintptr_t)m);
  *a = (knn__arrays){0};
  if (is_source(L, x)) {
    take_source(L, x, y, weight, a, who);
    return;
  }
  a->data.n_x = take_arrays(L, x, model, knn_layer_input_name, a->x, false, who);
  a->data.n_y = y ? take_arrays(L, y, model, knn_layer_output_name, a->y, false, who) : 0;
  a->data.x = a->x;
  a->data.y = a->y;
  if (a->data.n_x == 0) luaL_error(L, "%s: the data x is missing", who);
  if (weight && !lua_isnoneornil(L, weight)) take_weights(L, model, weight, a, who);
}

/* Take field `key` out of the options table; its value is left on the stack, whose index is
 * returned. */
int knn__take_option(lua_State *L, int options, const char *key) {
  lua_getfield(L, options, key);
  lua_pushnil(L);
  lua_setfield(L, options, key);
  return lua_gettop(L);
}

/* ---- options ---- */

/* class_weight = {[1] = 2, [2] = 5} is no list: its keys are labels. */
void knn__name_labels(lua_State *L, int options) {
  if (lua_getfield(L, options, "class_weight") == LUA_TTABLE) {
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, -3); lua_pop(L, 1)) {
      luaL_tolstring(L, -2, NULL);
      lua_pushvalue(L, -2);
      lua_rawset(L, -5);
    }
    lua_setfield(L, options, "class_weight");
  }
  lua_pop(L, 1);
}

bool knn__take_validation(lua_State *L, const knn_model *m, int idx, knn__arrays *a) {
  if (lua_isnil(L, idx)) return false;
  if (is_source(L, idx)) {
    knn__take_data(L, m, idx, 0, 0, a, "fit: validation_data");
    return true;
  }
  luaL_checktype(L, idx, LUA_TTABLE);
  luaL_checkstack(L, 8, "fit");
  lua_rawgeti(L, idx, 1);
  lua_rawgeti(L, idx, 2);
  lua_rawgeti(L, idx, 3);
  int top = lua_gettop(L);
  if (lua_isnil(L, top - 2) || lua_isnil(L, top - 1))
    luaL_error(L, "fit: validation_data must be {x, y}, {x, y, sample_weight} or a Dataset");
  knn__take_data(L, m, top - 2, top - 1, top, a, "fit: validation_data");
  return true;
}
