/* index.c - t[i], t[{ {1, 10}, {}, -1 }], t[mask], t[positions], assignment to all of them,
 * t:slice, and the properties shape, dtype and rank. Positions count from 1, ends are inclusive,
 * negatives count from the end.
 *
 * Slices of tensors are views. While a gradient is recorded, and on symbolic values, they are ops
 * instead (copies), so that the gradient flows through them. */
#include <string.h>

#include "tensor.h"

/* 0-based position of the integer i on an axis of n; axis: its number from 0, for messages. */
static int64_t position(lua_State *L, lua_Integer i, int64_t n, int axis) {
  if (i == 0) luaL_error(L, "index 0: positions count from 1 (or -1 from the end)");
  if (n == KNN_ANY) return i > 0 ? i - 1 : i;
  if (i > n || i < -n)
    luaL_error(L, "index %d is out of range: axis %d has %d elements", (int)i, axis + 1, (int)n);
  return i > 0 ? i - 1 : n + i;
}

static void set_int(lua_State *L, const char *key, int64_t value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, key);
}

/* Replace the box on top by `count` of its elements along an axis (from 0). */
static void cut(lua_State *L, int axis, int64_t first, int64_t count, int64_t step) {
  knn_value *v = knn__bind_to_value(L, -1);
  knn_tensor *t = knn_value_tensor(v), *view = NULL;
  if (t && knn__bind_get(L)->tapes == 0) {
    knn__bind_check(L, knn_tensor_slice(t, axis, first, count, step, &view));
    knn__bind_push_view(L, view);
  } else {
    lua_createtable(L, 0, 4);
    set_int(L, "axis", axis);
    set_int(L, "start", first);
    set_int(L, "count", count);
    set_int(L, "step", step);
    knn_config *options = knn__bind_config(L, -1, "slice");
    knn__bind_apply_config(L, "slice_axis", lua_gettop(L) - 2, 1, options);
    lua_replace(L, -3);
    lua_pop(L, 1);
  }
  lua_replace(L, -2);
}

/* Replace the box on top by the part at one position; the axis goes. */
static void pick(lua_State *L, int axis, int64_t index) {
  knn_tensor *t = knn_value_tensor(knn__bind_to_value(L, -1)), *view = NULL;
  if (t && knn__bind_get(L)->tapes == 0) {
    knn__bind_check(L, knn_tensor_select(t, axis, index, &view));
    knn__bind_push_view(L, view);
    lua_replace(L, -2);
    return;
  }
  cut(L, axis, index, 1, 1);
  lua_pushinteger(L, axis);
  knn__bind_apply(L, "squeeze", lua_gettop(L) - 1, 1, "axis", -1);
  lua_replace(L, -4);
  lua_pop(L, 2);
}

/* Field i of the table at idx as an integer; `otherwise` when absent. */
static lua_Integer field(lua_State *L, int idx, lua_Integer i, lua_Integer otherwise) {
  lua_Integer value = otherwise;
  if (lua_rawgeti(L, idx, i) != LUA_TNIL) {
    int ok;
    value = lua_tointegerx(L, -1, &ok);
    if (!ok)
      luaL_error(L, "a range is {first, last, step} of integers, got a %s", luaL_typename(L, -1));
  }
  lua_pop(L, 1);
  return value;
}

/* Apply the range {first, last, step} at idx to an axis of the box on top, called `shown` in
 * messages. {} is all of it. */
static void cut_range(lua_State *L, int idx, int axis, int shown) {
  int64_t n = knn_value_dims(knn__bind_to_value(L, -1))[axis];
  if (lua_rawlen(L, idx) == 0) {
    lua_pushnil(L);
    if (lua_next(L, idx)) luaL_error(L, "a range is {first, last, step}; it has no names");
    return;
  }
  lua_Integer step = field(L, idx, 3, 1);
  if (step == 0) luaL_error(L, "the step of a range must not be 0");
  if (n == KNN_ANY)
    luaL_error(L, "axis %d has no known size here: only {} or a position can be taken from it",
               shown + 1);
  lua_Integer first = field(L, idx, 1, step > 0 ? 1 : -1),
              last = field(L, idx, 2, step > 0 ? -1 : 1);
  if (n == 0) return;
  int64_t a = position(L, first, n, shown), b = position(L, last, n, shown);
  int64_t count = (step > 0 ? b - a : a - b) / (step > 0 ? step : -step) + 1;
  if (step > 0 ? b < a : b > a) count = 0;
  cut(L, axis, a, count, step);
}

/* Rows of the box at 1 chosen by the tensor at 2: a bool mask or positions along axis 1. Pushes
 * them. */
