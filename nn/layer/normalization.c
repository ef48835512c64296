/* normalization.c - features with mean 0 and variance 1 over a data set: y = (x - mean) / max(root
 * of variance, 1e-7), or back again with invert. x (...) -> (...). axis: the axes that keep
 * statistics of their own, all others are averaged over; null = one mean and variance for all.
 * Weights mean, variance (sizes of the axes) and count, set by adapt, unless mean and variance are
 * given. */
#include <math.h>

#include "numbers.h"
#include "reg.h"

typedef struct normalization_args {
  knn__layer_common common;
  knn_ints axis;
  knn_config *mean, *variance;
  bool invert;
} normalization_args;

typedef struct normalization_fields {
  knn__axes kept;
  knn_variable *mean, *variance, *count;
} normalization_fields;

static const knn_param params[] = {
    KNN__PARAM(normalization_args, axis, KNN_P_INTS, "-1",
               "Axes with statistics of their own; null = one mean and variance for all.",
               .mark = KNN_AXIS, .nullable = true),
    KNN__PARAM(normalization_args, mean, KNN_P_CONFIG, "null",
               "Mean, a number or one for each element of the axes; default: what adapt finds."),
    KNN__PARAM(normalization_args, variance, KNN_P_CONFIG, "null", "Variance, as the mean."),
    KNN__PARAM(normalization_args, invert, KNN_P_BOOL, "false", "Back from normalised features."),
    KNN__LAYER_PARAMS(normalization_args),
};

static bool given(const normalization_args *args) {
  return knn_config_kind_of(args->mean) != KNN_CONFIG_NULL;
}

static knn_status check(knn_layer *layer) {
  const normalization_args *args = layer->base.args;
  if (given(args) != (knn_config_kind_of(args->variance) != KNN_CONFIG_NULL))
    return knn_fail(layer->base.ctx, KNN_EARG, "give both 'mean' and 'variance', or none of them");
  if (!given(args)) return KNN_OK;
  KNN__TRY(knn__numbers_check(layer->base.ctx, "mean", args->mean));
  return knn__numbers_check(layer->base.ctx, "variance", args->variance);
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const normalization_args *args = layer->base.args;
  normalization_fields *f = layer->fields;
  int64_t dims[KNN_MAX_RANK];
  knn_object *ones = NULL;
  (void)n_in;
  KNN__TRY(knn__sorted_axes(layer, "axis", &args->axis, &in[0], &f->kept));
  for (int i = 0; i < f->kept.n; i++) {
    dims[i] = in[0].dims[f->kept.v[i]];
    knn__fix_axis(layer, (int)f->kept.v[i], dims[i]);
  }
  if (given(args)) return KNN_OK;
  KNN__TRY(knn_object_new(layer->base.ctx, "initializer", "Ones", NULL, &ones));
  knn_status st =
      knn__add_weight(layer, "mean", f->kept.n, dims, NULL, NULL, NULL, false, &f->mean);
  if (st == KNN_OK)
    st = knn__add_weight(layer, "variance", f->kept.n, dims, ones, NULL, NULL, false, &f->variance);
  if (st == KNN_OK)
    st = knn__add_weight_of(layer, "count", KNN_I32, 0, NULL, NULL, false, &f->count);
  knn_object_release(ones);
  return st;
}

/* Statistics in a shape that broadcasts to x; lists that are given lie along the last of the axes.
 */
