/* tensor.c - the Tensor userdata: making, reading and printing tensors. Slicing stands in index.c,
 * operators and the ops of the engine's table in ops.c. A Tensor holds one knn_value: mostly data,
 * but a symbolic node inside a layer's call. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tensor.h"

static int release(lua_State *L) {
  knn_value **box = luaL_checkudata(L, 1, KNN_TENSOR_TYPE);
  knn_value_release(*box);
  *box = NULL;
  return 0;
}

/* The collector sees a pointer, not the megabytes behind it: tell it, a block of them at a time. */
static void report(lua_State *L, size_t bytes) {
  enum { OVERHEAD = 256, STEP = 16 * 1024 }; /* bytes: of tensor and storage; worth a step */
  knn__bind *b = knn__bind_get(L);
  b->unreported += bytes + OVERHEAD;
  if (b->unreported < STEP) return;
  size_t kilobytes = b->unreported / 1024;
  b->unreported = 0;
  lua_gc(L, LUA_GCSTEP, (int)(kilobytes < 1 << 20 ? kilobytes : 1 << 20));
}

/* Besides, collect all when much is held: a generational collector, which a host may have chosen,
 * ignores the reports. */
void knn__bind_press(lua_State *L, const knn_value *value) {
  const size_t least = (size_t)256 << 20;
  knn_tensor *t = knn_value_tensor(value);
  if (!t) return;
  size_t bytes = knn_tensor_bytes(t), held;
  report(L, bytes);
  if (bytes < 64 * 1024) return;
  knn__bind *b = knn__bind_get(L);
  knn_ctx_memory(b->ctx, &held, NULL, NULL);
  if (held <= b->soft_limit) return;
  lua_gc(L, LUA_GCCOLLECT);
  knn_ctx_memory(b->ctx, &held, NULL, NULL);
  b->soft_limit = held + held / 2 > least ? held + held / 2 : least;
}

void knn__bind_push_value(lua_State *L, knn_value *value) {
  *knn__bind_new(L, KNN_TENSOR_TYPE) = value;
  knn__bind_press(L, value);
}

void knn__bind_push_lent(lua_State *L, knn_value *value) {
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_value_retain(value);
  *box = value;
}

void knn__bind_push_view(lua_State *L, knn_tensor *t) {
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_status st = knn_value_from(t, box);
  knn_tensor_release(t);
  knn__bind_check(L, st);
  report(L, 0);
}

void knn__bind_push_tensor(lua_State *L, knn_tensor *t) {
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_status st = knn_value_from(t, box);
  knn_tensor_release(t);
  knn__bind_check(L, st);
  knn__bind_press(L, *box);
}

/* Making a tensor may fail for want of memory that the collector could give back: collect and try
 * once more. */
knn_tensor *knn__bind_new_tensor(lua_State *L, knn_dtype type, int rank, const int64_t *dims) {
  knn_tensor *t = NULL;
  knn_ctx *ctx = knn__bind_ctx(L);
  knn_status st = knn_tensor_new(ctx, type, rank, dims, &t);
  if (st == KNN_ENOMEM) {
    lua_gc(L, LUA_GCCOLLECT);
    st = knn_tensor_new(ctx, type, rank, dims, &t);
  }
  knn__bind_check(L, st);
  knn__bind_push_tensor(L, t);
  return t; /* the userdata on the stack owns it */
}

/* Shape of nested tables, from the first branch; the others are checked while filling. */
static int table_shape(lua_State *L, int idx, int64_t dims[KNN_MAX_RANK]) {
  int rank = 0, top = lua_gettop(L);
  lua_pushvalue(L, idx);
  while (lua_istable(L, -1)) {
    if (rank == KNN_MAX_RANK)
      luaL_error(L, "tensor: tables nest deeper than %d levels", KNN_MAX_RANK);
    dims[rank++] = (int64_t)lua_rawlen(L, -1);
    if (lua_rawgeti(L, -1, 1) == LUA_TNIL) break;
  }
  lua_settop(L, top);
  return rank;
}

