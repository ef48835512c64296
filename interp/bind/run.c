/* run.c - the methods of models that run: fit, evaluate, predict, and the same on one batch. */
#include "run.h"

#include "callback.h"
#include "history.h"

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
  int callbacks = knn__take_option(L, options, "callbacks");
  knn__callbacks_add_lua(L, set, callbacks, 1);
  lua_getfield(L, options, "verbose");
  knn__callbacks_add_progress(L, set, kind, lua_gettop(L));
  lua_pushnil(L);
  lua_setfield(L, options, "verbose");
}

static int fit(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__arrays train, validation;
  knn__callbacks set;
  knn__settle_arguments(L);
  int options = knn__copy_options(L, 4);
  const knn_class *cls = knn_class_find("method", "fit");
  knn__take_data(L, m, 2, 3, knn__take_option(L, options, "sample_weight"), &train, "fit");
  bool validate =
      knn__take_validation(L, m, knn__take_option(L, options, "validation_data"), &validation);
  take_callbacks(L, options, KNN__FIT, &set);
  knn__name_labels(L, options);
  knn_config *config = knn__bind_class_options(L, options, cls);
  knn__holder *h = knn__holder_new(L);
  knn_status st = knn_model_fit(m, &train.data, validate ? &validation.data : NULL, config,
                                set.list, set.n, &h->history);
  knn__callbacks_end(L, &set);
  if (!forgive_interrupt(L, st)) knn__bind_check(L, st);
  if (!h->history) return luaL_error(L, "interrupted!");
  knn__bind_push_history(L, h->history);
  knn__holder_clear(h);
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
  knn_model *m = knn__check_model(L);
  knn__arrays a;
  knn__callbacks set;
  knn__settle_arguments(L);
  int options = knn__copy_options(L, 4);
  const knn_class *cls = knn_class_find("method", "evaluate");
  knn__take_data(L, m, 2, 3, knn__take_option(L, options, "sample_weight"), &a, "evaluate");
  bool dict = lua_toboolean(L, knn__take_option(L, options, "return_dict"));
  take_callbacks(L, options, KNN__EVALUATE, &set);
  knn_config *config = knn__bind_class_options(L, options, cls);
  knn__holder *h = knn__holder_new(L);
  knn_status st = knn_model_evaluate(m, &a.data, config, set.list, set.n, &h->logs);
  knn__callbacks_end(L, &set);
  knn__bind_check(L, st);
  int top = lua_gettop(L);
  if (dict)
    knn__bind_push_logs(L, h->logs);
  else
    push_scores(L, m, h->logs);
  knn__holder_clear(h);
  return lua_gettop(L) - top;
}

/* One result for each output, or a table by their names. */
static int push_outs(lua_State *L, knn_model *m, knn__holder *h) {
  const knn_layer *model = knn_model_layer(m);
  const bool named = knn_layer_outputs_named(model);
  int n = h->n_out;
  luaL_checkstack(L, n + 4, "predict");
  if (named) lua_createtable(L, 0, n);
  for (int i = 0; i < n; i++) {
    knn_tensor *t = h->outs[i];
    knn_tensor_retain(t);
    knn__bind_push_tensor(L, t);
    if (named) lua_setfield(L, -2, knn_layer_output_name(model, i));
  }
  knn__holder_clear(h);
  return named ? 1 : n;
}

static int predict(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__arrays a;
  knn__callbacks set;
  lua_settop(L, 3);
  int options = knn__copy_options(L, 3), n = 16;
  const knn_class *cls = knn_class_find("method", "predict");
  knn__take_data(L, m, 2, 0, 0, &a, "predict");
  take_callbacks(L, options, KNN__PREDICT, &set);
  knn_config *config = knn__bind_class_options(L, options, cls);
  knn__holder *h = knn__holder_new(L);
  knn_status st = knn_model_predict(m, &a.data, config, set.list, set.n, h->outs, &n);
  if (st == KNN_OK) h->n_out = n;
  knn__callbacks_end(L, &set);
  knn__bind_check(L, st);
  return push_outs(L, m, h);
}

