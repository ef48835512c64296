/* custom_layer.c - layers and models written in Lua.
 *
 * A class is a table made by stdlib/knn/layer.lua, which also holds the functions that the engine's
 * calls go through: class.run_build(self, shapes), class.run_call(self, inputs, masks, training),
 * class.run_sizes(self), class.run_make(config). A layer of it has a record in the registry, keyed
 * by the engine's layer and dropped with it: {fields, when they were first set, class}. `self` is
 * the userdata of the layer or model, whose unknown fields are those of the record; so no cycle
 * keeps either alive. */
#include <string.h>

#include "layer.h"

#define CLASS_TYPE "knn.LayerClass"
enum { FIELDS = 1, TIMES, CLASS, CHANGED, OWN };
enum { MOST = 64 };                /* results of a call */
static const char records_key = 0; /* layer -> record */
static const char classes_key = 0; /* the engine's class -> class, weak */

/* What the engine knows as `self`; a userdata that the record keeps. */
typedef struct own {
  knn__bind *b;
  knn_layer *layer; /* lent */
} own;

/* ---- records ---- */

/* Push the table of the registry at `key`, made at first with the mode "" or "v". */
static void push_table(lua_State *L, const void *key, const char *mode) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  if (*mode) {
    lua_createtable(L, 0, 1);
    lua_pushstring(L, mode);
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
  }
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* Push the layer's record, or nothing. */
static bool push_record(lua_State *L, const knn_layer *layer) {
  push_table(L, &records_key, "");
  if (lua_rawgetp(L, -1, layer) == LUA_TTABLE) {
    lua_remove(L, -2);
    return true;
  }
  lua_pop(L, 2);
  return false;
}

bool knn__bind_own_field(lua_State *L, const knn_layer *layer, const char *key) {
  const int top = lua_gettop(L);
  if (!push_record(L, layer)) return false;
  lua_rawgeti(L, -1, FIELDS);
  if (lua_getfield(L, -1, key) == LUA_TNIL && strcmp(key, "build") != 0) {
    lua_rawgeti(L, top + 1, CLASS);
    lua_getfield(L, -1, "methods");
    lua_getfield(L, -1, key);
  }
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
  if (!lua_isnil(L, -1)) return true;
  lua_settop(L, top);
  return false;
}

bool knn__bind_set_own_field(lua_State *L, const knn_layer *layer, const char *key) {
  const int top = lua_gettop(L);
  if (!push_record(L, layer)) return false;
  lua_rawgeti(L, top + 1, FIELDS);
  lua_rawgeti(L, top + 1, TIMES);
  if (lua_getfield(L, top + 2, key) == LUA_TNIL) {
    lua_pushinteger(L, (lua_Integer)knn_next_serial(knn__bind_ctx(L)));
    lua_setfield(L, top + 3, key);
  }
  lua_pushvalue(L, 3);
  lua_setfield(L, top + 2, key);
  lua_pushboolean(L, 1);
  lua_rawseti(L, top + 1, CHANGED);
  lua_settop(L, top);
  return true;
}

static knn_layer *check_own(lua_State *L, int arg, const char *who) {
  knn_layer *layer = knn__bind_to_layer(L, arg);
  if (!layer || !push_record(L, layer))
    luaL_error(L, "%s: this is no layer written in Lua; it is called on self", who);
  return layer;
}

/* layer_record(self): its fields; when each was first set, counted as objects are; and whether any
 * was set since layer_track. */
static int record(lua_State *L) {
  check_own(L, 1, "layer");
  lua_rawgeti(L, -1, FIELDS);
  lua_rawgeti(L, -2, TIMES);
  lua_rawgeti(L, -3, CHANGED);
  return 3;
}

/* ---- parts of a layer ---- */

/* object_kind(value): the family of an object, "layer" or "metric", and a number that grows with
 * the time at which it was made; "tensor"; nil for other values. */
