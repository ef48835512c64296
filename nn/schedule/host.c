/* host.c - a learning rate by a function of the host. It may fail, so it is asked ahead of the step
 * and the optimizer keeps what it said. */
#include <math.h>

#include "schedule.h"

static double at(const knn_object *self, int64_t step) {
  double rate = NAN;
  return knn__schedule_rate(self, step, &rate) == KNN_OK ? rate : NAN;
}

static const knn__schedule_def host = {
    .cls = {.family = "schedule", .name = "custom", .summary = "A schedule of the host."},
    .at = at};

bool knn__schedule_is_host(const knn_object *schedule) {
  return schedule->cls == &host.cls;
}

knn_status knn__schedule_rate(const knn_object *schedule, int64_t step, double *out) {
  const knn__schedule *s = (const knn__schedule *)schedule;
  if (!knn__schedule_is_host(schedule)) {
    *out = knn__schedule_at(schedule, step);
    return KNN_OK;
  }
  KNN__TRY(s->call(s->self, step, out));
  if (*out >= 0 && !isinf(*out)) return KNN_OK;
  return knn_fail(schedule->ctx, KNN_EARG,
                  "the schedule gave a learning rate of %g at step %lld; a number of at least 0 is "
                  "expected",
                  *out, (long long)step);
}

void knn__schedule_finalize(knn_object *object) {
  const knn__schedule *s = (const knn__schedule *)object;
  if (s->free_self) s->free_self(s->self);
}

knn_status knn_schedule_new_custom(knn_ctx *ctx, knn_schedule_fn call, void *self,
                                   void (*free_self)(void *self), knn_object **out) {
  knn_object *object = NULL;
  KNN__TRY(knn__object_make(ctx, &knn__family_schedule, &host.cls, NULL, &object));
  knn__schedule *s = (knn__schedule *)object;
  s->call = call;
  s->self = self;
  s->free_self = free_self;
  *out = object;
  return KNN_OK;
}
