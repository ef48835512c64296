/* model.c - the Model userdata: stacking, compiling, training, evaluating, predicting. A model is
 * also a layer, so it has the methods and fields of layers. */
#include <string.h>

#include "layer.h"
#include "run.h"

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, KNN_MODEL_TYPE);
  knn_model_release(*box);
  *box = NULL;
  return 0;
}

/* ---- stacking ---- */

/* Sequential{layer, layer, ..., name = "net"} */
static int sequential(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_settop(L, 0);
    lua_newtable(L);
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "name") != 0)
      luaL_error(L, "Sequential: unknown option '%s' (known: name)", lua_tostring(L, -1));
  }
  lua_getfield(L, 1, "name");
  knn_model **box = (knn_model **)knn__bind_new(L, KNN_MODEL_TYPE);
  knn__bind_check(L, knn_sequential_new(knn__bind_ctx(L), luaL_optstring(L, -2, NULL), box));
  knn__bind_remember(L);
  const int n = (int)lua_rawlen(L, 1);
  knn_layer **layers = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *layers, 0);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 1, i + 1);
    layers[i] = knn__bind_to_item(L, -1);
    if (!layers[i])
      luaL_error(L, "Sequential: entry %d must be a layer, got a %s", i + 1, luaL_typename(L, -1));
    lua_pop(L, 1);
  }
  knn__bind_check(L, knn_model_add_layers(*box, layers, n));
  lua_pop(L, 1);
  return 1;
}

static int add(lua_State *L) {
  knn_layer *layer = knn__bind_to_item(L, 2);
  luaL_argexpected(L, layer, 2, "layer");
  knn__bind_check(L, knn_model_add(knn__check_model(L), layer));
  lua_settop(L, 1);
  return 1;
}

static int pop(lua_State *L) {
  knn__bind_check(L, knn_model_pop(knn__check_model(L)));
  lua_settop(L, 1);
  return 1;
}

/* model:get_layer(name or position) */
static int get_layer(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn_layer *layer = NULL;
  if (lua_isinteger(L, 2)) {
    lua_Integer i = lua_tointeger(L, 2), n = knn_model_layer_count(m);
    if (i == 0 || i > n || i < -n)
      luaL_error(L,
                 "get_layer: position %d is out of range: the model has %d layers, counted from 1",
                 (int)i, (int)n);
    layer = knn_model_layer_at(m, (int)(i > 0 ? i - 1 : n + i));
  } else {
    knn__bind_check(L, knn_model_find_layer(m, luaL_checkstring(L, 2), &layer));
  }
  knn__bind_push_layer(L, layer);
  return 1;
}

/* model:build{nil-free shape with batch}: build{knn.ANY, 784} */
static int build(lua_State *L) {
  int64_t dims[KNN_MAX_RANK];
  knn_model *m = knn__check_model(L);
  int rank = knn__bind_shape(L, 2, dims);
  knn__bind_check(L, knn_model_build(m, rank, dims));
  lua_settop(L, 1);
  return 1;
}

/* ---- compile ---- */

/* The value on top, if it is a function, as an object made by `maker`; a table as a copy whose
 * entries are treated so. */
static void wrap(lua_State *L, const char *maker, int depth) {
  if (lua_isfunction(L, -1)) {
    lua_getfield(L, lua_upvalueindex(1), maker);
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    return;
  }
  if (!lua_istable(L, -1) || depth == 0) return;
  luaL_checkstack(L, 8, "compile");
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, -3) != 0) {
    wrap(L, maker, depth - 1);
    lua_pushvalue(L, -2); /* copy, key, value, key */
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
  lua_remove(L, -2);
}

/* Functions under `key` of the table at idx, alone, in lists or by name. */
static void wrap_functions(lua_State *L, int idx, const char *key, const char *maker) {
  lua_getfield(L, idx, key);
  wrap(L, maker, 3);
  lua_setfield(L, idx, key);
}

/* model:compile{loss =, optimizer =, metrics =}. Upvalue 1: the module, whose custom_loss and
 * custom_metric wrap functions. */
static int compile(lua_State *L) {
  knn_model *m = knn__check_model(L);
  lua_settop(L, 2);
  int options = knn__copy_options(L, 2);
  wrap_functions(L, options, "loss", "custom_loss");
  wrap_functions(L, options, "metrics", "custom_metric");
  wrap_functions(L, options, "weighted_metrics", "custom_metric");
  knn_config *config = knn__bind_class_options(L, options, knn_class_find("method", "compile"));
  knn__bind_check(L, knn_model_compile(m, config));
  return 0;
}

