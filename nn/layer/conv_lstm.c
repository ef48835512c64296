/* conv_lstm.c - LSTM whose products are convolutions over 1, 2 or 3 spatial axes:
 *   z = conv(x, kernel; strides, padding, dilation_rate) + bias + conv(h, recurrent_kernel; same)
 * in blocks i, f, c, o of channels, then as LSTM. x (batch, steps, spatial..., channels) ->
 * (batch, out..., filters) or with steps. kernel (size..., channels, 4 filters), recurrent_kernel
 * (size..., filters, 4 filters), bias (4 filters). Source: Shi et al. 2015. */
#include "geometry.h"
#include "rnn.h"

/* Of the cell and of the layer; a cell leaves `loop` alone. */
typedef struct conv_args {
  knn__layer_common common;
  knn__cell_args cell; /* units: filters */
  knn_ints kernel_size, strides, dilation_rate;
  int padding, data_format;
  knn__loop_args loop;
} conv_args;

typedef struct cell_fields {
  knn__cell_weights w;
  knn__cell_masks masks;
} cell_fields;

typedef struct layer_fields {
  knn_layer *cell;
} layer_fields;

/* clang-format off */
#define CONV_PARAMS(RANK)                                                                           \
  {.name = "filters", .kind = KNN_P_INT, .doc = "Number of output channels.", .mark = KNN_SIZE,     \
   .positional = true, .min = 1, .max = 1e9, .offset = offsetof(conv_args, cell.units)},            \
  KNN__PARAM(conv_args, kernel_size, KNN_P_INTS, NULL, "Size of the window along each spatial axis.", \
             .mark = KNN_SIZE, .positional = true, .arity = RANK, .min = 1, .max = 1e9),            \
  KNN__PARAM(conv_args, strides, KNN_P_INTS, "1", "Step of the window along each spatial axis.",    \
             .mark = KNN_SIZE, .arity = RANK, .min = 1, .max = 1e9),                                \
  KNN__PADDING_PARAM(conv_args, "valid|same"),                                                      \
  KNN__DATA_FORMAT_PARAM(conv_args),                                                                \
  KNN__PARAM(conv_args, dilation_rate, KNN_P_INTS, "1", "Distance between elements of the window.", \
             .mark = KNN_SIZE, .arity = RANK, .min = 1, .max = 1e9),                                \
  KNN__CELL_FIELD(conv_args, cell, activation, KNN_P_OBJECT, "tanh",                                \
                  "Function of the candidate state.", .choices = "activation", .nullable = true),   \
  KNN__CELL_GATE(conv_args, cell), KNN__CELL_WEIGHTS(conv_args, cell),                              \
  KNN__CELL_FIELD(conv_args, cell, unit_forget_bias, KNN_P_BOOL, "true",                            \
                  "Whether the bias of the forget gate begins as ones."),                           \
  KNN__LAYER_PARAMS(conv_args)
#define LAYER_PARAMS(RANK) CONV_PARAMS(RANK), KNN__LOOP_PARAMS_PLAIN(conv_args, loop)
/* clang-format on */

static const knn_param cell_params_1d[] = {CONV_PARAMS(1)};
static const knn_param cell_params_2d[] = {CONV_PARAMS(2)};
static const knn_param cell_params_3d[] = {CONV_PARAMS(3)};
static const knn_param params_1d[] = {LAYER_PARAMS(1)};
static const knn_param params_2d[] = {LAYER_PARAMS(2)};
static const knn_param params_3d[] = {LAYER_PARAMS(3)};

/* ---- the cell ---- */

/* The spec with the channels last. */
static knn__spec channels_last(const conv_args *args, const knn__spec *x) {
  knn__spec y = *x;
  if (!knn__channels_first(args->data_format)) return y;
  for (int i = 1; i < x->rank - 1; i++) y.dims[i] = x->dims[i + 1];
  y.dims[x->rank - 1] = x->dims[1];
  return y;
}

static knn_status input_window(knn_ctx *ctx, const conv_args *args, const knn__spec *last,
                               knn__window *window) {
  return knn__place_window(ctx, "kernel", last, &args->kernel_size, &args->strides,
                           &args->dilation_rate, (knn__padding)args->padding, window);
}

static knn_status states(knn_layer *cell, const knn__spec *step, knn__spec *out, int *n) {
  const conv_args *args = cell->base.args;
  const bool first = knn__channels_first(args->data_format);
  const int rank = args->kernel_size.n;
  const knn__spec last = channels_last(args, step);
  knn__window w;
  KNN__TRY(input_window(cell->base.ctx, args, &last, &w));
  out[0] = *step;
  out[0].dtype = knn__layer_dtype(cell);
  out[0].dims[first ? 1 : rank + 1] = args->cell.units;
  for (int i = 0; i < rank; i++) {
    const int64_t span = (w.size[i] - 1) * w.dilation[i] + 1;
    if (last.dims[i + 1] == KNN_ANY)
      return knn_fail(cell->base.ctx, KNN_ESHAPE, "the spatial sizes must be known, got %s",
                      KNN__SPEC(*step));
    out[0].dims[i + (first ? 2 : 1)] =
        (last.dims[i + 1] + w.before[i] + w.after[i] - span) / w.stride[i] + 1;
  }
  out[1] = out[0];
  *n = 2;
  return KNN_OK;
}

