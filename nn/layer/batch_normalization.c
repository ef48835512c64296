/* batch_normalization.c - y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each index of
 * one axis. Training: mean and (biased) variance of the batch, over all other axes; moving = moving
 * momentum + batch (1 - momentum). Otherwise, and when the layer is frozen: the moving statistics.
 * A mask (one axis less than x) weights the statistics. x (..., channels, ...) -> same shape;
 * gamma, beta, moving_mean, moving_variance (channels). Source: Ioffe and Szegedy 2015.
 * With renorm the batch's result is corrected to what slow statistics would give: y = gamma (r z +
 * d) + beta, z the batch's, r = deviation / renorm_stddev, d = (mean - renorm_mean) /
 * renorm_stddev, both clipped and without gradient. Source: Ioffe 2017. */
#include <math.h>

#include "reg.h"

typedef struct norm_args {
  knn__layer_common common;
  int64_t axis;
  double momentum, epsilon, renorm_momentum;
  bool center, scale, synchronized, renorm;
  knn_config *renorm_clipping;
  knn_object *beta_initializer, *gamma_initializer, *moving_mean_initializer,
      *moving_variance_initializer;
  knn_object *beta_regularizer, *gamma_regularizer, *beta_constraint, *gamma_constraint;
} norm_args;

typedef struct norm_fields {
  int axis;
  knn_variable *gamma, *beta, *moving_mean, *moving_variance;
  knn_variable *moving_stddev, *renorm_mean, *renorm_stddev; /* NULL without renorm */
  double rmin, rmax, dmax;                                   /* NaN = not clipped */
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
               "Batch renormalisation: results as slow statistics would give them."),
    KNN__PARAM(norm_args, renorm_clipping, KNN_P_CONFIG, "null",
               "Bounds of its corrections, any of rmin, rmax and dmax."),
    KNN__PARAM(norm_args, renorm_momentum, KNN_P_FLOAT, "0.99",
               "Share of the slow statistics that stays at each step.", .min = 0, .max = 1),
    KNN__LAYER_PARAMS(norm_args),
};

/* Bounds of the corrections. */
static knn_status check(knn_layer *layer) {
  static const char *const names[] = {"rmin", "rmax", "dmax"};
  const norm_args *args = layer->base.args;
  norm_fields *f = layer->fields;
  const knn_config *clipping = args->renorm_clipping;
  double *bounds[] = {&f->rmin, &f->rmax, &f->dmax};
  int known = 0;
  for (int i = 0; i < 3; i++) {
    const knn_config *c = knn_config_get(clipping, names[i]);
    const bool given = knn_config_kind_of(c) != KNN_CONFIG_NULL;
    known += c != NULL;
    *bounds[i] = given ? knn_config_get_float(c) : NAN;
  }
  if (known != knn_config_size(clipping) || f->rmax < f->rmin || f->dmax < 0) {
    char text[96];
    knn_config_print(clipping, text, sizeof text);
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "'renorm_clipping' may have rmin <= rmax and dmax >= 0, got %s", text);
  }
  return KNN_OK;
}

/* A deviation that begins as the root of what the variance begins with. */
static knn_status add_stddev(knn_layer *layer, const char *name, int64_t channels,
                             knn_variable **out) {
  const norm_args *args = layer->base.args;
  KNN__TRY(knn__add_weight(layer, name, 1, &channels, args->moving_variance_initializer, NULL, NULL,
                           false, out));
  knn_tensor *t = knn__variable_tensor(*out);
  for (int64_t i = 0; i < channels; i++) knn_tensor_set(t, i, sqrt(knn_tensor_get(t, i)));
  return KNN_OK;
}

