/* custom_step.c - steps of training, testing and predicting written in Lua, and what a model does
 * with its loss and metrics for them: compute_loss, compute_metrics, model.metrics. */
#include <string.h>

#include "layer.h"
#include "run.h"

enum { MOST = 16 };

/* ---- the engine's calls ---- */

typedef struct frame {
  knn_layer *layer;
  knn_custom_step *step;
} frame;

/* Results by name, as class.run_step gives them: a list of names and one of values; of predictions
 * the names are false. */
static void give_results(lua_State *L, knn_custom_step *step, int names, int values) {
  const int n = (int)lua_rawlen(L, values);
  luaL_checkstack(L, 2 * n + 8, "results");
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, names, i);
    lua_rawgeti(L, values, i);
    knn_value *value = knn__bind_to_value(L, lua_gettop(L));
    knn__bind_check(L, knn_step_give(step, lua_tostring(L, -2), value));
  }
}

/* class.run_step(self, kind, x, y, weights) */
static int run_step(lua_State *L) {
  static const char *const kinds[] = {"train", "test", "predict"};
  const frame *f = lua_touserdata(L, 1);
  knn_custom_step *step = f->step;
  knn__bind_push_class_function(L, f->layer, "run_step");
  lua_pushstring(L, kinds[step->kind]);
  knn__bind_push_list(L, step->x, step->n_x);
  knn__bind_push_list(L, step->y, step->n_y);
  knn__bind_push_list(L, step->weights, step->n_weights);
  lua_call(L, 5, 2);
  give_results(L, step, lua_gettop(L) - 1, lua_gettop(L));
  return 0;
}

knn_status knn__bind_run_step(knn__bind *b, knn_layer *layer, knn_custom_step *step) {
  frame f = {layer, step};
  return knn__bind_protect(b->running, run_step, &f, 0);
}

/* ---- loss and metrics ---- */

/* One value or a list of them at idx; returns their number. Values made on the way stay on the
 * stack. */
static int take_values(lua_State *L, int idx, knn_value **values, const char *what) {
  if (lua_isnoneornil(L, idx)) return 0;
  luaL_checkstack(L, MOST + 4, what);
  if (!lua_istable(L, idx)) {
    lua_pushvalue(L, idx);
    values[0] = knn__bind_to_value(L, lua_gettop(L));
    return 1;
  }
  const int n = (int)lua_rawlen(L, idx);
  if (n > MOST) luaL_error(L, "%s: at most %d, got %d", what, MOST, n);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, idx, i + 1);
    values[i] = lua_toboolean(L, -1) ? knn__bind_to_value(L, lua_gettop(L)) : NULL;
  }
  return n;
}

typedef struct targets {
  knn_targets t;
  knn_value *y[MOST], *y_pred[MOST], *weights[MOST];
} targets;

/* (self, x, y, y_pred, sample_weight), or (self, {y =, y_pred =, sample_weight =}) */
static void take_targets(lua_State *L, targets *a) {
  static const char *const names[] = {"x", "y", "y_pred", "sample_weight"};
  if (lua_istable(L, 2) && lua_gettop(L) == 2) {
    lua_settop(L, 6);
    for (int i = 0; i < 4; i++) {
      lua_getfield(L, 2, names[i]);
      lua_insert(L, 3 + i);
    }
    lua_remove(L, 2);
  }
  lua_settop(L, 5);
  *a = (targets){0};
  a->t.n_y = take_values(L, 3, a->y, "y");
  a->t.n_pred = take_values(L, 4, a->y_pred, "y_pred");
  a->t.n_weights = take_values(L, 5, a->weights, "sample_weight");
  a->t.y = a->y;
  a->t.y_pred = a->y_pred;
  a->t.weights = a->weights;
  if (a->t.n_pred == 0) luaL_error(L, "y_pred, what the model predicts, is missing");
}

static int compute_loss(lua_State *L) {
  knn_model *m = knn__check_model(L);
  targets a;
  take_targets(L, &a);
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn__bind_check(L, knn_model_compute_loss(m, &a.t, box));
  return 1;
}

void knn__bind_push_metric_result(lua_State *L, knn_metric *metric, int i) {
  if (!knn_tracing(knn__bind_ctx(L))) {
    double value;
    knn__bind_check(L, knn_metric_read(metric, i, &value));
    lua_pushnumber(L, value);
    return;
  }
  knn_value **box = (knn_value **)knn__bind_new(L, KNN_TENSOR_TYPE);
  knn__bind_check(L, knn_metric_result_value(metric, i, box));
}

/* The metrics as they stand, a table by name; in a recorded step values that the plan finds. */
static int get_metrics_result(lua_State *L) {
  const knn_model *m = knn__check_model(L);
  const char *name;
  knn_object *metric;
  lua_newtable(L);
  for (int i = 0; (metric = knn_model_metric(m, i, &name)); i++) {
    knn__bind_push_metric_result(L, knn_metric_of(metric), 0);
    lua_setfield(L, -2, name);
  }
  return 1;
}

/* model:compute_metrics(x, y, y_pred, sample_weight): those of compile see them; then all results.
 */
static int compute_metrics(lua_State *L) {
  knn_model *m = knn__check_model(L);
  targets a;
  take_targets(L, &a);
  knn__bind_check(L, knn_model_update_metrics(m, &a.t));
  return get_metrics_result(L);
}

bool knn__bind_model_metrics(lua_State *L, const knn_model *m, const char *key) {
  const char *name;
  knn_object *metric;
  if (strcmp(key, "metrics") != 0) return false;
  lua_newtable(L);
  for (int i = 0; (metric = knn_model_metric(m, i, &name)); i++) {
    knn_object_retain(metric);
    knn__bind_push_object(L, metric);
    lua_rawseti(L, -2, i + 1);
  }
  return true;
}

void knn__open_custom_step(lua_State *L) {
  static const luaL_Reg methods[] = {{"compute_loss", compute_loss},
                                     {"compute_metrics", compute_metrics},
                                     {"get_metrics_result", get_metrics_result},
                                     {NULL, NULL}};
  luaL_getmetatable(L, KNN_MODEL_TYPE);
  lua_getfield(L, -1, "__methods");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
}
