/* bind.h - the binding's common ground: the engine's context of a Lua state, errors, userdata,
 * options.
 *
 * Rule for every function here and in the files of this folder: a userdata is made before the
 * engine call that fills it, so that nothing is unowned when an error jumps. Engine failures become
 * Lua errors with the engine's sentence. */
#ifndef KNN_INTERP_BIND_BIND_H
#define KNN_INTERP_BIND_BIND_H

#include <lauxlib.h>
#include <lua.h>

#include "host.h"
#include "knn/knn.h"

/* Opens the module; leaves its table. */
int luaopen_knn(lua_State *L);
/* Puts "knn" and the embedded "knn.*" modules into package.preload. Runs none of them. */
void knn__lua_preload(lua_State *L);

/* What the binding keeps per Lua state (userdata in the registry; all coroutines share it). */
typedef struct knn__bind {
  knn_ctx *ctx;
  lua_State *main; /* callbacks run on the thread that called the engine, see `running` */
  lua_State *running;
  const knn__host *host;
  bool has_error;    /* an error object raised inside a callback waits in the registry */
  int tapes;         /* gradients being recorded: slices must then be ops, not views */
  size_t unreported; /* bytes of tensors that the collector has not heard of */
  size_t soft_limit; /* bytes of tensors above which a full collection is made */
} knn__bind;

knn__bind *knn__bind_get(lua_State *L);
knn_ctx *knn__bind_ctx(lua_State *L);

/* Raise the engine's message unless status is KNN_OK. A Lua error that went through the engine is
 * raised again as it was. */
void knn__bind_check(lua_State *L, knn_status status);
/* Keep the error object on top of the stack for knn__bind_check; returns KNN_ECALLBACK. Pops it. */
knn_status knn__bind_keep_error(lua_State *L);

/* Run `body` (which gets `frame` as a light userdata, and the value at `extra` unless that is 0)
 * from inside an engine call: a Lua error in it is kept and becomes KNN_ECALLBACK, or KNN_ECANCEL
 * after Ctrl-C. */
knn_status knn__bind_protect(lua_State *L, lua_CFunction body, void *frame, int extra);
/* Print through the sink set by knn.output, else to stdout. Raises what a Lua sink raises. */
void knn__bind_write(lua_State *L, const char *text, size_t n);

/* A userdata that holds one counted pointer, NULL at first: knn__bind_new pushes it with the
 * metatable `type`. */
void **knn__bind_new(lua_State *L, const char *type);
/* The pointer of argument `arg`, which must be a live `type`. */
void *knn__bind_check_box(lua_State *L, int arg, const char *type);
/* NULL if it is something else. */
void *knn__bind_test_box(lua_State *L, int arg, const char *type);
/* Make a metatable with these methods; __index finds `methods`, __gc and __close drop the pointer
 * with `release`. */
void knn__bind_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *meta,
                    lua_CFunction release);

#define KNN_TENSOR_TYPE "knn.Tensor"
#define KNN_OBJECT_TYPE "knn.Object" /* initializers, losses, metrics, ... */
#define KNN_LAYER_TYPE "knn.Layer"
#define KNN_MODEL_TYPE "knn.Model"
#define KNN_OPTIMIZER_TYPE "knn.Optimizer"
#define KNN_HISTORY_TYPE "knn.History"
#define KNN_CONFIG_TYPE "knn.Config" /* internal: owns an option tree while a call runs */

/* config.c: the value at idx as an option tree, owned by a userdata that is pushed. Tables with
 * positions 1 .. n become lists, others dicts; userdata become objects; other kinds of values are
 * errors that name `who` and the key. */
knn_config *knn__bind_config(lua_State *L, int idx, const char *who);
/* The same for an optional options table: nil or nothing gives NULL (a nil is pushed). */
knn_config *knn__bind_options(lua_State *L, int idx, const char *who);
/* As knn__bind_options, for a class's constructor or method: leading positional values are moved to
 * their names, and positions and axes are translated from Lua's counting by the marks of the
 * class's parameters. */
