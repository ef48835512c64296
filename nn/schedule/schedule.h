/* schedule.h - learning rates as functions of the step (0, 1, ...). */
#ifndef KNN__SCHEDULE_H
#define KNN__SCHEDULE_H

#include "knn/custom.h"
#include "object.h"

typedef struct knn__schedule_def {
  knn_class cls;
  double (*at)(const knn_object *self, int64_t step);
} knn__schedule_def;

/* An instance; the function is a host's, NULL for rows of the table. */
typedef struct knn__schedule {
  knn_object base;
  knn_schedule_fn call;
  void *self;
  void (*free_self)(void *self);
} knn__schedule;

extern const knn__family knn__family_schedule;

double knn__schedule_at(const knn_object *schedule, int64_t step);
bool knn__schedule_is_constant(const knn_object *schedule);
bool knn__schedule_is_host(const knn_object *schedule);
/* The rate, or how a host's function failed. */
knn_status knn__schedule_rate(const knn_object *schedule, int64_t step, double *out);
void knn__schedule_finalize(knn_object *object);

#endif
