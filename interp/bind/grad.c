/* grad.c - gradients of Lua functions over eager tensors: grad(f) gives the function that computes
 * df/dx.
 *
 * What is differentiated is chosen by `wrt`: an argument's position (default 1) gives one gradient,
 * a list of positions one gradient each, a list of tensors (weights) a list of gradients. Calls
 * nest: grad(grad(f)) is the second derivative. */
#include "tensor.h"

/* Stack of with_tape. */
enum { FRAME = 1, WRT, FUNCTION, FIRST };

typedef struct grad_frame {
  knn_tape *tape;
  bool value; /* give f's value too */
} grad_frame;

/* The argument at idx as a float tensor: a number becomes float32. */
static void check_argument(lua_State *L, int idx, int number) {
  if (lua_type(L, idx) == LUA_TNUMBER) knn__bind_weak_scalar(L, idx, KNN_F32);
  knn_dtype type = knn_value_dtype(knn__bind_to_value(L, idx));
  if (!knn_dtype_is_float(type))
    luaL_error(L, "grad: argument %d is %s; gradients need float32 or float64", number,
               knn_dtype_name(type));
}

static void check_position(lua_State *L, lua_Integer i, int n) {
  if (i < 1 || i > n)
    luaL_error(L, "grad: there is no argument %d: the function was called with %d", (int)i, n);
}

/* Push what to differentiate by as boxes; returns their number. */
static int push_variables(lua_State *L, int n) {
  if (lua_isinteger(L, WRT)) {
    check_position(L, lua_tointeger(L, WRT), n);
    lua_pushvalue(L, FIRST - 1 + (int)lua_tointeger(L, WRT));
    return 1;
  }
  int count = (int)lua_rawlen(L, WRT);
  luaL_checkstack(L, 2 * count + 8, "grad");
  for (int i = 1; i <= count; i++) {
    if (lua_rawgeti(L, WRT, i) != LUA_TNUMBER) {
      luaL_checkudata(L, -1, KNN_TENSOR_TYPE);
      continue;
    }
    lua_Integer at = lua_tointeger(L, -1);
    lua_pop(L, 1);
    check_position(L, at, n);
    lua_pushvalue(L, FIRST - 1 + (int)at);
  }
  return count;
}

/* Whether the gradients come back as one list: wrt is a list of tensors. */
static bool wants_list(lua_State *L) {
  if (!lua_istable(L, WRT)) return false;
  bool list = lua_rawgeti(L, WRT, 1) != LUA_TNUMBER;
  lua_pop(L, 1);
  return list;
}

static void prepare_arguments(lua_State *L, int n) {
  if (lua_isinteger(L, WRT)) {
    check_position(L, lua_tointeger(L, WRT), n);
    check_argument(L, FIRST - 1 + (int)lua_tointeger(L, WRT), (int)lua_tointeger(L, WRT));
    return;
  }
  for (int i = 1, count = (int)lua_rawlen(L, WRT); i <= count; i++) {
    if (lua_rawgeti(L, WRT, i) == LUA_TNUMBER) {
      lua_Integer at = lua_tointeger(L, -1);
      check_position(L, at, n);
      check_argument(L, FIRST - 1 + (int)at, (int)at);
    }
    lua_pop(L, 1);
  }
}

/* Call f on the arguments; leaves the box of its first result on top. */
static knn_value *call_function(lua_State *L, int n) {
  lua_pushvalue(L, FUNCTION);
  for (int i = 0; i < n; i++) lua_pushvalue(L, FIRST + i);
  lua_call(L, n, 1);
  if (!luaL_testudata(L, -1, KNN_TENSOR_TYPE))
    luaL_error(
        L,
        "grad: the function must return a tensor that depends on its arguments, it returned a %s",
        luaL_typename(L, -1));
  knn_value *y = knn__bind_to_value(L, -1);
  int64_t size = 1;
  for (int i = 0; i < knn_value_rank(y); i++) size *= knn_value_dims(y)[i];
  if (size != 1)
    luaL_error(L,
               "grad: the function must return one number, it returned a tensor of %d; use :sum() "
               "or :mean()",
               (int)size);
  return y;
}

/* Runs while the tape records; its errors are caught by the caller. */
static int with_tape(lua_State *L) {
  grad_frame *f = lua_touserdata(L, FRAME);
  int n = lua_gettop(L) - FUNCTION;
  luaL_checkstack(L, n + 16, "grad");
  bool list = wants_list(L);
  knn_value *y = call_function(L, n);
  int result = lua_gettop(L), count = push_variables(L, n), first = result + 1;
  luaL_checkstack(L, count + 16, "grad");
  knn_value **xs = lua_newuserdatauv(L, (size_t)(2 * count + 1) * sizeof *xs, 0),
            **dxs = xs + count;
  for (int i = 0; i < count; i++) xs[i] = knn__bind_check_box(L, first + i, KNN_TENSOR_TYPE);
  int boxes = lua_gettop(L) + 1;
  for (int i = 0; i < count; i++) knn__bind_new(L, KNN_TENSOR_TYPE);
  knn__bind_check(L, knn_tape_gradient(f->tape, y, xs, count, dxs));
  for (int i = 0; i < count; i++) *(knn_value **)lua_touserdata(L, boxes + i) = dxs[i];
  if (list) {
    lua_createtable(L, count, 0);
    lua_insert(L, boxes);
    for (int i = count; i >= 1; i--) lua_rawseti(L, boxes, i);
    count = 1;
  }
  if (!f->value) return count;
  lua_pushvalue(L, result);
  lua_insert(L, boxes);
  return count + 1;
}

/* Upvalues: f, wrt, whether the value is wanted too. */
static int run(lua_State *L) {
  knn__bind *b = knn__bind_get(L);
  grad_frame frame = {.value = lua_toboolean(L, lua_upvalueindex(3))};
  lua_pushlightuserdata(L, &frame);
  lua_insert(L, FRAME);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, WRT);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, FUNCTION);
  prepare_arguments(L, lua_gettop(L) - FUNCTION);
  lua_pushcfunction(L, with_tape);
  lua_insert(L, 1);
  knn__bind_check(L, knn_tape_begin(b->ctx, &frame.tape));
  b->tapes++;
  int rc = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  b->tapes--;
  b->running = L;
  knn_tape_end(frame.tape);
  return rc == LUA_OK ? lua_gettop(L) : lua_error(L);
}

static int make(lua_State *L, int value) {
  lua_settop(L, 2);
  luaL_argexpected(L, lua_isfunction(L, 1) || luaL_getmetafield(L, 1, "__call") != LUA_TNIL, 1,
                   "function");
  lua_settop(L, 2); /* the metafield goes */
  if (lua_isnil(L, 2)) {
    lua_pushinteger(L, 1);
    lua_replace(L, 2);
  }
  if (!lua_isinteger(L, 2)) luaL_checktype(L, 2, LUA_TTABLE);
  lua_pushboolean(L, value);
  lua_pushcclosure(L, run, 3);
  return 1;
}

/* grad(f, wrt) */
static int grad(lua_State *L) {
  return make(L, 0);
}

/* value_and_grad(f, wrt): the function that gives f's value, then the gradients. */
static int value_and_grad(lua_State *L) {
  return make(L, 1);
}

static const luaL_Reg functions[] = {
    {"grad", grad}, {"value_and_grad", value_and_grad}, {NULL, NULL}};

void knn__open_grad(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
