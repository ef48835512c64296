/* dataset_host.c - Lua functions in data sets: map, filter, generators and readers of files. They
 * run on the thread that pulls, and nowhere else. */
#include "dataset.h"

/* A Lua function that a stage owns; the block, a userdata, is kept by own_ref. */
typedef struct host_function {
  knn__bind *b;
  int ref, own_ref;
  bool bare; /* of a generator: the function is the iterator itself, and runs out once */
  bool dry;
} host_function;

static void free_function(void *self) {
  host_function *f = self;
  lua_State *L = f->b->main;
  luaL_unref(L, LUA_REGISTRYINDEX, f->ref);
  luaL_unref(L, LUA_REGISTRYINDEX, f->own_ref);
}

static host_function *own_function(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TFUNCTION);
  host_function *f = lua_newuserdatauv(L, sizeof *f, 0);
  *f = (host_function){.b = knn__bind_get(L)};
  f->own_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, arg);
  f->ref = luaL_ref(L, LUA_REGISTRYINDEX);
  return f;
}

/* The pipeline in a new box, or the failure of making it. */
static int finish(lua_State *L, host_function *f, knn_status st) {
  if (st != KNN_OK) free_function(f);
  knn__bind_check(L, st);
  return 1;
}

/* The results from stack index `first` on as an element of its own references; last, since nothing
 * may jump once they are held. */
static bool hold_results(lua_State *L, int first, const char *who, knn_element *out) {
  knn_element lent = {0};
  if (!knn__bind_take_element(L, first, lua_gettop(L), who, &lent)) return false;
  *out = lent;
  for (int i = 0; i < out->n; i++) knn_tensor_retain(out->tensors[i]);
  return true;
}

/* ---- map and filter ---- */

typedef struct call_frame {
  const host_function *f;
  const knn_element *in;
  knn_element *out; /* NULL = a filter */
  bool *keep;
} call_frame;

static int run_call(lua_State *L) {
  call_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->f->ref);
  const int n = knn__bind_push_parts(L, f->in);
  lua_call(L, n, f->out ? LUA_MULTRET : 1);
  if (!f->out) {
    knn_value *value = knn__bind_test_box(L, 2, KNN_TENSOR_TYPE);
    *f->keep = value ? knn_tensor_get(knn__bind_to_tensor(L, 2), 0) != 0 : lua_toboolean(L, 2);
  } else if (!hold_results(L, 2, "map", f->out)) {
    luaL_error(L, "map: the function returned nothing; it must return the new element");
  }
  return 0;
}

static knn_status call_map(void *self, knn_ctx *ctx, const knn_element *in, knn_element *out,
                           bool *keep) {
  (void)ctx;
  call_frame f = {self, in, out, keep};
  return knn__bind_protect(f.f->b->running, run_call, &f, 0);
}

static knn_status call_filter(void *self, knn_ctx *ctx, const knn_element *in, knn_element *out,
                              bool *keep) {
  (void)ctx;
  (void)out;
  call_frame f = {self, in, NULL, keep};
  return knn__bind_protect(f.f->b->running, run_call, &f, 0);
}

typedef knn_status (*maker)(knn_pipeline *p, const knn_element_fn *fn, knn_pipeline **out);

static int with_function(lua_State *L, maker make,
                         knn_status (*call)(void *, knn_ctx *, const knn_element *, knn_element *,
                                            bool *)) {
  knn_pipeline *p = knn__bind_check_box(L, 1, KNN_DATASET_TYPE);
  host_function *f = own_function(L, 2);
  knn_pipeline **box = (knn_pipeline **)knn__bind_new(L, KNN_DATASET_TYPE);
  return finish(
      L, f, make(p, &(knn_element_fn){.call = call, .free_self = free_function, .self = f}, box));
}

static int map(lua_State *L) {
  return with_function(L, knn_pipeline_map, call_map);
}

static int filter(lua_State *L) {
  return with_function(L, knn_pipeline_filter, call_filter);
}

/* ---- generators ---- */

/* A pass: what the generator's function returned, {iterator, state, control}, as a generic for
 * takes it. */
typedef struct pass {
  int ref, own_ref;
} pass;

typedef struct begin_frame {
  const host_function *f;
  pass *made;
} begin_frame;

static int run_begin(lua_State *L) {
  begin_frame *f = lua_touserdata(L, 1);
  pass *p = lua_newuserdatauv(L, sizeof *p, 0);
  lua_createtable(L, 3, 0);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->f->ref);
  if (f->f->bare) {
    lua_settop(L, 6);
  } else {
    lua_call(L, 0, 3);
    if (lua_isnil(L, 4))
      luaL_error(L, "from_generator: the function must return an iterator, got nothing");
  }
  for (int i = 3; i > 0; i--) lua_rawseti(L, 3, i);
  *p = (pass){luaL_ref(L, LUA_REGISTRYINDEX), LUA_NOREF};
  p->own_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  f->made = p;
  return 0;
}

static knn_status begin(void *self, int64_t number, void **state) {
  (void)number;
  begin_frame f = {self, NULL};
  knn_status st = knn__bind_protect(f.f->b->running, run_begin, &f, 0);
  *state = f.made;
  return st;
}

