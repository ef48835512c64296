/* aug_mix.c - images mixed in training with what chains of layers chosen at random make of them:
 * y = m x + (1 - m) sum_i w_i chain_i(x), the same for the whole batch; w with the Dirichlet
 * distribution, m with the beta distribution. x (batch, height, width, 3) or one image -> same
 * shape. Source: Hendrycks et al. 2019. */
#include "policy.h"

typedef struct aug_mix_args {
  knn__policy policy;
  int64_t num_chains, chain_depth;
  double alpha;
  bool all_ops;
} aug_mix_args;

static const knn_param params[] = {
    KNN__POLICY_RANGE_PARAM,
    KNN__PARAM(aug_mix_args, num_chains, KNN_P_INT, "3", "How many chains are mixed.", .min = 1,
               .max = 1000),
    KNN__PARAM(aug_mix_args, chain_depth, KNN_P_INT, "3", "How many changes a chain has at most.",
               .min = 0, .max = 1000),
    KNN__POLICY_FACTOR_PARAM("0.3"),
    KNN__PARAM(aug_mix_args, alpha, KNN_P_FLOAT, "1.0",
               "Number of the weights' distributions: large ones weigh all chains alike.", .min = 0,
               .above_min = true, .max = 1e300),
    KNN__PARAM(aug_mix_args, all_ops, KNN_P_BOOL, "true",
               "Choose among layers that change brightness, colour, contrast and sharpness too."),
    KNN__POLICY_INTERPOLATION_PARAM,
    KNN__AUGMENT_PARAMS};

static knn_status check(knn_layer *layer) {
  const aug_mix_args *args = layer->base.args;
  return knn__policy_check(layer, args->all_ops);
}

/* n shares with the Dirichlet distribution, in the images' type: numbers with the gamma
 * distribution over their sum. (n). */
static knn_value *draw_shares(const aug_mix_args *args, knn__scope *s, knn_value *images,
                              int64_t n) {
  const int64_t seed = args->policy.base.seed;
  knn_value *any = knn__random_uniform_like(s, images, 1, &n, 0, 1, seed);
  knn_value *alphas = knn__plus(s, knn__times(s, any, 0), args->alpha);
  return knn__softmax(s, knn__random_log_gamma(s, alphas, seed), 0);
}

static knn_value *change(const knn_layer *layer, knn__scope *s, knn_value *x) {
  const aug_mix_args *args = layer->base.args;
  const double *range = args->policy.value_range.v;
  knn_value *weights = draw_shares(args, s, x, args->num_chains), *mixed = NULL;
  for (int64_t i = 0; i < args->num_chains; i++) {
    knn_value *chain = x;
    for (int64_t k = 0; k < args->chain_depth; k++) chain = knn__policy_step(layer, s, chain, true);
    chain = knn__multiply(s, chain, knn__slice_axis(s, weights, 0, i, 1, 1));
    mixed = mixed ? knn__add(s, mixed, chain) : chain;
  }
  /* one of two shares has the beta distribution */
  knn_value *m = knn__slice_axis(s, draw_shares(args, s, x, 2), 0, 0, 1, 1);
  knn_value *y = knn__add(s, mixed, knn__multiply(s, m, knn__subtract(s, x, mixed)));
  return knn__clip(s, y, range[0], range[1]);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  knn__augment_call(layer, s, io, change);
}

const knn__layer_def knn__layer_aug_mix = {
    .cls = {.family = "layer",
            .name = "AugMix",
            .summary = "Images mixed in training with what chains of layers make of them.",
            .detail = "y = m x + (1 - m) sum_i w_i chain_i(x), w drawn from Dirichlet(alpha), m "
                      "from Beta(alpha, alpha). Each step of a chain is one of the layers of "
                      "RandAugment or none; all are the same for the whole batch.",
            .shapes = "x (batch, height, width, 3) or (height, width, 3) -> same shape; without "
                      "all_ops any number of channels",
            .example = "local y = knn.layers.AugMix{num_chains = 2, chain_depth = 1}(knn.ones{1, "
                       "8, 8, 3})",
            .source = "Hendrycks et al. 2019; Keras, AugMix",
            .see = "RandAugment|MixUp",
            KNN__PARAMS(params, aug_mix_args)},
    .min_rank = 3,
    .max_rank = 4,
    .draws_unasked = true,
    .check = check,
    .call = call,
};
