/* piecewise_constant_decay.c - values[i] for boundaries[i-1] < step <= boundaries[i]. */
#include "schedule.h"

typedef struct schedule_args {
  knn_floats boundaries, values;
  char *name;
} schedule_args;

static const knn_param params[] = {
    KNN__PARAM(schedule_args, boundaries, KNN_P_FLOATS, NULL,
               "Steps, rising; a boundary belongs to the value before it.", .positional = true),
    KNN__PARAM(schedule_args, values, KNN_P_FLOATS, NULL, "Rates, one more than boundaries.",
               .positional = true),
    KNN__PARAM(schedule_args, name, KNN_P_STRING, "null", "Name."),
};

/* A list of values that is too short keeps its last one. */
static double at(const knn_object *self, int64_t step) {
  const schedule_args *a = self->args;
  int i = 0;
  while (i < a->boundaries.n && (double)step > a->boundaries.v[i]) i++;
  return a->values.n ? a->values.v[i < a->values.n ? i : a->values.n - 1] : 0;
}

const knn__schedule_def knn__schedule_piecewise_constant_decay = {
    .cls = {.family = "schedule",
            .name = "PiecewiseConstantDecay",
            .summary = "A constant rate between boundaries.",
            .detail = "values[i] for boundaries[i-1] < step <= boundaries[i].",
            .shapes = "step -> rate",
            .example = "local schedule = knn.schedules.PiecewiseConstantDecay{{1000, 2000}, {0.1, "
                       "0.05, 0.01}}",
            .source = "Keras, PiecewiseConstantDecay",
            .see = "ExponentialDecay",
            KNN__PARAMS(params, schedule_args)},
    .at = at,
};
