/* circle.c - embeddings of one class near each other, of others apart. With d = max(1 - e e', 0)
 * over all pairs of unit vectors e, m = margin: softplus(logsumexp over pairs of one class of
 * -gamma max(m + d, 0)(m - d) + logsumexp over the others of gamma max(1 + m - d, 0)(1 - m - d))
 * per row. Rows of loss 0 (without a partner, say) stay out of the mean. Source: Sun et al. 2020;
 * Keras. */
#include "loss.h"

typedef struct circle_args {
  knn__loss_common common;
  double gamma, margin;
  bool remove_diagonal;
} circle_args;

static const knn_param params[] = {
    KNN__PARAM(circle_args, gamma, KNN_P_FLOAT, "80", "Scale of the similarities.", .min = 0,
               .max = 1e9, .above_min = true),
    KNN__PARAM(circle_args, margin, KNN_P_FLOAT, "0.4", "How far classes are kept apart.", .min = 0,
               .max = 1),
    KNN__PARAM(circle_args, remove_diagonal, KNN_P_BOOL, "true", "A row is no partner of itself."),
    KNN__LOSS_PARAMS(circle_args),
};

/* Which pairs (n, n) have equal numbers x (n). */
static knn_value *equal_pairs(knn__scope *s, knn_value *x) {
  return knn__equal(s, knn__expand_dims(s, x, 1), knn__expand_dims(s, x, 0));
}

/* 1, 2, ..., n for x (n) */
static knn_value *places(knn__scope *s, knn_value *x) {
  return knn__cumsum(s, knn__broadcast_like(s, knn__scalar(s, KNN_F32, 1), x), 0);
}

/* logsumexp over the pairs that count. The others are far below every product of the formula, but
 * finite, so that a row without any has no NaN in its gradient. */
static knn_value *over_pairs(knn__scope *s, knn_value *x, knn_value *pairs) {
  x = knn__where(s, pairs, x, knn__scalar_like(s, x, -1e30));
  return knn__logsumexp(s, x, KNN__AXIS(1), false);
}

static bool check(knn__scope *s, const knn_value *t, const knn_value *p) {
  if (s->status != KNN_OK) return false;
  const knn__spec *a = &t->spec, *b = &p->spec;
  if (b->rank == 2 && a->rank == 1 &&
      (a->dims[0] == b->dims[0] || a->dims[0] == KNN_ANY || b->dims[0] == KNN_ANY))
    return true;
  knn__scope_fail(s, KNN_ESHAPE,
                  "y_pred must have shape (batch, features) and y_true (batch), one label per row; "
                  "got y_true %s and y_pred %s",
                  KNN__SPEC(*a), KNN__SPEC(*b));
  return false;
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const circle_args *a = args;
  if (t->spec.rank == 2 && t->spec.dims[1] == 1) t = knn__squeeze(s, t, -1);
  if (p->spec.dtype != KNN_F64) p = knn__cast(s, p, KNN_F32);
  if (!check(s, t, p)) return NULL;
  knn_value *same = equal_pairs(s, t), *other = knn__logical_not(s, same);
  if (a->remove_diagonal)
    same = knn__logical_and(s, same, knn__logical_not(s, equal_pairs(s, places(s, t))));
  knn_value *zero = knn__scalar_like(s, p, 0);
  knn_value *near = knn__negative(s, knn__matmul(s, p, p, false, true));
  knn_value *d = knn__maximum(s, knn__plus(s, near, 1), zero), *back = knn__negative(s, d);
  knn_value *pull = knn__multiply(s, knn__maximum(s, knn__plus(s, d, a->margin), zero),
                                  knn__plus(s, back, a->margin));
  knn_value *push = knn__multiply(s, knn__maximum(s, knn__plus(s, back, 1 + a->margin), zero),
                                  knn__plus(s, back, 1 - a->margin));
  return knn__softplus(s, knn__add(s, over_pairs(s, knn__times(s, pull, -a->gamma), same),
                                   over_pairs(s, knn__times(s, push, a->gamma), other)));
}

static knn_value *valid(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  knn_value *loss = call(args, s, t, p);
  return loss ? knn__greater(s, loss, knn__scalar_like(s, loss, 0)) : NULL;
}

const knn__loss_def knn__loss_circle = {
    .cls = {.family = "loss",
            .name = "Circle",
            .aliases = "circle",
            .summary = "Embeddings of one class near each other, of others apart.",
            .detail =
                "d = max(1 - e e', 0) over pairs of rows; softplus(lse of -gamma max(m + d, "
                "0)(m - d) over equal labels + lse of gamma max(1 + m - d, 0)(1 - m - d) over "
                "others). Rows of y_pred have length 1.",
            .shapes = "y_true (n) of labels, y_pred (n, features) -> (n)",
            .example = "local loss = knn.losses.Circle{gamma = 80, margin = 0.4}",
            .source = "Sun et al. 2020, Circle loss",
            .see = "CosineSimilarity",
            KNN__PARAMS(params, circle_args)},
    .labels = true,
    .own_labels = true,
    .valid = valid,
    .call = call,
};
