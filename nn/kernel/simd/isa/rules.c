/* rules.c - the loops of the optimizers (rule.h): each element of weights, gradients and slots is
 * read once and written once. In float only. */
#ifndef KNN_REAL_DOUBLE

#include <math.h>

#include "set.h"

#define RULE(name) void KNN__ISA(name)(const knn__rule *r)
#define EACH for (int64_t i = 0; i < n; i++)
#define OPERANDS                             \
  float *restrict w = r->w;                  \
  const float *restrict g = r->g, *c = r->c; \
  const int64_t n = r->n

RULE(sgd) {
  OPERANDS;
  const float rate = c[0];
  EACH w[i] -= rate * g[i];
}

RULE(sgd_momentum) {
  OPERANDS;
  const float rate = c[0], mu = c[1];
  float *restrict m = r->slot[0];
  EACH {
    m[i] = mu * m[i] - g[i] * rate;
    w[i] += m[i];
  }
}

RULE(sgd_nesterov) {
  OPERANDS;
  const float rate = c[0], mu = c[1];
  float *restrict m = r->slot[0];
  EACH {
    m[i] = mu * m[i] - g[i] * rate;
    w[i] += mu * m[i] - g[i] * rate;
  }
}

RULE(adam) {
  OPERANDS;
  const float alpha = c[0], rest_1 = c[1], rest_2 = c[2], epsilon = c[3];
  float *restrict m = r->slot[0], *restrict v = r->slot[1];
  EACH {
    m[i] += (g[i] - m[i]) * rest_1;
    v[i] += (g[i] * g[i] - v[i]) * rest_2;
    w[i] -= m[i] * alpha / (sqrtf(v[i]) + epsilon);
  }
}

RULE(adam_amsgrad) {
  OPERANDS;
  const float alpha = c[0], rest_1 = c[1], rest_2 = c[2], epsilon = c[3];
  float *restrict m = r->slot[0], *restrict v = r->slot[1], *restrict most = r->slot[2];
  EACH {
    m[i] += (g[i] - m[i]) * rest_1;
    v[i] += (g[i] * g[i] - v[i]) * rest_2;
    most[i] = v[i] > most[i] ? v[i] : most[i];
    w[i] -= m[i] * alpha / (sqrtf(most[i]) + epsilon);
  }
}

RULE(rmsprop) {
  OPERANDS;
  const float rate = c[0], rho = c[1], rest = c[2], epsilon = c[3];
  float *restrict v = r->slot[0];
  EACH {
    v[i] = rho * v[i] + rest * (g[i] * g[i]);
    w[i] -= rate * g[i] / sqrtf(v[i] + epsilon);
  }
}

RULE(rmsprop_more) {
  OPERANDS;
  const float rate = c[0], rho = c[1], rest = c[2], epsilon = c[3], mu = c[4];
  float *restrict v = r->slot[0], *restrict m = r->slot[1], *restrict mean = r->slot[2];
  EACH {
    v[i] = rho * v[i] + rest * (g[i] * g[i]);
    float under = v[i] + epsilon;
    if (mean) {
      mean[i] = rho * mean[i] + rest * g[i];
      under = v[i] - mean[i] * mean[i] + epsilon;
    }
    float step = rate * g[i] / sqrtf(under);
    if (m) step = m[i] = mu * m[i] + step;
    w[i] -= step;
  }
}

RULE(adagrad) {
  OPERANDS;
  const float rate = c[0], epsilon = c[1];
  float *restrict sum = r->slot[0];
  EACH {
    sum[i] += g[i] * g[i];
    w[i] -= rate * g[i] / sqrtf(sum[i] + epsilon);
  }
}

RULE(adadelta) {
  OPERANDS;
  const float rate = c[0], rho = c[1], rest = c[2], epsilon = c[3];
  float *restrict gradients = r->slot[0], *restrict steps = r->slot[1];
  EACH {
    gradients[i] = rho * gradients[i] + rest * (g[i] * g[i]);
    float step = -(sqrtf(steps[i] + epsilon) * g[i] / sqrtf(gradients[i] + epsilon));
    steps[i] = rho * steps[i] + rest * (step * step);
    w[i] += rate * step;
  }
}

RULE(adamax) {
  OPERANDS;
  const float rate = c[0], rest = c[1], decay = c[2], epsilon = c[3], correction = c[4];
  float *restrict m = r->slot[0], *restrict largest = r->slot[1];
  EACH {
    float old = decay * largest[i], now = fabsf(g[i]);
    m[i] += (g[i] - m[i]) * rest;
    largest[i] = now > old ? now : old;
    w[i] -= rate * m[i] / (correction * (largest[i] + epsilon));
  }
}

RULE(ftrl) {
  OPERANDS;
  const float rate = c[0], l1 = c[1], l2 = c[2], shrink = c[3];
  float *restrict sum = r->slot[0], *restrict z = r->slot[1];
  EACH {
    float now = sum[i] + g[i] * g[i], root = sqrtf(now);
    float next = z[i] + (g[i] + shrink * w[i] - (root - sqrtf(sum[i])) / rate * w[i]);
    float held = next > l1 ? l1 : next < -l1 ? -l1 : next;
    w[i] = (held - next) / (root / rate + 2 * l2);
    z[i] = next;
    sum[i] = now;
  }
}

RULE(lion) {
  OPERANDS;
  const float rate = c[0], b1 = c[1], b2 = c[2], r1 = 1 - b1, r2 = 1 - b2;
  float *restrict m = r->slot[0];
  EACH {
    float direction = m[i] * b1 + g[i] * r1;
    w[i] -= direction > 0 ? rate : direction < 0 ? -rate : direction; /* 0 or NaN as it is */
    m[i] = m[i] * b2 + g[i] * r2;
  }
}

/* In fixed order, and wide enough for vector units. */
double KNN__ISA(sum_of_squares)(int64_t n, const float *x) {
  enum { SUMS = 16 };
  double lanes[SUMS] = {0}, sum = 0;
  int64_t i = 0;
  for (; i + SUMS <= n; i += SUMS)
    for (int k = 0; k < SUMS; k++) lanes[k] += (double)x[i + k] * (double)x[i + k];
  for (; i < n; i++) lanes[0] += (double)x[i] * (double)x[i];
  for (int k = 0; k < SUMS; k++) sum += lanes[k];
  return sum;
}

#endif
