/* ops.c - the engine's table of ops as functions (knn.ops) and methods of tensors, operators, and
 * the in-place forms.
 *
 * op(operands..., options): the number of operands is the op's own. What follows is one options
 * table, or values for the op's parameters in their order: t:sum(-1), t:sum{axis = -1, keepdims =
 * true}, t:reshape{2, 3}, t:reshape(2, 3). */
#include <string.h>

#include "tensor.h"

enum { MAX_IN = 256, MAX_OUT = 16 };

/* Ops whose results or operands are positions: they count from 1 here and from 0 in the engine. -1
 * = none. */
typedef struct position_row {
  const char *op;
  int result, operand;
} position_row;

static const position_row position_rows[] = {
    {"argmax", 0, -1},      {"argmin", 0, -1},         {"argsort", 0, -1},
    {"top_k", 1, -1},       {"take", -1, 1},           {"take_along_axis", -1, 1},
    {"scatter_add", -1, 0}, {"scatter_update", -1, 1}, {"lu_factor", 1, -1},
    {NULL, -1, -1},
};

static const position_row *positions_of(const char *op) {
  const position_row *row = position_rows;
  while (row->op && strcmp(row->op, op) != 0) row++;
  return row;
}

int knn__bind_apply_config(lua_State *L, const char *op, int first, int n,
                           const knn_config *options) {
  knn_ctx *ctx = knn__bind_ctx(L);
  knn_value *ins[MAX_IN], *outs[MAX_OUT];
  if (n > MAX_IN) luaL_error(L, "%s: at most %d operands, got %d", op, MAX_IN, n);
  for (int i = 0; i < n; i++) ins[i] = knn__bind_check_box(L, first + i, KNN_TENSOR_TYPE);
  luaL_checkstack(L, MAX_OUT + 4, op);
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  int n_out = MAX_OUT;
  knn_status st = knn_apply(ctx, op, ins, n, options, outs, &n_out);
  if (st == KNN_ENOMEM) { /* what the collector could give back may be enough */
    lua_gc(L, LUA_GCCOLLECT);
    n_out = MAX_OUT;
    st = knn_apply(ctx, op, ins, n, options, outs, &n_out);
  }
  knn__bind_check(L, st);
  *box = outs[0];
  knn__bind_press(L, *box);
  for (int i = 1; i < n_out; i++) knn__bind_push_value(L, outs[i]);
  return n_out;
}

int knn__bind_apply(lua_State *L, const char *op, int first, int n, const char *option_name,
                    int option) {
  knn_config *options = NULL;
  if (option_name) {
    option = lua_absindex(L, option);
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, option);
    lua_setfield(L, -2, option_name);
    options = knn__bind_config(L, -1, op);
  }
  return knn__bind_apply_config(L, op, first, n, options);
}

void knn__bind_weak_scalar(lua_State *L, int idx, knn_dtype beside) {
  if (lua_type(L, idx) == LUA_TSTRING && beside == KNN_STRING) {
    knn__bind_push_text(L, idx);
    lua_replace(L, idx);
    return;
  }
  if (lua_type(L, idx) != LUA_TNUMBER || beside == KNN_DTYPE_NONE || beside == KNN_STRING) {
    knn__bind_to_value(L, idx);
    return;
  }
  knn_dtype type = beside;
  if (beside == KNN_BOOL && lua_isinteger(L, idx)) type = KNN_I32;
  if (!knn_dtype_is_float(beside) && !lua_isinteger(L, idx)) type = KNN_F32;
  double x = lua_tonumber(L, idx);
  knn_tensor_set(knn__bind_new_tensor(L, type, 0, NULL), 0, x);
  lua_replace(L, idx);
}

/* Turn the n values from index `first` on into tensors, numbers following the first tensor's type.
 */
static void convert_operands(lua_State *L, int first, int n) {
  knn_dtype beside = KNN_DTYPE_NONE;
  for (int i = first; i < first + n && beside == KNN_DTYPE_NONE; i++)
    if (luaL_testudata(L, i, KNN_TENSOR_TYPE)) beside = knn_value_dtype(knn__bind_to_value(L, i));
  for (int i = first; i < first + n; i++) knn__bind_weak_scalar(L, i, beside);
}

static bool is_tensor(lua_State *L, int idx) {
  return luaL_testudata(L, idx, KNN_TENSOR_TYPE) != NULL;
}

/* The operands of a list, or the leading tensors, at the front of the stack; returns their number.
 */
