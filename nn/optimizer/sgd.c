/* sgd.c - w -= rate g; with momentum mu: m = mu m - rate g, w += m (Nesterov: mu m - rate g). */
#include "optimizer.h"

typedef struct sgd_args {
  knn__optimizer_common common;
  double momentum;
  bool nesterov;
} sgd_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(sgd_args, "0.01", "null"),
    KNN__PARAM(sgd_args, momentum, KNN_P_FLOAT, "0", "Share of the last step that is added.",
               .min = 0, .max = 1),
    KNN__PARAM(sgd_args, nesterov, KNN_P_BOOL, "false", "Look ahead along the momentum."),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  const sgd_args *a = args;
  specs[0] = (knn__slot_spec){"momentum", 0};
  return a->momentum != 0;
}

static void update(const knn__update *u) {
  const sgd_args *a = u->args;
  float rate = (float)u->rate, mu = (float)a->momentum;
  float *restrict w = u->w, *restrict m = u->slot[0];
  const float *restrict g = u->g;
  if (mu == 0)
    for (int64_t i = 0; i < u->n; i++) w[i] -= rate * g[i];
  else if (!a->nesterov)
    for (int64_t i = 0; i < u->n; i++) {
      m[i] = mu * m[i] - g[i] * rate;
      w[i] += m[i];
    }
  else
    for (int64_t i = 0; i < u->n; i++) {
      m[i] = mu * m[i] - g[i] * rate;
      w[i] += mu * m[i] - g[i] * rate;
    }
}

const knn__optimizer_def knn__optimizer_sgd = {
    .cls = {.family = "optimizer",
            .name = "SGD",
            .aliases = "sgd",
            .summary = "Stochastic gradient descent, with momentum if wanted.",
            .detail = "w -= rate g. Momentum: m = mu m - rate g, w += m. Nesterov: w += mu m - "
                      "rate g with the new m.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.SGD{learning_rate = 0.01, momentum = 0.9}",
            .source = "Sutskever et al. 2013, On the importance of initialization and momentum in "
                      "deep learning",
            .see = "Adam|RMSprop",
            KNN__PARAMS(params, sgd_args)},
    .slots = slots,
    .update = update,
};
