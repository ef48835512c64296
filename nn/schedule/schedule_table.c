/* schedule_table.c - the family of learning-rate schedules. A number is a constant schedule. */
#include "schedule.h"

#define X(name) extern const knn__schedule_def knn__schedule_##name;
#include "schedule_list.h"
#undef X

static const knn_class *const classes[] = {
#define X(name) &knn__schedule_##name.cls,
#include "schedule_list.h"
#undef X
};

static knn_status coerce(knn_ctx *ctx, const knn_config *config, knn_object **out) {
  knn_config *options = NULL;
  if (knn_config_kind_of(config) != KNN_CONFIG_INT &&
      knn_config_kind_of(config) != KNN_CONFIG_FLOAT)
    return knn_fail(ctx, KNN_EARG, "a number or a schedule is expected");
  KNN__TRY(knn_config_dict(ctx, &options));
  knn_status st = knn_config_set_float(options, "value", knn_config_get_float(config));
  if (st == KNN_OK)
    st = knn__object_make(ctx, &knn__family_schedule, &knn__schedule_constant.cls, options, out);
  knn_config_release(options);
  return st;
}

const knn__family knn__family_schedule = {
    .name = "schedule",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn__schedule),
    .finalize = knn__schedule_finalize,
    .coerce = coerce,
};

bool knn__schedule_is_constant(const knn_object *schedule) {
  return schedule->cls == &knn__schedule_constant.cls;
}

double knn__schedule_at(const knn_object *schedule, int64_t step) {
  return ((const knn__schedule_def *)schedule->cls)->at(schedule, step);
}
