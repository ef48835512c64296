/* adam_rule.c - m += (1 - b1)(g - m); v += (1 - b2)(g^2 - v); w -= alpha m / (sqrt(v) + eps) with
 * alpha = rate sqrt(1 - b2^t) / (1 - b1^t). Kingma and Ba 2014, in the form at the end of their
 * section 2, as Keras has it: epsilon is added to the uncorrected root, and amsgrad (Reddi et al.
 * 2018) takes the largest uncorrected v. */
#include "adam_rule.h"

#include <math.h>

int knn__adam_slots(const knn__adam_args *a, knn__slot_spec specs[KNN__SLOTS]) {
  specs[0] = (knn__slot_spec){"momentum", 0};
  specs[1] = (knn__slot_spec){"velocity", 0};
  specs[2] = (knn__slot_spec){"velocity_hat", 0};
  return a->amsgrad ? 3 : 2;
}

void knn__adam_update(const knn__adam_args *a, const knn__update *u) {
  double t = (double)u->t;
  float alpha = (float)(u->rate * sqrt(1 - pow(a->beta_2, t)) / (1 - pow(a->beta_1, t)));
  float rest_1 = (float)(1 - a->beta_1), rest_2 = (float)(1 - a->beta_2),
        epsilon = (float)a->epsilon;
  float *restrict w = u->w, *restrict m = u->slot[0], *restrict v = u->slot[1],
                  *restrict most = u->slot[2];
  const float *restrict g = u->g;
  if (!a->amsgrad)
    for (int64_t i = 0; i < u->n; i++) {
      m[i] += (g[i] - m[i]) * rest_1;
      v[i] += (g[i] * g[i] - v[i]) * rest_2;
      w[i] -= m[i] * alpha / (sqrtf(v[i]) + epsilon);
    }
  else
    for (int64_t i = 0; i < u->n; i++) {
      m[i] += (g[i] - m[i]) * rest_1;
      v[i] += (g[i] * g[i] - v[i]) * rest_2;
      most[i] = v[i] > most[i] ? v[i] : most[i];
      w[i] -= m[i] * alpha / (sqrtf(most[i]) + epsilon);
    }
}
