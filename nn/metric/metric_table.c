/* metric_table.c - the family of metrics: making them, metrics written by the host, and the public
 * functions. */
#include "metric.h"

#define X(name) extern const knn__metric_def knn__metric_##name;
#include "metric_list.h"
#undef X

static const knn_class *const classes[] = {
#define X(name) &knn__metric_##name.cls,
#include "metric_list.h"
#undef X
};

static const knn__metric_def custom = {
    .cls = {.family = "metric", .name = "custom", .summary = "A metric written by the host."}};

static knn_status rename_object(knn_object *object, const char *name) {
  char *own = knn__strdup(object->ctx, name);
  if (!own) return KNN_ENOMEM;
  knn__free(object->ctx, object->name);
  object->name = own;
  return KNN_OK;
}

static knn_status init(knn_object *object) {
  const knn__metric_def *def = (const knn__metric_def *)object->cls;
  const knn__metric_common *common = object->args;
  if (def == &custom) return KNN_OK;
  if (common->name) KNN__TRY(rename_object(object, common->name));
  return def->init ? def->init((knn_metric *)object) : KNN_OK;
}

const knn__family knn__family_metric = {
    .name = "metric",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn_metric),
    .init = init,
    .finalize = knn__metric_finalize,
};

knn_status knn__metric_custom(knn_ctx *ctx, const char *name,
                              knn_status (*call)(void *self, knn_value *y_true, knn_value *y_pred,
                                                 knn_value **out),
                              void *self, void (*free_self)(void *self), knn_metric **out) {
  knn_object *object = NULL;
  KNN__TRY(knn__object_make(ctx, &knn__family_metric, &custom.cls, NULL, &object));
  knn_status st = name ? rename_object(object, name) : KNN_OK;
  if (st != KNN_OK) {
    knn_object_release(object);
    return st;
  }
  knn_metric *m = (knn_metric *)object;
  m->custom = call;
  m->self = self;
  m->free_self = free_self;
  *out = m;
  return KNN_OK;
}

knn_status knn_metric_new(knn_ctx *ctx, const char *name, const char *options, knn_metric **out) {
  knn_config *config = NULL;
  knn_object *object = NULL;
  if (options) KNN__TRY(knn_config_parse(ctx, options, &config));
  knn_status st = knn_object_new(ctx, "metric", name, config, &object);
  knn_config_release(config);
  if (st == KNN_OK) *out = (knn_metric *)object;
  return st;
}

void knn_metric_retain(knn_metric *m) {
  knn_object_retain(&m->base);
}

void knn_metric_release(knn_metric *m) {
  if (m) knn_object_release(&m->base);
}

knn_object *knn_metric_object(knn_metric *m) {
  return &m->base;
}

knn_metric *knn_metric_of(knn_object *object) {
  return object && object->family == &knn__family_metric ? (knn_metric *)object : NULL;
}

knn_status knn_metric_update(knn_metric *m, knn_value *y_true, knn_value *y_pred,
                             knn_value *sample_weight) {
  knn__scope s;
  knn__scope_begin(&s, m->base.ctx);
  knn__metric_update(m, &s, y_true, y_pred, sample_weight);
  return knn__scope_end(&s);
}

double knn_metric_result(const knn_metric *m) {
  return knn__metric_result_at(m, 0);
}

knn_status knn_metric_read(const knn_metric *m, int i, double *out) {
  return knn__metric_read(m, i, out);
}

bool knn_metric_takes_values(const knn_metric *m) {
  return ((const knn__metric_def *)m->base.cls)->values_only;
}

knn_status knn_metric_call(knn_metric *m, knn_value *y_true, knn_value *y_pred, knn_value **out) {
  const knn__metric_def *def = (const knn__metric_def *)m->base.cls;
  knn__scope s;
  if (!def->value || def->values_only)
    return knn_fail(m->base.ctx, KNN_EARG,
                    "%s is no mean of a function; make one, then update_state and result",
                    m->base.cls->name);
  knn__scope_begin(&s, m->base.ctx);
  knn_value *values = def->value(m->base.args, &s, y_true, y_pred);
  if (s.status == KNN_OK) {
    knn_value_retain(values);
    *out = values;
  } else {
    knn_fail_in(s.ctx, s.status, "metric %s", m->base.name);
  }
  return knn__scope_end(&s);
}

int knn_metric_size(const knn_metric *m) {
  return knn__metric_size(m);
}

double knn_metric_result_at(const knn_metric *m, int i) {
  return knn__metric_result_at(m, i);
}

void knn_metric_reset(knn_metric *m) {
  knn__metric_reset(m);
}

int knn_metric_direction(const knn_metric *m) {
  return knn__metric_direction(m);
}
