/* schedule.h - learning rates as functions of the step (0, 1, ...). */
#ifndef KNN__SCHEDULE_H
#define KNN__SCHEDULE_H

#include "object.h"

typedef struct knn__schedule_def {
  knn_class cls;
  double (*at)(const knn_object *self, int64_t step);
} knn__schedule_def;

extern const knn__family knn__family_schedule;

double knn__schedule_at(const knn_object *schedule, int64_t step);
bool knn__schedule_is_constant(const knn_object *schedule);

#endif
