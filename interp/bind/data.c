/* data.c - data sets, CSV tables and the usual preparations of arrays. Files that cannot be read
 * give nil, message, code. */
#include <string.h>

#include "data.h"
#include "dataset.h"

/* Trouble with files is a result; the rest is an error. */
int knn__io_failure(lua_State *L, knn_status st) {
  if (st != KNN_EIO && st != KNN_EFORMAT) knn__bind_check(L, st);
  lua_pushnil(L);
  lua_pushstring(L, knn_ctx_error(knn__bind_ctx(L)));
  lua_pushstring(L, knn_status_name(st));
  return 3;
}

/* The list of strings under `key` of the table at idx. The table keeps them alive. */
int knn__option_strings(lua_State *L, int idx, const char *key, const char **list) {
  int n = 0;
  if (lua_getfield(L, idx, key) == LUA_TTABLE) {
    n = (int)lua_rawlen(L, -1);
    if (n > KNN__MOST_STRINGS)
      luaL_error(L, "option '%s': at most %d entries, got %d", key, KNN__MOST_STRINGS, n);
    for (int i = 0; i < n; i++) {
      if (lua_rawgeti(L, -1, i + 1) != LUA_TSTRING)
        luaL_error(L, "option '%s' must be a list of strings", key);
      list[i] = lua_tostring(L, -1);
      lua_pop(L, 1);
    }
  } else if (!lua_isnil(L, -1)) {
    luaL_error(L, "option '%s' must be a list of strings, got a %s", key, luaL_typename(L, -1));
  }
  lua_pop(L, 1);
  return n;
}

bool knn__option_flag(lua_State *L, int idx, const char *key) {
  lua_getfield(L, idx, key);
  bool on = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return on;
}

const char *knn__option_text(lua_State *L, int idx, const char *key) {
  lua_getfield(L, idx, key);
  const char *value = lua_isnil(L, -1) ? NULL : luaL_checkstring(L, -1);
  lua_pop(L, 1);
  return value;
}

typedef struct progress_frame {
  const char *file;
  uint64_t bytes, total;
  lua_State *L;
  int function;
} progress_frame;

static int run_progress(lua_State *L) {
  const progress_frame *f = lua_touserdata(L, 1);
  lua_settop(L, 2);
  lua_pushstring(L, f->file);
  lua_pushinteger(L, (lua_Integer)f->bytes);
  lua_pushinteger(L, (lua_Integer)f->total);
  lua_call(L, 3, 0);
  return 0;
}

static bool on_progress(void *user, const char *file, uint64_t bytes, uint64_t total) {
  progress_frame *f = user;
  f->file = file;
  f->bytes = bytes;
  f->total = total;
  return knn__bind_protect(f->L, run_progress, f, f->function) == KNN_OK;
}

/* load_dataset(name, {dirs =, cache =, offline =, full =, mirrors =, progress = function}):
 * x_train, y_train, x_test, y_test, the tests nil where there are none, and where it came from. */
static int load_dataset(lua_State *L) {
  const char *name = luaL_checkstring(L, 1), *dirs[KNN__MOST_STRINGS], *mirrors[KNN__MOST_STRINGS];
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  knn_dataset_options o = {.dirs = dirs, .mirrors = mirrors};
  o.n_dirs = knn__option_strings(L, 2, "dirs", dirs);
  o.n_mirrors = knn__option_strings(L, 2, "mirrors", mirrors);
  if (o.n_mirrors == 0) o.mirrors = NULL; /* the set's own */
  o.cache = knn__option_text(L, 2, "cache");
  o.offline = knn__option_flag(L, 2, "offline");
  o.full = knn__option_flag(L, 2, "full");
  o.net.proxy = knn__option_text(L, 2, "proxy");
  o.net.ca_file = knn__option_text(L, 2, "ca_file");
  progress_frame frame = {.L = L, .function = 3};
  if (lua_getfield(L, 2, "progress") == LUA_TFUNCTION) {
    o.net.progress = on_progress;
    o.net.user = &frame;
  }
  knn_dataset set = {0};
  knn_tensor *parts[4];
  knn_value **boxes[4];
  for (int i = 0; i < 4; i++) boxes[i] = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn_status st = knn_dataset_load(knn__bind_ctx(L), name, &o, &set);
  if (st != KNN_OK) return knn__io_failure(L, st);
  memcpy(parts, (knn_tensor *[]){set.x_train, set.y_train, set.x_test, set.y_test}, sizeof parts);
  for (int i = 0; i < 4 && st == KNN_OK; i++)
    if (parts[i]) st = knn_value_from(parts[i], boxes[i]);
  knn_dataset_clear(&set);
  knn__bind_check(L, st);
  for (int i = 0; i < 4; i++) {
    if (*boxes[i]) continue;
    lua_pushnil(L);
    lua_replace(L, 4 + i);
  }
  lua_pushstring(L, set.origin);
  return 5;
}

