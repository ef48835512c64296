/* sequential.c - a stack of layers as a layer: each one's output is the next one's input.
 * Built when the first layer knows its input shape, or by the first input. Weights' paths start
 * with the stack's name. */
#include <string.h>

#include "model.h"

typedef struct sequential_args {
  knn__layer_common common;
  knn_config *layers; /* list of layers */
} sequential_args;

static const knn_param params[] = {
    KNN__PARAM(sequential_args, layers, KNN_P_CONFIG, "null", "Layers from first to last.",
               .positional = true),
    KNN__LAYER_PARAMS(sequential_args),
};

static knn_status check(knn_layer *layer) {
  const sequential_args *args = layer->base.args;
  for (int i = 0; i < knn_config_size(args->layers); i++) {
    knn_object *object = NULL;
    knn_status st =
        knn_object_resolve(layer->base.ctx, "layer", knn_config_at(args->layers, i), &object);
    if (st == KNN_OK && !object)
      st = knn_fail(layer->base.ctx, KNN_EARG, "layers: entry %d is null", i + 1);
    if (st == KNN_OK) st = knn__add_sublayer(layer, knn_layer_of(object));
    knn_object_release(object);
    if (st != KNN_OK) return st;
  }
  return KNN_OK;
}

/* The stack as a drawing, so that models can be made of its parts. */
typedef struct sequential_fields {
  knn_layer *entrance; /* the InputLayer where the stack has none of its own, counted */
  knn_value *in, *out; /* counted; NULL until built */
} sequential_fields;

static void erase(sequential_fields *drawing) {
  knn_value_release(drawing->in);
  knn_value_release(drawing->out);
  drawing->in = drawing->out = NULL;
}

static void finalize(knn_layer *layer) {
  sequential_fields *drawing = layer->fields;
  erase(drawing);
  knn_layer_release(drawing->entrance);
}

static bool lets_in(const knn_layer *entrance, const knn__spec *spec) {
  knn__spec own;
  if (!entrance) return false;
  knn__input_layer_spec(entrance, &own);
  return own.dtype == spec->dtype && knn__dims_equal(own.rank, own.dims, spec->rank, spec->dims);
}

void knn__sequential_set_entrance(knn_layer *layer, knn_layer *entrance) {
  sequential_fields *drawing = layer->fields;
  knn_layer_retain(entrance);
  knn_layer_release(drawing->entrance);
  drawing->entrance = entrance;
}

static knn_status make_entrance(knn_layer *layer, const knn__spec *spec, knn_layer **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *options = NULL;
  sequential_fields *drawing = layer->fields;
  *out = layer->sublayers[0];
  if (knn__is_input_layer(*out)) return KNN_OK;
  *out = drawing->entrance;
  if (lets_in(drawing->entrance, spec)) return KNN_OK;
  knn_layer_release(drawing->entrance);
  drawing->entrance = NULL;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = knn_config_set_ints(options, "batch_shape", spec->rank, spec->dims);
  if (st == KNN_OK) st = knn_config_set_string(options, "dtype", knn_dtype_name(spec->dtype));
  if (st == KNN_OK) st = knn_layer_from_config(ctx, "InputLayer", options, &drawing->entrance);
  knn_config_release(options);
  *out = drawing->entrance;
  return st;
}

/* Build the layers in the stack's scope and note their calls one on top of the other. */
static void draw(knn_layer *layer, knn__scope *s, knn_value *const *first, knn__layer_io *io) {
  knn_value *values[KNN__MAX_OUT];
  knn__spec specs[KNN__MAX_OUT];
  io->out[0] = first[0];
  io->n_out = 1;
  for (int i = 0; i < layer->n_sublayers && s->status == KNN_OK; i++) {
    knn_layer *sub = layer->sublayers[i];
    const int n = io->n_out;
    if (i == 0 && knn__is_input_layer(sub)) continue;
    for (int k = 0; k < n; k++) specs[k] = (values[k] = io->out[k])->spec;
    s->status = knn__layer_build(sub, layer->path, specs, n);
    *io = (knn__layer_io){.n_in = n, .in = values, .n_out = 1};
    knn__layer_record(sub, s, io, -1);
  }
}

/* Keras makes a Functional of a stack, whose name is then taken. */
static knn_status take_name(knn_ctx *ctx) {
  char *name = NULL;
  KNN__TRY(knn__unique_name(ctx, "functional", &name));
  knn__free(ctx, name);
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  knn_ctx *ctx = layer->base.ctx;
  sequential_fields *drawing = layer->fields;
  knn_layer *entrance;
  knn__scope s;
  knn__layer_io io;
  if (layer->n_sublayers == 0)
    return knn_fail(ctx, KNN_ESTATE, "the stack is empty; add layers first");
  if (n_in != 1)
    return knn_fail(ctx, KNN_EARG,
                    "a stack takes one input, got %d; draw a model with knn.Input "
                    "and knn.Model instead",
                    n_in);
  erase(drawing);
  KNN__TRY(make_entrance(layer, &in[0], &entrance));
  KNN__TRY(knn__layer_build(entrance, "", &in[0], 1));
  KNN__TRY(knn__input_value(entrance, &drawing->in));
  knn__scope_begin(&s, ctx);
  draw(layer, &s, &drawing->in, &io);
  if (s.status == KNN_OK) knn_value_retain(drawing->out = io.out[0]);
  KNN__TRY(knn__scope_end(&s));
  return take_name(ctx);
}

knn_value *knn__sequential_input(const knn_layer *layer) {
  return knn__is_sequential(layer) ? ((sequential_fields *)layer->fields)->in : NULL;
}

knn_value *knn__sequential_output(const knn_layer *layer) {
  return knn__is_sequential(layer) ? ((sequential_fields *)layer->fields)->out : NULL;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__layer_io step = *io;
  knn_value *values[KNN__MAX_OUT], *masks[KNN__MAX_OUT];
  for (int i = 0; i < layer->n_sublayers && s->status == KNN_OK; i++) {
    knn__layer_call(layer->sublayers[i], s, &step);
    for (int k = 0; k < step.n_out; k++) {
      values[k] = step.out[k];
      masks[k] = step.out_mask[k];
    }
    knn__layer_io next = {
        .n_in = step.n_out, .in = values, .mask = masks, .training = io->training, .n_out = 1};
    if (i + 1 < layer->n_sublayers) step = next;
  }
  io->n_out = step.n_out;
  memcpy(io->out, step.out, sizeof io->out);
  memcpy(io->out_mask, step.out_mask, sizeof io->out_mask);
}

const knn__layer_def knn__layer_sequential = {
    .cls = {.family = "layer",
            .name = "Sequential",
            .summary = "A stack of layers: each output is the next input.",
            .detail = "Built at once when the first layer has input_shape (or is an Input), else "
                      "by the first data.",
            .shapes = "the first layer's input -> the last layer's output",
            .example = "local model = knn.Sequential{knn.layers.Dense{8, activation = \"relu\", "
                       "input_shape = {4}}, "
                       "knn.layers.Dense{3, activation = \"softmax\"}}",
            .source = "Keras, Sequential",
            .see = "Dense",
            KNN__PARAMS(params, sequential_args)},
    .inputs = KNN__IN_ANY,
    .fields_size = sizeof(sequential_fields),
    .check = check,
    .build = build,
    .call = call,
    .finalize = finalize,
};

bool knn__is_sequential(const knn_layer *layer) {
  return layer->def == &knn__layer_sequential;
}
