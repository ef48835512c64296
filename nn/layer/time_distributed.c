/* time_distributed.c - a layer applied to every step by itself: y[:, t] = layer(x[:, t]).
 * x (batch, steps, ...) -> (batch, steps, ...). Steps become rows of one larger batch; a layer for
 * which rows of a batch belong together runs step by step instead. */
#include "rnn.h"

typedef struct distributed_args {
  knn__layer_common common;
  knn_object *layer;
} distributed_args;

static const knn_param params[] = {
    KNN__PARAM(distributed_args, layer, KNN_P_OBJECT, NULL, "The layer applied to each step.",
               .choices = "layer", .positional = true),
    KNN__LAYER_PARAMS(distributed_args),
};

static knn_layer *inner_of(const knn_layer *layer) {
  const distributed_args *args = layer->base.args;
  return knn_layer_of(args->layer);
}

static knn_status check(knn_layer *layer) {
  return knn__add_sublayer(layer, inner_of(layer));
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const knn__spec step = knn__step_spec(&in[0]);
  (void)n_in;
  return knn__layer_build(inner_of(layer), layer->path, &step, 1);
}

/* Also of a layer of the host's, whose functions nobody knows. */
static bool mixes_rows(const knn_layer *layer) {
  if (layer->def->mixes_rows || layer->custom || layer->n_states > 0) return true;
  for (int i = 0; i < layer->n_sublayers; i++)
    if (mixes_rows(layer->sublayers[i])) return true;
  return false;
}

static knn_value *apply(knn_layer *inner, knn__scope *s, knn_value *x, knn_value *mask,
                        bool training) {
  knn__layer_io io = {.n_in = 1, .in = &x, .mask = &mask, .training = training, .n_out = 1};
  knn__layer_call(inner, s, &io);
  return s->status == KNN_OK ? io.out[0] : NULL;
}

/* x (a, b, ...) -> (a b, ...); at most one of a and b may be open. */
static knn_value *join(knn__scope *s, knn_value *x) {
  int64_t dims[KNN_MAX_RANK];
  dims[0] = knn__count(2, x->spec.dims);
  for (int i = 2; i < x->spec.rank; i++) dims[i - 1] = x->spec.dims[i];
  return knn__reshape(s, x, x->spec.rank - 1, dims);
}

static knn_value *as_rows(knn_layer *inner, knn__scope *s, const knn__layer_io *io) {
  const knn__spec x = io->in[0]->spec;
  knn_value *mask = io->mask[0] ? join(s, io->mask[0]) : NULL;
  knn_value *y = apply(inner, s, join(s, io->in[0]), mask, io->training);
  if (!y) return NULL;
  int64_t dims[KNN_MAX_RANK];
  dims[0] = x.dims[0];
  dims[1] = x.dims[1];
  for (int i = 1; i < y->spec.rank; i++) dims[i + 1] = y->spec.dims[i];
  return knn__reshape(s, y, y->spec.rank + 1, dims);
}

typedef struct stepper {
  knn_layer *inner;
  bool training, masked;
} stepper;

static void step(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const stepper *p = self;
  out[0] = apply(p->inner, s, in[0], p->masked ? in[1] : NULL, p->training);
}

static knn_value *step_by_step(knn_layer *inner, knn__scope *s, const knn__layer_io *io) {
  stepper p = {inner, io->training, io->mask[0] != NULL};
  knn_value *xs[2] = {io->in[0], io->mask[0]}, *y = NULL;
  const knn__scan loop = {.n_xs = 1 + p.masked, .n_ys = 1, .xs = xs, .axis = 1};
  knn__scan_over(s, &loop, step, &p, NULL, &y);
  return y;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const knn__spec *x = &io->in[0]->spec;
  knn_layer *inner = inner_of(layer);
  if (io->mask[0] && !knn__dims_fit(2, io->mask[0]->spec.dims, 2, x->dims)) {
    knn__scope_fail(s, KNN_ESHAPE, "a mask of shape %s expected, got %s", KNN__SHAPE(2, x->dims),
                    KNN__SPEC(io->mask[0]->spec));
    return;
  }
  const bool open = x->dims[0] == KNN_ANY && x->dims[1] == KNN_ANY;
  io->out[0] = open || mixes_rows(inner) ? step_by_step(inner, s, io) : as_rows(inner, s, io);
}

const knn__layer_def knn__layer_time_distributed = {
    .cls = {.family = "layer",
            .name = "TimeDistributed",
            .summary = "A layer applied to every step of a sequence by itself.",
            .detail = "y[:, t] = layer(x[:, t]), with the same weights at all steps.",
            .shapes = "x (batch, steps, ...) -> (batch, steps, ...)",
            .example =
                "local y = knn.layers.TimeDistributed{knn.layers.Conv2D{4, kernel_size = 3}}("
                "knn.ones{2, 5, 8, 8, 1})",
            .source = "Keras, TimeDistributed",
            .see = "Bidirectional|RNN",
            KNN__PARAMS(params, distributed_args)},
    .min_rank = 3,
    .inputs = KNN__IN_KEPT,
    .supports_masking = true,
    .check = check,
    .build = build,
    .call = call,
    .part = knn__part_layer,
};
