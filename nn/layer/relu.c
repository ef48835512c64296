/* relu.c - rectifiers as layers. x (...) -> (...)
 * ReLU: min(x, max_value) where x > threshold, else negative_slope (x - threshold); LeakyReLU: x
 * where x >= 0, else slope x; ELU: x where x > 0, else alpha (e^x - 1). */
#include "layer.h"

typedef struct relu_args {
  knn__layer_common common;
  double max_value, negative_slope, threshold;
} relu_args;

static const knn_param relu_params[] = {
    KNN__PARAM(relu_args, max_value, KNN_P_FLOAT, "null", "Largest result; null = none.", .min = 0,
               .max = 1e38),
    KNN__PARAM(relu_args, negative_slope, KNN_P_FLOAT, "0", "Slope below the threshold.", .min = 0,
               .max = 1e38),
    KNN__PARAM(relu_args, threshold, KNN_P_FLOAT, "0", "Where the function begins to rise.",
               .min = 0, .max = 1e38),
    KNN__LAYER_PARAMS(relu_args),
};

static void call_relu(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const relu_args *args = layer->base.args;
  io->out[0] = knn__relu_of(s, io->in[0], args->negative_slope, args->max_value, args->threshold);
}

const knn__layer_def knn__layer_relu = {
    .cls = {.family = "layer",
            .name = "ReLU",
            .summary = "Rectifier: negatives become 0.",
            .detail =
                "y = min(x, max_value) where x > threshold, else negative_slope (x - threshold)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.ReLU{max_value = 6}(knn.tensor{-1, 2, 9})",
            .source = "Nair and Hinton 2010",
            .see = "LeakyReLU|PReLU|ELU",
            KNN__PARAMS(relu_params, relu_args)},
    .supports_masking = true,
    .call = call_relu,
};

typedef struct leaky_args {
  knn__layer_common common;
  double negative_slope;
} leaky_args;

static const knn_param leaky_params[] = {
    KNN__PARAM(leaky_args, negative_slope, KNN_P_FLOAT, "0.3", "Slope below 0.", .min = 0,
               .max = 1e38),
    KNN__LAYER_PARAMS(leaky_args),
};

static void call_leaky(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const leaky_args *args = layer->base.args;
  io->out[0] = knn__leaky_relu(s, io->in[0], args->negative_slope);
}

const knn__layer_def knn__layer_leaky_relu = {
    .cls = {.family = "layer",
            .name = "LeakyReLU",
            .summary = "Rectifier with a small slope below 0.",
            .detail =
                "y = x where x >= 0, else negative_slope x. The function leaky_relu has slope 0.2.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.LeakyReLU{negative_slope = 0.1}(knn.tensor{-1, 0, 2})",
            .source = "Maas et al. 2013",
            .see = "ReLU|PReLU",
            KNN__PARAMS(leaky_params, leaky_args)},
    .supports_masking = true,
    .call = call_leaky,
};

typedef struct elu_args {
  knn__layer_common common;
  double alpha;
} elu_args;

static const knn_param elu_params[] = {
    KNN__PARAM(elu_args, alpha, KNN_P_FLOAT, "1", "Minus the limit for x to -infinity."),
    KNN__LAYER_PARAMS(elu_args),
};

static void call_elu(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const elu_args *args = layer->base.args;
  io->out[0] = knn__elu(s, io->in[0], args->alpha);
}

const knn__layer_def knn__layer_elu = {
    .cls = {.family = "layer",
            .name = "ELU",
            .summary = "Exponential linear unit.",
            .detail = "y = x where x > 0, else alpha (e^x - 1)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.ELU{}(knn.tensor{-1, 0, 2})",
            .source = "Clevert et al. 2015",
            .see = "ReLU|LeakyReLU",
            KNN__PARAMS(elu_params, elu_args)},
    .supports_masking = true,
    .call = call_elu,
};