/* ---- tables of text ---- */

/* Columns that a table may take on this terminal, negative; 0 = no terminal. */
static int summary_width(lua_State *L) {
  const knn__host *host = knn__bind_get(L)->host;
  int columns = host && host->is_tty && host->term_width ? host->term_width() : 0;
  return columns > 4 ? -(columns - 4) : 0;
}

/* layer_range = {first, last}: how their names begin; the texts live with the options. */
static void take_range(lua_State *L, knn_summary *o) {
  luaL_checktype(L, -1, LUA_TTABLE);
  if (lua_rawgeti(L, -1, 1) != LUA_TSTRING || lua_rawgeti(L, -2, 2) != LUA_TSTRING)
    luaL_error(L, "summary: layer_range is a list of two names, {first, last}");
  o->from = lua_tostring(L, -2);
  o->to = lua_tostring(L, -1);
  lua_pop(L, 2);
}

/* The text of the holder: printed, or the result. */
static int tell(lua_State *L, knn__holder *h, bool print) {
  if (print)
    knn__bind_write(L, h->text, strlen(h->text));
  else
    lua_pushstring(L, h->text);
  knn__holder_clear(h);
  return print ? 0 : 1;
}

/* model:summary(): prints; summary{print = false} returns the text; line_length, expand_nested,
 * show_trainable and layer_range as in Keras; memory = true adds what batches of batch_size = 32
 * rows will hold. */
static int summary(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn_summary o = {.width = summary_width(L)};
  bool print = true, memory = false;
  lua_Integer batch = 32;
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_pushnil(L);
  }
  while (!lua_isnil(L, 2) && lua_next(L, 2)) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    if (strcmp(key, "print") == 0)
      print = lua_toboolean(L, -1);
    else if (strcmp(key, "line_length") == 0)
      o.width = (int)luaL_checkinteger(L, -1);
    else if (strcmp(key, "expand_nested") == 0)
      o.expand_nested = lua_toboolean(L, -1);
    else if (strcmp(key, "show_trainable") == 0)
      o.show_trainable = lua_toboolean(L, -1);
    else if (strcmp(key, "layer_range") == 0)
      take_range(L, &o);
    else if (strcmp(key, "memory") == 0)
      memory = lua_toboolean(L, -1);
    else if (strcmp(key, "batch_size") == 0)
      batch = luaL_checkinteger(L, -1);
    else
      luaL_error(L,
                 "summary: unknown option '%s' (known: batch_size, expand_nested, layer_range, "
                 "line_length, memory, print, show_trainable)",
                 luaL_tolstring(L, -2, NULL));
    lua_pop(L, 1);
  }
  o.batch = memory ? batch : 0;
  knn__holder *h = knn__holder_new(L);
  knn__bind_check(L, knn_model_summary(m, &o, &h->text));
  return tell(L, h, print);
}

/* model:profile(x, y): prints where the time of a step goes; {runs = 10, print = false} returns the
 * text. */
static int profile(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__arrays a;
  int runs = 0;
  bool print = true;
  lua_settop(L, 4);
  if (!lua_isnil(L, 4)) {
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_pushnil(L);
  }
  while (!lua_isnil(L, 4) && lua_next(L, 4)) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    if (strcmp(key, "print") == 0)
      print = lua_toboolean(L, -1);
    else if (strcmp(key, "runs") == 0)
      runs = (int)luaL_checkinteger(L, -1);
    else
      luaL_error(L, "profile: unknown option '%s' (known: print, runs)",
                 luaL_tolstring(L, -2, NULL));
    lua_pop(L, 1);
  }
  knn__take_data(L, m, 2, 3, 0, &a, "profile");
  knn__holder *h = knn__holder_new(L);
  knn__bind_check(L, knn_model_profile(m, &a.data, runs, &h->text));
  return tell(L, h, print);
}

static int tostring(lua_State *L) {
  knn_model *m = knn__bind_test_box(L, 1, KNN_MODEL_TYPE);
  if (!m) {
    lua_pushliteral(L, "Model (freed)");
    return 1;
  }
  lua_settop(L, 1);
  lua_createtable(L, 0, 1);
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "print");
  summary(L);
  size_t n;
  const char *text = lua_tolstring(L, -1, &n);
  while (n && text[n - 1] == '\n') n--;
  lua_pushlstring(L, text, n);
  return 1;
}

