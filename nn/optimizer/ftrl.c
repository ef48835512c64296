/* ftrl.c - follow the regularized leader: n' = n + g^2; z += g' - (n'^-p - n^-p) w / rate; w =
 * (clip(z, -l1, l1) - z) / q with q = n'^-p / rate + 2 l2 + beta / rate, g' = g + 2 shrink w, p =
 * learning_rate_power. As in Keras the first weights are not in z, so the first step largely
 * forgets them: meant for weights that start at 0. McMahan et al. 2013. */
#include <math.h>

#include "optimizer.h"

typedef struct ftrl_args {
  knn__optimizer_common common;
  double learning_rate_power, initial_accumulator_value, l1_regularization_strength,
      l2_regularization_strength;
  double l2_shrinkage_regularization_strength, beta;
} ftrl_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(ftrl_args, "0.001", "null"),
    KNN__PARAM(ftrl_args, learning_rate_power, KNN_P_FLOAT, "-0.5",
               "How the rate falls with the gradients seen; 0 = not at all.", .min = -1e3,
               .max = 0),
    KNN__PARAM(ftrl_args, initial_accumulator_value, KNN_P_FLOAT, "0.1",
               "Contents of the sum before the first step.", .min = 0, .max = 1e30),
    KNN__PARAM(ftrl_args, l1_regularization_strength, KNN_P_FLOAT, "0",
               "Pulls weights to exactly 0.", .min = 0, .max = 1e30),
    KNN__PARAM(ftrl_args, l2_regularization_strength, KNN_P_FLOAT, "0",
               "Pulls weights towards 0, in the leader.", .min = 0, .max = 1e30),
    KNN__PARAM(ftrl_args, l2_shrinkage_regularization_strength, KNN_P_FLOAT, "0",
               "Pulls weights towards 0, in the gradient.", .min = 0, .max = 1e30),
    KNN__PARAM(ftrl_args, beta, KNN_P_FLOAT, "0", "The paper's beta.", .min = 0, .max = 1e30),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  const ftrl_args *a = args;
  specs[0] = (knn__slot_spec){.name = "accumulator", .first = (float)a->initial_accumulator_value};
  specs[1] = (knn__slot_spec){.name = "linear"};
  return 2;
}

static void update(const knn__update *u) {
  const ftrl_args *a = u->args;
  float rate = (float)u->rate, power = (float)-a->learning_rate_power,
        l1 = (float)a->l1_regularization_strength;
  float l2 = (float)(a->l2_regularization_strength + a->beta / (2 * u->rate)),
        shrink = (float)(2 * a->l2_shrinkage_regularization_strength);
  knn__rule r = u->rule;
  if (a->learning_rate_power == -0.5) {
    r.c[0] = rate, r.c[1] = l1, r.c[2] = l2, r.c[3] = shrink;
    u->loops->ftrl(&r);
    return;
  }
  float *restrict w = r.w, *restrict sum = r.slot[0], *restrict z = r.slot[1];
  const float *restrict g = r.g;
  for (int64_t i = 0; i < r.n; i++) {
    float now = sum[i] + g[i] * g[i], root = powf(now, power);
    z[i] += g[i] + shrink * w[i] - (root - powf(sum[i], power)) / rate * w[i];
    float held = z[i] > l1 ? l1 : z[i] < -l1 ? -l1 : z[i];
    w[i] = (held - z[i]) / (root / rate + 2 * l2);
    sum[i] = now;
  }
}

const knn__optimizer_def knn__optimizer_ftrl = {
    .cls = {.family = "optimizer",
            .name = "Ftrl",
            .aliases = "ftrl",
            .summary = "Follow the regularized leader: for wide sparse linear models.",
            .detail = "n' = n + g^2; z += g + 2 s w - (n'^-p - n^-p) w / rate; w = (clip(z, -l1, "
                      "l1) - z) / (n'^-p / rate + 2 l2 + beta / rate). "
                      "The first step largely forgets the first weights.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Ftrl{learning_rate = 0.1, "
                       "l1_regularization_strength = 0.01}",
            .source = "McMahan et al. 2013, Ad click prediction: a view from the trenches",
            .see = "Adagrad",
            KNN__PARAMS(params, ftrl_args)},
    .slots = slots,
    .update = update,
};