static knn_status add_renorm(knn_layer *layer, norm_fields *f, int64_t channels) {
  const norm_args *args = layer->base.args;
  KNN__TRY(add_stddev(layer, "moving_stddev", channels, &f->moving_stddev));
  KNN__TRY(knn__add_weight(layer, "renorm_mean", 1, &channels, args->moving_mean_initializer, NULL,
                           NULL, false, &f->renorm_mean));
  return add_stddev(layer, "renorm_stddev", channels, &f->renorm_stddev);
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
  KNN__TRY(knn__add_weight(layer, "moving_variance", 1, &channels,
                           args->moving_variance_initializer, NULL, NULL, false,
                           &f->moving_variance));
  return args->renorm ? add_renorm(layer, f, channels) : KNN_OK;
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

/* Mean of x over all axes but one, with weights in x's shape or NULL; keeps the axes. 1e-7 is
 * Keras's epsilon. */
static knn_value *mean_of(knn__scope *s, knn_value *x, knn_value *weights, knn_value *weight_sum,
                          int axis) {
  if (s->status != KNN_OK) return NULL;
  if (!weights) return knn__mean(s, x, others(x, axis), true);
  knn_value *sum = knn__sum(s, knn__multiply(s, x, weights), others(x, axis), true);
  return knn__divide(s, sum, knn__plus(s, weight_sum, 1e-7));
}

/* moving momentum + batch (1 - momentum), assigned to moving */
static knn_value *update(knn__scope *s, knn_variable *moving, knn_value *batch, double momentum) {
  const knn__spec *spec = &moving->value->spec;
  knn_value *flat = knn__reshape(s, batch, 1, spec->dims);
  knn_value *next =
      knn__add(s, knn__times(s, moving->value, momentum), knn__times(s, flat, 1 - momentum));
  knn__assign(s, moving, next);
  return next;
}

static knn_value *scaled(const norm_args *args, const norm_fields *f, knn__scope *s,
                         knn_value *variance, const knn_value *x) {
  knn_value *factor = knn__rsqrt(s, knn__plus(s, variance, args->epsilon));
  return f->gamma ? knn__multiply(s, factor, spread(s, f->gamma->value, x, f->axis)) : factor;
}

/* Weights of the elements in x's shape, and their sum over all axes but the channels'. */
static knn_value *weights_of(const norm_fields *f, knn__scope *s, knn_value *x, knn_value *mask,
                             knn_value **sum) {
  knn_value *weights = knn__cast(s, knn__expand_dims(s, mask, -1), x->spec.dtype);
  weights = knn__broadcast_like(s, weights, x);
  *sum = knn__sum(s, weights, others(x, f->axis), true);
  return weights;
}

/* y = gamma (r z + d) + beta, gamma z being at hand: r (gamma z) + d gamma + beta. */
static knn_value *corrected(const norm_args *args, const norm_fields *f, knn__scope *s,
                            knn_value *x, knn_value *y, knn_value *mean, knn_value *stddev) {
  knn_value *least = knn__scalar_like(s, x, sqrt(args->epsilon));
  knn_value *slow = knn__maximum(s, spread(s, f->renorm_stddev->value, x, f->axis), least);
  knn_value *shift = knn__subtract(s, mean, spread(s, f->renorm_mean->value, x, f->axis));
  knn_value *r = knn__divide(s, stddev, slow), *d = knn__divide(s, shift, slow);
  if (!isnan(f->rmin)) r = knn__maximum(s, r, knn__scalar_like(s, r, f->rmin));
  if (!isnan(f->rmax)) r = knn__minimum(s, r, knn__scalar_like(s, r, f->rmax));
  if (!isnan(f->dmax)) d = knn__clip(s, d, -f->dmax, f->dmax);
  d = knn__stop_gradient(s, d);
  if (f->gamma) d = knn__multiply(s, d, spread(s, f->gamma->value, x, f->axis));
  return knn__add(s, knn__multiply(s, y, knn__stop_gradient(s, r)), d);
}

static void update_renorm(const norm_args *args, const norm_fields *f, knn__scope *s,
                          knn_value *mean, knn_value *stddev) {
  update(s, f->renorm_mean, mean, args->renorm_momentum);
  update(s, f->renorm_stddev, stddev, args->renorm_momentum);
  update(s, f->moving_mean, mean, args->momentum);
  knn_value *next = update(s, f->moving_stddev, stddev, args->momentum);
  knn_value *variance = knn__plus(s, knn__square(s, next), -args->epsilon);
  knn__assign(s, f->moving_variance, knn__relu(s, variance));
}

/* The batch's statistics without the steps that the mask (all axes but the last) leaves out, and
 * batch renormalisation. */
static knn_value *call_composed(const norm_args *args, const norm_fields *f, knn__scope *s,
                                knn_value *x, knn_value *mask) {
  knn_value *weights = NULL, *weight_sum = NULL;
  if (mask && mask->spec.rank == x->spec.rank - 1) weights = weights_of(f, s, x, mask, &weight_sum);
  knn_value *mean = mean_of(s, x, weights, weight_sum, f->axis);
  knn_value *centered = knn__subtract(s, x, mean);
  knn_value *variance = mean_of(s, knn__square(s, centered), weights, weight_sum, f->axis);
  knn_value *y = knn__multiply(s, centered, scaled(args, f, s, variance, x));
  if (args->renorm) {
    knn_value *stddev = knn__sqrt(s, knn__plus(s, variance, args->epsilon));
    y = corrected(args, f, s, x, y, mean, stddev);
    update_renorm(args, f, s, mean, stddev);
  } else {
    update(s, f->moving_mean, mean, args->momentum);
    update(s, f->moving_variance, variance, args->momentum);
  }
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
  else if (args->renorm || (mask && mask->spec.rank == x->spec.rank - 1))
    io->out[0] = call_composed(args, f, s, x, mask);
  else
    io->out[0] = call_training(args, f, s, x);
}

const knn__layer_def knn__layer_batch_normalization = {
    .cls = {.family = "layer",
            .name = "BatchNormalization",
            .summary =
                "Each channel with mean 0 and variance 1 over the batch, then scaled and shifted.",
            .detail =
                "y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Training: "
                "statistics of the batch (biased variance), and "
                "moving = moving momentum + batch (1 - momentum). Otherwise, and when "
                "frozen: the moving statistics. "
                "Weights: gamma, beta, moving_mean, moving_variance (channels); with renorm also "
                "moving_stddev, renorm_mean, renorm_stddev.",
            .shapes = "x (..., channels, ...) -> (..., channels, ...)",
            .example = "local y = knn.layers.BatchNormalization{momentum = 0.9}(knn.ones{4, 3})",
            .source = "Ioffe and Szegedy 2015",
            .see = "Dropout",
            KNN__PARAMS(params, norm_args)},
    .min_rank = 2,
    .supports_masking = true,
    .wide = true,
    .mixes_rows = true,
    .fields_size = sizeof(norm_fields),
    .check = check,
    .build = build,
    .call = call,
};
