/* adadelta.c - G = rho G + (1 - rho) g^2; d = -g sqrt(D + eps) / sqrt(G + eps); D = rho D + (1 -
 * rho) d^2; w += rate d. The step has the unit of the weight. Zeiler 2012; the rate is Keras's
 * addition (1 in the paper). */
#include "optimizer.h"

typedef struct adadelta_args {
  knn__optimizer_common common;
  double rho, epsilon;
} adadelta_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(adadelta_args, "0.001", "null"),
    KNN__PARAM(adadelta_args, rho, KNN_P_FLOAT, "0.95", "Share of the old mean squares.", .min = 0,
               .max = 1),
    KNN__PARAM(adadelta_args, epsilon, KNN_P_FLOAT, "1e-7", "Added under both roots.", .min = 0,
               .max = 1e30),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[0] = (knn__slot_spec){.name = "accumulated_grad"};
  specs[1] = (knn__slot_spec){.name = "accumulated_delta_var"};
  return 2;
}

static void update(const knn__update *u) {
  const adadelta_args *a = u->args;
  knn__rule r = u->rule;
  r.c[0] = (float)u->rate, r.c[1] = (float)a->rho, r.c[2] = (float)(1 - a->rho);
  r.c[3] = (float)a->epsilon;
  u->loops->adadelta(&r);
}

const knn__optimizer_def knn__optimizer_adadelta = {
    .cls = {.family = "optimizer",
            .name = "Adadelta",
            .aliases = "adadelta",
            .summary = "Steps by the ratio of running means of steps and of gradients.",
            .detail = "G = rho G + (1 - rho) g^2; d = -g sqrt(D + eps) / sqrt(G + eps); D = rho D "
                      "+ (1 - rho) d^2; w += rate d. The "
                      "paper's rate is 1.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Adadelta{learning_rate = 1.0}",
            .source = "Zeiler 2012, ADADELTA: an adaptive learning rate method",
            .see = "Adagrad|RMSprop",
            KNN__PARAMS(params, adadelta_args)},
    .slots = slots,
    .update = update,
};