static int object_kind(lua_State *L) {
  if (luaL_testudata(L, 1, KNN_TENSOR_TYPE)) return lua_pushliteral(L, "tensor"), 1;
  const knn_object *object = lua_isuserdata(L, 1) ? knn__bind_to_object(L, 1) : NULL;
  if (!object) return 0;
  lua_pushstring(L, knn_object_class(object)->family);
  lua_pushinteger(L, (lua_Integer)knn_object_serial(object));
  return 2;
}

static bool among(const knn_layer *layer, const knn_layer *part) {
  for (int i = 0; i < knn_layer_sublayer_count(layer); i++)
    if (knn_layer_sublayer_at(layer, i) == part) return true;
  return false;
}

static void track_layer(lua_State *L, knn_layer *layer, knn_layer *part) {
  if (among(layer, part)) return;
  if (knn_layer_built(layer))
    luaL_error(L,
               "%s: layer '%s' became a part of it after it was built; parts are made in init or "
               "build",
               knn_layer_name(layer), knn_layer_name(part));
  knn__bind_check(L, knn_layer_add_sublayer(layer, part));
}

/* layer_track(self, layers, metrics): those that are new become parts of self. */
static int track(lua_State *L) {
  knn_layer *layer = check_own(L, 1, "layer");
  lua_pushboolean(L, 0);
  lua_rawseti(L, -2, CHANGED);
  for (lua_Integer i = 1; lua_rawgeti(L, 2, i) != LUA_TNIL; i++)
    track_layer(L, layer, knn__bind_to_layer(L, -1));
  for (lua_Integer i = 1; lua_rawgeti(L, 3, i) != LUA_TNIL; i++)
    knn__bind_check(L, knn_layer_add_metric(layer, knn__bind_to_object(L, -1)));
  return 0;
}

/* The object in field `name` of the table at 2, as a config; NULL if there is none. */
static knn_config *weight_option(lua_State *L, const char *name) {
  return lua_getfield(L, 2, name) == LUA_TNIL ? NULL
                                              : knn__bind_config(L, lua_gettop(L), "add_weight");
}

/* layer_add_weight(self, {name =, shape =, initializer =, trainable =, regularizer =, constraint
 * =}): a value that stands for the weight. */
static int add_weight(lua_State *L) {
  knn_layer *layer = check_own(L, 1, "add_weight");
  int64_t dims[KNN_MAX_RANK];
  knn_value *value = NULL;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  knn_weight_spec spec = {.dims = dims};
  lua_getfield(L, 2, "name");
  spec.name = luaL_optstring(L, 3, NULL);
  lua_getfield(L, 2, "trainable");
  spec.frozen = lua_isboolean(L, 4) && !lua_toboolean(L, 4);
  lua_getfield(L, 2, "shape");
  spec.rank = lua_istable(L, 5) ? knn__bind_shape(L, 5, dims) : 0;
  for (int i = 0; i < spec.rank; i++)
    if (dims[i] < 0)
      luaL_error(L, "add_weight: size %d of the shape of '%s' is not known", i + 1,
                 spec.name ? spec.name : "variable");
  if (knn_layer_built(layer))
    luaL_error(L,
               "%s: weight '%s' is added after the layer was built; add_weight is called in build",
               knn_layer_name(layer), spec.name ? spec.name : "variable");
  spec.initializer = weight_option(L, "initializer");
  spec.regularizer = weight_option(L, "regularizer");
  spec.constraint = weight_option(L, "constraint");
  knn__bind_check(L, knn_layer_add_weight(layer, &spec, &value));
  knn__bind_push_lent(L, value);
  return 1;
}

/* layer_add_loss(self, value) */
static int add_loss(lua_State *L) {
  knn__bind_check(L, knn_layer_add_loss(check_own(L, 1, "add_loss"), knn__bind_to_value(L, 2)));
  return 0;
}

/* ---- the engine's calls ---- */

typedef struct frame {
  knn_layer *layer;
  int n_in;
  const knn_value *const *ins; /* of build */
  knn_custom_call *call;
  int64_t *sizes;
  int n_sizes;
} frame;

