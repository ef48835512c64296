/* layer_normalization.c - y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and (biased)
 * variance over one axis or several, for each index of the others. x (...) -> same shape; gamma and
 * beta have the sizes of the axes, in ascending order. rms_scaling: y = gamma x / sqrt(variance +
 * epsilon), without beta. Source: Ba et al. 2016. */
#include "reg.h"

typedef struct norm_args {
  knn__layer_common common;
  knn_ints axis;
  double epsilon;
  bool center, scale, rms_scaling;
  knn_object *beta_initializer, *gamma_initializer;
  knn_object *beta_regularizer, *gamma_regularizer, *beta_constraint, *gamma_constraint;
} norm_args;

typedef struct norm_fields {
  knn_variable *gamma, *beta;
} norm_fields;

static const knn_param params[] = {
    KNN__PARAM(norm_args, axis, KNN_P_INTS, "-1", "Axis that is normalised, or several.",
               .mark = KNN_AXIS),
    KNN__PARAM(norm_args, epsilon, KNN_P_FLOAT, "0.001",
               "Added to the variance, against division by 0.", .min = 0, .max = 1e30),
    KNN__PARAM(norm_args, center, KNN_P_BOOL, "true", "Whether beta is added."),
    KNN__PARAM(norm_args, scale, KNN_P_BOOL, "true", "Whether gamma multiplies."),
    KNN__PARAM(norm_args, rms_scaling, KNN_P_BOOL, "false",
               "Keras's old form: the mean is not taken off, and gamma always multiplies."),
    KNN__INITIALIZER_PARAM(norm_args, beta_initializer, "zeros", "shift"),
    KNN__INITIALIZER_PARAM(norm_args, gamma_initializer, "ones", "scale"),
    KNN__REGULARIZER_PARAM(norm_args, beta_regularizer, "shift"),
    KNN__REGULARIZER_PARAM(norm_args, gamma_regularizer, "scale"),
    KNN__CONSTRAINT_PARAM(norm_args, beta_constraint, "shift"),
    KNN__CONSTRAINT_PARAM(norm_args, gamma_constraint, "scale"),
    KNN__LAYER_PARAMS(norm_args),
};

/* The axes in ascending order, from 0; false if one is missing or given twice. */
static bool sort_axes(const knn_ints *given, int rank, knn_ints *out) {
  bool used[KNN_MAX_RANK] = {0};
  for (int i = 0; i < given->n; i++) {
    int at;
    if (!knn__axis(given->v[i], rank, &at) || used[at]) return false;
    used[at] = true;
  }
  out->n = 0;
  for (int i = 0; i < rank; i++)
    if (used[i]) out->v[out->n++] = i;
  return out->n > 0;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  norm_args *args = layer->base.args;
  norm_fields *f = layer->fields;
  const knn__spec *x = &in[0];
  int64_t dims[KNN_MAX_RANK];
  knn_ints axes;
  (void)n_in;
  bool known = sort_axes(&args->axis, x->rank, &axes);
  for (int i = 0; i < axes.n && known; i++) {
    dims[i] = x->dims[axes.v[i]];
    known = dims[i] != KNN_ANY;
  }
  if (!known)
    return knn_fail(layer->base.ctx, KNN_ESHAPE,
                    "axis must name axes of the input once, with known sizes; the input is %s",
                    KNN__SPEC(*x));
  args->axis = axes; /* as Keras keeps it */
  for (int i = 0; i < axes.n; i++) knn__fix_axis(layer, (int)axes.v[i], dims[i]);
  if (args->scale || args->rms_scaling)
    KNN__TRY(knn__add_weight(layer, "gamma", axes.n, dims, args->gamma_initializer,
                             args->gamma_regularizer, args->gamma_constraint, true, &f->gamma));
  if (args->center && !args->rms_scaling)
    KNN__TRY(knn__add_weight(layer, "beta", axes.n, dims, args->beta_initializer,
                             args->beta_regularizer, args->beta_constraint, true, &f->beta));
  return KNN_OK;
}

/* The order that brings the axes to the end; false if they stand there. */
static bool order_of(const knn_ints *axes, int rank, int64_t *order, int64_t *back) {
  int n = 0;
  for (int i = 0, k = 0; i < rank; i++)
    if (k < axes->n && axes->v[k] == i)
      k++;
    else
      order[n++] = i;
  for (int k = 0; k < axes->n; k++) order[n++] = axes->v[k];
  for (int i = 0; i < rank; i++) back[order[i]] = i;
  return axes->v[0] != rank - axes->n;
}

/* A weight, or a constant of the same shape where the layer has none. */
static knn_value *weight_or(knn__scope *s, const knn_variable *v, const knn_value *x, int n,
                            double constant) {
  if (v || s->status != KNN_OK) return v ? v->value : NULL;
  return knn__broadcast_to(s, knn__scalar(s, x->spec.dtype, constant), n,
                           x->spec.dims + x->spec.rank - n);
}

/* Variance about the mean, but x itself is scaled. */
static knn_value *scaled_by_deviation(knn__scope *s, knn_value *x, const norm_args *args,
                                      knn_value *gamma) {
  knn__axes axes = {.n = args->axis.n};
  for (int i = 0; i < axes.n; i++) axes.v[i] = i - axes.n;
  knn_value *centered = knn__subtract(s, x, knn__mean(s, x, axes, true));
  knn_value *variance = knn__mean(s, knn__square(s, centered), axes, true);
  knn_value *factor = knn__rsqrt(s, knn__plus(s, variance, args->epsilon));
  return knn__multiply(s, knn__multiply(s, x, factor), gamma);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const norm_args *args = layer->base.args;
  const norm_fields *f = layer->fields;
  const int n = args->axis.n, rank = io->in[0]->spec.rank;
  int64_t order[KNN_MAX_RANK], back[KNN_MAX_RANK];
  bool moved = order_of(&args->axis, rank, order, back);
  knn_value *x = moved ? knn__transpose(s, io->in[0], rank, order) : io->in[0], *y;
  knn_value *gamma = weight_or(s, f->gamma, x, n, 1);
  if (args->rms_scaling)
    y = scaled_by_deviation(s, x, args, gamma);
  else
    y = knn__layer_norm(s, x, gamma, weight_or(s, f->beta, x, n, 0), args->epsilon);
  io->out[0] = moved ? knn__transpose(s, y, rank, back) : y;
}

const knn__layer_def knn__layer_layer_normalization = {
    .cls = {.family = "layer",
            .name = "LayerNormalization",
            .summary = "Each sample's features with mean 0 and variance 1, then scaled and "
                       "shifted.",
            .detail = "y = gamma (x - mean) / sqrt(variance + epsilon) + beta, statistics over "
                      "axis for each index of the other axes. Weights: gamma, beta (sizes of the "
                      "axes). The same in training and prediction.",
            .shapes = "x (..., features) -> (..., features)",
            .example = "local y = knn.layers.LayerNormalization{}(knn.ones{4, 3})",
            .source = "Ba et al. 2016",
            .see = "BatchNormalization",
            KNN__PARAMS(params, norm_args)},
    .min_rank = 1,
    .supports_masking = true,
    .fields_size = sizeof(norm_fields),
    .build = build,
    .call = call,
};