/* Narrowest of bool, int64, float32 that holds every leaf, or string. */
static knn_dtype leaf_type(lua_State *L, int idx, knn_dtype so_far) {
  const int type = lua_type(L, idx);
  if (type != LUA_TTABLE && so_far != KNN_DTYPE_NONE &&
      (type == LUA_TSTRING) != (so_far == KNN_STRING))
    luaL_error(L, "tensor: the table mixes strings with numbers or booleans");
  switch (type) {
    case LUA_TSTRING: return KNN_STRING;
    case LUA_TBOOLEAN: return so_far == KNN_DTYPE_NONE || so_far == KNN_BOOL ? KNN_BOOL : so_far;
    case LUA_TNUMBER:
      if (!lua_isinteger(L, idx)) return KNN_F32;
      return so_far == KNN_F32 ? KNN_F32 : KNN_I64;
    case LUA_TTABLE:
      luaL_checkstack(L, 2, "tensor");
      for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, idx); i <= n && so_far != KNN_F32;
           i++) {
        lua_rawgeti(L, idx, i);
        so_far = leaf_type(L, lua_gettop(L), so_far);
        lua_pop(L, 1);
      }
      return so_far;
    default:
      luaL_error(
          L, "tensor: numbers, booleans, strings or nested tables of them are expected, got a %s",
          luaL_typename(L, idx));
  }
  return so_far;
}

static double leaf_value(lua_State *L, int idx) {
  if (lua_isboolean(L, idx)) return lua_toboolean(L, idx);
  if (lua_type(L, idx) != LUA_TNUMBER)
    luaL_error(L, "tensor: the table is ragged: a number was expected, got a %s",
               luaL_typename(L, idx));
  return lua_tonumber(L, idx);
}

/* What nested tables are read into: numbers into a tensor, strings into a list of what Lua holds.
 */
typedef struct reader {
  int rank;
  int64_t dims[KNN_MAX_RANK];
  knn_tensor *numbers;
  knn_string *strings;
  int64_t at;
} reader;

static void read_leaf(lua_State *L, int idx, reader *r) {
  const int64_t at = r->at++;
  if (r->strings) {
    if (lua_type(L, idx) != LUA_TSTRING)
      luaL_error(L, "tensor: the table is ragged: a string was expected, got a %s",
                 luaL_typename(L, idx));
    r->strings[at].bytes = lua_tolstring(L, idx, &r->strings[at].size);
  } else if (knn_tensor_dtype(r->numbers) == KNN_I64 && lua_isinteger(L, idx)) {
    ((int64_t *)knn_tensor_data(r->numbers))[at] = lua_tointeger(L, idx); /* exact beyond 2^53 */
  } else {
    knn_tensor_set(r->numbers, at, leaf_value(L, idx));
  }
}

static void read_table(lua_State *L, int idx, reader *r, int axis) {
  if (axis == r->rank) {
    read_leaf(L, idx, r);
    return;
  }
  int64_t n = r->dims[axis];
  if (!lua_istable(L, idx) || (int64_t)lua_rawlen(L, idx) != n)
    luaL_error(L, "tensor: the table is ragged: %d entries were expected at depth %d, got %s%d",
               (int)n, axis + 1, lua_istable(L, idx) ? "" : "no table, ",
               lua_istable(L, idx) ? (int)lua_rawlen(L, idx) : 0);
  luaL_checkstack(L, 2, "tensor");
  for (int64_t i = 1; i <= n; i++) {
    lua_rawgeti(L, idx, i);
    read_table(L, lua_gettop(L), r, axis + 1);
    lua_pop(L, 1);
  }
}

/* A type of numbers by its name, or in an options table {dtype = name}. */
knn_dtype knn__bind_dtype(lua_State *L, int arg, knn_dtype otherwise) {
  if (lua_isnoneornil(L, arg)) return otherwise;
  if (lua_istable(L, arg)) {
    lua_pushnil(L);
    while (lua_next(L, arg) != 0) {
      lua_pop(L, 1);
      if (lua_type(L, -1) != LUA_TSTRING || strcmp(lua_tostring(L, -1), "dtype") != 0)
        luaL_error(L, "unknown option '%s' (known: dtype)", luaL_tolstring(L, -1, NULL));
    }
    lua_getfield(L, arg, "dtype");
    knn_dtype type = lua_istable(L, -1) ? otherwise : knn__bind_dtype(L, lua_gettop(L), otherwise);
    lua_pop(L, 1);
    return type;
  }
  const char *name = luaL_checkstring(L, arg);
  knn_dtype type = knn_dtype_find(name);
  if (type == KNN_STRING)
    luaL_error(L,
               "numbers do not become strings; knn.tensor of a table of strings makes a tensor of "
               "strings");
  if (type == KNN_DTYPE_NONE)
    luaL_error(L,
               "unknown type '%s'; the types are float32, float64, bfloat16, float16, int32, "
               "int64, uint8 and bool",
               name);
  return type;
}

