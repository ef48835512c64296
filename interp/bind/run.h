/* run.h - what the methods of models share: their data, their options, and what they made until it
 * is handed over. */
#ifndef KNN_INTERP_BIND_RUN_H
#define KNN_INTERP_BIND_RUN_H

#include "tensor.h"

/* Results of a run; released with the userdata if an error comes between. */
typedef struct knn__holder {
  knn_history *history;
  knn_logs *logs;
  char *text;
  knn_ctx *ctx;
  knn_tensor *outs[16];
  int n_out;
  bool taken; /* by a call that has not cleared it */
} knn__holder;

/* An empty one, pushed. */
knn__holder *knn__holder_new(lua_State *L);
/* Drops what it holds; it may be handed out again. */
void knn__holder_clear(knn__holder *h);

/* Arrays for a run; the userdata on the stack keep them alive. */
typedef struct knn__arrays {
  knn_data data;
  knn_tensor *x[16], *y[16], *weight[16];
} knn__arrays;

/* The stack of fit and evaluate becomes model, x, y, options: the options may come at once behind a
 * Dataset or an iterator, or where there is no y. */
void knn__settle_arguments(lua_State *L);
/* The arrays at the indices x, y and weight (0 = none) for a model: one, a list, or a table by the
 * names of its inputs or outputs; or at x a Dataset or an iterator. `who` begins the messages. */
void knn__take_data(lua_State *L, const knn_model *m, int x, int y, int weight, knn__arrays *a,
                    const char *who);
/* validation_data at idx: {x, y}, {x, y, sample_weight}, a Dataset or an iterator; false if it is
 * nil. */
bool knn__take_validation(lua_State *L, const knn_model *m, int idx, knn__arrays *a);

/* The model at index 1, with room on the stack for what a method does. */
knn_model *knn__check_model(lua_State *L);
/* A copy of the options at idx, pushed: the caller's table stays as it is. */
int knn__copy_options(lua_State *L, int idx);
/* Take field `key` out of the options; its value is left on the stack, whose index is returned. */
int knn__take_option(lua_State *L, int options, const char *key);

/* The labels of the option class_weight as text, as the engine has them. */
void knn__name_labels(lua_State *L, int options);

/* fit, evaluate, predict, ... */
extern const luaL_Reg knn__run_methods[];

#endif