static knn_value *statistic(const normalization_fields *f, knn__scope *s, const knn_value *x,
                            const knn_config *option, const knn_variable *weight) {
  int rank = 0;
  int64_t own[KNN_MAX_RANK], dims[KNN_MAX_RANK];
  if (s->status != KNN_OK) return NULL;
  for (int i = 0; i < x->spec.rank; i++) dims[i] = 1;
  if (weight) {
    for (int i = 0; i < f->kept.n; i++) dims[f->kept.v[i]] = x->spec.dims[f->kept.v[i]];
    return knn__reshape(s, weight->value, x->spec.rank, dims);
  }
  knn__numbers_shape(option, &rank, own);
  if (rank > f->kept.n)
    return knn__scope_fail(s, KNN_ESHAPE, "'mean' and 'variance' have %d axes, 'axis' names %d",
                           rank, f->kept.n);
  for (int i = 1; i <= rank; i++) {
    const int64_t axis = f->kept.v[f->kept.n - i];
    dims[axis] = own[rank - i];
    if (dims[axis] != 1 && dims[axis] != x->spec.dims[axis])
      return knn__scope_fail(s, KNN_ESHAPE, "'mean' and 'variance' of shape %s do not fit %s",
                             KNN__SHAPE(rank, own), KNN__SPEC(x->spec));
  }
  return knn__numbers(s, option, x->spec.dtype, x->spec.rank, dims);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const normalization_args *args = layer->base.args;
  const normalization_fields *f = layer->fields;
  knn_value *x = io->in[0];
  knn_value *mean = statistic(f, s, x, args->mean, f->mean);
  knn_value *deviation = knn__sqrt(s, statistic(f, s, x, args->variance, f->variance));
  deviation = knn__maximum(s, deviation, knn__scalar_like(s, x, 1e-7));
  io->out[0] = args->invert ? knn__add(s, mean, knn__multiply(s, x, deviation))
                            : knn__divide(s, knn__subtract(s, x, mean), deviation);
}

/* Which statistic element i of the data belongs to. */
static int64_t group_of(const knn__axes *kept, int rank, const int64_t *dims, int64_t i) {
  int64_t index[KNN_MAX_RANK], group = 0;
  for (int k = rank - 1; k >= 0; k--) {
    index[k] = i % dims[k];
    i /= dims[k];
  }
  for (int k = 0; k < kept->n; k++) group = group * dims[kept->v[k]] + index[kept->v[k]];
  return group;
}

/* Mean (pass 0), then mean square of the distance from it (pass 1). */
static void average(const normalization_fields *f, const knn_tensor *data, int pass, double *sum) {
  knn_tensor *mean = knn__variable_tensor(f->mean), *variance = knn__variable_tensor(f->variance);
  const int rank = knn_tensor_rank(data);
  const int64_t n = knn_tensor_size(data), groups = knn_tensor_size(mean);
  for (int64_t g = 0; g < groups; g++) sum[g] = 0;
  for (int64_t i = 0; i < n; i++) {
    const int64_t g = group_of(&f->kept, rank, knn_tensor_dims(data), i);
    const double x = knn_tensor_get(data, i), d = pass ? x - knn_tensor_get(mean, g) : x;
    sum[g] += pass ? d * d : d;
  }
  for (int64_t g = 0; g < groups; g++)
    knn_tensor_set(pass ? variance : mean, g, sum[g] / ((double)n / (double)groups));
}

static knn_status adapt(knn_layer *layer, const knn_tensor *data) {
  const normalization_args *args = layer->base.args;
  const normalization_fields *f = layer->fields;
  knn_ctx *ctx = layer->base.ctx;
  if (given(args))
    return knn_fail(ctx, KNN_EARG, "mean and variance were given, there is nothing to adapt");
  if (knn_tensor_size(data) == 0) return knn_fail(ctx, KNN_EDATA, "the data are empty");
  double *sum =
      knn__alloc(ctx, (size_t)knn_tensor_size(knn__variable_tensor(f->mean)) * sizeof *sum);
  if (!sum) return KNN_ENOMEM;
  for (int pass = 0; pass < 2; pass++) average(f, data, pass, sum);
  knn__free(ctx, sum);
  return KNN_OK;
}

const knn__layer_def knn__layer_normalization = {
    .cls = {.family = "layer",
            .name = "Normalization",
            .summary = "Features with mean 0 and variance 1 over a data set.",
            .detail =
                "y = (x - mean) / max(root of variance, 1e-7); with invert x = y root + mean. "
                "layer:adapt(data) finds them. Weights: mean, variance (sizes of axis), count.",
            .shapes = "x (...) -> (...)",
            .example = "local layer = knn.layers.Normalization{}\n"
                       "layer:adapt(knn.tensor{{1.0, 2.0}, {3.0, 6.0}})\n"
                       "local y = layer(knn.tensor{{1.0, 2.0}})",
            .source = "Keras, Normalization",
            .see = "BatchNormalization|Rescaling",
            KNN__PARAMS(params, normalization_args)},
    .supports_masking = true,
    .fields_size = sizeof(normalization_fields),
    .check = check,
    .build = build,
    .call = call,
    .adapt = adapt,
};
