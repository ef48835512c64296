/* model.c - the Model userdata: stacking, compiling, training, evaluating, predicting. A model is
 * also a layer, so it has the methods and fields of layers. */
#include <string.h>

#include "callback.h"
#include "history.h"
#include "layer.h"

#define HOLDER_TYPE "knn.Holder" /* internal: owns what a call made until it is handed over */

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, KNN_MODEL_TYPE);
  knn_model_release(*box);
  *box = NULL;
  return 0;
}

static knn_model *check_model(lua_State *L) {
  luaL_checkstack(L, 64, "model");
  return knn__bind_check_box(L, 1, KNN_MODEL_TYPE);
}

/* Results of a run; released with the userdata if an error comes between. */
typedef struct holder {
  knn_history *history;
  knn_logs *logs;
  char *text;
  knn_ctx *ctx;
  knn_tensor *outs[16];
  int n_out;
} holder;

static void empty_holder(holder *h) {
  knn_history_release(h->history);
  knn_logs_release(h->logs);
  if (h->text) knn_text_free(h->ctx, h->text);
  while (h->n_out > 0) knn_tensor_release(h->outs[--h->n_out]);
  h->history = NULL;
  h->logs = NULL;
  h->text = NULL;
}

static int release_holder(lua_State *L) {
  empty_holder(lua_touserdata(L, 1));
  return 0;
}

static holder *new_holder(lua_State *L) {
  holder *h = lua_newuserdatauv(L, sizeof *h, 0);
  *h = (holder){.ctx = knn__bind_ctx(L)};
  if (luaL_newmetatable(L, HOLDER_TYPE)) {
    lua_pushcfunction(L, release_holder);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return h;
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
  for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, 1); i <= n; i++) {
    lua_rawgeti(L, 1, i);
    knn_layer *layer = knn__bind_to_layer(L, -1);
    if (!layer)
      luaL_error(L, "Sequential: entry %d must be a layer, got a %s", (int)i, luaL_typename(L, -1));
    knn__bind_check(L, knn_model_add(*box, layer));
    lua_pop(L, 1);
  }
  return 1;
}

static int add(lua_State *L) {
  knn_layer *layer = knn__bind_to_layer(L, 2);
  luaL_argexpected(L, layer, 2, "layer");
  knn__bind_check(L, knn_model_add(check_model(L), layer));
  lua_settop(L, 1);
  return 1;
}

static int pop(lua_State *L) {
  knn__bind_check(L, knn_model_pop(check_model(L)));
  lua_settop(L, 1);
  return 1;
}

/* model:get_layer(name or position) */
static int get_layer(lua_State *L) {
  knn_model *m = check_model(L);
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
  knn_model *m = check_model(L);
  int rank = knn__bind_shape(L, 2, dims);
  knn__bind_check(L, knn_model_build(m, rank, dims));
  lua_settop(L, 1);
  return 1;
}

/* ---- compile ---- */

/* Functions under `key` of the table at idx (a function, or a list or dict with functions) become
 * objects made by `maker`. */
static void wrap_functions(lua_State *L, int idx, const char *key, const char *maker) {
  int type = lua_getfield(L, idx, key);
  if (type == LUA_TFUNCTION) {
    lua_getfield(L, lua_upvalueindex(1), maker);
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    lua_setfield(L, idx, key);
    return;
  }
  if (type != LUA_TTABLE) {
    lua_pop(L, 1);
    return;
  }
  int table = lua_gettop(L);
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    lua_pushvalue(L, -2); /* key, value, key */
    lua_insert(L, -2);
    if (lua_isfunction(L, -1)) {
      lua_getfield(L, lua_upvalueindex(1), maker);
      lua_insert(L, -2);
      lua_call(L, 1, 1);
    }
    lua_rawset(L, table + 1);
  }
  lua_setfield(L, idx, key);
  lua_pop(L, 1);
}

/* A copy of the options at idx, pushed: the caller's table stays as it is. */
static int copy_table(lua_State *L, int idx) {
  lua_newtable(L);
  int copy = lua_gettop(L);
  if (lua_isnoneornil(L, idx)) return copy;
  luaL_checktype(L, idx, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, idx) != 0) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, copy);
  }
  return copy;
}

