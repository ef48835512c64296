/* schedule_free_adamw.c - an average of the iterates in place of a falling rate. z is moved as by
 * Adam without momentum, x is the mean of all z, and gradients are taken at y = (1 - b1) z + b1 x,
 * which is what the weights hold: v += (1 - b2)(g^2 - v); z -= rate g / (sqrt(v / (1 - b2^t)) +
 * eps); x = (1 - 1/t) x + z / t. Only z is kept, x follows from y and z. Defazio et al. 2024. */
#include <math.h>

#include "optimizer.h"

typedef struct schedule_free_args {
  knn__optimizer_common common;
  double beta_1, beta_2, epsilon;
  int64_t warmup_steps;
} schedule_free_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(schedule_free_args, "0.0025", "null"),
    KNN__PARAM(schedule_free_args, beta_1, KNN_P_FLOAT, "0.9",
               "Share of the mean in the point where gradients are taken.", .min = 0, .max = 1,
               .above_min = true),
    KNN__PARAM(schedule_free_args, beta_2, KNN_P_FLOAT, "0.999", "Share of the old mean square.",
               .min = 0, .max = 1),
    KNN__PARAM(schedule_free_args, epsilon, KNN_P_FLOAT, "1e-8", "Added to the root.", .min = 0,
               .max = 1e30),
    KNN__PARAM(schedule_free_args, warmup_steps, KNN_P_INT, "0",
               "Steps over which the rate grows in a line from 0.", .mark = KNN_COUNT, .min = 0,
               .max = 1e18),
};

/* momentum is Keras's name for z */
static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[0] = (knn__slot_spec){.name = "momentum", .copies = true};
  specs[1] = (knn__slot_spec){.name = "velocity"};
  return 2;
}

static void update(const knn__update *u) {
  const schedule_free_args *a = u->args;
  double t = (double)u->t, share = a->warmup_steps > 0 ? fmin(t / (double)a->warmup_steps, 1) : 1;
  float rate = (float)(u->rate * share), rest_2 = (float)(1 - a->beta_2),
        epsilon = (float)a->epsilon, correction = (float)(1 - pow(a->beta_2, t)),
        beta = (float)a->beta_1, latest = (float)(1 / t);
  float *restrict w = u->rule.w, *restrict z = u->rule.slot[0], *restrict v = u->rule.slot[1];
  const float *restrict g = u->rule.g;
  for (int64_t i = 0; i < u->rule.n; i++) {
    v[i] += (g[i] * g[i] - v[i]) * rest_2;
    float x = (w[i] - (1 - beta) * z[i]) / beta;
    z[i] -= rate * g[i] / (sqrtf(v[i] / correction) + epsilon);
    x = (1 - latest) * x + latest * z[i];
    w[i] = (1 - beta) * z[i] + beta * x;
  }
}

const knn__optimizer_def knn__optimizer_schedule_free_adamw = {
    .cls = {.family = "optimizer",
            .name = "ScheduleFreeAdamW",
            .aliases = "schedulefreeadamw",
            .summary = "Adam that needs no schedule: it averages its own iterates.",
            .detail = "v as in Adam; z -= rate g / (sqrt(v / (1 - b2^t)) + eps); x = (1 - 1/t) x + "
                      "z / t; the weights are (1 - b1) z + b1 x.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.ScheduleFreeAdamW{warmup_steps = 100}",
            .source = "Defazio et al. 2024, The road less scheduled",
            .see = "AdamW|CosineDecay",
            KNN__PARAMS(params, schedule_free_args)},
    .slots = slots,
    .update = update,
};
