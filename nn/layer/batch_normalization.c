/* batch_normalization.c - y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each index of
 * one axis. Training: mean and (biased) variance of the batch, over all other axes; moving = moving
 * momentum + batch (1 - momentum). Otherwise, and when the layer is frozen: the moving statistics.
 * A mask (one axis less than x) weights the statistics. x (..., channels, ...) -> same shape;
 * gamma, beta, moving_mean, moving_variance (channels). Source: Ioffe and Szegedy 2015. */
#include "reg.h"

typedef struct norm_args {
  knn__layer_common common;
  int64_t axis;
  double momentum, epsilon;
  bool center, scale, synchronized, renorm;
  knn_object *beta_initializer, *gamma_initializer, *moving_mean_initializer,
      *moving_variance_initializer;
  knn_object *beta_regularizer, *gamma_regularizer, *beta_constraint, *gamma_constraint;
} norm_args;

typedef struct norm_fields {
  int axis;
  knn_variable *gamma, *beta, *moving_mean, *moving_variance;
} norm_fields;

static const knn_param params[] = {
    KNN__PARAM(norm_args, axis, KNN_P_INT, "-1",
               "Axis of the channels, each of which is normalised by itself.", .mark = KNN_AXIS),
    KNN__PARAM(norm_args, momentum, KNN_P_FLOAT, "0.99",
               "Share of the moving statistics that stays at each step.", .min = 0, .max = 1),
    KNN__PARAM(norm_args, epsilon, KNN_P_FLOAT, "0.001",
               "Added to the variance, against division by 0.", .min = 0, .max = 1e30),
    KNN__PARAM(norm_args, center, KNN_P_BOOL, "true", "Whether beta is added."),
    KNN__PARAM(norm_args, scale, KNN_P_BOOL, "true", "Whether gamma multiplies."),
    KNN__INITIALIZER_PARAM(norm_args, beta_initializer, "zeros", "shift"),
    KNN__INITIALIZER_PARAM(norm_args, gamma_initializer, "ones", "scale"),
    KNN__INITIALIZER_PARAM(norm_args, moving_mean_initializer, "zeros", "moving mean"),
    KNN__INITIALIZER_PARAM(norm_args, moving_variance_initializer, "ones", "moving variance"),
    KNN__REGULARIZER_PARAM(norm_args, beta_regularizer, "shift"),
    KNN__REGULARIZER_PARAM(norm_args, gamma_regularizer, "scale"),
    KNN__CONSTRAINT_PARAM(norm_args, beta_constraint, "shift"),
    KNN__CONSTRAINT_PARAM(norm_args, gamma_constraint, "scale"),
    KNN__PARAM(norm_args, synchronized, KNN_P_BOOL, "false",
               "Accepted for Keras's sake: there is one replica."),
    KNN__PARAM(norm_args, renorm, KNN_P_BOOL, "false",
               "Batch renormalisation: not available, must be false."),
    KNN__LAYER_PARAMS(norm_args),
};

static knn_status check(knn_layer *layer) {
  const norm_args *args = layer->base.args;
  if (args->renorm)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'renorm' must be false: batch renormalisation is not available");
  return KNN_OK;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const norm_args *args = layer->base.args;
  norm_fields *f = layer->fields;
  (void)n_in;
  if (!knn__axis(args->axis, in[0].rank, &f->axis) || in[0].dims[f->axis] == KNN_ANY)
    return knn_fail(layer->base.ctx, KNN_ESHAPE,
                    "axis %lld of the input must exist and have a known size, got %s",
                    (long long)args->axis, KNN__SPEC(in[0]));
  const int64_t channels = in[0].dims[f->axis];
  knn__fix_axis(layer, args->axis < 0 ? (int)args->axis : f->axis, channels);
  if (args->scale)
    KNN__TRY(knn__add_weight(layer, "gamma", 1, &channels, args->gamma_initializer,
                             args->gamma_regularizer, args->gamma_constraint, true, &f->gamma));
  if (args->center)
    KNN__TRY(knn__add_weight(layer, "beta", 1, &channels, args->beta_initializer,
                             args->beta_regularizer, args->beta_constraint, true, &f->beta));
  KNN__TRY(knn__add_weight(layer, "moving_mean", 1, &channels, args->moving_mean_initializer, NULL,
                           NULL, false, &f->moving_mean));
  return knn__add_weight(layer, "moving_variance", 1, &channels, args->moving_variance_initializer,
                         NULL, NULL, false, &f->moving_variance);
}

/* A vector over channels in a shape that broadcasts to x; nothing to do for the last axis. */
static knn_value *spread(knn__scope *s, knn_value *v, const knn_value *x, int axis) {
  int64_t dims[KNN_MAX_RANK];
  if (axis == x->spec.rank - 1 || s->status != KNN_OK) return v;
  for (int i = 0; i < x->spec.rank; i++) dims[i] = i == axis ? x->spec.dims[i] : 1;
  return knn__reshape(s, v, x->spec.rank, dims);
}

static knn__axes others(const knn_value *x, int axis) {
  knn__axes axes = {0};
  for (int i = 0; x && i < x->spec.rank; i++) /* NULL after a failure */
    if (i != axis) axes.v[axes.n++] = i;
  return axes;
}

/* Mean of x over all axes but one, weighted by (..., 1); keeps the axes. 1e-7 is Keras's epsilon.
 */
