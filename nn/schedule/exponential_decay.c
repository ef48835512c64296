/* exponential_decay.c - L r^(step / d), the exponent rounded down when staircase. */
#include <math.h>

#include "schedule.h"

typedef struct schedule_args {
  double initial_learning_rate, decay_rate;
  int64_t decay_steps;
  bool staircase;
  char *name;
} schedule_args;

static const knn_param params[] = {
    KNN__PARAM(schedule_args, initial_learning_rate, KNN_P_FLOAT, NULL, "L, the rate at step 0.",
               .positional = true),
    KNN__PARAM(schedule_args, decay_steps, KNN_P_INT, NULL, "d, steps per factor.",
               .positional = true, .mark = KNN_COUNT, .min = 1, .max = 1e18),
    KNN__PARAM(schedule_args, decay_rate, KNN_P_FLOAT, NULL, "r, the factor.", .positional = true),
    KNN__PARAM(schedule_args, staircase, KNN_P_BOOL, "false", "Fall in steps, not smoothly."),
    KNN__PARAM(schedule_args, name, KNN_P_STRING, "null", "Name."),
};

static double at(const knn_object *self, int64_t step) {
  const schedule_args *a = self->args;
  double x = (double)step / (double)a->decay_steps;
  return a->initial_learning_rate * pow(a->decay_rate, a->staircase ? floor(x) : x);
}

const knn__schedule_def knn__schedule_exponential_decay = {
    .cls = {.family = "schedule",
            .name = "ExponentialDecay",
            .summary = "The rate falls by a factor per so many steps.",
            .detail = "L r^(step / d); with staircase the exponent is rounded down.",
            .shapes = "step -> rate",
            .example = "local schedule = knn.schedules.ExponentialDecay{0.1, 1000, 0.96}",
            .source = "Keras, ExponentialDecay",
            .see = "InverseTimeDecay|CosineDecay",
            KNN__PARAMS(params, schedule_args)},
    .at = at,
};
