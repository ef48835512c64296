/* cosine_decay.c - half a cosine from L (or, after a linear warm-up, from the warm-up target) down
 * to alpha times it. */
#include <math.h>

#include "schedule.h"

typedef struct schedule_args {
  double initial_learning_rate, alpha, warmup_target;
  int64_t decay_steps, warmup_steps;
  char *name;
} schedule_args;

static const knn_param params[] = {
    KNN__PARAM(schedule_args, initial_learning_rate, KNN_P_FLOAT, NULL, "L, the rate at step 0.",
               .positional = true),
    KNN__PARAM(schedule_args, decay_steps, KNN_P_INT, NULL, "Steps of the cosine.",
               .positional = true, .mark = KNN_COUNT, .min = 1, .max = 1e18),
    KNN__PARAM(schedule_args, alpha, KNN_P_FLOAT, "0",
               "Share of the start that is left at the end."),
    KNN__PARAM(schedule_args, name, KNN_P_STRING, "null", "Name."),
    KNN__PARAM(schedule_args, warmup_target, KNN_P_FLOAT, "null",
               "Rate at the end of the warm-up; null = no warm-up."),
    KNN__PARAM(schedule_args, warmup_steps, KNN_P_INT, "0", "Steps of the warm-up.",
               .mark = KNN_COUNT, .min = 0, .max = 1e18),
};

static double at(const knn_object *self, int64_t step) {
  const schedule_args *a = self->args;
  double s = (double)step, d = (double)a->decay_steps, start = a->initial_learning_rate;
  if (!isnan(a->warmup_target)) {
    double w = (double)a->warmup_steps;
    if (s < w) return start + (a->warmup_target - start) * s / w;
    start = a->warmup_target;
    s -= w;
  }
  double cosine = 0.5 * (1 + cos(3.14159265358979323846 * fmin(s, d) / d));
  return start * ((1 - a->alpha) * cosine + a->alpha);
}

const knn__schedule_def knn__schedule_cosine_decay = {
    .cls = {.family = "schedule",
            .name = "CosineDecay",
            .summary = "The rate falls along half a cosine, after an optional warm-up.",
            .detail = "L ((1 - alpha) (1 + cos(pi s / d)) / 2 + alpha); with warmup_target W: a "
                      "line from L to W, then the cosine from W.",
            .shapes = "step -> rate",
            .example = "local schedule = knn.schedules.CosineDecay{0.1, 1000, alpha = 0.01}",
            .source = "Loshchilov and Hutter 2016, SGDR",
            .see = "CosineDecayRestarts",
            KNN__PARAMS(params, schedule_args)},
    .at = at,
};
