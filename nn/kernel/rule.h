/* rule.h - the loops of the optimizers over n elements of weights, gradients and slots. The numbers
 * c[0], c[1], ... are those that each rule's line names; formulas stand in the optimizers' files.
 */
#ifndef KNN__RULE_H
#define KNN__RULE_H

#include <stdint.h>

typedef struct knn__rule {
  float *w;
  const float *g;
  float *slot[4];
  int64_t n;
  float c[5];
} knn__rule;

typedef void knn__rule_fn(const knn__rule *r);

/* sgd            rate
 * sgd_momentum   rate, momentum; slot m
 * sgd_nesterov   rate, momentum; slot m
 * adam           alpha, 1 - b1, 1 - b2, epsilon; slots m, v
 * adam_amsgrad   as adam; slots m, v, largest v
 * rmsprop        rate, rho, 1 - rho, epsilon; slot v
 * rmsprop_more   rate, rho, 1 - rho, epsilon, momentum; slots v, m or NULL, mean or NULL
 * adagrad        rate, epsilon; slot sum
 * adadelta       rate, rho, 1 - rho, epsilon; slots squares of gradients, of steps
 * adamax         rate, 1 - b1, b2, epsilon, 1 - b1^t; slots m, largest
 * ftrl           rate, l1, l2, shrinkage; slots sum, z; the power is -1/2
 * lion           rate, b1, b2; slot m */
/* clang-format off */
#define KNN__RULE_LIST(X)                                                                      \
  X(sgd) X(sgd_momentum) X(sgd_nesterov) X(adam) X(adam_amsgrad) X(rmsprop) X(rmsprop_more)    \
  X(adagrad) X(adadelta) X(adamax) X(ftrl) X(lion)
/* clang-format on */

#endif
