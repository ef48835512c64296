/* schema.c - everything with a name, from the schema: constructors, and the schema itself as plain
 * tables.
 *
 * knn.layers, knn.losses, ... hold one constructor per class of the family. Dense{64, activation =
 * "relu"} and Dense(64, {activation = "relu"}) are the same call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor.h"

/* Lua name of the table, family. */
static const char *const families[][2] = {
    {"layers", "layer"},
    {"activations", "activation"},
    {"initializers", "initializer"},
    {"regularizers", "regularizer"},
    {"constraints", "constraint"},
    {"losses", "loss"},
    {"metrics", "metric"},
    {"optimizers", "optimizer"},
    {"schedules", "schedule"},
};

static int release(lua_State *L) {
  void **box = luaL_checkudata(L, 1, KNN_OBJECT_TYPE);
  knn_object_release(*box);
  *box = NULL;
  return 0;
}

/* The arguments of a constructor as one options table at index 1: leading values take positions 1,
 * 2, ... */
static void gather(lua_State *L, const knn_class *cls) {
  int n = lua_gettop(L);
  if (n == 1 && lua_istable(L, 1)) return;
  bool options = n > 1 && lua_istable(L, n);
  lua_newtable(L);
  if (options) {
    lua_pushnil(L);
    while (lua_next(L, n) != 0) {
      if (lua_type(L, -2) != LUA_TSTRING)
        luaL_error(L, "%s: after positional values the options are given as name = value",
                   cls->name);
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, n + 1);
    }
  }
  for (int i = 1; i <= (options ? n - 1 : n); i++) {
    lua_pushvalue(L, i);
    lua_rawseti(L, n + 1, i);
  }
  lua_replace(L, 1);
  lua_settop(L, 1);
}

static int call_object(lua_State *L);

/* How many tensors a class takes to compute at once, with an options table behind:
 * activations.relu(x), losses.mean_squared_error(y_true, y_pred), metrics.binary_accuracy(y_true,
 * y_pred). 0 = it is no function. */
static int operands(const knn_class *cls) {
  if (strcmp(cls->family, "activation") == 0) return 1;
  return strcmp(cls->family, "loss") == 0 || strcmp(cls->family, "metric") == 0 ? 2 : 0;
}

/* The function of a metric: a value per sample. */
static int compute_metric(lua_State *L, knn_object *object) {
  knn_value *y_true = knn__bind_to_value(L, 2), *y_pred = knn__bind_to_value(L, 3), *out = NULL;
  knn__bind_check(L, knn_metric_call(knn_metric_of(object), y_true, y_pred, &out));
  knn__bind_push_value(L, out);
  return 1;
}

/* Keras's functions are named by the words that stand for a class; those of losses do not take the
 * mean over samples. */
static int compute(lua_State *L, const knn_class *cls, int n, bool word) {
  knn_object *object = NULL;
  lua_settop(L, n + 1);
  if (word && strcmp(cls->family, "loss") == 0) {
    if (lua_isnil(L, -1)) lua_newtable(L), lua_replace(L, -2);
    lua_pushliteral(L, "none");
    lua_setfield(L, -2, "reduction");
  }
  knn_config *options = knn__bind_class_options(L, n + 1, cls);
  knn__bind_check(L, knn_object_new(knn__bind_ctx(L), cls->family, cls->name, options, &object));
  lua_settop(L, n);
  knn__bind_push_object(L, object);
  lua_insert(L, 1);
  return strcmp(cls->family, "metric") == 0 ? compute_metric(L, object) : call_object(L);
}

/* Upvalue 1: the class; upvalue 2: it was asked for by a word that stands for it. */
static int construct(lua_State *L) {
  const knn_class *cls = lua_touserdata(L, lua_upvalueindex(1));
  knn_object *object = NULL;
  if (luaL_testudata(L, 1, KNN_TENSOR_TYPE) && operands(cls) > 0)
    return compute(L, cls, operands(cls), lua_toboolean(L, lua_upvalueindex(2)));
  gather(L, cls);
  knn_config *options = knn__bind_class_options(L, 1, cls);
  knn__bind_check(L, knn_object_new(knn__bind_ctx(L), cls->family, cls->name, options, &object));
  knn__bind_push_object(L, object);
  return 1;
}

/* __index of a family's table: aliases, and the nearest names for a name that is not there. Upvalue
 * 1: family. */