/* ---- fields ---- */

static void push_layers(lua_State *L, const knn_model *m) {
  int n = knn_model_layer_count(m);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    knn__bind_push_layer(L, knn_model_layer_at(m, i));
    lua_rawseti(L, -2, i + 1);
  }
}

static int index_model(lua_State *L) {
  knn_model *m = knn__bind_test_box(L, 1, KNN_MODEL_TYPE);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
  if (m && key && knn__bind_own_field(L, knn_model_layer(m), key)) return 1;
  if (m && key && strcmp(key, "super") == 0) { /* the methods that a class of Lua may replace */
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
  }
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  if (!m || !key) return 0;
  if (strcmp(key, "layers") == 0) {
    push_layers(L, m);
  } else if (strcmp(key, "optimizer") == 0) {
    knn_object *optimizer = knn_model_optimizer(m);
    if (!optimizer) return 0;
    knn_object_retain(optimizer);
    knn__bind_push_object(L, optimizer);
  } else if (strcmp(key, "output_shape") == 0) {
    int64_t dims[KNN_MAX_RANK];
    int rank = knn_model_output_shape(m, dims);
    if (!rank) return 0;
    knn__bind_push_shape(L, rank, dims);
  } else if (strcmp(key, "built") == 0) {
    lua_pushboolean(L, knn_model_built(m));
  } else if (strcmp(key, "compiled") == 0) {
    lua_pushboolean(L, knn_model_compiled(m));
  } else if (strcmp(key, "training_stopped") == 0) {
    lua_pushboolean(L, knn_model_stopped(m));
  } else if (strcmp(key, "history") == 0) {
    lua_getiuservalue(L, 1, 1);
  } else if (strcmp(key, "class_names") == 0) {
    lua_getiuservalue(L, 1, 2);
  } else if (!knn__bind_model_values(L, m, key) && !knn__bind_model_metrics(L, m, key)) {
    return knn__bind_layer_field(L, knn_model_layer(m), key);
  }
  return 1;
}

static int assign(lua_State *L) {
  knn_model *m = knn__check_model(L);
  const char *key = luaL_checkstring(L, 2);
  if (strcmp(key, "stop_training") == 0) {
    if (lua_toboolean(L, 3)) knn_model_stop_training(m);
  } else if (strcmp(key, "initial_epoch") == 0) { /* by a callback, when training begins */
    knn_model_begin_at(m, luaL_checkinteger(L, 3));
  } else if (strcmp(key, "class_names") ==
             0) { /* what labels 0 .. C - 1 are called: a list, 1-based */
    lua_settop(L, 3);
    lua_setiuservalue(L, 1, 2);
  } else if (!knn__bind_layer_set_field(L, knn_model_layer(m), key) &&
             !knn__bind_set_own_field(L, knn_model_layer(m), key)) {
    luaL_error(
        L,
        "model: field '%s' cannot be set (settable: trainable, stop_training, initial_epoch, "
        "class_names)",
        key);
  }
  return 0;
}

static const luaL_Reg methods[] = {
    {"add", add},         {"pop", pop},         {"build", build}, {"get_layer", get_layer},
    {"summary", summary}, {"profile", profile}, {NULL, NULL},
};

static const luaL_Reg meta[] = {
    {"__tostring", tostring}, {"__call", knn__bind_layer_call}, {NULL, NULL}};

void knn__open_model(lua_State *L) {
  knn__bind_type(L, KNN_MODEL_TYPE, methods, meta, release);
  luaL_getmetatable(L, KNN_MODEL_TYPE);
  lua_getfield(L, -1, "__methods");
  luaL_setfuncs(L, knn__bind_layer_methods, 0);
  luaL_setfuncs(L, knn__run_methods, 0);
  lua_pushvalue(L, -3); /* the module */
  lua_pushcclosure(L, compile, 1);
  lua_setfield(L, -2, "compile");
  lua_pop(L, 2);
  knn__bind_use_index(L, KNN_MODEL_TYPE, index_model, assign);
  lua_pushcfunction(L, sequential);
  lua_setfield(L, -2, "Sequential");
}
