/* norm.c - limits on the norms of weights: w scaled so that norms along `axis` come within bounds.
 * w (...) -> same shape n = sqrt(sum w^2 over axis); max_norm: w clip(n, 0, max) / (n + 1e-7);
 * min_max_norm: w (rate clip(n, min, max) + (1 - rate) n) / (n + 1e-7); unit_norm: w / (n + 1e-7).
 * 1e-7 is Keras's epsilon. Axis 0 = per column of a Dense kernel. */
#include "constraint_list.h"

typedef struct norm_args {
  double max_value, min_value, rate;
  knn_ints axis;
} norm_args;

#define AXIS_PARAM                                                                \
  KNN__PARAM(norm_args, axis, KNN_P_INTS, "0",                                    \
             "Axes over which the norm is taken; {0, 1, 2} for a Conv2D kernel.", \
             .mark = KNN_AXIS)

static knn_value *norms(knn__scope *s, knn_value *w, const knn_ints *over) {
  knn__axes axes = {.n = over->n};
  for (int i = 0; i < over->n && i < KNN_MAX_RANK; i++) axes.v[i] = over->v[i];
  return knn__sqrt(s, knn__sum(s, knn__square(s, w), axes, true));
}

/* w wanted / (norm + epsilon) */
static knn_value *scaled(knn__scope *s, knn_value *w, knn_value *wanted, knn_value *norm) {
  return knn__multiply(s, w, knn__divide(s, wanted, knn__plus(s, norm, 1e-7)));
}

static const knn_param max_params[] = {
    KNN__PARAM(norm_args, max_value, KNN_P_FLOAT, "2", "Largest norm.", .min = 0, .max = 1e30,
               .positional = true),
    AXIS_PARAM,
};

static knn_value *max_norm(knn_object *self, knn__scope *s, knn_value *w) {
  const norm_args *args = self->args;
  knn_value *n = norms(s, w, &args->axis);
  return scaled(s, w, knn__clip(s, n, 0, args->max_value), n);
}

const knn__constraint_def knn__constraint_max_norm = {
    .cls = {.family = "constraint",
            .name = "MaxNorm",
            .aliases = "max_norm",
            .summary = "Norms of at most max_value.",
            .detail = "w clip(n, 0, max_value) / (n + 1e-7), n the norm over axis",
            .shapes = "w (...) -> (...)",
            .example =
                "local layer = knn.layers.Dense{4, kernel_constraint = knn.constraints.MaxNorm{2}}",
            .source = "Srebro and Shraibman 2005",
            .see = "MinMaxNorm|UnitNorm",
            KNN__PARAMS(max_params, norm_args)},
    .project = max_norm,
};

static const knn_param min_max_params[] = {
    KNN__PARAM(norm_args, min_value, KNN_P_FLOAT, "0", "Smallest norm.", .min = 0, .max = 1e30),
    KNN__PARAM(norm_args, max_value, KNN_P_FLOAT, "1", "Largest norm.", .min = 0, .max = 1e30),
    KNN__PARAM(norm_args, rate, KNN_P_FLOAT, "1", "Share of the way to the bounds at each update.",
               .min = 0, .max = 1),
    AXIS_PARAM,
};

static knn_value *min_max_norm(knn_object *self, knn__scope *s, knn_value *w) {
  const norm_args *args = self->args;
  knn_value *n = norms(s, w, &args->axis);
  knn_value *wanted = knn__times(s, knn__clip(s, n, args->min_value, args->max_value), args->rate);
  if (args->rate != 1) wanted = knn__add(s, wanted, knn__times(s, n, 1 - args->rate));
  return scaled(s, w, wanted, n);
}

const knn__constraint_def knn__constraint_min_max_norm = {
    .cls = {.family = "constraint",
            .name = "MinMaxNorm",
            .aliases = "min_max_norm",
            .summary = "Norms between two bounds.",
            .detail = "w (rate clip(n, min_value, max_value) + (1 - rate) n) / (n + 1e-7), n the "
                      "norm over axis",
            .shapes = "w (...) -> (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_constraint = "
                       "knn.constraints.MinMaxNorm{min_value = 0.5}}",
            .source = "Keras, MinMaxNorm",
            .see = "MaxNorm",
            KNN__PARAMS(min_max_params, norm_args)},
    .project = min_max_norm,
};

static const knn_param unit_params[] = {AXIS_PARAM};

static knn_value *unit_norm(knn_object *self, knn__scope *s, knn_value *w) {
  const norm_args *args = self->args;
  return knn__divide(s, w, knn__plus(s, norms(s, w, &args->axis), 1e-7));
}

const knn__constraint_def knn__constraint_unit_norm = {
    .cls = {.family = "constraint",
            .name = "UnitNorm",
            .aliases = "unit_norm",
            .summary = "Norms of 1.",
            .detail = "w / (n + 1e-7), n the norm over axis",
            .shapes = "w (...) -> (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_constraint = \"unit_norm\"}",
            .source = "Keras, UnitNorm",
            .see = "MaxNorm",
            KNN__PARAMS(unit_params, norm_args)},
    .project = unit_norm,
};
