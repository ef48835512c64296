/* constant.c - the same rate at every step. */
#include <math.h>

#include "schedule.h"

typedef struct schedule_args {
  double value;
} schedule_args;

static const knn_param params[] = {
    KNN__PARAM(schedule_args, value, KNN_P_FLOAT, NULL, "The rate.", .positional = true),
};

static double at(const knn_object *self, int64_t step) {
  const schedule_args *a = self->args;
  (void)step;
  return a->value;
}

const knn__schedule_def knn__schedule_constant = {
    .cls = {.family = "schedule",
            .name = "Constant",
            .summary = "The same rate at every step.",
            .detail = "What a plain number given as learning_rate becomes.",
            .shapes = "step -> rate",
            .example = "local schedule = knn.schedules.Constant{0.01}",
            .source = "Keras",
            .see = "ExponentialDecay",
            KNN__PARAMS(params, schedule_args)},
    .at = at,
};