static int unknown(lua_State *L) {
  const char *family = lua_tostring(L, lua_upvalueindex(1));
  char near[200];
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  const char *name = lua_tostring(L, 2);
  const knn_class *cls = knn_class_find(family, name);
  if (cls) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)cls);
    lua_pushboolean(L, strcmp(name, cls->name) != 0);
    lua_pushcclosure(L, construct, 2);
    return 1;
  }
  knn_class_suggest(family, name, near, sizeof near);
  return luaL_error(L, near[0] ? "there is no %s '%s'; did you mean %s?" : "there is no %s '%s'",
                    family, name, near);
}

static void open_family(lua_State *L, const char *name, const char *family) {
  int n;
  const knn_class *const *classes = knn_classes(family, &n);
  lua_createtable(L, 0, n);
  for (int i = 0; i < n; i++) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)classes[i]);
    lua_pushboolean(L, false);
    lua_pushcclosure(L, construct, 2);
    lua_setfield(L, -2, classes[i]->name);
  }
  lua_createtable(L, 0, 1);
  lua_pushstring(L, family);
  lua_pushcclosure(L, unknown, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setfield(L, -2, name);
}

/* ---- objects ---- */

/* obj:config(): the options it was made with, as a plain table that makes an equal one. Shared by
 * layers and optimizers. */
int knn__bind_object_config(lua_State *L) {
  knn_object *object = knn__bind_to_object(L, 1);
  luaL_argexpected(L, object, 1, "object");
  if (lua_gettop(L) > 1) luaL_error(L, "config: takes no arguments");
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_object_config(object, box));
  knn__bind_push_config(L, *box, knn_object_class(object));
  return 1;
}

/* The class that an option's default names, so that only what differs is shown. */
static bool is_default(const knn_param *p, const knn_config *value) {
  char text[160];
  const knn_config *class_name =
      p->kind == KNN_P_OBJECT ? knn_config_get(value, "class_name") : NULL;
  if (!p->def) return false;
  if (class_name) {
    const knn_class *cls = knn_class_find(p->choices, p->def);
    return cls && strcmp(cls->name, knn_config_get_string(class_name)) == 0;
  }
  if (knn_config_kind_of(value) == KNN_CONFIG_STRING)
    return strcmp(knn_config_get_string(value), p->def) == 0;
  if (knn_config_kind_of(value) == KNN_CONFIG_NULL) return strcmp(p->def, "null") == 0;
  if (knn_config_kind_of(value) == KNN_CONFIG_INT || knn_config_kind_of(value) == KNN_CONFIG_FLOAT)
    return strtod(p->def, NULL) == knn_config_get_float(value);
  knn_config_print(value, text, sizeof text);
  return strcmp(text, p->def) == 0;
}

/* A value as Lua writes it. */
static void add_value(luaL_Buffer *b, const knn_config *value) {
  char text[160];
  const knn_config *class_name = knn_config_get(value, "class_name");
  if (class_name) {
    const knn_config *inner = knn_config_get(value, "config");
    if (strcmp(knn_config_get_string(class_name), "Constant") == 0 && knn_config_size(inner) == 1) {
      add_value(b, knn_config_at(inner, 0));
      return;
    }
    value = class_name;
  }
  switch (knn_config_kind_of(value)) {
    case KNN_CONFIG_STRING:
      snprintf(text, sizeof text, "\"%s\"", knn_config_get_string(value));
      break;
    case KNN_CONFIG_FLOAT: snprintf(text, sizeof text, "%.7g", knn_config_get_float(value)); break;
    case KNN_CONFIG_NULL: snprintf(text, sizeof text, "nil"); break;
    case KNN_CONFIG_LIST:
      luaL_addchar(b, '{');
      for (int i = 0; i < knn_config_size(value); i++) {
        if (i) luaL_addstring(b, ", ");
        add_value(b, knn_config_at(value, i));
      }
      luaL_addchar(b, '}');
      return;
    default: knn_config_print(value, text, sizeof text);
  }
  luaL_addstring(b, text);
}

