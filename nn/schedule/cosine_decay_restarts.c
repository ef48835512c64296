/* cosine_decay_restarts.c - cosine decays one after the other, each t_mul times as long and m_mul
 * times as high. */
#include <math.h>

#include "schedule.h"

typedef struct schedule_args {
  double initial_learning_rate, t_mul, m_mul, alpha;
  int64_t first_decay_steps;
  char *name;
} schedule_args;

static const knn_param params[] = {
    KNN__PARAM(schedule_args, initial_learning_rate, KNN_P_FLOAT, NULL, "L, the rate at step 0.",
               .positional = true),
    KNN__PARAM(schedule_args, first_decay_steps, KNN_P_INT, NULL, "Steps of the first decay.",
               .positional = true, .mark = KNN_COUNT, .min = 1, .max = 1e18),
    KNN__PARAM(schedule_args, t_mul, KNN_P_FLOAT, "2", "Factor of the length."),
    KNN__PARAM(schedule_args, m_mul, KNN_P_FLOAT, "1", "Factor of the height."),
    KNN__PARAM(schedule_args, alpha, KNN_P_FLOAT, "0",
               "Share of the start that is left at the end."),
    KNN__PARAM(schedule_args, name, KNN_P_STRING, "null", "Name."),
};

static double at(const knn_object *self, int64_t step) {
  const schedule_args *a = self->args;
  double f = (double)step / (double)a->first_decay_steps, i;
  if (a->t_mul == 1) {
    i = floor(f);
    f -= i;
  } else {
    i = floor(log(1 - f * (1 - a->t_mul)) / log(a->t_mul));
    double power = pow(a->t_mul, i);
    f = (f - (1 - power) / (1 - a->t_mul)) / power;
  }
  double cosine = 0.5 * pow(a->m_mul, i) * (1 + cos(3.14159265358979323846 * f));
  return a->initial_learning_rate * ((1 - a->alpha) * cosine + a->alpha);
}

const knn__schedule_def knn__schedule_cosine_decay_restarts = {
    .cls = {.family = "schedule",
            .name = "CosineDecayRestarts",
            .summary = "Cosine decays that start over, longer and lower.",
            .detail = "L ((1 - alpha) m^i (1 + cos(pi f)) / 2 + alpha), i the number of restarts, "
                      "f the share of the present decay.",
            .shapes = "step -> rate",
            .example = "local schedule = knn.schedules.CosineDecayRestarts{0.1, 1000}",
            .source = "Loshchilov and Hutter 2016, SGDR",
            .see = "CosineDecay",
            KNN__PARAMS(params, schedule_args)},
    .at = at,
};
