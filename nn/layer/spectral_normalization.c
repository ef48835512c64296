/* spectral_normalization.c - a layer whose kernel has the largest singular value 1. In a training
 * call, with W the kernel as a matrix (..., last): v = u W^T / |.|, u = v W / |.|, power_iterations
 * times; sigma = v W u^T; kernel = kernel / sigma, and the layer is called with that. Otherwise the
 * layer as it is. Weights: the layer's kernel (or embeddings), vector_u (1, last), the layer's
 * others. */
#include <string.h>

#include "reg.h"

typedef struct spectral_args {
  knn__layer_common common;
  knn_object *layer;
  int64_t power_iterations;
} spectral_args;

typedef struct spectral_fields {
  knn_variable *kernel, *u;
} spectral_fields;

static const knn_param params[] = {
    KNN__PARAM(spectral_args, layer, KNN_P_OBJECT, NULL, "The layer whose kernel is normalised.",
               .choices = "layer", .positional = true),
    KNN__PARAM(spectral_args, power_iterations, KNN_P_INT, "1", "Steps of the iteration.",
               .mark = KNN_COUNT, .min = 1, .max = 1e6),
    KNN__LAYER_PARAMS(spectral_args),
};

static knn_status find_kernel(knn_layer *layer, knn_layer *inner, knn_variable **out) {
  for (int i = 0; i < inner->n_weights; i++)
    if (strcmp(inner->weights[i]->name, "kernel") == 0 ||
        strcmp(inner->weights[i]->name, "embeddings") == 0) {
      *out = inner->weights[i];
      return KNN_OK;
    }
  return knn_fail(layer->base.ctx, KNN_EARG,
                  "the layer it wraps, '%s' (%s), has neither kernel nor embeddings",
                  inner->base.name, inner->base.cls->name);
}

/* The kernel stands among this layer's weights too, before vector_u. */
static knn_status share(knn_layer *layer, knn_variable *kernel) {
  KNN__TRY(knn__grow(layer->base.ctx, (void **)&layer->weights, &layer->cap_weights,
                     layer->n_weights, sizeof kernel));
  knn__variable_retain(kernel);
  layer->weights[layer->n_weights++] = kernel;
  return KNN_OK;
}

static knn_status add_vector(knn_layer *layer, const knn__spec *kernel, knn_variable **out) {
  const int64_t dims[] = {1, kernel->dims[kernel->rank - 1]};
  knn_config *options = NULL;
  knn_object *initializer = NULL;
  knn_ctx *ctx = layer->base.ctx;
  knn_status st = knn_config_parse(ctx, "stddev=0.02", &options);
  if (st == KNN_OK)
    st = knn_object_new(ctx, "initializer", "TruncatedNormal", options, &initializer);
  knn_config_release(options);
  if (st == KNN_OK)
    st = knn__add_weight_of(layer, "vector_u", kernel->dtype, 2, dims, initializer, false, out);
  knn_object_release(initializer);
  return st;
}

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const spectral_args *args = layer->base.args;
  spectral_fields *f = layer->fields;
  knn_layer *inner = knn_layer_of(args->layer);
  KNN__TRY(knn__layer_build(inner, layer->path, in, n_in));
  KNN__TRY(find_kernel(layer, inner, &f->kernel));
  KNN__TRY(share(layer, f->kernel));
  KNN__TRY(add_vector(layer, &f->kernel->value->spec, &f->u));
  return knn__add_sublayer(layer, inner);
}

/* x / |x| */
static knn_value *unit(knn__scope *s, knn_value *x) {
  knn_value *square = knn__sum(s, knn__square(s, x), KNN__ALL_AXES, true);
  return knn__multiply(s, x, knn__rsqrt(s, knn__maximum(s, square, knn__scalar_like(s, x, 1e-24))));
}

/* The kernel with the largest singular value 1, and the next u. A kernel of zeros stays. `before`
 * is a copy: the kernel itself is overwritten while its gradient is still to be taken. */
static knn_value *normalised(const spectral_args *args, const spectral_fields *f, knn__scope *s,
                             knn_value **next_u) {
  const int64_t last = f->u->value->spec.dims[1];
  knn_value *before = knn__times(s, f->kernel->value, 1), *u = f->u->value, *v = NULL;
  knn_value *w = knn__reshape(s, before, 2, (int64_t[]){KNN_ANY, last});
  for (int64_t i = 0; i < args->power_iterations; i++) {
    v = unit(s, knn__matmul(s, u, w, false, true));
    u = unit(s, knn__matmul(s, v, w, false, false));
  }
  u = knn__stop_gradient(s, u);
  v = knn__stop_gradient(s, v);
  knn_value *sigma = knn__matmul(s, knn__matmul(s, v, w, false, false), u, false, true);
  knn_value *zero = knn__equal(s, before, knn__scalar_like(s, before, 0));
  zero = knn__all(s, zero, KNN__ALL_AXES, false);
  *next_u = knn__where(s, zero, f->u->value, u);
  sigma = knn__where(s, zero, knn__scalar_like(s, before, 1), knn__reshape(s, sigma, 0, NULL));
  return knn__divide(s, before, sigma);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const spectral_args *args = layer->base.args;
  const spectral_fields *f = layer->fields;
  knn_layer *inner = knn_layer_of(args->layer);
  knn_value *own = f->kernel->value, *u = NULL, *kernel = NULL;
  if (io->training) kernel = normalised(args, f, s, &u);
  if (s->status != KNN_OK) return;
  if (kernel) f->kernel->value = kernel; /* what the inner call reads */
  knn__layer_io step = {.n_in = io->n_in, .in = io->in, .mask = io->mask};
  step.training = io->training;
  step.n_out = 1;
  knn__layer_call(inner, s, &step);
  f->kernel->value = own;
  if (kernel) {
    knn__assign(s, f->u, u);
    knn__assign(s, f->kernel, kernel);
  }
  if (s->status == KNN_OK) io->out[0] = step.out[0];
}

const knn__layer_def knn__layer_spectral_normalization = {
    .cls = {.family = "layer",
            .name = "SpectralNormalization",
            .summary = "A layer whose kernel has the largest singular value 1.",
            .detail =
                "Training: v = u W^T / |.|, u = v W / |.| (power_iterations times), sigma = v "
                "W u^T; kernel = kernel / sigma, then the layer. Otherwise the layer alone. "
                "Weights: kernel, vector_u (1, last size), the layer's others.",
            .shapes = "as the layer's",
            .example = "local y = "
                       "knn.layers.SpectralNormalization{knn.layers.Dense{4}}(knn.ones{2, 3})",
            .source = "Miyato et al. 2018",
            .see = "Dense|Conv2D",
            KNN__PARAMS(params, spectral_args)},
    .inputs = KNN__IN_ANY,
    .fields_size = sizeof(spectral_fields),
    .build = build,
    .call = call,
    .part = knn__part_layer,
};