/* Dense{64, activation = "relu", name = "dense"}: the options that are not at their defaults. */
int knn__bind_object_tostring(lua_State *L) {
  knn_object *object = knn__bind_to_object(L, 1);
  if (!object) {
    lua_pushliteral(L, "object (freed)");
    return 1;
  }
  const knn_class *cls = knn_object_class(object);
  knn_config **box = knn__bind_new_config(L);
  knn__bind_check(L, knn_object_config(object, box));
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addstring(&b, cls->name);
  luaL_addchar(&b, '{');
  for (int i = 0, shown = 0; i < cls->n_params; i++) {
    const knn_config *value = knn_config_get(*box, cls->params[i].name);
    if (is_default(&cls->params[i], value)) continue;
    if (shown++) luaL_addstring(&b, ", ");
    if (!cls->params[i].positional) {
      luaL_addstring(&b, cls->params[i].name);
      luaL_addstring(&b, " = ");
    }
    add_value(&b, value);
  }
  luaL_addchar(&b, '}');
  luaL_pushresult(&b);
  return 1;
}

/* Fields: methods, then name and class_name, then the options by name. Upvalue 1: methods. */
static int index_object(lua_State *L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  knn_object *object = knn__bind_to_object(L, 1);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
  if (!object || !key) return 0;
  if (strcmp(key, "class_name") == 0) return lua_pushstring(L, knn_object_class(object)->name), 1;
  if (strcmp(key, "name") == 0) return lua_pushstring(L, knn_object_name(object)), 1;
  return knn__bind_push_option(L, object, key);
}

void knn__bind_use_index(lua_State *L, const char *type, lua_CFunction index,
                         lua_CFunction newindex) {
  luaL_getmetatable(L, type);
  lua_getfield(L, -1, "__methods");
  lua_pushcclosure(L, index, 1);
  lua_setfield(L, -2, "__index");
  if (newindex) {
    lua_pushcfunction(L, newindex);
    lua_setfield(L, -2, "__newindex");
  }
  lua_pop(L, 1);
}

/* Activations, losses, initializers, regularizers, constraints and schedules are functions. */
static int call_object(lua_State *L) {
  knn_object *object = knn__bind_check_box(L, 1, KNN_OBJECT_TYPE);
  const char *family = knn_object_class(object)->family;
  knn_value *out = NULL;
  if (strcmp(family, "activation") == 0) {
    knn__bind_check(L, knn_activation_call(object, knn__bind_to_value(L, 2), &out));
  } else if (strcmp(family, "loss") == 0) {
    knn_value *y_true = knn__bind_to_value(L, 2), *y_pred = knn__bind_to_value(L, 3);
    knn_value *weight = lua_isnoneornil(L, 4) ? NULL : knn__bind_to_value(L, 4);
    knn__bind_check(L, knn_loss_call(object, y_true, y_pred, weight, &out));
  } else if (strcmp(family, "initializer") == 0) { /* initializer{2, 3}: a tensor of that shape */
    int64_t dims[KNN_MAX_RANK];
    int rank = knn__bind_shape(L, 2, dims);
    knn__bind_check(L, knn_initializer_fill(object, knn__bind_new_tensor(L, KNN_F32, rank, dims)));
    return 1;
  } else if (strcmp(family, "regularizer") == 0) {
    knn__bind_check(L, knn_regularizer_call(object, knn__bind_to_value(L, 2), &out));
  } else if (strcmp(family, "constraint") == 0) {
    knn__bind_check(L, knn_constraint_call(object, knn__bind_to_value(L, 2), &out));
  } else if (strcmp(family, "schedule") ==
             0) { /* schedule(step): steps are counted from 0, as a number of steps done */
    double rate;
    knn__bind_check(L, knn_schedule_call(object, luaL_checkinteger(L, 2), &rate));
    lua_pushnumber(L, rate);
    return 1;
  } else if (strcmp(family, "metric") == 0) {
    return knn__bind_call_metric(L);
  } else {
    return luaL_error(L, "a %s cannot be called", family);
  }
  knn__bind_push_value(L, out);
  return 1;
}

/* ---- the schema as tables ---- */

static void set_text(lua_State *L, const char *key, const char *text) {
  if (!text) return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, key);
}

/* "a|b|c" as a list. */
static void set_words(lua_State *L, const char *key, const char *words) {
  if (!words) return;
  lua_newtable(L);
  for (lua_Integer i = 1; *words; i++) {
    size_t n = strcspn(words, "|");
    lua_pushlstring(L, words, n);
    lua_rawseti(L, -2, i);
    words += n + (words[n] == '|');
  }
  lua_setfield(L, -2, key);
}

