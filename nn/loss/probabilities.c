/* probabilities.c - what the cross-entropies and hinge losses share. Predictions near 0 and 1 are
 * kept eps away from them, as Keras's JAX back end does: p is divided by its sum, then clipped,
 * then its logarithm is taken. */
#include "loss.h"
#include "op_list.h"

bool knn__class_axis(knn__scope *s, const knn_value *p, int64_t axis, int *out) {
  if (s->status != KNN_OK) return false;
  if (knn__axis(axis, p->spec.rank, out)) return true;
  knn__scope_fail(s, KNN_EARG, "axis %lld is outside of y_pred's shape %s", (long long)axis,
                  KNN__SPEC(p->spec));
  return false;
}

knn_value *knn__log_probabilities(knn__scope *s, knn_value *p, bool from_logits, int64_t axis) {
  if (from_logits) return knn__log_softmax(s, p, axis);
  knn_value *q = knn__divide(s, p, knn__sum(s, p, KNN__AXIS(axis), true));
  return knn__log(s, knn__clip(s, q, KNN__EPSILON, 1 - KNN__EPSILON));
}

knn_value *knn__smooth_labels(knn__scope *s, knn_value *t, double smoothing, double classes) {
  if (smoothing == 0) return t;
  knn_value *kept = knn__multiply(s, t, knn__scalar_like(s, t, 1 - smoothing));
  return knn__add(s, kept, knn__scalar_like(s, t, smoothing / classes));
}

knn_value *knn__binary_entropy(knn__scope *s, knn_value *t, knn_value *p, bool from_logits) {
  if (!from_logits) return knn__op2(s, &knn__op_binary_entropy, NULL, t, p);
  knn_value *yes = knn__log_sigmoid(s, p), *no = knn__log_sigmoid(s, knn__negative(s, p));
  knn_value *rest = knn__subtract(s, knn__scalar_like(s, p, 1), t);
  return knn__negative(s, knn__add(s, knn__multiply(s, t, yes), knn__multiply(s, rest, no)));
}

knn_value *knn__hinge_labels(knn__scope *s, knn_value *t) {
  knn_value *zero = knn__scalar_like(s, t, 0), *one = knn__scalar_like(s, t, 1);
  knn_value *binary = knn__all(s, knn__logical_or(s, knn__equal(s, t, zero), knn__equal(s, t, one)),
                               KNN__ALL_AXES, false);
  knn_value *signs = knn__subtract(s, knn__multiply(s, t, knn__scalar_like(s, t, 2)), one);
  return knn__where(s, binary, signs, t);
}
