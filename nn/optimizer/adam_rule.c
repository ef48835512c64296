/* adam_rule.c - m += (1 - b1)(g - m); v += (1 - b2)(g^2 - v); w -= alpha m / (sqrt(v) + eps) with
 * alpha = rate sqrt(1 - b2^t) / (1 - b1^t). Kingma and Ba 2014, in the form at the end of their
 * section 2, as Keras has it: epsilon is added to the uncorrected root, and amsgrad (Reddi et al.
 * 2018) takes the largest uncorrected v. */
#include "adam_rule.h"

#include <math.h>

int knn__adam_slots(const knn__adam_args *a, knn__slot_spec specs[KNN__SLOTS]) {
  specs[0] = (knn__slot_spec){.name = "momentum"};
  specs[1] = (knn__slot_spec){.name = "velocity"};
  specs[2] = (knn__slot_spec){.name = "velocity_hat", .apart = true};
  return a->amsgrad ? 3 : 2;
}

void knn__adam_update(const knn__adam_args *a, const knn__update *u) {
  double t = (double)u->t;
  float alpha = (float)(u->rate * sqrt(1 - pow(a->beta_2, t)) / (1 - pow(a->beta_1, t)));
  knn__rule r = u->rule;
  r.c[0] = alpha, r.c[1] = (float)(1 - a->beta_1), r.c[2] = (float)(1 - a->beta_2);
  r.c[3] = (float)a->epsilon;
  (a->amsgrad ? u->loops->adam_amsgrad : u->loops->adam)(&r);
}