static int spread(lua_State *L) {
  int n = 0;
  if (!lua_istable(L, 1)) {
    while (is_tensor(L, n + 1)) n++;
    return n;
  }
  n = (int)lua_rawlen(L, 1);
  luaL_checkstack(L, n + 8, "too many operands");
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, 1, i);
    lua_insert(L, i + 1);
  }
  lua_remove(L, 1);
  return n;
}

/* Operands of an op that takes any number. A text may stand before them, einsum("ij,jk", a, b): it
 * is put behind. Sets where the other arguments begin. */
static int list_operands(lua_State *L, int *rest) {
  const bool text = lua_type(L, 1) == LUA_TSTRING;
  if (text) {
    lua_pushvalue(L, 1);
    lua_remove(L, 1);
  }
  const int n = spread(L);
  if (text) lua_insert(L, n + 1);
  *rest = n + 1;
  return n;
}

static int fixed_operands(lua_State *L, const char *op, int min, int max, int *rest) {
  int n = 0, top = lua_gettop(L);
  while (n < max && n < top && (n < min || is_tensor(L, n + 1))) n++;
  if (n < min) luaL_error(L, "%s: %d operands are expected, got %d", op, min, n);
  *rest = n + 1;
  return n;
}

static bool is_options(lua_State *L, int idx) {
  return lua_istable(L, idx) && lua_rawlen(L, idx) == 0;
}

/* reshape(2, 3): integers for a parameter that is a list. */
static bool are_one_list(lua_State *L, const knn_class *cls, int first, int last) {
  if (last <= first || cls->n_params == 0 || cls->params[0].kind != KNN_P_INTS) return false;
  for (int i = first; i <= last; i++)
    if (!lua_isinteger(L, i)) return false;
  return true;
}

/* The arguments from `first` on as one options table, which is pushed. */
static void gather_options(lua_State *L, const knn_class *cls, int first) {
  int last = lua_gettop(L), options = last >= first && is_options(L, last) ? last-- : 0;
  lua_newtable(L);
  int table = lua_gettop(L);
  if (options) {
    lua_pushnil(L);
    while (lua_next(L, options) != 0) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, table);
    }
  }
  if (are_one_list(L, cls, first, last)) {
    lua_createtable(L, last - first + 1, 0);
    for (int i = first; i <= last; i++) {
      lua_pushvalue(L, i);
      lua_rawseti(L, -2, i - first + 1);
    }
    lua_setfield(L, table, cls->params[0].name);
    return;
  }
  if (last - first + 1 > cls->n_params)
    luaL_error(L, "%s: at most %d values may follow the operands, got %d", cls->name, cls->n_params,
               last - first + 1);
  for (int i = first; i <= last; i++) {
    if (lua_isnil(L, i)) continue;
    lua_pushvalue(L, i);
    lua_setfield(L, table, cls->params[i - first].name);
  }
}

/* Add `by` to the integers of the box at idx. */
static void shift(lua_State *L, int idx, int by) {
  idx = lua_absindex(L, idx);
  lua_pushvalue(L, idx);
  lua_pushinteger(L, by);
  knn__bind_weak_scalar(L, -1 + lua_gettop(L) + 1, knn_value_dtype(knn__bind_to_value(L, idx)));
  knn__bind_apply_config(L, "add", lua_gettop(L) - 1, 2, NULL);
  lua_replace(L, idx);
  lua_pop(L, 2);
}

/* Option `base` of ops about positions: 1 by default. Taken out of the table on top. */
static int take_base(lua_State *L, const position_row *row) {
  if (!row->op) return 0;
  lua_getfield(L, -1, "base");
  lua_Integer base = luaL_optinteger(L, -1, 1);
  if (base != 0 && base != 1) luaL_error(L, "%s: option 'base' must be 0 or 1", row->op);
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_setfield(L, -2, "base");
  return (int)base;
}

/* A lone position is a Lua integer, so that it can index a table. */
static void finish_positions(lua_State *L, int idx, int base) {
  if (base) shift(L, idx, base);
  knn_tensor *t = knn_value_tensor(knn__bind_to_value(L, idx));
  lua_pushboolean(L, base);
  lua_setiuservalue(L, idx, 1); /* a mark: taking positions for labels is a common mistake */
  if (!t || knn_tensor_rank(t) != 0) return;
  knn__bind_push_element(L, t, 0);
  lua_replace(L, idx);
}