static void choose(lua_State *L) {
  knn_tensor *which = knn__bind_to_tensor(L, 2);
  int64_t n = knn_tensor_size(which), found = 0;
  if (knn_tensor_rank(which) != 1)
    luaL_error(L, "an index tensor has one axis, this one has %d", knn_tensor_rank(which));
  lua_pushvalue(L, 1);
  if (knn_tensor_dtype(which) == KNN_BOOL) {
    int64_t rows = knn_value_dims(knn__bind_to_value(L, 1))[0];
    if (rows != n) luaL_error(L, "the mask has %d elements, axis 1 has %d", (int)n, (int)rows);
    for (int64_t i = 0; i < n; i++) found += knn_tensor_get(which, i) != 0;
    knn_tensor *at = knn__bind_new_tensor(L, KNN_I64, 1, &found);
    int64_t *out = knn_tensor_data(at);
    for (int64_t i = 0; i < n; i++)
      if (knn_tensor_get(which, i) != 0) *out++ = i;
  } else {
    int64_t rows = knn_value_dims(knn__bind_to_value(L, 1))[0];
    knn_tensor *at = knn__bind_new_tensor(L, KNN_I64, 1, &n);
    for (int64_t i = 0; i < n; i++)
      ((int64_t *)knn_tensor_data(at))[i] =
          position(L, (lua_Integer)knn_tensor_get(which, i), rows, 0);
  }
  lua_pushinteger(L, 0);
  knn__bind_apply(L, "take", lua_gettop(L) - 2, 2, "axis", -1);
}

/* Push the part of the box at 1 that the value at 2 names. Returns false for an integer past the
 * end. */
static bool part(lua_State *L) {
  knn_value *v = knn__bind_to_value(L, 1);
  if (knn_value_rank(v) == 0)
    luaL_error(L, "a scalar has no elements to index; item() gives its number");
  if (lua_isinteger(L, 2)) {
    lua_Integer i = lua_tointeger(L, 2);
    if (i == knn_value_dims(v)[0] + 1) return false; /* where ipairs stops */
    lua_pushvalue(L, 1);
    pick(L, 0, position(L, i, knn_value_dims(v)[0], 0));
    return true;
  }
  if (luaL_testudata(L, 2, KNN_TENSOR_TYPE)) {
    choose(L);
    return true;
  }
  luaL_checktype(L, 2, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 2), axis = 0;
  if (n > knn_value_rank(v))
    luaL_error(L, "%d positions or ranges for a tensor with %d axes", n, knn_value_rank(v));
  lua_pushvalue(L, 1);
  for (int i = 1; i <= n; i++) {
    int type = lua_rawgeti(L, 2, i), entry = lua_gettop(L);
    lua_pushvalue(L, -2);
    if (type == LUA_TTABLE) {
      cut_range(L, entry, axis++, i - 1);
    } else {
      int ok;
      lua_Integer at = lua_tointegerx(L, entry, &ok);
      if (!ok)
        luaL_error(L, "entry %d of the index must be a position or a range {first, last}, got a %s",
                   i, luaL_typename(L, entry));
      pick(L, axis, position(L, at, knn_value_dims(knn__bind_to_value(L, -1))[axis], i - 1));
    }
    lua_replace(L, entry - 1);
    lua_settop(L, entry - 1);
  }
  return true;
}

static void push_mask(lua_State *L, knn_value *mask) {
  if (!mask) {
    lua_pushnil(L);
    return;
  }
  knn_value_retain(mask);
  knn__bind_push_value(L, mask);
}

static int property(lua_State *L, knn_value *v, const char *key) {
  if (strcmp(key, "shape") == 0)
    knn__bind_push_shape(L, knn_value_rank(v), knn_value_dims(v));
  else if (strcmp(key, "dtype") == 0)
    lua_pushstring(L, knn_dtype_name(knn_value_dtype(v)));
  else if (strcmp(key, "rank") == 0)
    lua_pushinteger(L, knn_value_rank(v));
  else if (strcmp(key, "mask") == 0)
    push_mask(L, knn_value_mask(v));
  else
    return 0;
  return 1;
}

/* Upvalue 1: methods. */
static int index_tensor(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    return property(L, knn__bind_to_value(L, 1), lua_tostring(L, 2));
  }
  if (lua_type(L, 2) == LUA_TNUMBER && !lua_isinteger(L, 2)) {
    int ok;
    lua_Integer whole = lua_tointegerx(L, 2, &ok);
    if (!ok) return luaL_error(L, "a position must be an integer, got %f", lua_tonumber(L, 2));
    lua_pushinteger(L, whole);
    lua_replace(L, 2);
  }
  if (!part(L)) return 0;
  knn_tensor *t = knn_value_tensor(knn__bind_to_value(L, -1));
  if (t && knn_tensor_rank(t) == 0 && knn__bind_get(L)->tapes == 0) knn__bind_push_element(L, t, 0);
  return 1;
}