/* Push function `name` of the layer's class, then self. */
void knn__bind_push_class_function(lua_State *L, knn_layer *layer, const char *name) {
  if (!push_record(L, layer)) luaL_error(L, "%s: its record is gone", knn_layer_name(layer));
  lua_rawgeti(L, -1, CLASS);
  lua_getfield(L, -1, name);
  knn__bind_push_layer(L, layer);
}

static int run_build(lua_State *L) {
  const frame *f = lua_touserdata(L, 1);
  knn__bind_push_class_function(L, f->layer, "run_build");
  lua_createtable(L, f->n_in, 0);
  for (int i = 0; i < f->n_in; i++) {
    knn__bind_push_shape(L, knn_value_rank(f->ins[i]), knn_value_dims(f->ins[i]));
    lua_rawseti(L, -2, i + 1);
  }
  lua_call(L, 2, 0);
  return 0;
}

static knn_status build(void *self, knn_layer *layer, int n_in, const knn_value *const *ins) {
  const own *o = self;
  frame f = {.layer = layer, .n_in = n_in, .ins = ins};
  return knn__bind_protect(o->b->running, run_build, &f, 0);
}

/* A list with an entry for each value; false where there is none. */
void knn__bind_push_list(lua_State *L, knn_value *const *values, int n) {
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    if (values && values[i])
      knn__bind_push_lent(L, values[i]);
    else
      lua_pushboolean(L, 0);
    lua_rawseti(L, -2, i + 1);
  }
}

/* The entries of the list at idx, which stay on the stack, into `values`; they are retained when
 * all are known to be right. */
static void take_list(lua_State *L, int idx, knn_value **values, int n) {
  luaL_checkstack(L, n + 4, "results");
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, idx, i + 1);
    values[i] = lua_toboolean(L, -1) ? knn__bind_to_value(L, lua_gettop(L)) : NULL;
  }
}

static void retain_all(knn_value *const *values, int n) {
  for (int i = 0; i < n; i++)
    if (values[i]) knn_value_retain(values[i]);
}

static int run_call(lua_State *L) {
  const frame *f = lua_touserdata(L, 1);
  knn_custom_call *c = f->call;
  knn_value *outs[MOST], *masks[MOST];
  knn__bind_push_class_function(L, f->layer, "run_call");
  knn__bind_push_list(L, c->ins, c->n_in);
  knn__bind_push_list(L, c->masks, c->n_in);
  lua_pushboolean(L, c->training);
  lua_call(L, 4, 2);
  const int results = lua_gettop(L) - 1, n = (int)lua_rawlen(L, results);
  if (n < 1 || n > c->n_out || n > MOST)
    luaL_error(L, "%s: call must return a tensor, several, or a list of them",
               knn_layer_name(f->layer));
  take_list(L, results, outs, n);
  take_list(L, results + 1, masks, n);
  retain_all(outs, n);
  retain_all(masks, n);
  memcpy(c->outs, outs, (size_t)n * sizeof *outs);
  memcpy(c->out_masks, masks, (size_t)n * sizeof *masks);
  c->n_out = n;
  return 0;
}

static knn_status call(void *self, knn_layer *layer, knn_custom_call *c) {
  const own *o = self;
  frame f = {.layer = layer, .call = c};
  return knn__bind_protect(o->b->running, run_call, &f, 0);
}