/* Upvalue 1: the op's class. */
static int call_op(lua_State *L) {
  const knn_class *cls = lua_touserdata(L, lua_upvalueindex(1));
  const position_row *row = positions_of(cls->name);
  int min = 0, max = 0, rest = 1;
  knn_op_operands(cls->name, &min, &max);
  int n = max < 0 ? list_operands(L, &rest) : fixed_operands(L, cls->name, min, max, &rest);
  convert_operands(L, 1, n);
  gather_options(L, cls, rest);
  int base = take_base(L, row);
  if (base && row->operand >= 0 && row->operand < n) shift(L, row->operand + 1, -base);
  knn_config *options = knn__bind_class_options(L, -1, cls);
  int n_out = knn__bind_apply_config(L, cls->name, 1, n, options);
  if (row->op && row->result >= 0 && row->result < n_out)
    finish_positions(L, lua_gettop(L) - n_out + 1 + row->result, base);
  return n_out;
}

/* t:argmax_class(): labels 0 .. C - 1 along the last axis. */
static int argmax_class(lua_State *L) {
  lua_settop(L, 1);
  knn__bind_to_value(L, 1);
  lua_pushinteger(L, -1);
  knn__bind_apply(L, "argmax", 1, 1, "axis", 2);
  return 1;
}

/* is_positions(t): whether t came straight from an op whose results count from 1. */
static int is_positions(lua_State *L) {
  bool yes = luaL_testudata(L, 1, KNN_TENSOR_TYPE) && lua_getiuservalue(L, 1, 1) == LUA_TBOOLEAN &&
             lua_toboolean(L, -1);
  lua_pushboolean(L, yes);
  return 1;
}

/* ---- operators ---- */

static int binary(lua_State *L, const char *op) {
  lua_settop(L, 2);
  convert_operands(L, 1, 2);
  return knn__bind_apply_config(L, op, 1, 2, NULL);
}

#define OPERATOR(name, op)        \
  static int name(lua_State *L) { \
    return binary(L, op);         \
  }
OPERATOR(op_add, "add")
OPERATOR(op_sub, "subtract")
OPERATOR(op_mul, "multiply")
OPERATOR(op_div, "divide")
OPERATOR(op_idiv, "floor_divide")
OPERATOR(op_mod, "mod")
OPERATOR(op_pow, "power")

static int op_unm(lua_State *L) {
  lua_settop(L, 1);
  return knn__bind_apply_config(L, "negative", 1, 1, NULL);
}

static const luaL_Reg operators[] = {
    {"__add", op_add}, {"__sub", op_sub}, {"__mul", op_mul}, {"__div", op_div}, {"__idiv", op_idiv},
    {"__mod", op_mod}, {"__pow", op_pow}, {"__unm", op_unm}, {NULL, NULL},
};

/* ---- in place ---- */

/* The tensor at 1 receives what stands on top of the stack. */
static int store(lua_State *L) {
  knn__bind_check(L, knn_tensor_copy(knn__bind_to_tensor(L, 1), knn__bind_to_tensor(L, -1)));
  lua_settop(L, 1);
  return 1;
}

static int in_place(lua_State *L, const char *op) {
  luaL_checkudata(L, 1, KNN_TENSOR_TYPE);
  lua_settop(L, 2);
  convert_operands(L, 1, 2);
  knn__bind_apply_config(L, op, 1, 2, NULL);
  return store(L);
}

#define IN_PLACE(name, op)        \
  static int name(lua_State *L) { \
    return in_place(L, op);       \
  }
IN_PLACE(add_, "add")
IN_PLACE(sub_, "subtract")
IN_PLACE(mul_, "multiply")
IN_PLACE(div_, "divide")
IN_PLACE(pow_, "power")

static int fill_(lua_State *L) {
  luaL_checkudata(L, 1, KNN_TENSOR_TYPE);
  knn__bind_check(L, knn_tensor_fill(knn__bind_to_tensor(L, 1), luaL_checknumber(L, 2)));
  lua_settop(L, 1);
  return 1;
}

static int zero_(lua_State *L) {
  lua_settop(L, 1);
  lua_pushinteger(L, 0);
  return fill_(L);
}

/* t:copy_(x): x may be a number or broadcast. */
static int copy_(lua_State *L) {
  luaL_checkudata(L, 1, KNN_TENSOR_TYPE);
  lua_settop(L, 2);
  if (lua_isnumber(L, 2)) return fill_(L);
  const knn_tensor *t = knn__bind_to_tensor(L, 1);
  if (knn_tensor_rank(t) != knn_value_rank(knn__bind_to_value(L, 2))) {
    knn__bind_push_shape(L, knn_tensor_rank(t), knn_tensor_dims(t));
    knn__bind_apply(L, "broadcast_to", 2, 1, "shape", 3);
  }
  return store(L);
}

/* t:clamp_(low, high) */
static int clamp_(lua_State *L) {
  luaL_checkudata(L, 1, KNN_TENSOR_TYPE);
  lua_settop(L, 3);
  lua_getmetatable(L, 1);
  lua_getfield(L, -1, "__methods");
  lua_getfield(L, -1, "clip");
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_call(L, 3, 1);
  return store(L);
}

