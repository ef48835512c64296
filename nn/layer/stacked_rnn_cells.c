/* stacked_rnn_cells.c - cells one behind the other as one cell: each one's output is the next one's
 * input; the states of all stand in a row. */
#include "rnn.h"

typedef struct stack_args {
  knn__layer_common common;
  knn_config *cells;
} stack_args;

static const knn_param params[] = {
    KNN__PARAM(stack_args, cells, KNN_P_CONFIG, NULL, "Cells from first to last.",
               .positional = true),
    KNN__LAYER_PARAMS(stack_args),
};

static knn_status check(knn_layer *layer) {
  const stack_args *args = layer->base.args;
  if (knn_config_kind_of(args->cells) != KNN_CONFIG_LIST || knn_config_size(args->cells) == 0)
    return knn_fail(layer->base.ctx, KNN_EARG, "'cells' must be a list of cells");
  for (int i = 0; i < knn_config_size(args->cells); i++) {
    knn_layer *cell = NULL;
    KNN__TRY(knn__cell_from(layer->base.ctx, knn_config_at(args->cells, i), &cell));
    const knn_status st = knn__add_sublayer(layer, cell);
    knn_layer_release(cell);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  knn__spec step = in[0];
  (void)n_in;
  if (step.dims[step.rank - 1] != KNN_ANY) knn__fix_axis(layer, -1, step.dims[step.rank - 1]);
  for (int i = 0; i < layer->n_sublayers; i++) {
    KNN__TRY(knn__layer_build(layer->sublayers[i], layer->path, &step, 1));
    if (i + 1 < layer->n_sublayers) KNN__TRY(knn__cell_output(layer->sublayers[i], &step, &step));
  }
  return KNN_OK;
}

static knn_status states(knn_layer *layer, const knn__spec *x, knn__spec *out, int *n) {
  knn__spec step = *x;
  *n = 0;
  for (int i = 0; i < layer->n_sublayers; i++) {
    knn_layer *cell = layer->sublayers[i];
    knn__spec own[KNN__MAX_OUT];
    int count;
    KNN__TRY(cell->def->cell->states(cell, &step, own, &count));
    if (*n + count >= KNN__MAX_OUT)
      return knn_fail(layer->base.ctx, KNN_EARG, "the cells have more than %d states",
                      KNN__MAX_OUT - 1);
    for (int k = 0; k < count; k++) out[(*n)++] = own[k];
    if (i + 1 < layer->n_sublayers) KNN__TRY(knn__cell_output(cell, &step, &step));
  }
  return KNN_OK;
}

/* The specs of a step's input and the number of states, for each cell in turn. */
static bool next_cell(knn_layer *layer, knn__scope *s, int i, knn__spec *step, int *n) {
  knn__spec own[KNN__MAX_OUT];
  if (i >= layer->n_sublayers || s->status != KNN_OK) return false;
  if (i > 0) s->status = knn__cell_output(layer->sublayers[i - 1], step, step);
  if (s->status == KNN_OK)
    s->status = layer->sublayers[i]->def->cell->states(layer->sublayers[i], step, own, n);
  return s->status == KNN_OK;
}

static void begin(knn_layer *layer, knn__scope *s, knn_value *x, knn_value *const *h) {
  knn__spec step = x->spec;
  int n;
  for (int i = 0, at = 0; next_cell(layer, s, i, &step, &n); i++, at += n) {
    knn_layer *cell = layer->sublayers[i];
    knn_value *like = i ? knn__zero_state(s, &step, x) : x; /* for its shape */
    if (cell->def->cell->begin && s->status == KNN_OK)
      cell->def->cell->begin(cell, s, like, h + at);
  }
}

static void end(knn_layer *layer) {
  for (int i = 0; i < layer->n_sublayers; i++) {
    knn_layer *cell = layer->sublayers[i];
    if (cell->def->cell->end) cell->def->cell->end(cell);
  }
}

static const knn__cell as_cell = {.states = states, .begin = begin, .end = end};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__spec specs[KNN__MAX_OUT], step = io->in[0]->spec;
  knn_value *x = io->in[0], *in[KNN__MAX_IN], *all[KNN__MAX_OUT];
  int total = 0, n;
  s->status = states(layer, &step, specs, &total);
  for (int i = 0; i < total; i++) all[i] = knn__cell_state(s, io, i, &specs[i]);
  for (int i = 0, at = 0; next_cell(layer, s, i, &step, &n); i++, at += n) {
    in[0] = x;
    for (int k = 0; k < n; k++) in[k + 1] = all[at + k];
    knn__layer_io inner = {.n_in = n + 1, .in = in, .training = io->training, .n_out = 1};
    knn__layer_call(layer->sublayers[i], s, &inner);
    if (s->status != KNN_OK) return;
    x = inner.out[0];
    for (int k = 0; k < n; k++) io->out[1 + at + k] = inner.out[k + 1];
  }
  io->out[0] = x;
  io->n_out = total + 1;
}

static const char *part(const knn_layer *layer, int i) {
  (void)layer, (void)i;
  return "cells/";
}

const knn__layer_def knn__layer_stacked_rnn_cells = {
    .cls = {.family = "layer",
            .name = "StackedRNNCells",
            .summary = "Cells one behind the other, as one cell.",
            .detail =
                "Each cell's output is the next one's input; the states of all cells stand in "
                "a row.",
            .shapes = "{x (batch, ...), states of the cells} -> y, states",
            .example =
                "local stack = knn.layers.StackedRNNCells{{knn.layers.GRUCell{4}, "
                "knn.layers.LSTMCell{3}}}\nlocal y = knn.layers.RNN{stack}(knn.ones{2, 5, 3})",
            .source = "Keras, StackedRNNCells",
            .see = "RNN",
            KNN__PARAMS(params, stack_args)},
    .min_rank = 2,
    .ranks_of_first = true,
    .max_in = -1,
    .inputs = KNN__IN_ANY,
    .cell = &as_cell,
    .check = check,
    .build = build,
    .call = call,
    .part = part,
};