/* A tensor of the strings at idx, pushed; they are read into memory of Lua, then copied at once. */
static void strings_from_lua(lua_State *L, int idx, reader *r) {
  size_t n = 1;
  knn_tensor *t = NULL;
  for (int i = 0; i < r->rank; i++)
    if (__builtin_mul_overflow(n, (size_t)r->dims[i], &n) || n > SIZE_MAX / 32)
      luaL_error(L, "tensor: the table is ragged, or larger than the memory there can be");
  r->strings = lua_newuserdatauv(L, (n + 1) * sizeof *r->strings, 0);
  read_table(L, idx, r, 0);
  knn__bind_check(L,
                  knn_tensor_from(knn__bind_ctx(L), KNN_STRING, r->rank, r->dims, r->strings, &t));
  knn__bind_push_tensor(L, t);
  lua_remove(L, -2);
}

/* A tensor from a number, boolean, string or nested tables at idx; pushed. type KNN_DTYPE_NONE =
 * from the contents. */
static void from_lua(lua_State *L, int idx, knn_dtype type) {
  idx = lua_absindex(L, idx);
  reader r = {.rank = table_shape(L, idx, r.dims)};
  if (type == KNN_DTYPE_NONE) type = leaf_type(L, idx, KNN_DTYPE_NONE);
  if (type == KNN_STRING) {
    strings_from_lua(L, idx, &r);
    return;
  }
  r.numbers = knn__bind_new_tensor(L, type == KNN_DTYPE_NONE ? KNN_F32 : type, r.rank, r.dims);
  read_table(L, idx, &r, 0);
}

void knn__bind_push_text(lua_State *L, int idx) {
  from_lua(L, idx, KNN_STRING);
}

knn_value *knn__bind_to_value(lua_State *L, int idx) {
  knn_value *value = knn__bind_test_box(L, idx, KNN_TENSOR_TYPE);
  if (value) return value;
  if (luaL_testudata(L, idx, KNN_TENSOR_TYPE)) luaL_argerror(L, idx, "this tensor was freed");
  int type = lua_type(L, idx);
  if (type != LUA_TNUMBER && type != LUA_TTABLE && type != LUA_TBOOLEAN)
    luaL_typeerror(L, idx, "tensor");
  idx = lua_absindex(L, idx);
  from_lua(L, idx, KNN_DTYPE_NONE);
  lua_replace(L, idx);
  return knn__bind_check_box(L, idx, KNN_TENSOR_TYPE);
}

void knn__bind_need_data(lua_State *L, int idx, const char *who) {
  int type = lua_type(L, idx);
  bool fits = luaL_testudata(L, idx, KNN_TENSOR_TYPE) || type == LUA_TNUMBER ||
              type == LUA_TTABLE || type == LUA_TBOOLEAN;
  if (!fits)
    luaL_error(L, "%s: a tensor or a table of numbers is expected, got a %s", who,
               luaL_typename(L, idx));
}

knn_tensor *knn__bind_to_tensor(lua_State *L, int idx) {
  knn_tensor *t = knn_value_tensor(knn__bind_to_value(L, idx));
  if (!t)
    luaL_argerror(L, idx, "a symbolic value has no data; data exists only when the model runs");
  return t;
}

/* A shape: a table of sizes, or the sizes as arguments from `arg` on. */
int knn__bind_shape(lua_State *L, int arg, int64_t dims[KNN_MAX_RANK]) {
  bool table = lua_istable(L, arg);
  int n = table ? (int)lua_rawlen(L, arg) : lua_gettop(L) - arg + 1;
  if (n > KNN_MAX_RANK) luaL_error(L, "a shape has at most %d sizes, got %d", KNN_MAX_RANK, n);
  for (int i = 0; i < n; i++) {
    if (table) lua_rawgeti(L, arg, i + 1);
    int at = table ? -1 : arg + i, ok;
    if (lua_islightuserdata(L, at)) {
      dims[i] = KNN_ANY; /* knn.ANY */
    } else {
      dims[i] = lua_tointegerx(L, at, &ok);
      if (!ok)
        luaL_error(L, "size %d of the shape must be an integer, got a %s", i + 1,
                   luaL_typename(L, at));
    }
    if (table) lua_pop(L, 1);
  }
  return n;
}

static bool says_string(lua_State *L, int arg) {
  return lua_type(L, arg) == LUA_TSTRING && strcmp(lua_tostring(L, arg), "string") == 0;
}

