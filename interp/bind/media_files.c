/* media_files.c - data sets of picture and sound files: each element is decoded when it is pulled,
 * on the thread of a prefetch where there is one. */
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "dataset.h"

/* ---- pictures: float32 (height, width, channels) ---- */

typedef struct picture_reader {
  knn_image_options image;
  int64_t height, width;
  knn_resize method;
  bool crop; /* the largest part in the middle with the shape of height x width */
} picture_reader;

/* The middle of an image (h, w, c), as Keras's smart_resize cuts it. */
static knn_status cut_middle(knn_tensor *image, int64_t height, int64_t width, knn_tensor **out) {
  int64_t h = knn_tensor_dim(image, 0), w = knn_tensor_dim(image, 1);
  int64_t cut_h = w * height / width, cut_w = h * width / height;
  if (cut_h > h) cut_h = h;
  if (cut_w > w) cut_w = w;
  knn_tensor *rows = NULL;
  knn_status st = knn_tensor_slice(image, 0, (h - cut_h) / 2, cut_h, 1, &rows);
  if (st == KNN_OK) st = knn_tensor_slice(rows, 1, (w - cut_w) / 2, cut_w, 1, out);
  knn_tensor_release(rows);
  return st;
}

static knn_status read_picture(void *self, knn_ctx *ctx, const char *path, knn_tensor **out) {
  const picture_reader *r = self;
  knn_tensor *image = NULL, *part = NULL, *floats = NULL;
  knn_status st = knn_image_load(ctx, path, &r->image, &image);
  if (st == KNN_OK && r->crop) st = cut_middle(image, r->height, r->width, &part);
  if (st == KNN_OK) st = knn_tensor_cast(part ? part : image, KNN_F32, &floats);
  if (st == KNN_OK) st = knn_image_resize(floats, r->height, r->width, r->method, out);
  knn_tensor_release(image);
  knn_tensor_release(part);
  knn_tensor_release(floats);
  return st;
}

/* ---- sound: float32 (frames, channels) ---- */

typedef struct sound_reader {
  knn_audio_options audio;
  int64_t frames; /* cut, or filled up with zeros; 0 = as long as the file */
} sound_reader;

static knn_status fit_length(knn_ctx *ctx, knn_tensor *sound, int64_t frames, knn_tensor **out) {
  int64_t there = knn_tensor_dim(sound, 0), channels = knn_tensor_dim(sound, 1);
  knn_status st = knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){frames, channels}, out);
  if (st == KNN_OK)
    memcpy(knn_tensor_data(*out), knn_tensor_data(sound),
           (size_t)((there < frames ? there : frames) * channels) * sizeof(float));
  return st;
}

static knn_status read_sound(void *self, knn_ctx *ctx, const char *path, knn_tensor **out) {
  const sound_reader *r = self;
  if (!r->frames) return knn_audio_load(ctx, path, &r->audio, out, NULL);
  knn_tensor *sound = NULL;
  knn_status st = knn_audio_load(ctx, path, &r->audio, &sound, NULL);
  if (st == KNN_OK) st = fit_length(ctx, sound, r->frames, out);
  knn_tensor_release(sound);
  return st;
}

/* ---- Lua ---- */

/* The paths in the list at 1 through a reader whose settings, a userdata on top of the stack, are
 * copied; and row i of the values from stack index 3 to `last`. */
static int push_files(lua_State *L, int last, size_t settings, knn_reader reader) {
  knn_element rest = {0};
  int64_t n;
  const void *given = lua_touserdata(L, -1);
  knn_pipeline **box = (knn_pipeline **)knn__bind_new(L, KNN_DATASET_TYPE);
  int box_at = lua_gettop(L);
  const char *const *paths = knn__bind_strings(L, 1, "files", &n);
  const bool more = knn__bind_take_element(L, 3, last, "files", &rest);
  reader.any_thread = true;
  reader.free_self = free;
  reader.self = malloc(settings);
  knn_status st = KNN_ENOMEM;
  if (reader.self) {
    memcpy(reader.self, given, settings);
    st = knn_pipeline_from_files(knn__bind_ctx(L), paths, n, more ? &rest : NULL, &reader, box);
    if (st != KNN_OK) free(reader.self);
  }
  knn_layout_release(rest.layout);
  knn__bind_check(L, st);
  lua_pushvalue(L, box_at);
  return 1;
}

static lua_Integer whole(lua_State *L, int idx, const char *key) {
  lua_getfield(L, idx, key);
  lua_Integer value = luaL_optinteger(L, -1, 0);
  lua_pop(L, 1);
  return value;
}

static int choice(lua_State *L, int idx, const char *key, const char *otherwise,
                  const char *const *names) {
  lua_getfield(L, idx, key);
  int found = luaL_checkoption(L, lua_gettop(L), otherwise, names);
  lua_pop(L, 1);
  return found;
}

/* image_files(paths, {color_mode =, height =, width =, interpolation =, crop =}, labels, ...) */
static int image_files(lua_State *L) {
  static const char *const modes[] = {"rgb", "rgba", "grayscale", NULL};
  static const char *const methods[] = {"nearest", "bilinear", NULL};
  const int last = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  picture_reader *r = lua_newuserdatauv(L, sizeof *r, 0);
  *r = (picture_reader){.image = {.mode = (knn_image_mode)choice(L, 2, "color_mode", "rgb", modes)},
                        .height = whole(L, 2, "height"),
                        .width = whole(L, 2, "width"),
                        .method = (knn_resize)choice(L, 2, "interpolation", "bilinear", methods),
                        .crop = knn__option_flag(L, 2, "crop")};
  return push_files(L, last, sizeof *r, (knn_reader){.read = read_picture});
}

/* audio_files(paths, {sample_rate =, frames =}, labels, ...) */
static int audio_files(lua_State *L) {
  const int last = lua_gettop(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  sound_reader *r = lua_newuserdatauv(L, sizeof *r, 0);
  *r = (sound_reader){.audio = {.sample_rate = (int)whole(L, 2, "sample_rate")},
                      .frames = whole(L, 2, "frames")};
  return push_files(L, last, sizeof *r, (knn_reader){.read = read_sound});
}

/* list_folder(path, folders): sorted names of its files, or of its folders; nil, message, code when
 * it cannot be looked into. */
static int list_folder(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  bool folders = lua_toboolean(L, 2);
  knn_config **box = knn__bind_new_config(L);
  knn_status st = knn_folder_list(knn__bind_ctx(L), path, folders, box);
  if (st != KNN_OK) return knn__io_failure(L, st);
  knn__bind_push_config(L, *box, NULL);
  return 1;
}

/* numpy_order(n, seed): positions 1 .. n as numpy.random.RandomState(seed).shuffle orders them. */
static int numpy_order(lua_State *L) {
  knn_tensor *order = NULL;
  knn__bind_check(L, knn_numpy_order(knn__bind_ctx(L), luaL_checkinteger(L, 1),
                                     (uint64_t)luaL_checkinteger(L, 2), &order));
  int64_t *at = knn_tensor_data(order);
  for (int64_t i = 0; i < knn_tensor_size(order); i++) at[i]++;
  knn__bind_push_tensor(L, order);
  return 1;
}

static const luaL_Reg functions[] = {
    {"image_files", image_files},
    {"audio_files", audio_files},
    {"list_folder", list_folder},
    {"numpy_order", numpy_order},
    {NULL, NULL},
};

void knn__open_media_files(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