/* model:compile{loss =, optimizer =, metrics =}. Upvalue 1: the module, whose custom_loss and
 * custom_metric wrap functions. */
static int compile(lua_State *L) {
  knn_model *m = check_model(L);
  lua_settop(L, 2);
  int options = copy_table(L, 2);
  wrap_functions(L, options, "loss", "custom_loss");
  wrap_functions(L, options, "metrics", "custom_metric");
  wrap_functions(L, options, "weighted_metrics", "custom_metric");
  knn_config *config = knn__bind_class_options(L, options, knn_class_find("method", "compile"));
  knn__bind_check(L, knn_model_compile(m, config));
  lua_settop(L, 1);
  return 1;
}

/* ---- data ---- */

/* Arrays for a run; the userdata on the stack keep them alive. */
typedef struct arrays {
  knn_data data;
  knn_tensor *x[16], *y[16];
} arrays;

/* The tensor or list of tensors at idx, into list; returns their number. Values made on the way are
 * anchored on the stack. */
static int take_arrays(lua_State *L, int idx, knn_tensor **list, const char *who) {
  if (lua_isnoneornil(L, idx)) return 0;
  bool several = lua_istable(L, idx) &&
                 (lua_rawgeti(L, idx, 1), luaL_testudata(L, -1, KNN_TENSOR_TYPE) != NULL);
  if (lua_istable(L, idx)) lua_pop(L, 1);
  if (!several) {
    knn__bind_need_data(L, idx, who);
    lua_pushvalue(L, idx);
    list[0] = knn__bind_to_tensor(L, lua_gettop(L));
    return 1;
  }
  int n = (int)lua_rawlen(L, idx);
  if (n > 16) luaL_error(L, "%s: at most 16 arrays, got %d", who, n);
  luaL_checkstack(L, n + 8, who);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, idx, i + 1);
    knn__bind_need_data(L, -1, who);
    list[i] = knn__bind_to_tensor(L, lua_gettop(L));
  }
  return n;
}

static void take_data(lua_State *L, int x, int y, int weight, arrays *a, const char *who) {
  *a = (arrays){0};
  a->data.n_x = take_arrays(L, x, a->x, who);
  a->data.n_y = y ? take_arrays(L, y, a->y, who) : 0;
  a->data.x = a->x;
  a->data.y = a->y;
  if (a->data.n_x == 0) luaL_error(L, "%s: the data x is missing", who);
  if (weight && !lua_isnoneornil(L, weight)) a->data.sample_weight = knn__bind_to_tensor(L, weight);
}

/* Take field `key` out of the options table; its value is left on the stack, whose index is
 * returned. */
static int take_option(lua_State *L, int options, const char *key) {
  lua_getfield(L, options, key);
  lua_pushnil(L);
  lua_setfield(L, options, key);
  return lua_gettop(L);
}

/* ---- options ---- */

/* Options that the methods take besides those of their class. */
static const char *const fit_extras[] = {"validation_data", "callbacks", "sample_weight", NULL};
static const char *const evaluate_extras[] = {"callbacks", "sample_weight", "return_dict", NULL};
static const char *const predict_extras[] = {"callbacks", NULL};

static bool is_known(const knn_class *cls, const char *const *extras, const char *key) {
  for (int i = 0; i < cls->n_params; i++)
    if (strcmp(cls->params[i].name, key) == 0) return true;
  for (; *extras; extras++)
    if (strcmp(*extras, key) == 0) return true;
  return false;
}

/* Whether one word is the other with at most two letters put in, left out or replaced at one place.
 */
static bool looks_like(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b), head = 0, tail = 0;
  while (head < n && head < m && a[head] == b[head]) head++;
  while (tail < n - head && tail < m - head && a[n - 1 - tail] == b[m - 1 - tail]) tail++;
  return n - head - tail <= 2 && m - head - tail <= 2;
}

/* The engine knows nothing of the extras: names close to one of them are refused here, all others
 * there. */
