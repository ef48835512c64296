/* rmsprop.c - v = rho v + (1 - rho) g^2; w -= rate g / sqrt(v + eps). Slots: velocity, then
 * momentum, then average_gradient. */
#include "optimizer.h"

typedef struct rmsprop_args {
  knn__optimizer_common common;
  double rho, momentum, epsilon;
  bool centered;
} rmsprop_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(rmsprop_args, "0.001", "null"),
    KNN__PARAM(rmsprop_args, rho, KNN_P_FLOAT, "0.9", "Share of the old mean square.", .min = 0,
               .max = 1),
    KNN__PARAM(rmsprop_args, momentum, KNN_P_FLOAT, "0", "Share of the last step that is added.",
               .min = 0, .max = 1),
    KNN__PARAM(rmsprop_args, epsilon, KNN_P_FLOAT, "1e-7", "Added under the root.", .min = 0,
               .max = 1e30),
    KNN__PARAM(rmsprop_args, centered, KNN_P_BOOL, "false",
               "Divide by the deviation: the mean gradient is taken off."),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  const rmsprop_args *a = args;
  int n = 0;
  specs[n++] = (knn__slot_spec){.name = "velocity"};
  if (a->momentum > 0) specs[n++] = (knn__slot_spec){.name = "momentum", .apart = true};
  if (a->centered) specs[n++] = (knn__slot_spec){.name = "average_gradient", .apart = true};
  return n;
}

static void update(const knn__update *u) {
  const rmsprop_args *a = u->args;
  knn__rule r = u->rule;
  r.c[0] = (float)u->rate, r.c[1] = (float)a->rho, r.c[2] = (float)(1 - a->rho);
  r.c[3] = (float)a->epsilon, r.c[4] = (float)a->momentum;
  if (!a->centered && a->momentum == 0) {
    u->loops->rmsprop(&r);
    return;
  }
  r.slot[1] = a->momentum > 0 ? u->rule.slot[1] : NULL;
  r.slot[2] = a->centered ? u->rule.slot[a->momentum > 0 ? 2 : 1] : NULL;
  u->loops->rmsprop_more(&r);
}

const knn__optimizer_def knn__optimizer_rmsprop = {
    .cls = {.family = "optimizer",
            .name = "RMSprop",
            .aliases = "rmsprop",
            .summary =
                "Each weight's step is divided by the running root mean square of its gradient.",
            .detail = "v = rho v + (1 - rho) g^2; w -= rate g / sqrt(v + eps). Centered: v - "
                      "mean^2 instead of v. Momentum: m = mu m + step, w -= m.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.RMSprop{learning_rate = 0.001}",
            .source = "Tieleman and Hinton 2012, Lecture 6.5",
            .see = "Adam|SGD",
            KNN__PARAMS(params, rmsprop_args)},
    .slots = slots,
    .update = update,
};
