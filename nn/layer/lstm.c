/* lstm.c - long short-term memory, at one step (LSTMCell) and over time (LSTM). Four blocks of
 * columns, z = x kernel + h recurrent_kernel + bias:
 *   i = gate(z_i)  f = gate(z_f)  o = gate(z_o)  c = f c + i activation(z_c)  h = o activation(c)
 * in the order i, f, c, o. kernel (features, 4 units), recurrent_kernel (units, 4 units), bias
 * (4 units), whose second block begins as ones with unit_forget_bias. */
#include "layer_list.h"
#include "rnn.h"
#include "sequence.h"

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

#define LSTM_PARAMS(block)                                                                   \
  KNN__CELL_UNITS(block, cell), KNN__CELL_GATE(block, cell), KNN__CELL_WEIGHTS(block, cell), \
      KNN__CELL_FIELD(block, cell, unit_forget_bias, KNN_P_BOOL, "true",                     \
                      "Whether the bias of the forget gate begins as ones."),                \
      KNN__LAYER_PARAMS(block)

static const knn_param cell_params[] = {LSTM_PARAMS(cell_block)};
static const knn_param params[] = {
    LSTM_PARAMS(layer_block),
    KNN__LOOP_PARAMS(layer_block, loop),
    KNN__CUDNN_PARAM(layer_block, loop),
};

static knn_status states(knn_layer *cell, const knn__spec *step, knn__spec *out, int *n) {
  const cell_block *args = cell->base.args;
  out[0] = out[1] = knn__cell_state_spec(cell, step, args->cell.units);
  *n = 2;
  return KNN_OK;
}

/* With recurrent dropout each gate has masks of its own, also for the input. */
static int masks_of(const knn__cell_args *args) {
  return args->recurrent_dropout != 0 ? 4 : 1;
}

static void begin(knn_layer *cell, knn__scope *s, knn_value *x, knn_value *const *h) {
  const cell_block *args = cell->base.args;
  cell_fields *f = cell->fields;
  knn__cell_draw(&args->cell, s, x, h[0], masks_of(&args->cell), &f->masks);
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
  return knn__cell_build(layer, &args->cell, &in[0], 4, 1, &f->w);
}

static void call_cell(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const cell_block *args = layer->base.args;
  const cell_fields *f = layer->fields;
  const knn__spec spec = knn__cell_state_spec(layer, &io->in[0]->spec, args->cell.units);
  knn_object *act = args->cell.activation, *gate = args->cell.recurrent_activation;
  knn_value *x = io->in[0], *h = knn__cell_state(s, io, 0, &spec),
            *c = knn__cell_state(s, io, 1, &spec), *z[4], *zh[4];
  knn__cell_masks masks = f->masks;
  if (io->training && !masks.drawn)
    knn__cell_draw(&args->cell, s, x, h, masks_of(&args->cell), &masks);
  knn_value *bias = f->w.bias ? f->w.bias->value : NULL;
  knn__cell_project(s, x, masks.x, f->w.kernel->value, bias, args->cell.units, 4, z);
  knn__cell_project(s, h, masks.h, f->w.recurrent->value, NULL, args->cell.units, 4, zh);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < 4; i++) z[i] = knn__add(s, z[i], zh[i]);
  knn_value *kept = knn__multiply(s, knn__activate(gate, s, z[1]), c),
            *entered = knn__multiply(s, knn__activate(gate, s, z[0]), knn__activate(act, s, z[2]));
  c = knn__add(s, kept, entered);
  h = knn__multiply(s, knn__activate(gate, s, z[3]), knn__activate(act, s, c));
  io->out[0] = io->out[1] = h;
  io->out[2] = c;
  io->n_out = 3;
}

static knn_status check(knn_layer *layer) {
  layer_fields *f = layer->fields;
  return knn__make_cell(layer, &knn__layer_lstm_cell, "lstm_cell", &f->cell);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const layer_fields *f = layer->fields;
  (void)n_in;
  return knn__rnn_build(layer, f->cell, &in[0]);
}

static bool whole(knn__scope *s, knn__rnn *run) {
  const cell_block *args = run->cell->base.args;
  const cell_fields *f = run->cell->fields;
  if (!knn__rnn_is_usual(run, &args->cell)) return false;
  knn_value *bias = f->w.bias ? f->w.bias->value : NULL;
  knn__sequence q = {.x = knn__rnn_projected(s, run, &f->masks, &f->w, bias),
                     .h0 = run->states[0],
                     .c0 = run->states[1],
                     .kernel = f->w.recurrent->value,
                     .mask = run->mask,
                     .sequences = run->args->return_sequences,
                     .saves = run->training};
  knn__lstm(s, &q);
  knn__rnn_take_output(s, run, q.y, q.h);
  run->states[0] = q.h;
  run->states[1] = q.c;
  return true;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const layer_fields *f = layer->fields;
  knn__rnn_call(layer, f->cell, s, io, whole);
}

const knn__layer_def knn__layer_lstm_cell = {
    .cls = {.family = "layer",
            .name = "LSTMCell",
            .summary = "One step of an LSTM.",
            .detail = "z = x kernel + h recurrent_kernel + bias, in blocks i, f, c, o; c = "
                      "gate(z_f) c + gate(z_i) activation(z_c), h = gate(z_o) activation(c). The "
                      "output is h. States left out are zeros.",
            .shapes = "{x (batch, features), h (batch, units), c} -> y (batch, units), h, c",
            .example = "local y, h, c = knn.layers.LSTMCell{4}({knn.ones{2, 3}, knn.zeros{2, 4}, "
                       "knn.zeros{2, 4}})",
            .source = "Hochreiter and Schmidhuber 1997; Gers et al. 2000",
            .see = "LSTM|RNN",
            KNN__PARAMS(cell_params, cell_block)},
    .min_rank = 2,
    .max_rank = 2,
    .max_in = 3,
    .fields_size = sizeof(cell_fields),
    .cell = &as_cell,
    .build = build_cell,
    .call = call_cell,
};

const knn__layer_def knn__layer_lstm = {
    .cls = {.family = "layer",
            .name = "LSTM",
            .summary = "Recurrence with a memory that gates open and close.",
            .detail = "z = x kernel + h recurrent_kernel + bias, in blocks i, f, c, o; c = "
                      "gate(z_f) c + gate(z_i) activation(z_c), h = gate(z_o) activation(c). "
                      "Weights: kernel (features, 4 units), recurrent_kernel (units, 4 units), "
                      "bias (4 units). The call takes {x, h, c} too: initial states.",
            .shapes = "x (batch, steps, features) -> (batch, units) or (batch, steps, units)",
            .example = "local y, h, c = knn.layers.LSTM{4, return_state = true}(knn.ones{2, 5, 3})",
            .source = "Hochreiter and Schmidhuber 1997; Gers et al. 2000",
            .see = "GRU|SimpleRNN|RNN|Bidirectional|ConvLSTM2D",
            KNN__PARAMS(params, layer_block)},
    .min_rank = 3,
    .max_rank = 3,
    .ranks_of_first = true,
    .max_in = 3,
    .consumes_mask = true,
    .loop_at = offsetof(layer_block, loop),
    .fields_size = sizeof(layer_fields),
    .check = check,
    .build = build,
    .call = call,
    .part = knn__part_cell,
};