static void begin(knn_layer *cell, knn__scope *s, knn_value *x, knn_value *const *h) {
  const conv_args *args = cell->base.args;
  cell_fields *f = cell->fields;
  knn__cell_draw(&args->cell, s, x, h[0], 4, &f->masks);
}

static void end(knn_layer *cell) {
  cell_fields *f = cell->fields;
  f->masks = (knn__cell_masks){0};
}

static const knn__cell as_cell = {.states = states, .begin = begin, .end = end};

static knn_status build_cell(knn_layer *layer, const knn__spec *in, int n_in) {
  const conv_args *args = layer->base.args;
  const knn__cell_args *cell = &args->cell;
  cell_fields *f = layer->fields;
  const int rank = args->kernel_size.n,
            axis = knn__channels_first(args->data_format) ? 1 : rank + 1;
  int64_t dims[KNN_MAX_RANK];
  (void)n_in;
  if (in[0].dims[axis] == KNN_ANY)
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "the number of channels must be known, got %s",
                    KNN__SPEC(in[0]));
  for (int i = 0; i < rank; i++) dims[i] = args->kernel_size.v[i];
  dims[rank] = in[0].dims[axis];
  dims[rank + 1] = 4 * cell->units;
  KNN__TRY(knn__add_weight(layer, "kernel", rank + 2, dims, cell->kernel_initializer,
                           cell->kernel_regularizer, cell->kernel_constraint, true, &f->w.kernel));
  dims[rank] = cell->units;
  KNN__TRY(knn__add_weight(layer, "recurrent_kernel", rank + 2, dims, cell->recurrent_initializer,
                           cell->recurrent_regularizer, cell->recurrent_constraint, true,
                           &f->w.recurrent));
  return cell->use_bias ? knn__cell_add_bias(layer, cell, 4, 1, &f->w.bias) : KNN_OK;
}

/* Four blocks of conv(x, kernel): one convolution, unless each block sees other elements of x. */
static void project(const conv_args *args, knn__scope *s, knn_value *x, knn_value *const *masks,
                    const knn_variable *kernel, const knn__window *window, knn_value **out) {
  const bool first = knn__channels_first(args->data_format);
  const int64_t units = args->cell.units, sizes[] = {units, units, units, units};
  if (!masks[0]) {
    x = knn__to_channels_last(s, x, first);
    knn__split(s, knn__conv_op(s, x, kernel->value, window, 1), 4, sizes, -1, out);
    return;
  }
  for (int i = 0; i < 4; i++) {
    knn_value *kept = knn__to_channels_last(s, knn__cell_masked(s, x, masks[i]), first);
    out[i] = knn__conv_op(s, kept, knn__slice_axis(s, kernel->value, -1, i * units, units, 1),
                          window, 1);
  }
}

/* The blocks before their functions, channels last. */
static void gates(const conv_args *args, const cell_fields *f, knn__scope *s, knn_value *x,
                  knn_value *h, const knn__cell_masks *masks, knn_value **z) {
  const knn_ints one = {args->kernel_size.n, {1, 1, 1}};
  const knn__spec x_last = channels_last(args, &x->spec), h_last = channels_last(args, &h->spec);
  const int64_t units = args->cell.units;
  knn__window outer, inner;
  knn_value *zh[4];
  s->status = input_window(s->ctx, args, &x_last, &outer);
  if (s->status == KNN_OK)
    s->status = knn__place_window(s->ctx, "kernel", &h_last, &args->kernel_size, &one, NULL,
                                  KNN__SAME, &inner);
  if (s->status != KNN_OK) return;
  project(args, s, x, masks->x, f->w.kernel, &outer, z);
  project(args, s, h, masks->h, f->w.recurrent, &inner, zh);
  for (int i = 0; i < 4 && s->status == KNN_OK; i++) {
    if (f->w.bias)
      z[i] = knn__add(s, z[i], knn__slice_axis(s, f->w.bias->value, 0, i * units, units, 1));
    z[i] = knn__add(s, z[i], zh[i]);
  }
}

static void call_cell(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const conv_args *args = layer->base.args;
  const cell_fields *f = layer->fields;
  const bool first = knn__channels_first(args->data_format);
  knn_object *act = args->cell.activation, *gate = args->cell.recurrent_activation;
  knn__spec specs[2];
  int n;
  s->status = states(layer, &io->in[0]->spec, specs, &n);
  knn_value *x = io->in[0], *h = knn__cell_state(s, io, 0, &specs[0]),
            *c = knn__cell_state(s, io, 1, &specs[1]), *z[4];
  knn__cell_masks masks = f->masks;
  if (s->status != KNN_OK) return;
  if (io->training && !masks.drawn) knn__cell_draw(&args->cell, s, x, h, 4, &masks);
  gates(args, f, s, x, h, &masks, z);
  if (s->status != KNN_OK) return;
  c = knn__to_channels_last(s, c, first);
  knn_value *kept = knn__multiply(s, knn__activate(gate, s, z[1]), c),
            *entered = knn__multiply(s, knn__activate(gate, s, z[0]), knn__activate(act, s, z[2]));
  c = knn__add(s, kept, entered);
  h = knn__multiply(s, knn__activate(gate, s, z[3]), knn__activate(act, s, c));
  io->out[0] = io->out[1] = knn__to_channels_first(s, h, first);
  io->out[2] = knn__to_channels_first(s, c, first);
  io->n_out = 3;
}

