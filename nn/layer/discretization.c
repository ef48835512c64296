/* discretization.c - numbers as the bins they fall into: y = how many of the ascending boundaries
 * are <= x. x (...) -> (...) int32 of 0 .. n, or encoded as CategoryEncoding does with depth n + 1.
 * The boundaries are given, or found by adapt as quantiles of the data, num_bins - 1 of them. */
#include <math.h>
#include <stdlib.h>

#include "encode.h"

typedef struct discretization_args {
  knn__layer_common common;
  knn_floats bin_boundaries;
  int64_t num_bins;
  double epsilon;
  int output_mode;
} discretization_args;

static const knn_param params[] = {
    KNN__PARAM(discretization_args, bin_boundaries, KNN_P_FLOATS, "null",
               "Ascending boundaries between the bins; default: what adapt finds."),
    KNN__PARAM(discretization_args, num_bins, KNN_P_INT, "null", "Number of bins for adapt.",
               .mark = KNN_COUNT, .min = 1, .max = 1e9),
    KNN__PARAM(discretization_args, epsilon, KNN_P_FLOAT, "0.01",
               "Share of the data that two values kept by adapt may lie apart.", .min = 0, .max = 1,
               .above_min = true),
    KNN__PARAM(discretization_args, output_mode, KNN_P_ENUM, "int",
               "Bins as numbers, or encoded as CategoryEncoding does.",
               .choices = "int|one_hot|multi_hot|count"),
    KNN__LAYER_PARAMS(discretization_args),
};

static knn_status check(knn_layer *layer) {
  const discretization_args *args = layer->base.args;
  const knn_floats *bins = &args->bin_boundaries;
  if (bins->n < 0 && args->num_bins == KNN_NONE)
    return knn_fail(layer->base.ctx, KNN_EARG,
                    "give 'bin_boundaries', or 'num_bins' and call layer:adapt(data)");
  for (int i = 1; i < bins->n; i++)
    if (!(bins->v[i - 1] <= bins->v[i]))
      return knn_fail(layer->base.ctx, KNN_EARG, "'bin_boundaries' must ascend, got %g after %g",
                      bins->v[i], bins->v[i - 1]);
  return KNN_OK;
}

static knn_value *boundaries(const discretization_args *args, knn__scope *s, knn_dtype type) {
  const int64_t n = args->bin_boundaries.n;
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status == KNN_OK) s->status = knn_tensor_new(s->ctx, type, 1, &n, &t);
  if (s->status != KNN_OK) return NULL;
  for (int64_t i = 0; i < n; i++) knn_tensor_set(t, i, args->bin_boundaries.v[i]);
  s->status = knn_value_from(t, &v);
  knn_tensor_release(t);
  return knn__hold(s, v);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const discretization_args *args = layer->base.args;
  const knn_dtype type = knn__layer_dtype(layer);
  if (args->bin_boundaries.n < 0) {
    knn__scope_fail(s, KNN_ESTATE, "there are no boundaries yet; call layer:adapt(data) first");
    return;
  }
  knn_value *bins = knn__digitize(s, io->in[0], boundaries(args, s, type));
  io->out[0] = knn__encode(s, bins, (knn__encoding)args->output_mode, args->bin_boundaries.n + 1,
                           type, NULL);
}

/* Values with weights, ascending. */
typedef struct summary {
  int64_t n;
  double *value, *weight;
} summary;

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Linear interpolation of y over ascending x, as numpy.interp. */
static double interpolate(double at, int64_t n, const double *x, const double *y) {
  if (at <= x[0]) return y[0];
  if (at >= x[n - 1]) return y[n - 1];
  int64_t i = 1;
  while (x[i] < at) i++;
  return y[i - 1] + (at - x[i - 1]) * (y[i] - y[i - 1]) / (x[i] - x[i - 1]);
}

/* Values that lie `epsilon` of all weight apart, in place of s's; s itself if it has fewer. share,
 * value, weight: room for n numbers each. */