static void check_extras(lua_State *L, int options, const knn_class *cls,
                         const char *const *extras) {
  lua_pushnil(L);
  while (lua_next(L, options) != 0) {
    lua_pop(L, 1);
    const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    if (!key || is_known(cls, extras, key)) continue;
    for (int i = 0; extras[i]; i++)
      if (looks_like(key, extras[i]))
        luaL_error(L, "%s: unknown option '%s'; did you mean '%s'?", cls->name, key, extras[i]);
  }
}

/* validation_data = {x, y} or {x, y, sample_weight} */
static bool take_validation(lua_State *L, int idx, arrays *a) {
  if (lua_isnil(L, idx)) return false;
  luaL_checktype(L, idx, LUA_TTABLE);
  luaL_checkstack(L, 8, "fit");
  lua_rawgeti(L, idx, 1);
  lua_rawgeti(L, idx, 2);
  lua_rawgeti(L, idx, 3);
  int top = lua_gettop(L);
  if (lua_isnil(L, top - 2) || lua_isnil(L, top - 1))
    luaL_error(L, "fit: validation_data must be {x, y} or {x, y, sample_weight}");
  take_data(L, top - 2, top - 1, top, a, "fit: validation_data");
  return true;
}

/* ---- runs ---- */

/* Ctrl-C at the prompt: what is done so far is the result. In a script it is an error, and ends the
 * program. */
static bool forgive_interrupt(lua_State *L, knn_status st) {
  const knn__host *host = knn__bind_get(L)->host;
  if (st != KNN_ECANCEL || !host || !host->interactive) return false;
  if (host->interrupt_clear) host->interrupt_clear();
  return true;
}

/* Every callback, then the bar. Index of the model is 1. */
static void take_callbacks(lua_State *L, int options, knn__run_kind kind, knn__callbacks *set) {
  set->n = 0;
  set->progress.width = 0;
  int callbacks = take_option(L, options, "callbacks");
  knn__callbacks_add_lua(L, set, callbacks, 1);
  lua_getfield(L, options, "verbose");
  knn__callbacks_add_progress(L, set, kind, lua_gettop(L));
  lua_pushnil(L);
  lua_setfield(L, options, "verbose");
}

static int fit(lua_State *L) {
  knn_model *m = check_model(L);
  arrays train, validation;
  knn__callbacks set;
  lua_settop(L, 4);
  int options = copy_table(L, 4);
  const knn_class *cls = knn_class_find("method", "fit");
  check_extras(L, options, cls, fit_extras);
  take_data(L, 2, 3, take_option(L, options, "sample_weight"), &train, "fit");
  bool validate = take_validation(L, take_option(L, options, "validation_data"), &validation);
  take_callbacks(L, options, KNN__FIT, &set);
  knn_config *config = knn__bind_class_options(L, options, cls);
  holder *h = new_holder(L);
  knn_status st = knn_model_fit(m, &train.data, validate ? &validation.data : NULL, config,
                                set.list, set.n, &h->history);
  knn__callbacks_end(L, &set);
  if (!forgive_interrupt(L, st)) knn__bind_check(L, st);
  if (!h->history) return luaL_error(L, "interrupted!");
  knn__bind_push_history(L, h->history);
  empty_holder(h);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, 1, 1); /* model.history */
  return 1;
}

static void push_scores(lua_State *L, const knn_model *m, const knn_logs *logs) {
  double value;
  for (int i = 0; knn_model_log_name(m, i); i++)
    if (knn_logs_get(logs, knn_model_log_name(m, i), &value)) lua_pushnumber(L, value);
}

/* loss, metric1, ... in the order of compile; with return_dict = true a table by name. */
static int evaluate(lua_State *L) {
  knn_model *m = check_model(L);
  arrays a;
  knn__callbacks set;
  lua_settop(L, 4);
  int options = copy_table(L, 4);
  const knn_class *cls = knn_class_find("method", "evaluate");
  check_extras(L, options, cls, evaluate_extras);
  take_data(L, 2, 3, take_option(L, options, "sample_weight"), &a, "evaluate");
  bool dict = lua_toboolean(L, take_option(L, options, "return_dict"));
  take_callbacks(L, options, KNN__EVALUATE, &set);
  knn_config *config = knn__bind_class_options(L, options, cls);
  holder *h = new_holder(L);
  knn_status st = knn_model_evaluate(m, &a.data, config, set.list, set.n, &h->logs);
  knn__callbacks_end(L, &set);
  knn__bind_check(L, st);
  int top = lua_gettop(L);
  if (dict)
    knn__bind_push_logs(L, h->logs);
  else
    push_scores(L, m, h->logs);
  return lua_gettop(L) - top;
}

