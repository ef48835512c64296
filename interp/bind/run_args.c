/* run_args.c - data and options of the methods of models. */
#include <string.h>

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
}

static int release_holder(lua_State *L) {
  knn__holder_clear(lua_touserdata(L, 1));
  return 0;
}

knn__holder *knn__holder_new(lua_State *L) {
  knn__holder *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (knn__holder){.ctx = knn__bind_ctx(L)};
  if (luaL_newmetatable(L, HOLDER_TYPE)) {
    lua_pushcfunction(L, release_holder);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
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

/* The tensor or list of tensors at idx, into list; returns their number. Values made on the way are
 * anchored on the stack. */
static int take_arrays(lua_State *L, int idx, knn_tensor **list, const char *who) {
  if (lua_isnoneornil(L, idx)) return 0;
  bool several = lua_istable(L, idx) &&
                 (lua_rawgeti(L, idx, 1), luaL_testudata(L, -1, KNN_TENSOR_TYPE) != NULL);
  if (lua_istable(L, idx)) lua_pop(L, 1);
  if (!several) {
    knn__bind_need_data(L, idx, who);
    lua_pushvalue(L, idx);
    list[0] = knn__bind_to_tensor(L, lua_gettop(L));
    return 1;
  }
  int n = (int)lua_rawlen(L, idx);
  if (n > 16) luaL_error(L, "%s: at most 16 arrays, got %d", who, n);
  luaL_checkstack(L, n + 8, who);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, idx, i + 1);
    knn__bind_need_data(L, -1, who);
    list[i] = knn__bind_to_tensor(L, lua_gettop(L));
  }
  return n;
}

void knn__take_data(lua_State *L, int x, int y, int weight, knn__arrays *a, const char *who) {
  *a = (knn__arrays){0};
  a->data.n_x = take_arrays(L, x, a->x, who);
  a->data.n_y = y ? take_arrays(L, y, a->y, who) : 0;
  a->data.x = a->x;
  a->data.y = a->y;
  if (a->data.n_x == 0) luaL_error(L, "%s: the data x is missing", who);
  if (weight && !lua_isnoneornil(L, weight)) a->data.sample_weight = knn__bind_to_tensor(L, weight);
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

/* validation_data = {x, y} or {x, y, sample_weight} */
bool knn__take_validation(lua_State *L, int idx, knn__arrays *a) {
  if (lua_isnil(L, idx)) return false;
  luaL_checktype(L, idx, LUA_TTABLE);
  luaL_checkstack(L, 8, "fit");
  lua_rawgeti(L, idx, 1);
  lua_rawgeti(L, idx, 2);
  lua_rawgeti(L, idx, 3);
  int top = lua_gettop(L);
  if (lua_isnil(L, top - 2) || lua_isnil(L, top - 1))
    luaL_error(L, "fit: validation_data must be {x, y} or {x, y, sample_weight}");
  knn__take_data(L, top - 2, top - 1, top, a, "fit: validation_data");
  return true;
}
