/* sgd.c - w -= rate g; with momentum mu: m = mu m - rate g, w += m (Nesterov: mu m - rate g). */
#include <float.h>

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
  specs[0] = (knn__slot_spec){.name = "momentum"};
  return a->momentum != 0;
}

static void update(const knn__update *u) {
  const sgd_args *a = u->args;
  knn__rule r = u->rule;
  r.c[0] = (float)u->rate, r.c[1] = (float)a->momentum;
  if (a->momentum == 0)
    u->loops->sgd(&r);
  else
    (a->nesterov ? u->loops->sgd_nesterov : u->loops->sgd_momentum)(&r);
}

/* w - rate 0 is w, to its sign, for rates that are numbers and not negative. */
static bool rests(const void *args, double rate) {
  return ((const sgd_args *)args)->momentum == 0 && rate >= 0 && rate <= FLT_MAX;
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
    .rests = rests,
};