/* dataset_names(); dataset_about(name): text, list of class names (its entry i is label i - 1). */
static int dataset_names(lua_State *L) {
  lua_newtable(L);
  for (int i = 0; knn_dataset_name(i); i++) {
    lua_pushstring(L, knn_dataset_name(i));
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int dataset_about(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  int n;
  const char *const *classes = knn_dataset_classes(name, &n);
  if (!knn_dataset_about(name)) return luaL_error(L, "there is no data set '%s'", name);
  lua_pushstring(L, knn_dataset_about(name));
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_pushstring(L, classes[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 2;
}

/* load_idx(path) */
static int load_idx(lua_State *L) {
  knn_tensor *t;
  knn_status st = knn_idx_load(knn__bind_ctx(L), luaL_checkstring(L, 1), &t);
  if (st != KNN_OK) return knn__io_failure(L, st);
  knn__bind_push_tensor(L, t);
  return 1;
}

/* ---- files and servers ---- */

/* make_folders(path): nil is the folder one is in. */
static int make_folders(lua_State *L) {
  knn__bind_check(L, knn_make_folders(knn__bind_ctx(L), luaL_optstring(L, 1, "")));
  return 0;
}

/* replace_file(path, text): whole or not at all. */
static int replace_file(lua_State *L) {
  size_t n;
  const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &n);
  knn__bind_check(L, knn_file_replace(knn__bind_ctx(L), path, text, n));
  return 0;
}

/* http_post(url, body, {"Name: value", ...}): true, or nil, message, code. */
static int http_post(lua_State *L) {
  knn_post job = {.url = luaL_checkstring(L, 1)};
  int64_t n;
  job.body = luaL_checklstring(L, 2, &job.bytes);
  job.headers = knn__bind_strings(L, 3, "http_post", &n);
  job.n_headers = (int)n;
  knn_status st = knn_http_post(knn__bind_ctx(L), &job);
  if (st == KNN_ESTATE) st = KNN_EIO; /* no libcurl: the server is out of reach, too */
  if (st != KNN_OK) return knn__io_failure(L, st);
  lua_pushboolean(L, 1);
  return 1;
}

/* ---- preparation ---- */

static int push_made(lua_State *L, knn_status st, knn_tensor *t) {
  knn__bind_check(L, st);
  knn__bind_push_tensor(L, t);
  return 1;
}

/* to_categorical(labels, classes) */
static int to_categorical(lua_State *L) {
  knn_tensor *out = NULL;
  knn_status st = knn_to_categorical(knn__bind_to_tensor(L, 1), luaL_optinteger(L, 2, 0), &out);
  return push_made(L, st, out);
}

/* normalize(x, axis, order): axis from 1 or negative, -1 by default; order 2 by default. */
static int normalize(lua_State *L) {
  knn_tensor *out = NULL;
  lua_Integer axis = luaL_optinteger(L, 2, -1);
  if (axis == 0) luaL_error(L, "normalize: axis 0: axes count from 1 (or -1 from the end)");
  knn_status st = knn_normalize(knn__bind_to_tensor(L, 1), (int)(axis > 0 ? axis - 1 : axis),
                                luaL_optnumber(L, 3, 2), &out);
  return push_made(L, st, out);
}

/* split_rows(n, test_share, seed): positions of the rows for training and for the test, from 1. */
static int split_rows(lua_State *L) {
  knn_tensor *train = NULL, *test = NULL;
  knn__bind_check(
      L, knn_train_test_split(knn__bind_ctx(L), luaL_checkinteger(L, 1), luaL_checknumber(L, 2),
                              (uint64_t)luaL_checkinteger(L, 3), &train, &test));
  int64_t *a = knn_tensor_data(train), *b = knn_tensor_data(test);
  for (int64_t i = 0; i < knn_tensor_size(train); i++) a[i]++;
  for (int64_t i = 0; i < knn_tensor_size(test); i++) b[i]++;
  knn__bind_push_tensor(L, train);
  knn__bind_push_tensor(L, test);
  return 2;
}

/* moments(x): mean and standard deviation over the rows; standardize(x, mean, deviation) */
static int moments(lua_State *L) {
  knn_tensor *mean = NULL, *deviation = NULL;
  knn__bind_check(L, knn_moments(knn__bind_to_tensor(L, 1), &mean, &deviation));
  knn__bind_push_tensor(L, mean);
  knn__bind_push_tensor(L, deviation);
  return 2;
}

static int standardize(lua_State *L) {
  knn_tensor *out = NULL;
  knn_status st = knn_standardize(knn__bind_to_tensor(L, 1), knn__bind_to_tensor(L, 2),
                                  knn__bind_to_tensor(L, 3), &out);
  return push_made(L, st, out);
}

/* resize_images(images, height, width, "nearest" or "bilinear") */
static int resize_images(lua_State *L) {
  static const char *const names[] = {"nearest", "bilinear", NULL};
  knn_tensor *out = NULL;
  knn_resize method = (knn_resize)luaL_checkoption(L, 4, "bilinear", names);
  knn_status st = knn_image_resize(knn__bind_to_tensor(L, 1), luaL_checkinteger(L, 2),
                                   luaL_checkinteger(L, 3), method, &out);
  return push_made(L, st, out);
}

static const luaL_Reg functions[] = {
    {"load_dataset", load_dataset},
    {"dataset_names", dataset_names},
    {"dataset_about", dataset_about},
    {"load_idx", load_idx},
    {"make_folders", make_folders},
    {"replace_file", replace_file},
    {"http_post", http_post},
    {"to_categorical", to_categorical},
    {"normalize", normalize},
    {"split_rows", split_rows},
    {"moments", moments},
    {"standardize", standardize},
    {"resize_images", resize_images},
    {NULL, NULL},
};

void knn__open_data(lua_State *L) {
  knn__open_table(L);
  knn__open_image(L);
  knn__open_audio(L);
  knn__open_json(L);
  knn__open_media_files(L);
  luaL_setfuncs(L, functions, 0);
}
