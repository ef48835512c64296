/* group_normalization.c - the channels fall into groups of neighbours; each group of each sample
 * gets mean 0 and variance 1, then each channel is scaled and shifted: y = (x - mean) /
 * sqrt(variance + epsilon) gamma + beta. x (batch, ..., channels, ...) -> same shape; gamma, beta
 * (channels). groups = -1: one group per channel. */
#include "reg.h"

typedef struct group_args {
  knn__layer_common common;
  int64_t groups, axis;
  double epsilon;
  bool center, scale;
  knn_object *beta_initializer, *gamma_initializer, *beta_regularizer, *gamma_regularizer,
      *beta_constraint, *gamma_constraint;
} group_args;

typedef struct group_fields {
  int axis;
  knn_variable *gamma, *beta;
} group_fields;

static const knn_param params[] = {
    KNN__PARAM(group_args, groups, KNN_P_INT, "32", "Number of groups; -1 = one per channel.",
               .mark = KNN_COUNT, .min = -1, .max = 1e9),
    KNN__PARAM(group_args, axis, KNN_P_INT, "-1", "Axis of the channels.", .mark = KNN_AXIS),
    KNN__PARAM(group_args, epsilon, KNN_P_FLOAT, "0.001",
               "Added to the variance, against division by 0.", .min = 0, .max = 1e30),
    KNN__PARAM(group_args, center, KNN_P_BOOL, "true", "Whether beta is added."),
    KNN__PARAM(group_args, scale, KNN_P_BOOL, "true", "Whether gamma multiplies."),
    KNN__INITIALIZER_PARAM(group_args, beta_initializer, "zeros", "shift"),
    KNN__INITIALIZER_PARAM(group_args, gamma_initializer, "ones", "scale"),
    KNN__REGULARIZER_PARAM(group_args, beta_regularizer, "shift"),
    KNN__REGULARIZER_PARAM(group_args, gamma_regularizer, "scale"),
    KNN__CONSTRAINT_PARAM(group_args, beta_constraint, "shift"),
    KNN__CONSTRAINT_PARAM(group_args, gamma_constraint, "scale"),
    KNN__LAYER_PARAMS(group_args),
};

static knn_status check(knn_layer *layer) {
  const group_args *args = layer->base.args;
  if (args->groups != 0) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG,
                  "'groups' must be at least 1, or -1 for one per channel, got 0");
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  group_args *args = layer->base.args;
  group_fields *f = layer->fields;
  (void)n_in;
  if (!knn__axis(args->axis, in[0].rank, &f->axis) || f->axis == 0 ||
      in[0].dims[f->axis] == KNN_ANY)
    return knn_fail(layer->base.ctx, KNN_ESHAPE,
                    "axis %lld of the input must exist, not be the batch, and have a known size, "
                    "got %s",
                    (long long)args->axis, KNN__SPEC(in[0]));
  const int64_t channels = in[0].dims[f->axis];
  if (args->groups == -1) args->groups = channels;
  if (channels % args->groups != 0)
    return knn_fail(layer->base.ctx, KNN_ESHAPE,
                    "the channels (%lld) must be a multiple of 'groups' (%lld), got %s",
                    (long long)channels, (long long)args->groups, KNN__SPEC(in[0]));
  knn__fix_axis(layer, args->axis < 0 ? (int)args->axis : f->axis, channels);
  if (args->scale)
    KNN__TRY(knn__add_weight(layer, "gamma", 1, &channels, args->gamma_initializer,
                             args->gamma_regularizer, args->gamma_constraint, true, &f->gamma));
  if (args->center)
    KNN__TRY(knn__add_weight(layer, "beta", 1, &channels, args->beta_initializer,
                             args->beta_regularizer, args->beta_constraint, true, &f->beta));
  return KNN_OK;
}

/* Mean of each group, broadcast to its channels: (batch, 1..., channels, 1...). Groups are of one
 * size, so it is the mean of the channels' means. */
static knn_value *group_mean(const group_args *args, const group_fields *f, knn__scope *s,
                             knn_value *x) {
  if (s->status != KNN_OK) return NULL;
  const int rank = x->spec.rank;
  const int64_t batch = x->spec.dims[0], channels = x->spec.dims[f->axis],
                size = channels / args->groups;
  knn__axes spatial = {0};
  int64_t dims[KNN_MAX_RANK] = {batch};
  for (int i = 1; i < rank; i++) {
    dims[i] = i == f->axis ? channels : 1;
    if (i != f->axis) spatial.v[spatial.n++] = i;
  }
  knn_value *mean = spatial.n ? knn__mean(s, x, spatial, true) : x;
  if (size == 1) return mean;
  mean = knn__reshape(s, mean, 3, (int64_t[]){batch, args->groups, size});
  mean = knn__repeat(s, knn__mean(s, mean, KNN__AXIS(2), true), size, 2);
  return knn__reshape(s, mean, rank, dims);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const group_args *args = layer->base.args;
  const group_fields *f = layer->fields;
  knn_value *x = io->in[0], *centered = knn__subtract(s, x, group_mean(args, f, s, x));
  knn_value *variance = group_mean(args, f, s, knn__square(s, centered));
  knn_value *factor = knn__rsqrt(s, knn__plus(s, variance, args->epsilon));
  const knn__axes axis = KNN__AXIS(f->axis);
  if (f->gamma) factor = knn__multiply(s, factor, knn__along_axes(s, f->gamma->value, x, axis));
  knn_value *y = knn__multiply(s, centered, factor);
  io->out[0] = f->beta ? knn__add(s, y, knn__along_axes(s, f->beta->value, x, axis)) : y;
}

const knn__layer_def knn__layer_group_normalization = {
    .cls = {.family = "layer",
            .name = "GroupNormalization",
            .summary = "Groups of channels of each sample with mean 0 and variance 1, then scaled "
                       "and shifted.",
            .detail = "y = (x - mean) / sqrt(variance + epsilon) gamma + beta; mean and variance "
                      "over all positions and the channels of a group. Weights: gamma, beta "
                      "(channels).",
            .shapes = "x (batch, ..., channels, ...) -> same shape",
            .example = "local y = knn.layers.GroupNormalization{groups = 2}(knn.ones{2, 5, 4})",
            .source = "Wu and He 2018",
            .see = "BatchNormalization|RMSNormalization",
            KNN__PARAMS(params, group_args)},
    .min_rank = 2,
    .supports_masking = true,
    .wide = true,
    .fields_size = sizeof(group_fields),
    .check = check,
    .build = build,
    .call = call,
};