static const luaL_Reg methods[] = {
    {"add_", add_},     {"sub_", sub_},
    {"mul_", mul_},     {"div_", div_},
    {"pow_", pow_},     {"fill_", fill_},
    {"zero_", zero_},   {"copy_", copy_},
    {"clamp_", clamp_}, {"argmax_class", argmax_class},
    {NULL, NULL},
};

/* Short names beside Keras's. */
static const char *const aliases[][2] = {
    {"sub", "subtract"},
    {"mul", "multiply"},
    {"div", "divide"},
    {"pow", "power"},
    {"abs", "absolute"},
    {"neg", "negative"},
    {"eq", "equal"},
    {"ne", "not_equal"},
    {"lt", "less"},
    {"le", "less_equal"},
    {"gt", "greater"},
    {"ge", "greater_equal"},
    {"clamp", "clip"},
    {"mm", "matmul"},
    {"dot", "matmul"},
    {"t", "transpose"},
    {"permute", "transpose"},
    {"view", "reshape"},
    {"unsqueeze", "expand_dims"},
    {"repeat_n", "repeat"},
    {"concat", "concatenate"},
    {"topk", "top_k"},
    {"detach", "stop_gradient"},
};

static void push_op(lua_State *L, const knn_class *cls) {
  lua_pushlightuserdata(L, (void *)(uintptr_t)cls);
  lua_pushcclosure(L, call_op, 1);
}

static void add_alias(lua_State *L, const char *name, const char *op) {
  if (lua_getfield(L, -1, op) != LUA_TNIL)
    lua_setfield(L, -2, name);
  else
    lua_pop(L, 1);
}

/* Fill the table on top with the ops that take at least `operands` operands, and the short names.
 */
static void add_ops(lua_State *L, int operands) {
  int n, min, max;
  const knn_class *const *classes = knn_classes("op", &n);
  for (int i = 0; i < n; i++) {
    if (!knn_op_operands(classes[i]->name, &min, &max) || (max >= 0 && max < operands)) continue;
    push_op(L, classes[i]);
    lua_setfield(L, -2, classes[i]->name);
  }
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    add_alias(L, aliases[i][0], aliases[i][1]);
}

/* __index of knn.ops: the nearest names. */
static int unknown_op(lua_State *L) {
  char near[200];
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  knn_class_suggest("op", lua_tostring(L, 2), near, sizeof near);
  return luaL_error(L, near[0] ? "there is no op '%s'; did you mean %s?" : "there is no op '%s'",
                    lua_tostring(L, 2), near);
}

/* ---- random tensors ---- */

/* The shape at 1 (a table, or sizes as arguments), and numbers a and b under their names, to a
 * random op. */
static int draw(lua_State *L, const char *op, const char *a, const char *b) {
  int64_t dims[KNN_MAX_RANK];
  bool table = lua_istable(L, 1);
  int rank = knn__bind_shape(L, 1, dims), top = lua_gettop(L);
  lua_newtable(L);
  knn__bind_push_shape(L, rank, dims);
  lua_setfield(L, -2, "shape");
  for (int i = 2; table && i <= 3; i++) {
    if (lua_isnoneornil(L, i) || i > top) continue;
    luaL_checknumber(L, i);
    lua_pushvalue(L, i);
    lua_setfield(L, -2, i == 2 ? a : b);
  }
  knn_config *options = knn__bind_config(L, -1, op);
  return knn__bind_apply_config(L, op, 1, 0, options);
}

/* rand(2, 3), rand{2, 3}: uniform in [0, 1). uniform(shape, low, high). */
static int uniform(lua_State *L) {
  return draw(L, "random_uniform", "low", "high");
}

/* randn(2, 3): mean 0, deviation 1. normal(shape, mean, stddev). */
static int normal(lua_State *L) {
  return draw(L, "random_normal", "mean", "stddev");
}

static const luaL_Reg functions[] = {
    {"is_positions", is_positions},
    {"rand", uniform},
    {"uniform", uniform},
    {"randn", normal},
    {"normal", normal},
    {NULL, NULL},
};

void knn__open_ops(lua_State *L) {
  luaL_getmetatable(L, KNN_TENSOR_TYPE);
  luaL_setfuncs(L, operators, 0);
  lua_getfield(L, -1, "__methods");
  add_ops(L, 1);
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
  lua_newtable(L);
  add_ops(L, 0);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, unknown_op);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setfield(L, -2, "ops");
  luaL_setfuncs(L, functions, 0);
}
