/* compile.c - Lua functions over tensors made into plans; see stdlib/knn/compile.lua, which sorts
 * arguments and results into lists of tensors. */
#include "tensor.h"

#define FUNCTION_TYPE "knn.Function"

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, FUNCTION_TYPE);
  knn_function_release(*box);
  *box = NULL;
  return 0;
}

/* A list of n new boxes on top of the stack, and where their pointers go. */
static knn_value ***new_boxes(lua_State *L, int n) {
  knn_value ***boxes = lua_newuserdatauv(L, (size_t)(n ? n : 1) * sizeof *boxes, 0);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    boxes[i] = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
    lua_rawseti(L, -2, i + 1);
  }
  return boxes;
}

typedef struct frame {
  knn_function *function;
} frame;

/* body(inputs) gives the list of results; then the plan is made. Runs protected. */
static int trace_body(lua_State *L) {
  frame *f = lua_touserdata(L, 1);
  lua_settop(L, 3); /* frame, body, inputs */
  lua_call(L, 1, 1);
  int n = (int)lua_rawlen(L, -1);
  knn_value **results = knn__bind_values(L, lua_gettop(L), n);
  knn__bind_check(L, knn_function_end(f->function, results, n));
  return 0;
}

/* function_trace(body, tensors): the plan of body for tensors like these. */
static int trace(lua_State *L) {
  knn__bind *b = knn__bind_get(L);
  luaL_checktype(L, 1, LUA_TFUNCTION);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  int n = (int)lua_rawlen(L, 2);
  knn_value **like = knn__bind_values(L, 2, n), **inputs = knn__bind_values(L, 2, n);
  void **box = knn__bind_new(L, FUNCTION_TYPE);
  int function = lua_gettop(L);
  knn_value ***boxes = new_boxes(L, n);
  frame f = {NULL};
  lua_pushcfunction(L, trace_body);
  lua_pushlightuserdata(L, &f);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -4); /* the list of boxes */
  knn__bind_check(L, knn_function_begin(b->ctx, like, n, inputs, &f.function));
  *box = f.function;
  for (int i = 0; i < n; i++) *boxes[i] = inputs[i];
  b->tapes++; /* slices are recorded */
  int rc = lua_pcall(L, 3, 0, 0);
  b->tapes--;
  b->running = L;
  if (rc != LUA_OK) {
    knn_function_release(f.function);
    *box = NULL;
    return lua_error(L);
  }
  lua_pushvalue(L, function);
  return 1;
}

/* function(tensors): the list of results. */
static int run(lua_State *L) {
  knn_function *f = knn__bind_check_box(L, 1, FUNCTION_TYPE);
  luaL_checktype(L, 2, LUA_TTABLE);
  int n = knn_function_n_results(f);
  knn_value **inputs = knn__bind_values(L, 2, (int)lua_rawlen(L, 2));
  knn_value **results = lua_newuserdatauv(L, (size_t)(n ? n : 1) * sizeof *results, 0);
  knn_value ***boxes = new_boxes(L, n);
  knn__bind_check(L, knn_function_run(f, inputs, results));
  for (int i = 0; i < n; i++) {
    *boxes[i] = results[i];
    knn__bind_press(L, results[i]);
  }
  return 1;
}

static int stale(lua_State *L) {
  lua_pushboolean(L, knn_function_stale(knn__bind_check_box(L, 1, FUNCTION_TYPE)));
  return 1;
}

/* function_inline(tensors): whether a plan cannot stand for the function here: ops are being
 * recorded, or an argument has no data or carries a mask. */
static int is_inline(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 1);
  knn_value **values = knn__bind_values(L, 1, n);
  bool yes = knn_recording(knn__bind_ctx(L));
  for (int i = 0; i < n; i++)
    yes = yes || !knn_value_tensor(values[i]) || knn_value_mask(values[i]);
  lua_pushboolean(L, yes);
  return 1;
}

static const luaL_Reg functions[] = {
    {"function_trace", trace}, {"function_inline", is_inline}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"stale", stale}, {NULL, NULL}};
static const luaL_Reg meta[] = {{"__call", run}, {NULL, NULL}};

void knn__open_compile(lua_State *L) {
  knn__bind_type(L, FUNCTION_TYPE, methods, meta, release);
  luaL_setfuncs(L, functions, 0);
}