static knn_value *mean_of(knn__scope *s, knn_value *x, knn_value *weights, knn_value *weight_sum,
                          int axis) {
  if (s->status != KNN_OK) return NULL;
  knn_value *sum = knn__sum(s, knn__multiply(s, x, weights), others(x, axis), true);
  return knn__divide(s, sum, knn__plus(s, weight_sum, 1e-7));
}

/* moving = moving momentum + batch (1 - momentum) */
static void update(knn__scope *s, knn_variable *moving, knn_value *batch, double momentum) {
  const knn__spec *spec = &moving->value->spec;
  knn_value *flat = knn__reshape(s, batch, 1, spec->dims);
  knn__assign(
      s, moving,
      knn__add(s, knn__times(s, moving->value, momentum), knn__times(s, flat, 1 - momentum)));
}

static knn_value *scaled(const norm_args *args, const norm_fields *f, knn__scope *s,
                         knn_value *variance, const knn_value *x) {
  knn_value *factor = knn__rsqrt(s, knn__plus(s, variance, args->epsilon));
  return f->gamma ? knn__multiply(s, factor, spread(s, f->gamma->value, x, f->axis)) : factor;
}

/* The batch's statistics without the steps that the mask (all axes but the last) leaves out. */
static knn_value *call_masked(const norm_args *args, const norm_fields *f, knn__scope *s,
                              knn_value *x, knn_value *mask) {
  knn_value *weights = knn__cast(s, knn__expand_dims(s, mask, -1), x->spec.dtype);
  /* over all axes but the channels'; with the channels last each weight counts once */
  knn_value *weight_sum = knn__sum(s, weights, others(x, f->axis), true);
  knn_value *mean = mean_of(s, x, weights, weight_sum, f->axis);
  knn_value *centered = knn__subtract(s, x, mean);
  knn_value *variance = mean_of(s, knn__square(s, centered), weights, weight_sum, f->axis);
  knn_value *y = knn__multiply(s, centered, scaled(args, f, s, variance, x));
  update(s, f->moving_mean, mean, args->momentum);
  update(s, f->moving_variance, variance, args->momentum);
  return f->beta ? knn__add(s, y, spread(s, f->beta->value, x, f->axis)) : y;
}

/* x with the axis and the last one exchanged. */
static knn_value *exchanged(knn__scope *s, knn_value *x, int axis) {
  int64_t order[KNN_MAX_RANK];
  if (s->status != KNN_OK || axis == x->spec.rank - 1) return x;
  for (int i = 0; i < x->spec.rank; i++) order[i] = i;
  order[axis] = x->spec.rank - 1;
  order[x->spec.rank - 1] = axis;
  return knn__transpose(s, x, x->spec.rank, order);
}

/* A weight, or a constant in its place. */
static knn_value *weight_or(const norm_fields *f, knn__scope *s, const knn_variable *v,
                            double constant) {
  const knn__spec *spec = &f->moving_mean->value->spec;
  if (v) return v->value;
  return knn__broadcast_to(s, knn__scalar(s, spec->dtype, constant), 1, spec->dims);
}

static knn_value *call_training(const norm_args *args, const norm_fields *f, knn__scope *s,
                                knn_value *x) {
  knn_value *mean, *variance;
  knn_value *y = knn__batch_norm(s, exchanged(s, x, f->axis), weight_or(f, s, f->gamma, 1),
                                 weight_or(f, s, f->beta, 0), args->epsilon, &mean, &variance);
  update(s, f->moving_mean, mean, args->momentum);
  update(s, f->moving_variance, variance, args->momentum);
  return exchanged(s, y, f->axis);
}

/* y = x factor + (beta - mean factor): two passes over x. */
static knn_value *call_inference(const norm_args *args, const norm_fields *f, knn__scope *s,
                                 knn_value *x) {
  knn_value *factor = scaled(args, f, s, spread(s, f->moving_variance->value, x, f->axis), x);
  knn_value *shift =
      knn__negative(s, knn__multiply(s, spread(s, f->moving_mean->value, x, f->axis), factor));
  if (f->beta) shift = knn__add(s, shift, spread(s, f->beta->value, x, f->axis));
  return knn__add(s, knn__multiply(s, x, factor), shift);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const norm_args *args = layer->base.args;
  const norm_fields *f = layer->fields;
  knn_value *x = io->in[0], *mask = io->mask[0];
  if (!io->training || !layer->trainable)
    io->out[0] = call_inference(args, f, s, x);
  else if (mask && mask->spec.rank == x->spec.rank - 1)
    io->out[0] = call_masked(args, f, s, x, mask);
  else
    io->out[0] = call_training(args, f, s, x);
}

const knn__layer_def knn__layer_batch_normalization = {
    .cls = {.family = "layer",
            .name = "BatchNormalization",
            .summary =
                "Each channel with mean 0 and variance 1 over the batch, then scaled and shifted.",
            .detail = "y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Training: "
                      "statistics of the batch (biased variance), and "
                      "moving = moving momentum + batch (1 - momentum). Otherwise, and when "
                      "frozen: the moving statistics. "
                      "Weights: gamma, beta, moving_mean, moving_variance (channels).",
            .shapes = "x (..., channels, ...) -> (..., channels, ...)",
            .example = "local y = knn.layers.BatchNormalization{momentum = 0.9}(knn.ones{4, 3})",
            .source = "Ioffe and Szegedy 2015",
            .see = "Dropout",
            KNN__PARAMS(params, norm_args)},
    .min_rank = 2,
    .supports_masking = true,
    .fields_size = sizeof(norm_fields),
    .check = check,
    .build = build,
    .call = call,
};