static void compress(summary *s, double epsilon, double *share, double *value, double *weight) {
  const int64_t n = (int64_t)ceil(1 / epsilon);
  float sum = 0; /* sums and shares are float32 in Keras */
  double before = 0;
  if ((double)s->n * epsilon < 1) return;
  for (int64_t i = 0; i < s->n; i++) share[i] = (double)(sum += (float)s->weight[i]);
  for (int64_t i = 0; i < s->n; i++) share[i] = (double)((float)share[i] / sum);
  const double all = (double)sum;
  for (int64_t i = 0; i < n; i++) {
    const double at = epsilon + (double)i * epsilon, upto = fmin(fmax(at, share[0]), 1) * all;
    value[i] = (double)(float)interpolate(at, s->n, share, s->value);
    weight[i] = (double)(float)(upto - before);
    before = upto;
  }
  *s = (summary){n, value, weight};
}

static knn_status keep(knn_layer *layer, const double *v, int64_t n) {
  discretization_args *args = layer->base.args;
  double *own = knn__alloc(layer->base.ctx, (size_t)n * sizeof *own);
  if (!own) return KNN_ENOMEM;
  for (int64_t i = 0; i < n; i++) own[i] = v[i];
  knn__free(layer->base.ctx, args->bin_boundaries.v);
  args->bin_boundaries = (knn_floats){(int)n, own};
  return KNN_OK;
}

/* Every step-th of the sorted data, compressed twice as Keras does: to epsilon, then to the bins.
 * room: 6 n numbers. */
static knn_status quantiles(knn_layer *layer, double *sorted, int64_t n, double *room) {
  const discretization_args *args = layer->base.args;
  const double step = fmax((double)n * args->epsilon, 1);
  summary s = {.value = sorted, .weight = room};
  for (int64_t i = (int64_t)(step - 1); i < n; i += (int64_t)step) sorted[s.n++] = sorted[i];
  for (int64_t i = 0; i < s.n; i++) room[i] = (double)(float)step;
  compress(&s, args->epsilon, room + n, room + 2 * n, room + 3 * n);
  compress(&s, 1 / (double)args->num_bins, room + n, room + 4 * n, room + 5 * n);
  return keep(layer, s.value, s.n > 0 ? s.n - 1 : 0);
}

static knn_status adapt(knn_layer *layer, const knn_tensor *data) {
  const discretization_args *args = layer->base.args;
  knn_ctx *ctx = layer->base.ctx;
  const int64_t n = knn_tensor_size(data);
  if (args->num_bins == KNN_NONE)
    return knn_fail(ctx, KNN_EARG, "'bin_boundaries' were given; give 'num_bins' to find them");
  if (n == 0) return knn_fail(ctx, KNN_EDATA, "the data are empty");
  double *sorted = knn__alloc(ctx, (size_t)n * sizeof *sorted),
         *room = knn__alloc(ctx, 6 * (size_t)n * sizeof *room);
  knn_status st = sorted && room ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) {
    for (int64_t i = 0; i < n; i++) sorted[i] = (double)(float)knn_tensor_get(data, i);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    st = quantiles(layer, sorted, n, room);
  }
  knn__free(ctx, sorted);
  knn__free(ctx, room);
  return st;
}

const knn__layer_def knn__layer_discretization = {
    .cls = {.family = "layer",
            .name = "Discretization",
            .summary = "Numbers as the bins they fall into.",
            .detail = "y = how many of the ascending boundaries are at most x. layer:adapt(data) "
                      "finds num_bins - 1 boundaries with as many data between them.",
            .shapes = "x (...) -> (...) int32, or encoded",
            .example = "local y = knn.layers.Discretization{bin_boundaries = {0, 1, "
                       "2}}(knn.tensor{-1.0, 0.5, 3.0})",
            .source = "Keras, Discretization",
            .see = "CategoryEncoding|Normalization",
            KNN__PARAMS(params, discretization_args)},
    .check = check,
    .call = call,
    .adapt = adapt,
};