static int run_sizes(lua_State *L) {
  frame *f = lua_touserdata(L, 1);
  const int top = lua_gettop(L);
  knn__bind_push_class_function(L, f->layer, "run_sizes");
  lua_call(L, 1, 1);
  const int n = (int)lua_rawlen(L, -1);
  for (int i = 0; i < n && i < f->n_sizes; i++) {
    lua_rawgeti(L, top + 3, i + 1);
    f->sizes[i] = lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
  if (n < f->n_sizes) f->n_sizes = n;
  return 0;
}

static knn_status state_sizes(void *self, knn_layer *layer, int64_t *sizes, int *n) {
  const own *o = self;
  frame f = {.layer = layer, .sizes = sizes, .n_sizes = *n};
  const knn_status st = knn__bind_protect(o->b->running, run_sizes, &f, 0);
  if (st == KNN_OK) *n = f.n_sizes;
  return st;
}

static knn_status step(void *self, knn_layer *layer, knn_custom_step *s) {
  return knn__bind_run_step(((const own *)self)->b, layer, s);
}

static void free_self(void *self) {
  const own *o = self;
  lua_State *L = o->b->main;
  push_table(L, &records_key, "");
  lua_pushnil(L);
  lua_rawsetp(L, -2, o->layer);
  lua_pop(L, 1);
}

typedef struct make_frame {
  const void *cls;
  const knn_config *options;
  knn_layer *layer;
} make_frame;

/* class.run_make(config) gives the layer. */
static int run_make(lua_State *L) {
  make_frame *f = lua_touserdata(L, 1);
  push_table(L, &classes_key, "v");
  lua_rawgetp(L, -1, f->cls);
  lua_getfield(L, -1, "run_make");
  knn_config **box = knn__bind_new_config(L);
  if (f->options) knn_config_retain(*box = (knn_config *)(uintptr_t)f->options);
  lua_call(L, 1, 1);
  f->layer = knn__bind_to_layer(L, -1);
  if (!f->layer) luaL_error(L, "a class written in Lua made no layer");
  knn_layer_retain(f->layer);
  return 0;
}

/* ---- making ---- */

typedef struct class_box {
  knn_layer_class *cls;
  knn__bind *b;
} class_box;

static knn_status make_by_config(void *maker, const knn_config *options, knn_layer **out) {
  const class_box *box = maker;
  make_frame f = {.cls = box->cls, .options = options};
  const knn_status st = knn__bind_protect(box->b->running, run_make, &f, 0);
  if (st == KNN_OK) *out = f.layer;
  return st;
}

static int release_class(lua_State *L) {
  class_box *box = luaL_checkudata(L, 1, CLASS_TYPE);
  knn_layer_class_release(box->cls);
  box->cls = NULL;
  return 0;
}

static const char *text_field(lua_State *L, int at, const char *key) {
  lua_getfield(L, at, key); /* the text lives as long as the table */
  const char *text = lua_tostring(L, -1);
  lua_pop(L, 1);
  return text;
}

static double number_field(lua_State *L, int at, const char *key) {
  lua_getfield(L, at, key);
  const double x = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return x;
}

static bool flag_field(lua_State *L, int at, const char *key) {
  lua_getfield(L, at, key);
  const bool flag = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return flag;
}

/* A row of the list of options, which layer.lua has checked. */
static knn_param param_at(lua_State *L, int at) {
  return (knn_param){.name = text_field(L, at, "name"),
                     .doc = text_field(L, at, "doc"),
                     .kind = (knn_kind)(int)number_field(L, at, "kind"),
                     .def = text_field(L, at, "default"),
                     .choices = text_field(L, at, "choices"),
                     .positional = flag_field(L, at, "positional"),
                     .nullable = flag_field(L, at, "nullable"),
                     .min = number_field(L, at, "min"),
                     .max = number_field(L, at, "max")};
}

/* layer_class(class, options): the engine's side of class {name =, is_model =, steps =,
 * supports_masking =, consumes_mask =, can_make =}. */
static int layer_class(lua_State *L) {
  lua_settop(L, 2);
  const int n = (int)lua_rawlen(L, 2);
  knn_param *params = lua_newuserdatauv(L, (size_t)(n ? n : 1) * sizeof *params, 0);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 2, i + 1);
    params[i] = param_at(L, lua_gettop(L));
    lua_pop(L, 1);
  }
  class_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = (class_box){.b = knn__bind_get(L)};
  luaL_setmetatable(L, CLASS_TYPE);
  const knn_layer_custom custom = {.class_name = text_field(L, 1, "name"),
                                   .build = build,
                                   .call = call,
                                   .free_self = free_self,
                                   .state_sizes = state_sizes,
                                   .params = params,
                                   .n_params = n,
                                   .is_model = flag_field(L, 1, "is_model"),
                                   .supports_masking = flag_field(L, 1, "supports_masking"),
                                   .consumes_mask = flag_field(L, 1, "consumes_mask"),
                                   .steps = (unsigned)number_field(L, 1, "steps"),
                                   .step = step,
                                   .make = flag_field(L, 1, "can_make") ? make_by_config : NULL,
                                   .maker = box};
  knn__bind_check(L, knn_layer_class_new(box->b->ctx, &custom, &box->cls));
  push_table(L, &classes_key, "v");
  lua_pushvalue(L, 1);
  lua_rawsetp(L, -2, box->cls);
  lua_pop(L, 1);
  return 1;
}