/* Write the rows chosen by a tensor, one by one. */
static void assign_chosen(lua_State *L) {
  knn_tensor *t = knn__bind_to_tensor(L, 1), *which = knn__bind_to_tensor(L, 2), *source = NULL;
  bool mask = knn_tensor_dtype(which) == KNN_BOOL, number = lua_isnumber(L, 3);
  if (knn_tensor_rank(which) != 1)
    luaL_error(L, "an index tensor has one axis, this one has %d", knn_tensor_rank(which));
  if (mask && knn_tensor_size(which) != knn_tensor_dim(t, 0))
    luaL_error(L, "the mask has %d elements, axis 1 has %d", (int)knn_tensor_size(which),
               (int)knn_tensor_dim(t, 0));
  if (!number) source = knn__bind_to_tensor(L, 3);
  for (int64_t i = 0, from = 0; i < knn_tensor_size(which); i++) {
    double at = knn_tensor_get(which, i);
    if (mask && at == 0) continue;
    lua_pushvalue(L, 1);
    pick(L, 0, mask ? i : position(L, (lua_Integer)at, knn_tensor_dim(t, 0), 0));
    if (number) {
      knn__bind_check(L, knn_tensor_fill(knn__bind_to_tensor(L, -1), lua_tonumber(L, 3)));
    } else {
      if (from >= knn_tensor_dim(source, 0))
        luaL_error(L, "more rows are chosen than the %d given", (int)from);
      lua_pushvalue(L, 3);
      pick(L, 0, from++);
      knn__bind_check(L, knn_tensor_copy(knn__bind_to_tensor(L, -2), knn__bind_to_tensor(L, -1)));
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
}

/* t[index] = number or tensor */
static int assign(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING)
    return luaL_error(L, "a tensor has no field '%s' that can be set", lua_tostring(L, 2));
  lua_settop(L, 3);
  if (knn_tensor_dtype(knn__bind_to_tensor(L, 1)) == KNN_STRING)
    return luaL_error(
        L, "a tensor of strings is never changed; make a new one, of t:totable() for example");
  knn__bind *b = knn__bind_get(L);
  if (b->tapes)
    return luaL_error(
        L, "elements cannot be assigned while a gradient is recorded; build a new tensor instead");
  if (luaL_testudata(L, 2, KNN_TENSOR_TYPE)) {
    assign_chosen(L);
    return 0;
  }
  if (!part(L)) return luaL_error(L, "index %d is out of range", (int)lua_tointeger(L, 2));
  if (lua_isboolean(L, 3)) {
    lua_pushinteger(L, lua_toboolean(L, 3));
    lua_replace(L, 3);
  }
  lua_replace(L, 1); /* the view is the target of copy_ */
  lua_remove(L, 2);
  lua_getmetatable(L, 1);
  lua_getfield(L, -1, "__methods");
  lua_getfield(L, -1, "copy_");
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_call(L, 2, 0);
  return 0;
}

/* t:slice(axis, first, last, step): first .. last of an axis, both included. */
static int slice(lua_State *L) {
  knn_value *v = knn__bind_to_value(L, 1);
  lua_Integer axis = luaL_checkinteger(L, 2);
  int rank = knn_value_rank(v);
  if (axis == 0 || axis > rank || axis < -rank)
    luaL_error(L,
               "slice: axis %d is out of range for %d axes (axes count from 1, or -1 from the end)",
               (int)axis, rank);
  lua_settop(L, 5);
  lua_createtable(L, 3, 0);
  for (int i = 3; i <= 5; i++) {
    lua_pushvalue(L, i);
    lua_rawseti(L, 6, i - 2);
  }
  if (lua_isnil(L, 3) && lua_isnil(L, 4) && lua_isnil(L, 5))
    luaL_error(L, "slice: the first position is missing");
  lua_pushvalue(L, 1);
  int at = (int)(axis > 0 ? axis - 1 : rank + axis);
  cut_range(L, 6, at, at);
  return 1;
}

/* ipairs stops where t[i] is nil; pairs is ipairs. */
static int next_row(lua_State *L) {
  lua_Integer i = luaL_checkinteger(L, 2) + 1;
  lua_settop(L, 1);
  lua_pushinteger(L, i);
  if (lua_gettable(L, 1) == LUA_TNIL) return 1;
  lua_pushinteger(L, i);
  lua_insert(L, -2);
  return 2;
}

static int pairs(lua_State *L) {
  lua_pushcfunction(L, next_row);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

void knn__open_index(lua_State *L) {
  luaL_getmetatable(L, KNN_TENSOR_TYPE);
  lua_getfield(L, -1, "__methods");
  lua_pushcfunction(L, slice);
  lua_setfield(L, -2, "slice");
  lua_pop(L, 1);
  lua_pushcfunction(L, pairs);
  lua_setfield(L, -2, "__pairs");
  lua_pop(L, 1);
  knn__bind_use_index(L, KNN_TENSOR_TYPE, index_tensor, assign);
}
