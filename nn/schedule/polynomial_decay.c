/* polynomial_decay.c - (L - E) (1 - s / d)^p + E, s = min(step, d); with cycle d grows to the next
 * multiple. */
#include <math.h>

#include "schedule.h"

typedef struct schedule_args {
  double initial_learning_rate, end_learning_rate, power;
  int64_t decay_steps;
  bool cycle;
  char *name;
} schedule_args;

static const knn_param params[] = {
    KNN__PARAM(schedule_args, initial_learning_rate, KNN_P_FLOAT, NULL, "L, the rate at step 0.",
               .positional = true),
    KNN__PARAM(schedule_args, decay_steps, KNN_P_INT, NULL, "d, steps until the end.",
               .positional = true, .mark = KNN_COUNT, .min = 1, .max = 1e18),
    KNN__PARAM(schedule_args, end_learning_rate, KNN_P_FLOAT, "0.0001", "E, the rate at the end."),
    KNN__PARAM(schedule_args, power, KNN_P_FLOAT, "1", "p; 1 = a straight line."),
    KNN__PARAM(schedule_args, cycle, KNN_P_BOOL, "false", "Start over beyond d."),
    KNN__PARAM(schedule_args, name, KNN_P_STRING, "null", "Name."),
};

static double at(const knn_object *self, int64_t step) {
  const schedule_args *a = self->args;
  double s = (double)step, d = (double)a->decay_steps;
  if (a->cycle)
    d *= step == 0 ? 1 : ceil(s / d);
  else
    s = fmin(s, d);
  return (a->initial_learning_rate - a->end_learning_rate) * pow(1 - s / d, a->power) +
         a->end_learning_rate;
}

const knn__schedule_def knn__schedule_polynomial_decay = {
    .cls =
        {.family = "schedule",
         .name = "PolynomialDecay",
         .summary = "The rate falls to an end value as a power of the time left.",
         .detail = "(L - E) (1 - s / d)^p + E with s = min(step, d); with cycle d becomes the next "
                   "multiple of d.",
         .shapes = "step -> rate",
         .example =
             "local schedule = knn.schedules.PolynomialDecay{0.1, 1000, end_learning_rate = 0.01}",
         .source = "Keras, PolynomialDecay",
         .see = "CosineDecay",
         KNN__PARAMS(params, schedule_args)},
    .at = at,
};