/* clang-format off */
#define CELL_ROW(RANK)                                                                              \
  {.cls = {.family = "layer", .name = "ConvLSTMCell", .summary = "One step of a ConvLSTM" #RANK "D.", \
           .detail = "As LSTMCell, with convolutions.",                                             \
           .shapes = "{x (batch, spatial..., channels), h, c} -> y, h, c",                          \
           KNN__PARAMS(cell_params_##RANK##d, conv_args)},                                          \
   .min_rank = RANK + 2, .max_rank = RANK + 2, .ranks_of_first = true, .max_in = 3,                 \
   .fields_size = sizeof(cell_fields), .cell = &as_cell, .build = build_cell, .call = call_cell}
/* clang-format on */

static const knn__layer_def cell_rows[] = {CELL_ROW(1), CELL_ROW(2), CELL_ROW(3)};

/* ---- the layer ---- */

static bool above_one(const knn_ints *v) {
  for (int i = 0; i < v->n; i++)
    if (v->v[i] > 1) return true;
  return false;
}

static knn_status check(knn_layer *layer) {
  const conv_args *args = layer->base.args;
  layer_fields *f = layer->fields;
  if (above_one(&args->strides) && above_one(&args->dilation_rate))
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'strides' and 'dilation_rate' cannot both be above 1");
  return knn__make_cell(layer, &cell_rows[args->kernel_size.n - 1], "conv_lstm_cell", &f->cell);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const layer_fields *f = layer->fields;
  const conv_args *args = layer->base.args;
  const knn__spec step = knn__step_spec(&in[0]);
  const int axis = knn__channels_first(args->data_format) ? 2 : -1;
  knn__spec specs[2];
  int n;
  (void)n_in;
  KNN__TRY(states(f->cell, &step, specs, &n)); /* sizes are known and the window fits */
  KNN__TRY(knn__layer_build(f->cell, layer->path, &step, 1));
  knn__fix_axis(layer, axis, in[0].dims[axis < 0 ? in[0].rank - 1 : axis]);
  return KNN_OK;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const layer_fields *f = layer->fields;
  knn__rnn_call(layer, f->cell, s, io, NULL);
}

/* clang-format off */
#define ROW(RANK, SHAPES, EXAMPLE, SEE)                                                             \
  .cls = {.family = "layer", .name = "ConvLSTM" #RANK "D",                                          \
          .summary = "LSTM over sequences with " #RANK " spatial axes: its products are convolutions.", \
          .detail = "z = conv(x, kernel) + bias + conv(h, recurrent_kernel; same), in blocks i, f, c, o; " \
                    "c = gate(z_f) c + gate(z_i) activation(z_c), h = gate(z_o) activation(c). Weights: "  \
                    "kernel (size..., channels, 4 filters), recurrent_kernel (size..., filters, 4 "  \
                    "filters), bias (4 filters).",                                                  \
          .shapes = SHAPES, .example = EXAMPLE, .source = "Shi et al. 2015", .see = SEE,            \
          KNN__PARAMS(params_##RANK##d, conv_args)},                                                \
  .min_rank = RANK + 3, .max_rank = RANK + 3, .ranks_of_first = true, .max_in = 3,                  \
  .consumes_mask = true, .loop_at = offsetof(conv_args, loop), .fields_size = sizeof(layer_fields), \
  .check = check, .build = build, .call = call, .part = knn__part_cell
/* clang-format on */

const knn__layer_def knn__layer_conv_lstm1d = {
    ROW(1, "x (batch, steps, length, channels) -> (batch, new length, filters)",
        "local y = knn.layers.ConvLSTM1D{4, kernel_size = 3}(knn.ones{1, 5, 8, 2})",
        "ConvLSTM2D|LSTM|Conv1D")};
const knn__layer_def knn__layer_conv_lstm2d = {
    ROW(2, "x (batch, steps, height, width, channels) -> (batch, new height, new width, filters)",
        "local y = knn.layers.ConvLSTM2D{4, kernel_size = 3, padding = \"same\"}(knn.ones{1, 5, 8, "
        "8, 1})",
        "ConvLSTM1D|ConvLSTM3D|LSTM|Conv2D")};
const knn__layer_def knn__layer_conv_lstm3d = {
    ROW(3,
        "x (batch, steps, depth, height, width, channels) -> (batch, new depth, new height, new "
        "width, filters)",
        "local y = knn.layers.ConvLSTM3D{2, kernel_size = 2}(knn.ones{1, 3, 4, 4, 4, 1})",
        "ConvLSTM2D|LSTM|Conv3D")};