static int push_outs(lua_State *L, holder *h) {
  int n = h->n_out;
  luaL_checkstack(L, n + 2, "predict");
  for (int i = 0; i < n; i++) {
    knn_tensor *t = h->outs[i];
    knn_tensor_retain(t);
    knn__bind_push_tensor(L, t);
  }
  empty_holder(h);
  return n;
}

static int predict(lua_State *L) {
  knn_model *m = check_model(L);
  arrays a;
  knn__callbacks set;
  lua_settop(L, 3);
  int options = copy_table(L, 3), n = 16;
  const knn_class *cls = knn_class_find("method", "predict");
  check_extras(L, options, cls, predict_extras);
  take_data(L, 2, 0, 0, &a, "predict");
  take_callbacks(L, options, KNN__PREDICT, &set);
  knn_config *config = knn__bind_class_options(L, options, cls);
  holder *h = new_holder(L);
  knn_status st = knn_model_predict(m, &a.data, config, set.list, set.n, h->outs, &n);
  if (st == KNN_OK) h->n_out = n;
  knn__callbacks_end(L, &set);
  knn__bind_check(L, st);
  return push_outs(L, h);
}

/* Labels 0 .. C - 1. */
static int predict_classes(lua_State *L) {
  knn_model *m = check_model(L);
  arrays a;
  lua_settop(L, 3);
  int options = copy_table(L, 3);
  take_data(L, 2, 0, 0, &a, "predict_classes");
  take_option(L, options, "verbose");
  knn_config *config = knn__bind_class_options(L, options, knn_class_find("method", "predict"));
  holder *h = new_holder(L);
  knn__bind_check(L, knn_model_predict_classes(m, &a.data, config, &h->outs[0]));
  h->n_out = 1;
  return push_outs(L, h);
}

typedef knn_status (*batch_fn)(knn_model *model, const knn_data *data, knn_logs **out);

static int on_batch(lua_State *L, batch_fn run, const char *who) {
  knn_model *m = check_model(L);
  arrays a;
  lua_settop(L, 4);
  int options = copy_table(L, 4);
  take_data(L, 2, 3, take_option(L, options, "sample_weight"), &a, who);
  bool dict = lua_toboolean(L, take_option(L, options, "return_dict"));
  lua_pushnil(L);
  if (lua_next(L, options))
    luaL_error(L, "%s: unknown option '%s' (known: sample_weight, return_dict)", who,
               luaL_tolstring(L, -2, NULL));
  holder *h = new_holder(L);
  knn__bind_check(L, run(m, &a.data, &h->logs));
  int top = lua_gettop(L);
  if (dict)
    knn__bind_push_logs(L, h->logs);
  else
    push_scores(L, m, h->logs);
  return lua_gettop(L) - top;
}

static int train_on_batch(lua_State *L) {
  return on_batch(L, knn_model_train_on_batch, "train_on_batch");
}

static int test_on_batch(lua_State *L) {
  return on_batch(L, knn_model_test_on_batch, "test_on_batch");
}

static int predict_on_batch(lua_State *L) {
  knn_model *m = check_model(L);
  arrays a;
  int n = 16;
  lua_settop(L, 2);
  take_data(L, 2, 0, 0, &a, "predict_on_batch");
  holder *h = new_holder(L);
  knn__bind_check(L, knn_model_predict_on_batch(m, &a.data, h->outs, &n));
  h->n_out = n;
  return push_outs(L, h);
}

static int stop_training(lua_State *L) {
  knn_model_stop_training(check_model(L));
  return 0;
}

/* ---- tables of text ---- */

