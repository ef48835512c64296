/* saving.c - models in files: knn.load_model, model:save, save_weights, load_weights, to_json. */
#include <string.h>

#include "layer.h"
#include "run.h"

/* ---- objects of the program ---- */

/* What a load asks for while it runs: the table custom_objects stands at index `table` of L. */
typedef struct registry {
  lua_State *L;
  int table;
} registry;

typedef struct question {
  const char *family, *name;
  const knn_config *config;
  knn_object *answer;
} question;

/* A type policy as the word that stands for it. */
static void plain_dtype(lua_State *L) {
  if (lua_getfield(L, -1, "dtype") == LUA_TTABLE && lua_getfield(L, -1, "config") == LUA_TTABLE) {
    lua_getfield(L, -1, "name");
    lua_setfield(L, -4, "dtype");
    lua_pop(L, 1);
  }
  lua_settop(L, 3);
}

/* The object that the class at index 2 makes from a config: by its from_config, if it has one. */
static void make_object(lua_State *L, const question *q) {
  lua_settop(L, 2);
  knn__bind_push_config(L, q->config, NULL);
  plain_dtype(L);
  if (lua_istable(L, 2) && lua_getfield(L, 2, "from_config") != LUA_TNIL) lua_replace(L, 2);
  lua_settop(L, 3);
  lua_call(L, 1, 1);
}

/* A function as a loss or a metric. */
static void wrap_function(lua_State *L, const question *q) {
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, "knn.core");
  lua_getfield(L, -1, strcmp(q->family, "metric") == 0 ? "custom_metric" : "custom_loss");
  lua_pushvalue(L, 2);
  lua_pushstring(L, q->name);
  lua_call(L, 2, 1);
}

static int answer(lua_State *L) {
  question *q = lua_touserdata(L, 1);
  if (lua_getfield(L, 2, q->name) == LUA_TNIL) return 0;
  lua_replace(L, 2);
  if (knn__bind_to_object(L, 2))
    lua_pushvalue(L, 2);
  else if (q->config)
    make_object(L, q);
  else
    wrap_function(L, q);
  q->answer = knn__bind_to_object(L, -1);
  if (!q->answer)
    luaL_error(L, "custom_objects: '%s' must give a %s, got a %s", q->name, q->family,
               luaL_typename(L, -1));
  knn_object_retain(q->answer);
  return 0;
}

static knn_status ask(void *user, const char *family, const char *name, const knn_config *config,
                      knn_object **out) {
  const registry *r = user;
  question q = {family, name, config, NULL};
  const knn_status st = knn__bind_protect(r->L, answer, &q, r->table);
  if (st == KNN_OK) *out = q.answer;
  return st;
}

/* ---- options ---- */

/* Which of these a function takes. */
enum { COMPILE = 1, CUSTOM = 2, SKIP = 4, NAMES = 8 };

static const struct {
  const char *name;
  unsigned flag;
} known[] = {{"compile", COMPILE},
             {"custom_objects", CUSTOM},
             {"safe_mode", COMPILE | CUSTOM},
             {"skip_mismatch", SKIP},
             {"by_name", NAMES}};

static void refuse_option(lua_State *L, const char *who, unsigned flags, const char *key) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (size_t i = 0, n = 0; i < sizeof known / sizeof *known; i++) {
    if (!(known[i].flag & flags)) continue;
    if (n++) luaL_addstring(&b, ", ");
    luaL_addstring(&b, known[i].name);
  }
  luaL_pushresult(&b);
  luaL_error(L, "%s: unknown option '%s' (known: %s)", who, key, lua_tostring(L, -1));
}

static unsigned flag_of(const char *key) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].name, key) == 0) return known[i].flag;
  return 0;
}

/* The options at idx; custom_objects stays on the stack. */
static void take_options(lua_State *L, int idx, const char *who, unsigned flags,
                         knn_load_options *o, registry *r) {
  *o = (knn_load_options){0};
  if (lua_isnoneornil(L, idx)) return;
  luaL_checktype(L, idx, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    if (!(flag_of(key) & flags)) refuse_option(L, who, flags, key);
    if (strcmp(key, "custom_objects") != 0 && !lua_isboolean(L, -1))
      luaL_error(L, "%s: '%s' must be true or false, got a %s", who, key, luaL_typename(L, -1));
    if (strcmp(key, "compile") == 0) o->uncompiled = !lua_toboolean(L, -1);
    if (strcmp(key, "skip_mismatch") == 0) o->skip_mismatch = lua_toboolean(L, -1);
    if (strcmp(key, "by_name") == 0) o->by_name = lua_toboolean(L, -1);
  }
  if (lua_getfield(L, idx, "custom_objects") == LUA_TNIL) return;
  if (!lua_istable(L, -1))
    luaL_error(L, "%s: 'custom_objects' must be a table from names to classes, got a %s", who,
               luaL_typename(L, -1));
  *r = (registry){L, lua_gettop(L)};
  o->custom = ask;
  o->user = r;
}

