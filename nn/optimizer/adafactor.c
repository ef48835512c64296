/* adafactor.c - the mean squares of a matrix's gradient kept as those of its rows and columns. With
 * G = g^2 + eps1 and b = 1 - t^decay: r = b r + (1 - b) mean over columns of G, c likewise over
 * rows, V = r c / mean r over the last two axes; weights of rank 0 and 1 keep V itself. u = g /
 * sqrt(V); w -= max(eps2, rms w) min(rate, 1 / sqrt t) u / max(1, rms u / clip). As in Keras the
 * rate never exceeds 1 / sqrt t, whatever relative_step says. Shazeer and Stern 2018. */
#include <math.h>

#include "optimizer.h"

typedef struct adafactor_args {
  knn__optimizer_common common;
  double beta_2_decay, epsilon_1, epsilon_2, clip_threshold;
  bool relative_step;
} adafactor_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(adafactor_args, "0.001", "null"),
    KNN__PARAM(adafactor_args, beta_2_decay, KNN_P_FLOAT, "-0.8",
               "Power of the step by which old squares fade.", .min = -1e3, .max = 0),
    KNN__PARAM(adafactor_args, epsilon_1, KNN_P_FLOAT, "1e-30", "Added to squares.", .min = 0,
               .max = 1e30),
    KNN__PARAM(adafactor_args, epsilon_2, KNN_P_FLOAT, "0.001",
               "Least size of a weight that scales its step.", .min = 0, .max = 1e30),
    KNN__PARAM(adafactor_args, clip_threshold, KNN_P_FLOAT, "1", "Largest size of a direction.",
               .min = 0, .max = 1e30, .above_min = true),
    KNN__PARAM(adafactor_args, relative_step, KNN_P_BOOL, "true",
               "The rate is at most 1 / sqrt t; Keras keeps to that either way."),
};

enum { ROWS, COLUMNS, VELOCITY };

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[ROWS] = (knn__slot_spec){.name = "rows"};
  specs[COLUMNS] = (knn__slot_spec){.name = "columns"};
  specs[VELOCITY] = (knn__slot_spec){.name = "velocity"};
  return 3;
}

static bool slot_shape(const void *args, int slot, const knn_variable *v, knn__spec *shape) {
  int rank = v->value->spec.rank;
  (void)args;
  if (rank < 2) return slot == VELOCITY;
  if (slot == COLUMNS) shape->dims[rank - 2] = shape->dims[rank - 1];
  shape->rank = rank - 1;
  return slot != VELOCITY;
}

/* A whole number for the rows and columns of a vector; V of a matrix, made anew in each step. */
static void blank(int slot, const knn_variable *v, knn__spec *shape) {
  *shape = slot == VELOCITY ? v->value->spec : (knn__spec){.dtype = KNN_I32};
}

/* What the loops share: b, eps1, and a matrix's sizes. */
typedef struct factors {
  float keep, add;
  int64_t rows, columns;
} factors;

/* The gradient of one matrix becomes u; r and c are moved on. */
static void direct_matrix(const factors *f, float *g, float *r, float *c) {
  float rest = 1 - f->keep, mean = 0;
  for (int64_t j = 0; j < f->columns; j++) c[j] *= f->keep;
  for (int64_t i = 0; i < f->rows; i++) {
    const float *row = g + i * f->columns;
    float sum = 0;
    for (int64_t j = 0; j < f->columns; j++) {
      float square = row[j] * row[j] + f->add;
      sum += square;
      c[j] += rest / (float)f->rows * square;
    }
    r[i] = f->keep * r[i] + rest * (sum / (float)f->columns);
    mean += r[i] / (float)f->rows;
  }
  for (int64_t i = 0; i < f->rows; i++) {
    float *row = g + i * f->columns, share = r[i] / mean;
    for (int64_t j = 0; j < f->columns; j++) row[j] /= sqrtf(share * c[j]);
  }
}

static void direct_vector(const factors *f, float *g, float *v, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    v[i] = f->keep * v[i] + (1 - f->keep) * (g[i] * g[i] + f->add);
    g[i] /= sqrtf(v[i]);
  }
}

static double root_mean_square(const knn__update *u, const float *x) {
  return u->rule.n > 0 ? sqrt(u->loops->sum_of_squares(u->rule.n, x) / (double)u->rule.n) : 0;
}

static float direct(const knn_optimizer *o, const knn__segment *weight, const knn__update *u) {
  const adafactor_args *a = u->args;
  const knn__spec *shape = &weight->variable->value->spec;
  const knn__rule *r = &u->rule;
  double t = (double)u->t, rate = fmin(u->rate, 1 / sqrt(t)),
         size = fmax(a->epsilon_2, root_mean_square(u, r->w));
  factors f = {.keep = (float)(1 - pow(t, a->beta_2_decay)), .add = (float)a->epsilon_1};
  (void)o;
  if (shape->rank < 2) {
    direct_vector(&f, u->g, r->slot[VELOCITY], r->n);
  } else {
    f.rows = shape->dims[shape->rank - 2], f.columns = shape->dims[shape->rank - 1];
    int64_t matrix = f.rows * f.columns;
    for (int64_t i = 0; matrix > 0 && i < r->n / matrix; i++)
      direct_matrix(&f, u->g + i * matrix, r->slot[ROWS] + i * f.rows,
                    r->slot[COLUMNS] + i * f.columns);
  }
  return (float)(size * rate / fmax(1, root_mean_square(u, u->g) / a->clip_threshold));
}

const knn__optimizer_def knn__optimizer_adafactor = {
    .cls = {.family = "optimizer",
            .name = "Adafactor",
            .aliases = "adafactor",
            .summary = "Adam's mean squares kept as those of rows and columns, in less memory.",
            .detail =
                "G = g^2 + eps1; b = 1 - t^decay; r, c: running means of G over columns, over "
                "rows; V = r c / mean r; u = g / sqrt(V); w -= max(eps2, rms w) min(rate, 1 / "
                "sqrt t) u / max(1, rms u / clip).",
            .shapes = "gradients -> weights, each as a whole; the last two axes are a matrix",
            .example = "local optimizer = knn.optimizers.Adafactor{learning_rate = 0.01}",
            .source = "Shazeer and Stern 2018, Adafactor",
            .see = "Adam",
            KNN__PARAMS(params, adafactor_args)},
    .slots = slots,
    .slot_shape = slot_shape,
    .blank = blank,
    .direct = direct,
};
