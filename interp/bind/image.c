/* image.c - pictures: load, save, resize with a filter. Files that cannot be read give nil,
 * message, code. */
#include <string.h>

#include "data.h"

static const char *const filter_names[] = {"nearest", "bilinear", "bicubic", "hamming",
                                           "box",     "lanczos",  NULL};

/* load_image(path, {color_mode =, height =, width =, interpolation =, keep_aspect_ratio =,
 * as_stored
 * =, most_pixels =}); names and values are checked in Lua. */
static int load_image(lua_State *L) {
  static const char *const modes[] = {"rgb", "rgba", "grayscale", "unchanged", NULL};
  const char *path = luaL_checkstring(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  knn_image_options o = {.as_stored = knn__option_flag(L, 2, "as_stored"),
                         .keep_aspect_ratio = knn__option_flag(L, 2, "keep_aspect_ratio")};
  lua_getfield(L, 2, "color_mode");
  o.mode = (knn_image_mode)luaL_checkoption(L, 3, "rgb", modes);
  lua_getfield(L, 2, "interpolation");
  o.filter = (knn_image_filter)luaL_checkoption(L, 4, "nearest", filter_names);
  lua_getfield(L, 2, "height");
  lua_getfield(L, 2, "width");
  lua_getfield(L, 2, "most_pixels");
  o.height = luaL_optinteger(L, 5, 0);
  o.width = luaL_optinteger(L, 6, 0);
  o.most_pixels = luaL_optinteger(L, 7, 0);
  knn_tensor *t = NULL;
  knn_status st = knn_image_load(knn__bind_ctx(L), path, &o, &t);
  if (st != KNN_OK) return knn__io_failure(L, st);
  knn__bind_push_tensor(L, t);
  return 1;
}

/* save_image(path, image, quality): true, or nil, message, code. */
static int save_image(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  knn_status st = knn_image_save(knn__bind_to_tensor(L, 2), path, (int)luaL_optinteger(L, 3, 0));
  if (st != KNN_OK) return knn__io_failure(L, st);
  lua_pushboolean(L, 1);
  return 1;
}

/* resample_image(image, height, width, filter) */
static int resample_image(lua_State *L) {
  knn_image_filter filter = (knn_image_filter)luaL_checkoption(L, 4, "bilinear", filter_names);
  knn_tensor *out = NULL;
  knn__bind_check(L, knn_image_resample(knn__bind_to_tensor(L, 1), NULL, luaL_checkinteger(L, 2),
                                        luaL_checkinteger(L, 3), filter, &out));
  knn__bind_push_tensor(L, out);
  return 1;
}

static const luaL_Reg functions[] = {
    {"load_image", load_image},
    {"save_image", save_image},
    {"resample_image", resample_image},
    {NULL, NULL},
};

void knn__open_image(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
