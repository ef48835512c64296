/* rnn_layer.c - RNN: any cell run over time, one of the table, one written by the host, or a list
 * of them, one behind the other. x (batch, steps, ...) -> (batch, ...) or (batch, steps, ...). */
#include "rnn.h"

typedef struct rnn_args {
  knn__layer_common common;
  knn_config *cell;
  knn__loop_args loop;
} rnn_args;

typedef struct rnn_fields {
  knn_layer *cell;
} rnn_fields;

static const knn_param params[] = {
    KNN__PARAM(rnn_args, cell, KNN_P_CONFIG, NULL, "A cell, or a list of cells.",
               .positional = true),
    KNN__LOOP_PARAMS(rnn_args, loop),
    KNN__LAYER_PARAMS(rnn_args),
};

static knn_status make_stack(knn_ctx *ctx, knn_config *cells, knn_layer **out) {
  knn_config *options = NULL;
  KNN__TRY(knn_config_dict(ctx, &options));
  knn_status st = knn_config_set(options, "cells", cells);
  if (st == KNN_OK) st = knn_layer_from_config(ctx, "StackedRNNCells", options, out);
  knn_config_release(options);
  return st;
}

static knn_status check(knn_layer *layer) {
  const rnn_args *args = layer->base.args;
  rnn_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  knn_status st = knn_config_kind_of(args->cell) == KNN_CONFIG_LIST
                      ? make_stack(ctx, args->cell, &f->cell)
                      : knn__cell_from(ctx, args->cell, &f->cell);
  if (st != KNN_OK) return st;
  st = knn__add_sublayer(layer, f->cell);
  knn_layer_release(f->cell); /* the layer holds it */
  return st;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const rnn_fields *f = layer->fields;
  (void)n_in;
  return knn__rnn_build(layer, f->cell, &in[0]);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const rnn_fields *f = layer->fields;
  knn__rnn_call(layer, f->cell, s, io, NULL);
}

const knn__layer_def knn__layer_rnn = {
    .cls = {.family = "layer",
            .name = "RNN",
            .summary =
                "Runs a cell over time: any cell, also one written in Lua, or a list of them.",
            .detail = "A cell is a layer that takes a step's input and its states and gives its "
                      "output and the new states. One written in Lua has a field state_size (a "
                      "number or a list) and call(self, x, states, training), which returns the "
                      "output and the list of new states. The call of RNN takes {x, state...} too: "
                      "initial states.",
            .shapes = "x (batch, steps, ...) -> (batch, ...) or (batch, steps, ...)",
            .example = "local y = knn.layers.RNN{{knn.layers.GRUCell{4}, knn.layers.LSTMCell{3}}}("
                       "knn.ones{2, 5, 3})",
            .source = "Keras, RNN",
            .see = "StackedRNNCells|LSTMCell|GRUCell|SimpleRNNCell",
            KNN__PARAMS(params, rnn_args)},
    .min_rank = 3,
    .ranks_of_first = true,
    .max_in = -1,
    .inputs = KNN__IN_KEPT,
    .consumes_mask = true,
    .loop_at = offsetof(rnn_args, loop),
    .fields_size = sizeof(rnn_fields),
    .check = check,
    .build = build,
    .call = call,
    .part = knn__part_cell,
};