/* Labels 0 .. C - 1. */
static int predict_classes(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__arrays a;
  lua_settop(L, 3);
  int options = knn__copy_options(L, 3);
  knn__take_data(L, m, 2, 0, 0, &a, "predict_classes");
  knn__take_option(L, options, "verbose");
  knn_config *config = knn__bind_class_options(L, options, knn_class_find("method", "predict"));
  knn__holder *h = knn__holder_new(L);
  knn__bind_check(L, knn_model_predict_classes(m, &a.data, config, &h->outs[0]));
  knn_tensor_retain(h->outs[0]);
  knn__bind_push_tensor(L, h->outs[0]);
  h->n_out = 1;
  knn__holder_clear(h);
  return 1;
}

/* The options of train_on_batch and test_on_batch but sample_weight, taken already; *class_weight
 * is owned by the stack. */
static bool batch_options(lua_State *L, int options, bool train, const char *who,
                          const knn_config **class_weight) {
  const bool dict = lua_toboolean(L, knn__take_option(L, options, "return_dict"));
  *class_weight = NULL;
  knn__name_labels(L, options);
  if (train && !lua_isnil(L, knn__take_option(L, options, "class_weight")))
    *class_weight = knn__bind_config(L, lua_gettop(L), "class_weight");
  lua_pushnil(L);
  if (lua_next(L, options))
    luaL_error(L, "%s: unknown option '%s' (known: %ssample_weight, return_dict)", who,
               luaL_tolstring(L, -2, NULL), train ? "class_weight, " : "");
  return dict;
}

static int on_batch(lua_State *L, bool train, const char *who) {
  knn_model *m = knn__check_model(L);
  knn__arrays a;
  const knn_config *class_weight;
  lua_settop(L, 4);
  int options = knn__copy_options(L, 4);
  knn__take_data(L, m, 2, 3, knn__take_option(L, options, "sample_weight"), &a, who);
  const bool dict = batch_options(L, options, train, who, &class_weight);
  knn__holder *h = knn__holder_new(L);
  knn__bind_check(L, train ? knn_model_train_on_batch(m, &a.data, class_weight, &h->logs)
                           : knn_model_test_on_batch(m, &a.data, &h->logs));
  int top = lua_gettop(L);
  if (dict)
    knn__bind_push_logs(L, h->logs);
  else
    push_scores(L, m, h->logs);
  knn__holder_clear(h);
  return lua_gettop(L) - top;
}

static int train_on_batch(lua_State *L) {
  return on_batch(L, true, "train_on_batch");
}

static int test_on_batch(lua_State *L) {
  return on_batch(L, false, "test_on_batch");
}

static int predict_on_batch(lua_State *L) {
  knn_model *m = knn__check_model(L);
  knn__arrays a;
  int n = 16;
  lua_settop(L, 2);
  knn__take_data(L, m, 2, 0, 0, &a, "predict_on_batch");
  knn__holder *h = knn__holder_new(L);
  knn__bind_check(L, knn_model_predict_on_batch(m, &a.data, h->outs, &n));
  h->n_out = n;
  return push_outs(L, m, h);
}

static int reset_metrics(lua_State *L) {
  knn_model_reset_metrics(knn__check_model(L));
  return 0;
}

/* "max", "min" or nil: which way a log should go. */
static int log_direction(lua_State *L) {
  const int way = knn_model_log_direction(knn__check_model(L), luaL_checkstring(L, 2));
  if (way)
    lua_pushstring(L, way > 0 ? "max" : "min");
  else
    lua_pushnil(L);
  return 1;
}

static int swap_ema_weights(lua_State *L) {
  knn__bind_check(L, knn_model_swap_averages(knn__check_model(L)));
  return 0;
}

static int set_ema_weights(lua_State *L) {
  knn__bind_check(L, knn_model_set_averages(knn__check_model(L)));
  return 0;
}

static int stop_training(lua_State *L) {
  knn_model_stop_training(knn__check_model(L));
  return 0;
}

const luaL_Reg knn__run_methods[] = {
    {"fit", fit},
    {"evaluate", evaluate},
    {"predict", predict},
    {"predict_classes", predict_classes},
    {"train_on_batch", train_on_batch},
    {"test_on_batch", test_on_batch},
    {"predict_on_batch", predict_on_batch},
    {"reset_metrics", reset_metrics},
    {"log_direction", log_direction},
    {"swap_ema_weights", swap_ema_weights},
    {"set_ema_weights", set_ema_weights},
    {"stop_training", stop_training},
    {NULL, NULL},
};
