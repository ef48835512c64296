/* simple_rnn.c - h = activation(x kernel + bias + h recurrent_kernel), at one step (SimpleRNNCell)
 * and over time (SimpleRNN). kernel (features, units), recurrent_kernel (units, units), bias
 * (units). */
#include "layer_list.h"
#include "rnn.h"

typedef struct cell_block {
  knn__layer_common common;
  knn__cell_args cell;
} cell_block;

typedef struct cell_fields {
  knn__cell_weights w;
  knn__cell_masks masks;
} cell_fields;

typedef struct layer_block {
  knn__layer_common common;
  knn__cell_args cell;
  knn__loop_args loop;
} layer_block;

typedef struct layer_fields {
  knn_layer *cell;
} layer_fields;

static const knn_param cell_params[] = {
    KNN__CELL_UNITS(cell_block, cell),
    KNN__CELL_WEIGHTS(cell_block, cell),
    KNN__LAYER_PARAMS(cell_block),
};
static const knn_param params[] = {
    KNN__CELL_UNITS(layer_block, cell),
    KNN__CELL_WEIGHTS(layer_block, cell),
    KNN__LOOP_PARAMS(layer_block, loop),
    KNN__LAYER_PARAMS(layer_block),
};

static knn_status states(knn_layer *cell, const knn__spec *step, knn__spec *out, int *n) {
  const cell_block *args = cell->base.args;
  out[0] = knn__cell_state_spec(cell, step, args->cell.units);
  *n = 1;
  return KNN_OK;
}

static void begin(knn_layer *cell, knn__scope *s, knn_value *x, knn_value *const *h) {
  const cell_block *args = cell->base.args;
  cell_fields *f = cell->fields;
  knn__cell_draw(&args->cell, s, x, h[0], 1, &f->masks);
}

static void end(knn_layer *cell) {
  cell_fields *f = cell->fields;
  f->masks = (knn__cell_masks){0};
}

static const knn__cell as_cell = {.states = states, .begin = begin, .end = end};

static knn_status build_cell(knn_layer *layer, const knn__spec *in, int n_in) {
  const cell_block *args = layer->base.args;
  cell_fields *f = layer->fields;
  (void)n_in;
  return knn__cell_build(layer, &args->cell, &in[0], 1, 1, &f->w);
}

static void call_cell(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const cell_block *args = layer->base.args;
  const cell_fields *f = layer->fields;
  const knn__spec spec = knn__cell_state_spec(layer, &io->in[0]->spec, args->cell.units);
  knn_value *x = io->in[0], *h = knn__cell_state(s, io, 0, &spec);
  knn__cell_masks masks = f->masks;
  if (io->training && !masks.drawn) knn__cell_draw(&args->cell, s, x, h, 1, &masks);
  x = knn__matmul(s, knn__cell_masked(s, x, masks.x[0]), f->w.kernel->value, false, false);
  if (f->w.bias) x = knn__add(s, x, f->w.bias->value);
  h = knn__matmul(s, knn__cell_masked(s, h, masks.h[0]), f->w.recurrent->value, false, false);
  io->out[0] = io->out[1] = knn__activate(args->cell.activation, s, knn__add(s, x, h));
  io->n_out = 2;
}

static knn_status check(knn_layer *layer) {
  layer_fields *f = layer->fields;
  return knn__make_cell(layer, &knn__layer_simple_rnn_cell, "simple_rnn_cell", &f->cell);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const layer_fields *f = layer->fields;
  (void)n_in;
  return knn__rnn_build(layer, f->cell, &in[0]);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const layer_fields *f = layer->fields;
  knn__rnn_call(layer, f->cell, s, io, NULL);
}

const knn__layer_def knn__layer_simple_rnn_cell = {
    .cls = {.family = "layer",
            .name = "SimpleRNNCell",
            .summary = "One step of a SimpleRNN.",
            .detail = "h = activation(x kernel + bias + h recurrent_kernel). The result stands "
                      "twice: as output and as new state. States left out are zeros.",
            .shapes = "{x (batch, features), h (batch, units)} -> y (batch, units), h",
            .example =
                "local y, h = knn.layers.SimpleRNNCell{4}({knn.ones{2, 3}, knn.zeros{2, 4}})",
            .source = "Elman 1990",
            .see = "SimpleRNN|RNN",
            KNN__PARAMS(cell_params, cell_block)},
    .min_rank = 2,
    .max_rank = 2,
    .max_in = 2,
    .fields_size = sizeof(cell_fields),
    .cell = &as_cell,
    .build = build_cell,
    .call = call_cell,
};

const knn__layer_def knn__layer_simple_rnn = {
    .cls = {.family = "layer",
            .name = "SimpleRNN",
            .summary = "Fully connected recurrence: each step sees the output of the one before.",
            .detail = "h = activation(x kernel + bias + h recurrent_kernel). Weights: kernel "
                      "(features, units), recurrent_kernel (units, units), bias (units). The call "
                      "takes {x, h} too: an initial state.",
            .shapes = "x (batch, steps, features) -> (batch, units) or (batch, steps, units)",
            .example = "local y = knn.layers.SimpleRNN{4}(knn.ones{2, 5, 3})",
            .source = "Elman 1990",
            .see = "GRU|LSTM|RNN|Bidirectional",
            KNN__PARAMS(params, layer_block)},
    .min_rank = 3,
    .max_rank = 3,
    .ranks_of_first = true,
    .max_in = 2,
    .consumes_mask = true,
    .loop_at = offsetof(layer_block, loop),
    .fields_size = sizeof(layer_fields),
    .check = check,
    .build = build,
    .call = call,
    .part = knn__part_cell,
};
