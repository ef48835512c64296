/* optimizer.h - update rules: one vector loop over the whole model. Weights lie in one arena, gradients in a second, each
 * slot in another; a segment is a run of weights with equal settings. Order of a step: spec keras-training.md section 3.2. */
#ifndef KNN__OPTIMIZER_H
#define KNN__OPTIMIZER_H

#include "object.h"
#include "schedule.h"
#include "variable.h"

enum { KNN__SLOTS = 4 };

/* First member of every optimizer's argument block (learning_rate has its own default per optimizer). */
typedef struct knn__optimizer_common {
  knn_object *learning_rate; /* schedule; a number becomes a constant schedule by the family's coerce */
  double weight_decay, clipnorm, clipvalue, global_clipnorm; /* NaN = off */
  bool use_ema;
  double ema_momentum;
  int64_t ema_overwrite_frequency; /* KNN_NONE = off */
  double loss_scale_factor;
  int64_t gradient_accumulation_steps;
  char *name;
} knn__optimizer_common;

/* A weight in the arenas. */
typedef struct knn__segment {
  knn_variable *variable; /* counted */
  int64_t first, n;       /* elements */
  bool decay;             /* weight decay applies */
} knn__segment;

typedef struct knn_optimizer {
  knn_object base;
  double learning_rate; /* of a constant schedule: readable and settable between steps */
  int64_t iterations;
  knn__segment *segments;
  int n_segments;
  int64_t size; /* elements of all segments */
  knn_tensor *slots[KNN__SLOTS];
  int n_slots;
} knn_optimizer;

/* One run of elements [0, n) of weights, gradients and slots. */
typedef struct knn__update {
  const knn_optimizer *self;
  float *w;
  const float *g;
  float *slot[KNN__SLOTS];
  int64_t n;
  double lr;
  int64_t t; /* 1, 2, ... */
} knn__update;

typedef struct knn__optimizer_def {
  knn_class cls;
  int (*slots)(const knn_optimizer *self, const char **names, float *first); /* names and first contents */
  void (*update)(const knn__update *u);
} knn__optimizer_def;

extern const knn__family knn__family_optimizer;

/* Bind to weights and make the slots (zeroed anew). Called by compile; a custom loop's first apply calls it too. */
knn_status knn__optimizer_build(knn_optimizer *o, knn_variable *const *weights, int n);
/* One step on packed gradients: weights[i] += ... for the arenas w and g of `size` elements in segment order. Runs inside the
 * plan: allocates nothing, parallel by fixed pieces. */
void knn__optimizer_step(knn_optimizer *o, float *w, float *g);
double knn__optimizer_rate(const knn_optimizer *o); /* learning rate of the coming step */

#endif
