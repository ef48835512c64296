/* taps.h - sums along axes with few terms each: y[o] = sum over the taps of o of weight x[index].
 * Resizing and adaptive averages are made of them; turned around they are their own gradients. */
#ifndef KNN__TAPS_H
#define KNN__TAPS_H

#include "ops.h"

/* One axis: the elements that o reads are `first` .. `last` - 1, each with the weight that `weight`
 * gives (not normalised unless `normalised`). */
typedef struct knn__tap_rule knn__tap_rule;
struct knn__tap_rule {
  int64_t n_in, n_out;
  double reach; /* half the width of a kernel, where there is one */
  double step;  /* elements of the input for one of the output */
  double scale; /* by which the kernel is stretched */
  bool normalised;
  void (*range)(const knn__tap_rule *rule, int64_t o, int64_t *first, int64_t *last);
  double (*weight)(const knn__tap_rule *rule, int64_t o, int64_t i);
};

/* Prepare the call for x -> y, both (batch, spatial..., channels), by one rule per spatial axis;
 * back: the call computes x's gradient from y's instead. For `prepare`; the row's forward and
 * release are the ones below. */
knn_status knn__taps_prepare(knn__call *call, int axes, const knn__tap_rule *rules, bool back);
knn_status knn__taps_forward(const knn__call *call);
void knn__taps_release(knn__call *call);

#endif