/* The options at idx, a table or a config, for a class. */
static knn_config *class_options(lua_State *L, int idx, const knn_class *schema) {
  knn_config **config = luaL_testudata(L, idx, KNN_CONFIG_TYPE);
  return config ? *config : knn__bind_class_options(L, idx, schema);
}

/* An empty record of the class at 1 for the layer. */
static void make_record(lua_State *L, knn_layer *layer) {
  push_table(L, &records_key, "");
  lua_createtable(L, OWN, 0);
  lua_newtable(L);
  lua_rawseti(L, -2, FIELDS);
  lua_newtable(L);
  lua_rawseti(L, -2, TIMES);
  lua_pushvalue(L, 1);
  lua_rawseti(L, -2, CLASS);
  lua_pushvalue(L, 4);
  lua_rawseti(L, -2, OWN);
  lua_rawsetp(L, -2, layer);
}

/* custom_layer(class, row, options): a layer of the class, or the model over it if class.is_model.
 */
static int custom_layer(lua_State *L) {
  lua_settop(L, 3);
  const class_box *class = luaL_checkudata(L, 2, CLASS_TYPE);
  own *o = lua_newuserdatauv(L, sizeof *o, 0);
  *o = (own){.b = knn__bind_get(L)};
  const bool is_model = flag_field(L, 1, "is_model");
  knn_config *options = class_options(L, 3, knn_layer_class_schema(class->cls));
  void **layer = knn__bind_new(L, KNN_LAYER_TYPE);
  knn_layer *made = NULL;
  knn__bind_check(L, knn_layer_class_make(class->cls, o, options, &made));
  *layer = o->layer = made;
  make_record(L, made);
  lua_settop(L, lua_gettop(L) - 1);
  if (is_model) {
    knn_model **model = (knn_model **)knn__bind_new(L, KNN_MODEL_TYPE);
    knn__bind_check(L, knn_model_over_layer(made, model));
  }
  knn__bind_remember(L);
  return 1;
}

/* layer_option(layer, name): an option as it was made; an object is the same each time. */
static int layer_option(lua_State *L) {
  knn_object *object = knn__bind_to_object(L, 1);
  return object && knn__bind_push_option(L, object, luaL_checkstring(L, 2));
}

void knn__open_custom_layer(lua_State *L) {
  static const luaL_Reg functions[] = {{"layer_class", layer_class},
                                       {"custom_layer", custom_layer},
                                       {"layer_record", record},
                                       {"layer_track", track},
                                       {"layer_option", layer_option},
                                       {"object_kind", object_kind},
                                       {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"add_weight", add_weight}, {"add_loss", add_loss}, {NULL, NULL}};
  luaL_newmetatable(L, CLASS_TYPE);
  lua_pushcfunction(L, release_class);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
  for (int i = 0; i < 2; i++) {
    luaL_getmetatable(L, i ? KNN_MODEL_TYPE : KNN_LAYER_TYPE);
    lua_getfield(L, -1, "__methods");
    luaL_setfuncs(L, methods, 0);
    lua_pop(L, 2);
  }
}
