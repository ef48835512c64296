/* gru.c - gated recurrent unit, at one step (GRUCell) and over time (GRU). Three blocks of columns
 * in the order z, r, h:
 *   z = gate(xz + hz)  r = gate(xr + hr)  new = activation(xh + r hh)  h = z h + (1 - z) new
 * with x. = x kernel + bias and h. = h recurrent_kernel + a bias of its own (reset_after; bias
 * (2, 3 units)) or, without reset_after, hh = (r h) recurrent_kernel and one bias (3 units). */
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

#define GRU_PARAMS(block)                                                                         \
  KNN__CELL_UNITS(block, cell), KNN__CELL_GATE(block, cell), KNN__CELL_WEIGHTS(block, cell),      \
      KNN__CELL_FIELD(block, cell, reset_after, KNN_P_BOOL, "true",                               \
                      "Whether the reset gate acts on the product, not on the state before it."), \
      KNN__LAYER_PARAMS(block)

static const knn_param cell_params[] = {GRU_PARAMS(cell_block)};
static const knn_param params[] = {
    GRU_PARAMS(layer_block),
    KNN__LOOP_PARAMS(layer_block, loop),
    KNN__CUDNN_PARAM(layer_block, loop),
};

static knn_status states(knn_layer *cell, const knn__spec *step, knn__spec *out, int *n) {
  const cell_block *args = cell->base.args;
  out[0] = knn__cell_state_spec(cell, step, args->cell.units);
  *n = 1;
  return KNN_OK;
}

/* With recurrent dropout each gate has masks of its own, also for the input. */
static int masks_of(const knn__cell_args *args) {
  return args->recurrent_dropout != 0 ? 3 : 1;
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
  return knn__cell_build(layer, &args->cell, &in[0], 3, args->cell.reset_after ? 2 : 1, &f->w);
}

/* Row i of the bias, (3 units). */
static knn_value *bias_row(const cell_fields *f, knn__scope *s, int i) {
  if (!f->w.bias) return NULL;
  knn_value *bias = f->w.bias->value;
  return bias->spec.rank == 1 ? bias : knn__squeeze(s, knn__slice_axis(s, bias, 0, i, 1, 1), 0);
}

/* The parts of h that the gates and the candidate see; hh[2] is NULL without reset_after. */
static void project_state(const cell_block *args, const cell_fields *f, knn__scope *s,
                          const knn__cell_masks *masks, knn_value *h, knn_value **hh) {
  const int64_t units = args->cell.units;
  knn_value *kernel = f->w.recurrent->value;
  if (args->cell.reset_after) {
    knn__cell_project(s, h, masks->h, kernel, bias_row(f, s, 1), units, 3, hh);
    return;
  }
  knn__cell_project(s, h, masks->h, knn__slice_axis(s, kernel, 1, 0, 2 * units, 1), NULL, units, 2,
                    hh);
  hh[2] = NULL;
}

static knn_value *reset_state(const cell_block *args, const cell_fields *f, knn__scope *s,
                              const knn__cell_masks *masks, knn_value *r, knn_value *h,
                              knn_value *hh) {
  const int64_t units = args->cell.units;
  if (hh) return knn__multiply(s, r, hh);
  knn_value *kernel = knn__slice_axis(s, f->w.recurrent->value, 1, 2 * units, units, 1);
  return knn__matmul(s, knn__multiply(s, r, knn__cell_masked(s, h, masks->h[2])), kernel, false,
                     false);
}