/* tensor(data, dtype): from a number, a string, nested tables or another tensor (copied). */
static int new_tensor(lua_State *L) {
  knn_dtype type = says_string(L, 2) ? KNN_STRING : knn__bind_dtype(L, 2, KNN_DTYPE_NONE);
  knn_tensor *given = luaL_testudata(L, 1, KNN_TENSOR_TYPE) ? knn__bind_to_tensor(L, 1) : NULL,
             *copy = NULL;
  if (!given) {
    luaL_checkany(L, 1);
    from_lua(L, 1, type);
    return 1;
  }
  knn__bind_check(
      L, knn_tensor_cast(given, type == KNN_DTYPE_NONE ? knn_tensor_dtype(given) : type, &copy));
  knn__bind_push_tensor(L, copy);
  return 1;
}

/* A shape table and an optional type name: zeros{2, 3}, zeros({2, 3}, "int32"), zeros(2, 3). */
static knn_tensor *shaped(lua_State *L, int arg, knn_dtype otherwise) {
  int64_t dims[KNN_MAX_RANK];
  bool table = lua_istable(L, arg);
  knn_dtype type = table ? knn__bind_dtype(L, arg + 1, otherwise) : otherwise;
  int rank = knn__bind_shape(L, arg, dims);
  return knn__bind_new_tensor(L, type, rank, dims);
}

static int zeros(lua_State *L) {
  shaped(L, 1, KNN_F32);
  return 1;
}

static int ones(lua_State *L) {
  knn_tensor_fill(shaped(L, 1, KNN_F32), 1);
  return 1;
}

/* full(shape, value, dtype) */
static int full(lua_State *L) {
  int64_t dims[KNN_MAX_RANK];
  double value = luaL_checknumber(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  int rank = knn__bind_shape(L, 1, dims);
  knn_tensor_fill(knn__bind_new_tensor(L, knn__bind_dtype(L, 3, KNN_F32), rank, dims), value);
  return 1;
}

/* arange(stop) = 0 .. stop - 1; arange(start, stop, step, dtype): values, stop excluded as in
 * Keras. */
static int arange(lua_State *L) {
  bool whole = true;
  int n = 0;
  while (n < 3 && lua_isnumber(L, n + 1)) whole = whole && lua_isinteger(L, ++n);
  double start = n > 1 ? luaL_checknumber(L, 1) : 0, stop = luaL_checknumber(L, n > 1 ? 2 : 1),
         step = n > 2 ? luaL_checknumber(L, 3) : 1;
  if (step == 0 || !isfinite((stop - start) / step))
    luaL_error(L, "arange: step must not be 0 and the ends must be finite");
  int64_t count = (int64_t)fmax(0, ceil((stop - start) / step));
  knn_tensor *t =
      knn__bind_new_tensor(L,
                           knn__bind_dtype(L, n < 3 && !lua_isnoneornil(L, n + 1) ? n + 1 : 4,
                                           whole ? KNN_I64 : KNN_F32),
                           1, &count);
  for (int64_t i = 0; i < count; i++) knn_tensor_set(t, i, start + (double)i * step);
  return 1;
}

/* linspace(start, stop, n): both ends included. */
static int linspace(lua_State *L) {
  double start = luaL_checknumber(L, 1), stop = luaL_checknumber(L, 2);
  int64_t n = luaL_optinteger(L, 3, 50);
  knn_tensor *t = knn__bind_new_tensor(L, knn__bind_dtype(L, 4, KNN_F32), 1, &n);
  for (int64_t i = 0; i < n; i++)
    knn_tensor_set(t, i, n > 1 ? start + (stop - start) * ((double)i / (double)(n - 1)) : start);
  return 1;
}

/* eye(n, m, dtype): ones on the diagonal. */
static int eye(lua_State *L) {
  int64_t n = luaL_checkinteger(L, 1), m = luaL_optinteger(L, 2, n);
  knn_tensor *t = knn__bind_new_tensor(L, knn__bind_dtype(L, 3, KNN_F32), 2, (int64_t[]){n, m});
  for (int64_t i = 0; i < n && i < m; i++) knn_tensor_set(t, i * m + i, 1);
  return 1;
}

/* frombytes(string, dtype, shape): packed row-major bytes in the machine's order. */
static int frombytes(lua_State *L) {
  size_t n;
  int64_t dims[KNN_MAX_RANK];
  const char *bytes = luaL_checklstring(L, 1, &n);
  knn_dtype type = knn__bind_dtype(L, 2, KNN_U8);
  int rank = 1;
  dims[0] = (int64_t)(n / knn_dtype_size(type));
  if (!lua_isnoneornil(L, 3)) rank = knn__bind_shape(L, 3, dims);
  knn__bind_check(L, knn_tensor_write(knn__bind_new_tensor(L, type, rank, dims), bytes, n));
  return 1;
}

knn_value **knn__bind_values(lua_State *L, int idx, int n) {
  knn_value **values = lua_newuserdatauv(L, (size_t)(n ? n : 1) * sizeof *values, 0);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, idx, i + 1);
    values[i] = knn__bind_check_box(L, -1, KNN_TENSOR_TYPE);
    lua_pop(L, 1);
  }
  return values;
}

