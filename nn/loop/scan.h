/* scan.h - a loop over time: the same few ops at every step, any cell, with gradients.
 *
 * A step reads the states, one slice of each sequence, and whatever it likes from outside (weights,
 * masks drawn once); it gives new states and results, which are stacked along the time axis. */
#ifndef KNN__SCAN_H
#define KNN__SCAN_H

#include "body.h"
#include "ops.h"

typedef struct knn__scan {
  int n_states, n_xs, n_constants, n_ys; /* n_xs at least 1 */
  knn_value *const *states;              /* before the first step */
  knn_value *const *xs;                  /* sequences */
  knn_value *const *constants;           /* read whole at every step */
  int axis;                              /* of time, in sequences and stacked results */
  bool reverse; /* from the last slice to the first; results stay at their slice */
  bool saves;   /* keep what the gradient wants: set it in training */
} knn__scan;

/* step: in = states, a slice of each sequence, constants; out = new states, then the results. What
 * else it reads need not be named. Gives the states after the last step and the stacked results,
 * lent by the scope. A step that draws random numbers, changes a variable or adds a loss is written
 * out once per slice instead. */
void knn__scan_over(knn__scope *s, const knn__scan *loop, knn__body_fn *step, void *self,
                    knn_value **states, knn_value **ys);

#endif