/* Columns for a table on this terminal: Keras's 88, or what there is but 4. 0 = no terminal. */
static int summary_width(lua_State *L) {
  const knn__host *host = knn__bind_get(L)->host;
  int columns = host && host->is_tty && host->term_width ? host->term_width() : 0;
  return columns > 88 + 4 ? 88 : columns > 4 ? columns - 4 : 0;
}

/* model:summary(): prints; summary{print = false} returns the text; line_length = columns, as in Keras. */
static int summary(lua_State *L) {
  knn_model *m = check_model(L);
  int width = summary_width(L);
  bool print = true;
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
      width = (int)luaL_checkinteger(L, -1);
    else
      luaL_error(L, "summary: unknown option '%s' (known: line_length, print)", luaL_tolstring(L, -2, NULL));
    lua_pop(L, 1);
  }
  holder *h = new_holder(L);
  knn__bind_check(L, knn_model_summary(m, width, &h->text));
  if (print) knn__bind_write(L, h->text, strlen(h->text));
  if (print) return 0;
  lua_pushstring(L, h->text);
  return 1;
}

/* model:profile(x, y, {runs = 10}): the text of the table of ops. */
static int profile(lua_State *L) {
  knn_model *m = check_model(L);
  arrays a;
  int runs = 10;
  lua_settop(L, 4);
  if (!lua_isnil(L, 4)) {
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_getfield(L, 4, "runs");
    runs = (int)luaL_optinteger(L, -1, 10);
  }
  take_data(L, 2, 3, 0, &a, "profile");
  holder *h = new_holder(L);
  knn__bind_check(L, knn_model_profile(m, &a.data, runs, &h->text));
  lua_pushstring(L, h->text);
  return 1;
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
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  knn_model *m = knn__bind_test_box(L, 1, KNN_MODEL_TYPE);
  if (!m || lua_type(L, 2) != LUA_TSTRING) return 0;
  const char *key = lua_tostring(L, 2);
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
  } else if (strcmp(key, "history") == 0) {
    lua_getiuservalue(L, 1, 1);
  } else if (strcmp(key, "class_names") == 0) {
    lua_getiuservalue(L, 1, 2);
  } else {
    return knn__bind_layer_field(L, knn_model_layer(m), key);
  }
  return 1;
}

static int assign(lua_State *L) {
  knn_model *m = check_model(L);
  const char *key = luaL_checkstring(L, 2);
  if (strcmp(key, "stop_training") == 0) {
    if (lua_toboolean(L, 3)) knn_model_stop_training(m);
  } else if (strcmp(key, "class_names") ==
             0) { /* what labels 0 .. C - 1 are called: a list, 1-based */
    lua_settop(L, 3);
    lua_setiuservalue(L, 1, 2);
  } else if (!knn__bind_layer_set_field(L, knn_model_layer(m), key)) {
    luaL_error(L,
               "model: field '%s' cannot be set (settable: trainable, stop_training, class_names)",
               key);
  }
  return 0;
}

static const luaL_Reg methods[] = {
    {"add", add},
    {"pop", pop},
    {"build", build},
    {"get_layer", get_layer},
    {"fit", fit},
    {"evaluate", evaluate},
    {"predict", predict},
    {"predict_classes", predict_classes},
    {"train_on_batch", train_on_batch},
    {"test_on_batch", test_on_batch},
    {"predict_on_batch", predict_on_batch},
    {"stop_training", stop_training},
    {"summary", summary},
    {"profile", profile},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {
    {"__tostring", tostring}, {"__call", knn__bind_layer_call}, {NULL, NULL}};

void knn__open_model(lua_State *L) {
  knn__bind_type(L, KNN_MODEL_TYPE, methods, meta, release);
  luaL_getmetatable(L, KNN_MODEL_TYPE);
  lua_getfield(L, -1, "__methods");
  luaL_setfuncs(L, knn__bind_layer_methods, 0);
  lua_pushvalue(L, -3); /* the module */
  lua_pushcclosure(L, compile, 1);
  lua_setfield(L, -2, "compile");
  lua_pop(L, 2);
  knn__bind_use_index(L, KNN_MODEL_TYPE, index_model, assign);
  lua_pushcfunction(L, sequential);
  lua_setfield(L, -2, "Sequential");
}