void knn__bind_push_element(lua_State *L, knn_tensor *t, int64_t i) {
  switch (knn_tensor_dtype(t)) {
    case KNN_F32:
    case KNN_BF16:
    case KNN_F16:
    case KNN_F64: lua_pushnumber(L, knn_tensor_get(t, i)); return;
    case KNN_BOOL: lua_pushboolean(L, knn_tensor_get(t, i) != 0); return;
    case KNN_STRING: {
      const knn_string s = knn_tensor_string(t, i);
      lua_pushlstring(L, s.size ? s.bytes : "", s.size);
      return;
    }
    case KNN_I64:
      if (knn_tensor_is_contiguous(t)) {
        lua_pushinteger(L, ((const int64_t *)knn_tensor_data(t))[i]);
        return;
      } /* fall through: a view goes through a double, exact below 2^53 */
      __attribute__((fallthrough));
    default: lua_pushinteger(L, (lua_Integer)knn_tensor_get(t, i));
  }
}

static int item(lua_State *L) {
  knn_tensor *t = knn__bind_to_tensor(L, 1);
  if (knn_tensor_size(t) != 1)
    luaL_error(L, "item: the tensor has %d elements; one is expected", (int)knn_tensor_size(t));
  knn__bind_push_element(L, t, 0);
  return 1;
}

static void push_table(lua_State *L, knn_tensor *t, int axis, int64_t *at) {
  if (axis == knn_tensor_rank(t)) {
    knn__bind_push_element(L, t, (*at)++);
    return;
  }
  int64_t n = knn_tensor_dim(t, axis);
  luaL_checkstack(L, 2, "totable");
  lua_createtable(L, (int)n, 0);
  for (int64_t i = 1; i <= n; i++) {
    push_table(L, t, axis + 1, at);
    lua_rawseti(L, -2, i);
  }
}

static int totable(lua_State *L) {
  int64_t at = 0;
  push_table(L, knn__bind_to_tensor(L, 1), 0, &at);
  return 1;
}

static int tobytes(lua_State *L) {
  knn_tensor *t = knn__bind_to_tensor(L, 1);
  luaL_Buffer buffer;
  size_t n = knn_tensor_bytes(t);
  if (knn_tensor_dtype(t) == KNN_STRING)
    luaL_error(L, "tobytes: strings are no packed elements; totable() gives them");
  char *bytes = luaL_buffinitsize(L, &buffer, n);
  knn__bind_check(L, knn_tensor_read(t, bytes, n));
  luaL_pushresultsize(&buffer, n);
  return 1;
}