/* ---- functions ---- */

/* load_model(path, {custom_objects =, compile =, safe_mode =}) */
static int load_model(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  knn_load_options o;
  registry r;
  lua_settop(L, 2);
  take_options(L, 2, "load_model", COMPILE | CUSTOM, &o, &r);
  knn_model **box = (knn_model **)knn__bind_new(L, KNN_MODEL_TYPE);
  knn__bind_check(L, knn_model_load(knn__bind_ctx(L), path, &o, box));
  knn__bind_remember(L);
  return 1;
}

/* model_from_json(text, {custom_objects =}) */
static int model_from_json(lua_State *L) {
  const char *text = luaL_checkstring(L, 1);
  knn_load_options o;
  registry r;
  lua_settop(L, 2);
  take_options(L, 2, "model_from_json", CUSTOM, &o, &r);
  knn_model **box = (knn_model **)knn__bind_new(L, KNN_MODEL_TYPE);
  knn__bind_check(L, knn_model_from_json(knn__bind_ctx(L), text, &o, box));
  knn__bind_remember(L);
  return 1;
}

/* model:save(path) */
static int save(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__bind_check(L, knn_model_save(m, luaL_checkstring(L, 2)));
  return 0;
}

static int save_weights(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__bind_check(L, knn_model_save_weights(m, luaL_checkstring(L, 2)));
  return 0;
}

/* model:load_weights(path, {skip_mismatch =, by_name =}) */
static int load_weights(lua_State *L) {
  knn_model *m = knn__check_model(L);
  const char *path = luaL_checkstring(L, 2);
  knn_load_options o;
  registry r;
  lua_settop(L, 3);
  take_options(L, 3, "load_weights", SKIP | NAMES, &o, &r);
  knn__bind_check(L, knn_model_load_weights(m, path, &o));
  return 0;
}

static int to_json(lua_State *L) {
  knn__holder *h = knn__holder_new(L);
  knn__bind_check(L, knn_model_to_json(knn__check_model(L), &h->text));
  lua_pushstring(L, h->text);
  knn__holder_clear(h);
  return 1;
}

/* ---- Keras's form of an object ---- */

/* serialize(object): {module =, class_name =, config =, registered_name =} */
static int serialize(lua_State *L) {
  knn_object *object = knn__bind_to_object(L, 1);
  luaL_argexpected(L, object, 1, "layer, model, optimizer or another object");
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_keras_serialize(object, box));
  knn__bind_push_config(L, *box, NULL);
  return 1;
}

/* object:get_config(): the config of that form */
static int get_config(lua_State *L) {
  serialize(L);
  if (lua_istable(L, -1)) lua_getfield(L, -1, "config");
  return 1;
}

/* deserialize(form, {custom_objects =}) */
static int deserialize(lua_State *L) {
  knn_load_options o;
  registry r;
  lua_settop(L, 2);
  take_options(L, 2, "deserialize", CUSTOM, &o, &r);
  knn_config *form = knn__bind_config(L, 1, "deserialize");
  knn_object *object = NULL;
  luaL_checkstack(L, 8, "deserialize");
  knn__bind_check(L, knn_keras_deserialize(knn__bind_ctx(L), NULL, form, &o, &object));
  knn__bind_push_object(L, object);
  return 1;
}

static const luaL_Reg functions[] = {
    {"load_model", load_model},
    {"model_from_json", model_from_json},
    {"serialize", serialize},
    {"deserialize", deserialize},
    {NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"save", save},       {"save_weights", save_weights}, {"load_weights", load_weights},
    {"to_json", to_json}, {"get_config", get_config},     {NULL, NULL},
};

void knn__open_saving(lua_State *L) {
  static const char *const types[] = {KNN_LAYER_TYPE, KNN_OPTIMIZER_TYPE, KNN_OBJECT_TYPE};
  luaL_setfuncs(L, functions, 0);
  luaL_getmetatable(L, KNN_MODEL_TYPE);
  lua_getfield(L, -1, "__methods");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    luaL_getmetatable(L, types[i]);
    lua_getfield(L, -1, "__methods");
    lua_pushcfunction(L, get_config);
    lua_setfield(L, -2, "get_config");
    lua_pop(L, 2);
  }
}