knn_config *knn__bind_class_options(lua_State *L, int idx, const knn_class *cls);
/* Push the option `name` of an object as it was made; returns false (nothing pushed) if it has
 * none. */
bool knn__bind_push_option(lua_State *L, knn_object *object, const char *name);
/* Push a config as plain Lua values (null as nil), the marks of cls (may be NULL) translated back.
 */
void knn__bind_push_config(lua_State *L, const knn_config *config, const knn_class *cls);

/* The same object is the same userdata as long as it lives: pushes the one that holds `pointer`, or
 * returns false. */
bool knn__bind_push_known(lua_State *L, const char *type, void *pointer);
/* Pushes the Model whose layer this is, or returns false. */
bool knn__bind_push_known_model(lua_State *L, knn_layer *layer);
/* Remember the userdata on top of the stack as the one that holds its pointer. */
void knn__bind_remember(lua_State *L);
/* Push a layer (retains it). */
void knn__bind_push_layer(lua_State *L, knn_layer *layer);
/* The layer of a Layer or Model userdata; NULL if it is none. */
knn_layer *knn__bind_to_layer(lua_State *L, int idx);

/* An empty box that will own a config, pushed. */
knn_config **knn__bind_new_config(lua_State *L);
/* Lua functions in the options table at `table` become objects where cls wants such. */
void knn__bind_wrap_functions(lua_State *L, int table, const knn_class *cls);
/* metric.c: methods of metrics, among those of all objects; metric(y_true, y_pred, sample_weight)
 * updates and gives the result. */
void knn__bind_add_metric_methods(lua_State *L);
int knn__bind_call_metric(lua_State *L);
/* Methods that all objects have: config and __tostring. */
int knn__bind_object_config(lua_State *L);
int knn__bind_object_tostring(lua_State *L);
/* Give a type an __index function that gets the methods as upvalue 1, and a __newindex (or NULL).
 */
void knn__bind_use_index(lua_State *L, const char *type, lua_CFunction index,
                         lua_CFunction newindex);

/* Push an object as the userdata of its kind; takes the reference over. */
void knn__bind_push_object(lua_State *L, knn_object *object);
/* The object of a userdata of any kind (layer, optimizer, model as layer, ...), lent; NULL if it is
 * none. */
knn_object *knn__bind_to_object(lua_State *L, int idx);

/* custom_step.c: number i of a metric's result; while a plan is recorded, a value that it finds. */
void knn__bind_push_metric_result(lua_State *L, knn_metric *metric, int i);

/* tensor.c: push a value, taking the reference over; numbers and nested tables are accepted as
 * values by knn__bind_to_value, which leaves the value's userdata at idx. */
void knn__bind_push_value(lua_State *L, knn_value *value);
/* The same for a value that is lent: it is retained. */
void knn__bind_push_lent(lua_State *L, knn_value *value);
knn_value *knn__bind_to_value(lua_State *L, int idx);
/* The tensor of a value argument; nodes are refused. */
knn_tensor *knn__bind_to_tensor(lua_State *L, int idx);

/* Each file opens its part into the module table on top of the stack. */
void knn__open_tensor(lua_State *L);
void knn__open_ops(lua_State *L);
void knn__open_schema(lua_State *L);
void knn__open_layer(lua_State *L);
void knn__open_model(lua_State *L);
void knn__open_functional(lua_State *L);
void knn__open_optimizer(lua_State *L);
void knn__open_history(lua_State *L);
void knn__open_grad(lua_State *L);
void knn__open_compile(lua_State *L);
void knn__open_data(lua_State *L);
void knn__open_dataset(lua_State *L);
void knn__open_progress(lua_State *L);
void knn__open_custom(lua_State *L);
void knn__open_custom_layer(lua_State *L);
void knn__open_file(lua_State *L);
void knn__open_saving(lua_State *L);
void knn__open_custom_step(lua_State *L);
void knn__open_metric(lua_State *L);

#endif