void knn__bind_push_shape(lua_State *L, int rank, const int64_t *dims) {
  lua_createtable(L, rank, 0);
  for (int i = 0; i < rank; i++) {
    if (dims[i] == KNN_ANY)
      lua_pushlightuserdata(L, NULL);
    else
      lua_pushinteger(L, dims[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

static int as_type(lua_State *L, knn_dtype type) {
  knn_value *x = knn__bind_to_value(L, 1);
  if (knn_value_dtype(x) == type) {
    lua_settop(L, 1);
    return 1;
  }
  lua_settop(L, 1);
  lua_pushstring(L, knn_dtype_name(type));
  knn__bind_apply(L, "cast", 1, 1, "dtype", 2);
  return 1;
}

static int astype(lua_State *L) {
  return as_type(L, knn__bind_dtype(L, 2, KNN_F32));
}

#define CONVERSION(name, type)         \
  static int to_##name(lua_State *L) { \
    return as_type(L, type);           \
  }
CONVERSION(float, KNN_F32)
CONVERSION(double, KNN_F64)
CONVERSION(int, KNN_I32)
CONVERSION(long, KNN_I64)
CONVERSION(byte, KNN_U8)
CONVERSION(bool, KNN_BOOL)
CONVERSION(bfloat16, KNN_BF16)
CONVERSION(half, KNN_F16)

static int clone(lua_State *L) {
  knn_tensor *copy;
  knn__bind_check(L, knn_tensor_clone(knn__bind_to_tensor(L, 1), &copy));
  knn__bind_push_tensor(L, copy);
  return 1;
}

static int contiguous(lua_State *L) {
  knn_tensor *packed;
  knn__bind_check(L, knn_tensor_contiguous(knn__bind_to_tensor(L, 1), &packed));
  knn__bind_push_tensor(L, packed);
  return 1;
}

static int rank(lua_State *L) {
  lua_pushinteger(L, knn_value_rank(knn__bind_to_value(L, 1)));
  return 1;
}

static int numel(lua_State *L) {
  knn_value *v = knn__bind_to_value(L, 1);
  int64_t n = 1;
  for (int i = 0; i < knn_value_rank(v); i++) n *= knn_value_dims(v)[i];
  lua_pushinteger(L, n);
  return 1;
}

/* The size of axis 1, so that loops and ipairs work. */
static int length(lua_State *L) {
  knn_value *v = knn__bind_to_value(L, 1);
  lua_pushinteger(L, knn_value_rank(v) ? knn_value_dims(v)[0] : 0);
  return 1;
}

static void add_shape(luaL_Buffer *b, const knn_value *v) {
  char number[32];
  if (knn_value_rank(v) == 0) luaL_addstring(b, "scalar");
  for (int i = 0; i < knn_value_rank(v); i++) {
    if (i) luaL_addchar(b, 'x');
    if (knn_value_dims(v)[i] == KNN_ANY)
      luaL_addstring(b, "None");
    else
      luaL_addstring(
          b, (snprintf(number, sizeof number, "%lld", (long long)knn_value_dims(v)[i]), number));
  }
}

/* Header and elements; threshold: how many are shown before the middle is left out. */
static int describe(lua_State *L, int64_t threshold) {
  knn_value *v = knn__bind_to_value(L, 1);
  const knn__host *host = knn__bind_get(L)->host;
  int width = host && host->term_width ? host->term_width() : 80;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, "Tensor ");
  luaL_addstring(&b, knn_dtype_name(knn_value_dtype(v)));
  luaL_addchar(&b, ' ');
  add_shape(&b, v);
  if (!knn_value_tensor(v)) {
    luaL_addstring(&b, " (symbolic)");
    luaL_pushresult(&b);
    return 1;
  }
  luaL_addstring(&b, knn_value_rank(v) ? "\n" : " ");
  size_t n = knn_tensor_print(knn_value_tensor(v), threshold, width, NULL, 0);
  char *text = luaL_prepbuffsize(&b, n + 1);
  knn_tensor_print(knn_value_tensor(v), threshold, width, text, n + 1);
  luaL_addsize(&b, n);
  luaL_pushresult(&b);
  return 1;
}

static int tostring(lua_State *L) {
  if (!knn__bind_test_box(L, 1, KNN_TENSOR_TYPE)) {
    lua_pushliteral(L, "Tensor (freed)");
    return 1;
  }
  return describe(L, 1000);
}

static int dump(lua_State *L) {
  return describe(L, INT64_MAX);
}

static const luaL_Reg methods[] = {
    {"item", item},
    {"totable", totable},
    {"tobytes", tobytes},
    {"astype", astype},
    {"float", to_float},
    {"double", to_double},
    {"int", to_int},
    {"long", to_long},
    {"byte", to_byte},
    {"bool", to_bool},
    {"bfloat16", to_bfloat16},
    {"half", to_half},
    {"clone", clone},
    {"contiguous", contiguous},
    {"dim", rank},
    {"numel", numel},
    {"dump", dump},
    {"free", release},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__len", length}, {"__tostring", tostring}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"tensor", new_tensor}, {"zeros", zeros},         {"ones", ones},
    {"full", full},         {"arange", arange},       {"linspace", linspace},
    {"eye", eye},           {"frombytes", frombytes}, {NULL, NULL},
};

void knn__open_tensor(lua_State *L) {
  knn__bind_type(L, KNN_TENSOR_TYPE, methods, meta, release);
  knn__open_index(L);
  luaL_setfuncs(L, functions, 0);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "ANY");
}
