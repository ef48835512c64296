/* overlap.c - losses of overlapping regions, for segmentation: sums over the whole batch, or over
 * `axis` alone. Dice: 1 - 2 sum t p / (sum t + sum p + eps). Tversky: 1 - TP / (TP + alpha FP +
 * beta FN + eps) with TP = sum t p; which of the two misses alpha weighs is Keras's choice: sum (1
 * - p) t. */
#include "loss.h"

typedef struct overlap_args {
  knn__loss_common common;
  double alpha, beta;
  knn_ints axis;
} overlap_args;

#define AXIS                                                                           \
  KNN__PARAM(overlap_args, axis, KNN_P_INTS, "null",                                   \
             "Axes of the sums; null: all, one loss for the batch.", .mark = KNN_AXIS, \
             .nullable = true)

static const knn_param dice_params[] = {AXIS, KNN__LOSS_PARAMS(overlap_args)};
static const knn_param tversky_params[] = {
    KNN__PARAM(overlap_args, alpha, KNN_P_FLOAT, "0.5", "Weight of what is missed.", .min = 0,
               .max = 1e30),
    KNN__PARAM(overlap_args, beta, KNN_P_FLOAT, "0.5", "Weight of what is found in excess.",
               .min = 0, .max = 1e30),
    AXIS,
    KNN__LOSS_PARAMS(overlap_args),
};

static knn_value *total(const overlap_args *a, knn__scope *s, knn_value *x) {
  knn__axes axes = {.n = a->axis.n < 0 ? 0 : a->axis.n};
  for (int i = 0; i < axes.n && i < KNN_MAX_RANK; i++) axes.v[i] = a->axis.v[i];
  return knn__sum(s, x, axes, false);
}

/* 1 - x / (y + eps) */
static knn_value *missing_share(knn__scope *s, knn_value *x, knn_value *y) {
  knn_value *under = knn__add(s, y, knn__scalar_like(s, y, KNN__EPSILON));
  return knn__subtract(s, knn__scalar_like(s, x, 1), knn__divide(s, x, under));
}

static knn_value *dice(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  knn_value *both = total(args, s, knn__multiply(s, t, p));
  return missing_share(s, knn__add(s, both, both),
                       knn__add(s, total(args, s, t), total(args, s, p)));
}

static knn_value *tversky(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const overlap_args *a = args;
  knn_value *one = knn__scalar_like(s, p, 1), *both = total(a, s, knn__multiply(s, t, p));
  knn_value *missed = total(a, s, knn__multiply(s, knn__subtract(s, one, p), t));
  knn_value *excess = total(a, s, knn__multiply(s, p, knn__subtract(s, one, t)));
  knn_value *errors = knn__add(s, knn__multiply(s, missed, knn__scalar_like(s, p, a->alpha)),
                               knn__multiply(s, excess, knn__scalar_like(s, p, a->beta)));
  return missing_share(s, both, knn__add(s, both, errors));
}

const knn__loss_def knn__loss_dice = {
    .cls = {.family = "loss",
            .name = "Dice",
            .aliases = "dice",
            .summary = "One minus the overlap of target and prediction.",
            .detail =
                "1 - 2 sum t p / (sum t + sum p + 1e-7), over the whole batch or over `axis`.",
            .shapes = "y_true (n, ...), y_pred (n, ...) -> one number, or without the axes",
            .example = "local loss = knn.losses.Dice{}",
            .source = "Milletari et al. 2016, V-Net",
            .see = "Tversky",
            KNN__PARAMS(dice_params, overlap_args)},
    .call = dice,
};

const knn__loss_def knn__loss_tversky = {
    .cls = {.family = "loss",
            .name = "Tversky",
            .aliases = "tversky",
            .summary = "One minus the overlap, with weights for the two kinds of error.",
            .detail =
                "1 - TP / (TP + alpha sum (1 - p) t + beta sum p (1 - t) + 1e-7), TP = sum t p.",
            .shapes = "y_true (n, ...), y_pred (n, ...) -> one number, or without the axes",
            .example = "local loss = knn.losses.Tversky{alpha = 0.3, beta = 0.7}",
            .source = "Salehi et al. 2017, Tversky loss function for image segmentation",
            .see = "Dice",
            KNN__PARAMS(tversky_params, overlap_args)},
    .call = tversky,
};
