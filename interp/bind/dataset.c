/* dataset.c - the Dataset userdata: stages by method, and running through it. */
#include <math.h>

#include "dataset.h"

#define PASS_TYPE "knn.Pass" /* internal: a pass under way */

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, KNN_DATASET_TYPE);
  knn_pipeline_release(*box);
  *box = NULL;
  return 0;
}

static knn_pipeline *check(lua_State *L, int arg) {
  return knn__bind_check_box(L, arg, KNN_DATASET_TYPE);
}

void knn__bind_push_pipeline(lua_State *L, knn_pipeline *p) {
  *knn__bind_new(L, KNN_DATASET_TYPE) = p;
}

/* An empty box for a stage on top of the Dataset at index 1. */
static knn_pipeline **new_box(lua_State *L) {
  return (knn_pipeline **)knn__bind_new(L, KNN_DATASET_TYPE);
}

/* ---- sources ---- */

/* from_tensor_slices(x, y, ...): element i is row i of each. */
static int from_tensor_slices(lua_State *L) {
  knn_element e = {0};
  const int n = lua_gettop(L);
  knn_pipeline **box = new_box(L);
  if (!knn__bind_take_element(L, 1, n, "from_tensor_slices", &e))
    luaL_error(L, "from_tensor_slices: a tensor is expected, got nothing");
  knn_status st = knn_pipeline_from_tensors(knn__bind_ctx(L), &e, box);
  knn_layout_release(e.layout);
  knn__bind_check(L, st);
  lua_settop(L, n + 1);
  return 1;
}

/* windows(x, starts, length, step, y, ...): positions from 1. */
static int windows(lua_State *L) {
  knn_element rest = {0};
  const int last = lua_gettop(L);
  knn_pipeline **box = new_box(L);
  knn_tensor *x = knn__bind_to_tensor(L, 1);
  const int64_t n = (int64_t)lua_rawlen(L, 2);
  int64_t *starts = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *starts, 0);
  for (int64_t i = 0; i < n; i++) {
    lua_rawgeti(L, 2, i + 1);
    starts[i] = luaL_checkinteger(L, -1) - 1;
    lua_pop(L, 1);
  }
  const bool more = knn__bind_take_element(L, 5, last, "windows", &rest);
  knn_status st = knn_pipeline_windows(x, starts, n, lua_tointeger(L, 3), lua_tointeger(L, 4),
                                       more ? &rest : NULL, box);
  knn_layout_release(rest.layout);
  knn__bind_check(L, st);
  lua_settop(L, last + 1);
  return 1;
}

/* ---- stages ---- */

static int64_t count_or_any(lua_State *L, int arg) {
  return lua_isnoneornil(L, arg) ? KNN_ANY : luaL_checkinteger(L, arg);
}

/* Take the named option out of the table at idx, which may be absent; pushes the value. */
static void option(lua_State *L, int idx, const char *key) {
  if (lua_isnoneornil(L, idx))
    lua_pushnil(L);
  else
    lua_getfield(L, idx, key);
}

static int shuffle(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const lua_Integer buffer = luaL_checkinteger(L, 2);
  lua_settop(L, 3);
  option(L, 3, "seed");
  option(L, 3, "reshuffle_each_iteration");
  const bool again = lua_isnil(L, 5) || lua_toboolean(L, 5);
  knn__bind_check(L, knn_pipeline_shuffle(p, buffer, count_or_any(L, 4), again, new_box(L)));
  return 1;
}

static int batch(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const lua_Integer size = luaL_checkinteger(L, 2);
  lua_settop(L, 3);
  option(L, 3, "drop_remainder");
  const bool drop = lua_toboolean(L, 4);
  knn__bind_check(L, knn_pipeline_batch(p, size, drop, new_box(L)));
  return 1;
}

static int unbatch(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  knn__bind_check(L, knn_pipeline_unbatch(p, new_box(L)));
  return 1;
}

static int repeats(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const int64_t count = count_or_any(L, 2);
  knn__bind_check(L, knn_pipeline_repeat(p, count, new_box(L)));
  return 1;
}

static int take(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const int64_t count = luaL_checkinteger(L, 2);
  knn__bind_check(L, knn_pipeline_take(p, count, new_box(L)));
  return 1;
}

static int skip(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const int64_t count = luaL_checkinteger(L, 2);
  knn__bind_check(L, knn_pipeline_skip(p, count, new_box(L)));
  return 1;
}

static int cache(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  knn__bind_check(L, knn_pipeline_cache(p, new_box(L)));
  return 1;
}

static int prefetch(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const int64_t count = luaL_optinteger(L, 2, 2);
  knn__bind_check(L, knn_pipeline_prefetch(p, count, new_box(L)));
  return 1;
}