typedef struct next_frame {
  host_function *f;
  const pass *pass;
  knn_element *out;
  bool end;
} next_frame;

static int run_next(lua_State *L) {
  next_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->pass->ref);
  for (int i = 1; i <= 3; i++) lua_rawgeti(L, 2, i);
  lua_call(L, 2, LUA_MULTRET);
  if (lua_gettop(L) < 3) lua_pushnil(L);
  lua_pushvalue(L, 3);
  lua_rawseti(L, 2, 3);
  f->end = !hold_results(L, 3, "iterator", f->out);
  return 0;
}

static knn_status next(void *self, void *state, knn_element *out, bool *end) {
  next_frame f = {self, state, out, true};
  knn_status st = KNN_OK;
  if (!f.f->dry) st = knn__bind_protect(f.f->b->running, run_next, &f, 0);
  f.f->dry = f.f->bare && f.end;
  *end = f.end;
  return st;
}

static void end(void *self, void *state) {
  lua_State *L = ((host_function *)self)->b->main;
  const pass *p = state;
  luaL_unref(L, LUA_REGISTRYINDEX, p->ref);
  luaL_unref(L, LUA_REGISTRYINDEX, p->own_ref);
}

/* The function at arg as a generator, in a new box. */
static int push_generator(lua_State *L, int arg, bool bare, int64_t cardinality) {
  host_function *f = own_function(L, arg);
  f->bare = bare;
  knn_pipeline **box = (knn_pipeline **)knn__bind_new(L, KNN_DATASET_TYPE);
  const knn_generator generator = {begin, next, end, free_function, f};
  return finish(L, f, knn_pipeline_from_generator(knn__bind_ctx(L), &generator, cardinality, box));
}

/* from_generator(function, {cardinality = n}): the function makes an iterator for each pass. */
static int from_generator(lua_State *L) {
  int64_t n = KNN_UNKNOWN;
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    if (lua_getfield(L, 2, "cardinality") != LUA_TNIL)
      n = lua_tonumber(L, -1) > 1e18 ? KNN_INFINITE : luaL_checkinteger(L, -1);
  }
  return push_generator(L, 1, false, n);
}

knn_pipeline *knn__bind_to_pipeline(lua_State *L, int idx) {
  if (lua_isfunction(L, idx)) {
    push_generator(L, idx, true, KNN_UNKNOWN);
    idx = -1;
  }
  return knn__bind_test_box(L, idx, KNN_DATASET_TYPE);
}

/* ---- files ---- */

typedef struct read_frame {
  const host_function *f;
  const char *path;
  knn_tensor *out;
} read_frame;

static int run_read(lua_State *L) {
  read_frame *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->f->ref);
  lua_pushstring(L, f->path);
  lua_call(L, 1, 2);
  if (lua_isnil(L, 2) && lua_isstring(L, 3)) luaL_error(L, "%s", lua_tostring(L, 3));
  knn__bind_need_data(L, 2, "from_files: the reader's result");
  f->out = knn__bind_to_tensor(L, 2);
  knn_tensor_retain(f->out);
  return 0;
}

static knn_status read(void *self, knn_ctx *ctx, const char *path, knn_tensor **out) {
  (void)ctx;
  read_frame f = {self, path, NULL};
  knn_status st = knn__bind_protect(f.f->b->running, run_read, &f, 0);
  if (st == KNN_OK) *out = f.out;
  return st;
}

const char *const *knn__bind_strings(lua_State *L, int idx, const char *who, int64_t *n) {
  luaL_checktype(L, idx, LUA_TTABLE);
  *n = (int64_t)lua_rawlen(L, idx);
  const char **list = lua_newuserdatauv(L, (size_t)(*n + 1) * sizeof *list, 0);
  for (int64_t i = 0; i < *n; i++) {
    if (lua_rawgeti(L, idx, i + 1) != LUA_TSTRING)
      luaL_error(L, "%s: entry %d of the list must be text, got a %s", who, (int)i + 1,
                 luaL_typename(L, -1));
    list[i] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return list;
}

/* from_files(paths, read, labels, ...): read(path) gives a tensor. */
static int from_files(lua_State *L) {
  knn_element rest = {0};
  int64_t n;
  const int last = lua_gettop(L);
  knn_pipeline **box = (knn_pipeline **)knn__bind_new(L, KNN_DATASET_TYPE);
  const char *const *paths = knn__bind_strings(L, 1, "from_files", &n);
  const bool more = knn__bind_take_element(L, 3, last, "from_files", &rest);
  host_function *f = own_function(L, 2);
  const knn_reader reader = {.read = read, .free_self = free_function, .self = f};
  knn_status st =
      knn_pipeline_from_files(knn__bind_ctx(L), paths, n, more ? &rest : NULL, &reader, box);
  knn_layout_release(rest.layout);
  lua_settop(L, last + 1);
  return finish(L, f, st);
}

static const luaL_Reg functions[] = {
    {"from_generator", from_generator}, {"from_files", from_files}, {NULL, NULL}};
static const luaL_Reg methods[] = {{"map", map}, {"filter", filter}, {NULL, NULL}};

void knn__open_dataset_functions(lua_State *L) {
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -2);
  luaL_setfuncs(L, functions, 0);
  lua_pop(L, 1);
}
