/* audio.c - sound: load, save, resample. Files that cannot be read give nil, message, code. */
#include "data.h"

/* load_audio(path, {sample_rate =, mono =, most_frames =}): samples (frames, channels), and their
 * rate. */
static int load_audio(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_getfield(L, 2, "sample_rate");
  lua_getfield(L, 2, "most_frames");
  knn_audio_options o = {.sample_rate = (int)luaL_optinteger(L, 3, 0),
                         .most_frames = luaL_optinteger(L, 4, 0),
                         .mono = knn__option_flag(L, 2, "mono")};
  knn_tensor *t = NULL;
  int rate = 0;
  knn_status st = knn_audio_load(knn__bind_ctx(L), path, &o, &t, &rate);
  if (st != KNN_OK) return knn__io_failure(L, st);
  knn__bind_push_tensor(L, t);
  lua_pushinteger(L, rate);
  return 2;
}

/* save_audio(path, samples, rate, bits): true, or nil, message, code. */
static int save_audio(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  int rate = (int)luaL_checkinteger(L, 3), bits = (int)luaL_optinteger(L, 4, 0);
  knn_status st = knn_audio_save(knn__bind_to_tensor(L, 2), path, rate, bits);
  if (st != KNN_OK) return knn__io_failure(L, st);
  lua_pushboolean(L, 1);
  return 1;
}

/* resample_audio(samples, from, to) */
static int resample_audio(lua_State *L) {
  knn_tensor *out = NULL;
  knn__bind_check(L, knn_audio_resample(knn__bind_to_tensor(L, 1), luaL_checknumber(L, 2),
                                        luaL_checknumber(L, 3), &out));
  knn__bind_push_tensor(L, out);
  return 1;
}

static const luaL_Reg functions[] = {
    {"load_audio", load_audio},
    {"save_audio", save_audio},
    {"resample_audio", resample_audio},
    {NULL, NULL},
};

void knn__open_audio(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
}