static void call_cell(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const cell_block *args = layer->base.args;
  const cell_fields *f = layer->fields;
  const knn__spec spec = knn__cell_state_spec(layer, &io->in[0]->spec, args->cell.units);
  knn_object *act = args->cell.activation, *gate = args->cell.recurrent_activation;
  knn_value *x = io->in[0], *h = knn__cell_state(s, io, 0, &spec), *xs[3], *hs[3];
  knn__cell_masks masks = f->masks;
  if (io->training && !masks.drawn)
    knn__cell_draw(&args->cell, s, x, h, masks_of(&args->cell), &masks);
  knn__cell_project(s, x, masks.x, f->w.kernel->value, bias_row(f, s, 0), args->cell.units, 3, xs);
  project_state(args, f, s, &masks, h, hs);
  if (s->status != KNN_OK) return;
  knn_value *z = knn__activate(gate, s, knn__add(s, xs[0], hs[0])),
            *r = knn__activate(gate, s, knn__add(s, xs[1], hs[1]));
  knn_value *candidate =
      knn__activate(act, s, knn__add(s, xs[2], reset_state(args, f, s, &masks, r, h, hs[2])));
  knn_value *rest = knn__multiply(s, knn__subtract(s, knn__scalar_like(s, z, 1), z), candidate);
  io->out[0] = io->out[1] = knn__add(s, knn__multiply(s, z, h), rest);
  io->n_out = 2;
}

static knn_status check(knn_layer *layer) {
  layer_fields *f = layer->fields;
  return knn__make_cell(layer, &knn__layer_gru_cell, "gru_cell", &f->cell);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const layer_fields *f = layer->fields;
  (void)n_in;
  return knn__rnn_build(layer, f->cell, &in[0]);
}

static bool whole(knn__scope *s, knn__rnn *run) {
  const cell_block *args = run->cell->base.args;
  const cell_fields *f = run->cell->fields;
  if (!args->cell.reset_after || !knn__rnn_is_usual(run, &args->cell)) return false;
  knn__sequence q = {.x = knn__rnn_projected(s, run, &f->masks, &f->w, bias_row(f, s, 0)),
                     .h0 = run->states[0],
                     .kernel = f->w.recurrent->value,
                     .bias = bias_row(f, s, 1),
                     .mask = run->mask,
                     .sequences = run->args->return_sequences,
                     .saves = run->training};
  knn__gru(s, &q);
  knn__rnn_take_output(s, run, q.y, q.h);
  run->states[0] = q.h;
  return true;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const layer_fields *f = layer->fields;
  knn__rnn_call(layer, f->cell, s, io, whole);
}

const knn__layer_def knn__layer_gru_cell = {
    .cls = {.family = "layer",
            .name = "GRUCell",
            .summary = "One step of a GRU.",
            .detail =
                "z = gate(xz + hz), r = gate(xr + hr), new = activation(xh + r hh), h = z h + "
                "(1 - z) new, with x. and h. the blocks of x kernel and h recurrent_kernel "
                "with their biases. The output is h. A state left out is zeros.",
            .shapes = "{x (batch, features), h (batch, units)} -> y (batch, units), h",
            .example = "local y, h = knn.layers.GRUCell{4}({knn.ones{2, 3}, knn.zeros{2, 4}})",
            .source = "Cho et al. 2014",
            .see = "GRU|RNN",
            KNN__PARAMS(cell_params, cell_block)},
    .min_rank = 2,
    .max_rank = 2,
    .max_in = 2,
    .fields_size = sizeof(cell_fields),
    .cell = &as_cell,
    .build = build_cell,
    .call = call_cell,
};

const knn__layer_def knn__layer_gru = {
    .cls = {.family = "layer",
            .name = "GRU",
            .summary = "Recurrence whose gates choose between the old state and a new one.",
            .detail =
                "z = gate(xz + hz), r = gate(xr + hr), new = activation(xh + r hh), h = z h + "
                "(1 - z) new, with x. and h. the blocks of x kernel and h recurrent_kernel "
                "with their biases. Weights: kernel (features, 3 units), recurrent_kernel "
                "(units, 3 units), bias (2, 3 units), or (3 units) without reset_after. The "
                "call takes {x, h} too: an initial state.",
            .shapes = "x (batch, steps, features) -> (batch, units) or (batch, steps, units)",
            .example = "local y = knn.layers.GRU{4, return_sequences = true}(knn.ones{2, 5, 3})",
            .source = "Cho et al. 2014",
            .see = "LSTM|SimpleRNN|RNN|Bidirectional",
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