static int concatenate(lua_State *L) {
  knn_pipeline *p = check(L, 1), *more = check(L, 2);
  knn__bind_check(L, knn_pipeline_concatenate(p, more, new_box(L)));
  return 1;
}

/* zip(a, b, ...) */
static int zip(lua_State *L) {
  const int n = lua_gettop(L);
  knn_pipeline *all[KNN_GROUPS_MAX + 1];
  if (n < 1) luaL_error(L, "zip: at least one Dataset is expected");
  for (int i = 0; i < n && i <= KNN_GROUPS_MAX; i++) all[i] = check(L, i + 1);
  knn__bind_check(L, knn_pipeline_zip(all, n, new_box(L)));
  return 1;
}

/* ---- running through ---- */

typedef struct pass {
  knn_cursor *cursor; /* NULL once it is through */
  knn_element now;
} pass;

static int close_pass(lua_State *L) {
  pass *p = luaL_checkudata(L, 1, PASS_TYPE);
  knn_element_clear(&p->now);
  knn_cursor_close(p->cursor);
  p->cursor = NULL;
  return 0;
}

/* Upvalue 1: the pass. */
static int next(lua_State *L) {
  pass *p = lua_touserdata(L, lua_upvalueindex(1));
  bool end = false;
  if (!p->cursor) return 0;
  knn__bind_get(L);
  knn_element_clear(&p->now);
  knn__bind_check(L, knn_cursor_next(p->cursor, &p->now, &end));
  if (!end) return knn__bind_push_parts(L, &p->now);
  knn_cursor_close(p->cursor);
  p->cursor = NULL;
  return 0;
}

/* for x, y in dataset:each() do: pass 1; each(n): pass n, with its own shuffle. */
static int each(lua_State *L) {
  knn_pipeline *p = check(L, 1);
  const lua_Integer number = luaL_optinteger(L, 2, 1);
  if (number < 1) luaL_error(L, "each: passes count from 1, got %d", (int)number);
  pass *made = lua_newuserdatauv(L, sizeof *made, 0);
  *made = (pass){0};
  luaL_setmetatable(L, PASS_TYPE);
  knn__bind_check(L, knn_cursor_open(p, number - 1, &made->cursor));
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, next, 1);
  lua_insert(L, -2);
  lua_pushnil(L);
  lua_insert(L, -2);
  lua_pushnil(L);
  lua_insert(L, -2);
  return 4;
}

/* Elements of a pass: a number, math.huge, or nil where nobody knows. */
static int cardinality(lua_State *L) {
  const int64_t n = knn_pipeline_cardinality(check(L, 1));
  if (n == KNN_UNKNOWN)
    lua_pushnil(L);
  else if (n == KNN_INFINITE)
    lua_pushnumber(L, HUGE_VAL);
  else
    lua_pushinteger(L, n);
  return 1;
}

static int length(lua_State *L) {
  const int64_t n = knn_pipeline_cardinality(check(L, 1));
  if (n < 0)
    luaL_error(L, "the number of elements of this Dataset is %s",
               n == KNN_INFINITE ? "infinite" : "not known before a pass");
  lua_pushinteger(L, n);
  return 1;
}

static int tostring(lua_State *L) {
  knn_pipeline *p = knn__bind_test_box(L, 1, KNN_DATASET_TYPE);
  const int64_t n = p ? knn_pipeline_cardinality(p) : 0;
  if (!p)
    lua_pushliteral(L, "Dataset (freed)");
  else if (n < 0)
    lua_pushfstring(L, "Dataset of %s elements",
                    n == KNN_INFINITE ? "infinitely many" : "so far uncounted");
  else
    lua_pushfstring(L, "Dataset of %I element%s", (LUAI_UACINT)n, n == 1 ? "" : "s");
  return 1;
}

static const luaL_Reg functions[] = {
    {"from_tensor_slices", from_tensor_slices},
    {"windows", windows},
    {"zip", zip},
    {NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"shuffle", shuffle},
    {"batch", batch},
    {"unbatch", unbatch},
    {"repeats", repeats},
    {"take", take},
    {"skip", skip},
    {"cache", cache},
    {"prefetch", prefetch},
    {"concatenate", concatenate},
    {"each", each},
    {"cardinality", cardinality},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {{"__tostring", tostring}, {"__len", length}, {NULL, NULL}};

void knn__open_dataset(lua_State *L) {
  knn__bind_type(L, KNN_DATASET_TYPE, methods, meta, release);
  knn__bind_type(L, PASS_TYPE, (const luaL_Reg[]){{NULL, NULL}}, NULL, close_pass);
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  luaL_getmetatable(L, KNN_DATASET_TYPE);
  lua_getfield(L, -1, "__methods");
  lua_remove(L, -2);
  knn__open_dataset_functions(L);
  lua_pop(L, 1);
  lua_setfield(L, -2, "Dataset");
}