static void push_param(lua_State *L, const knn_param *p) {
  static const char *const kinds[] = {"bool",   "integer",  "number",  "string", "enum", "dtype",
                                      "policy", "integers", "numbers", "object", "any",  "tensor"};
  static const char *const marks[] = {NULL, "axis", "position", "label", "count", "size"};
  lua_newtable(L);
  set_text(L, "name", p->name);
  set_text(L, "doc", p->doc);
  set_text(L, "kind", kinds[p->kind]);
  set_text(L, "mark", marks[p->mark]);
  set_text(L, "default", p->def);
  if (p->kind == KNN_P_ENUM) set_words(L, "choices", p->choices);
  if (p->kind == KNN_P_OBJECT) set_text(L, "family", p->choices);
  lua_pushboolean(L, !p->def);
  lua_setfield(L, -2, "required");
  lua_pushboolean(L, p->positional);
  lua_setfield(L, -2, "positional");
}

static void set_params(lua_State *L, const char *key, const knn_param *params, int n) {
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    push_param(L, &params[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, key);
}

static void push_schema(lua_State *L, const knn_class *cls) {
  lua_newtable(L);
  set_text(L, "family", cls->family);
  set_text(L, "name", cls->name);
  set_text(L, "summary", cls->summary);
  set_text(L, "detail", cls->detail);
  set_text(L, "shapes", cls->shapes);
  set_text(L, "example", cls->example);
  set_text(L, "source", cls->source);
  set_words(L, "see", cls->see);
  set_words(L, "aliases", cls->aliases);
  set_params(L, "params", cls->params, cls->n_params);
  if (strcmp(cls->family, "layer") == 0) {
    int n;
    const knn_param *call = knn_layer_call_params(cls, &n);
    set_params(L, "call", call, n);
  }
}

/* schema(family, name): the description of a class as a plain table; nil if there is none. */
static int schema(lua_State *L) {
  const knn_class *cls = knn_class_find(luaL_checkstring(L, 1), luaL_checkstring(L, 2));
  if (!cls) return 0;
  push_schema(L, cls);
  return 1;
}

/* families(): names; classes(family): the names in it. */
static int list_families(lua_State *L) {
  lua_newtable(L);
  for (int i = 0; knn_family_name(i); i++) {
    lua_pushstring(L, knn_family_name(i));
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int list_classes(lua_State *L) {
  int n;
  const knn_class *const *classes = knn_classes(luaL_checkstring(L, 1), &n);
  lua_createtable(L, n, 0);
  lua_Integer at = 0;
  for (int i = 0; i < n; i++) {
    int min, max;
    bool op = strcmp(classes[i]->family, "op") == 0;
    if (op && !knn_op_operands(classes[i]->name, &min, &max)) continue; /* the engine's own */
    lua_pushstring(L, classes[i]->name);
    lua_rawseti(L, -2, ++at);
  }
  return 1;
}

/* new(family, name, options): a constructor by its names. */
static int new_object(lua_State *L) {
  const char *family = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 2);
  const knn_class *cls = knn_class_find(family, name);
  knn_object *object = NULL;
  knn_config *options = NULL;
  if (cls && !lua_isnoneornil(L, 3)) options = knn__bind_class_options(L, 3, cls);
  knn__bind_check(L, knn_object_new(knn__bind_ctx(L), family, name, options, &object));
  knn__bind_push_object(L, object);
  return 1;
}

static const luaL_Reg methods[] = {
    {"config", knn__bind_object_config},
    {NULL, NULL},
};
static const luaL_Reg meta[] = {
    {"__tostring", knn__bind_object_tostring}, {"__call", call_object}, {NULL, NULL}};
static const luaL_Reg functions[] = {
    {"schema", schema}, {"families", list_families}, {"classes", list_classes}, {"new", new_object},
    {NULL, NULL},
};

void knn__open_schema(lua_State *L) {
  knn__bind_type(L, KNN_OBJECT_TYPE, methods, meta, release);
  knn__bind_add_metric_methods(L);
  knn__bind_use_index(L, KNN_OBJECT_TYPE, index_object, NULL);
  luaL_setfuncs(L, functions, 0);
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    open_family(L, families[i][0], families[i][1]);
}
