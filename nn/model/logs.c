/* logs.c - named numbers, sorted by name as Keras hands them to callbacks. */
#include <string.h>

#include "model.h"
#include "text.h"

knn_status knn__logs_new(knn_ctx *ctx, knn_logs **out) {
  knn_logs *logs = knn__alloc(ctx, sizeof *logs);
  if (!logs) return KNN_ENOMEM;
  logs->ctx = ctx;
  knn_ctx_retain(ctx);
  *out = logs;
  return KNN_OK;
}

void knn_logs_release(knn_logs *logs) {
  if (!logs) return;
  knn_ctx *ctx = logs->ctx;
  for (int i = 0; i < logs->n; i++) knn__free(ctx, logs->names[i]);
  knn__free(ctx, logs->names);
  knn__free(ctx, logs->values);
  knn__free(ctx, logs);
  knn_ctx_release(ctx);
}

int knn_logs_size(const knn_logs *logs) {
  return logs ? logs->n : 0;
}

const char *knn_logs_name(const knn_logs *logs, int i) {
  return logs->names[i];
}

double knn_logs_value(const knn_logs *logs, int i) {
  return logs->values[i];
}

bool knn_logs_get(const knn_logs *logs, const char *name, double *value) {
  for (int i = 0; i < logs->n; i++)
    if (strcmp(logs->names[i], name) == 0) {
      *value = logs->values[i];
      return true;
    }
  return false;
}

knn_status knn_logs_set(knn_logs *logs, const char *name, double value) {
  int at = 0;
  while (at < logs->n && strcmp(logs->names[at], name) < 0) at++;
  if (at < logs->n && strcmp(logs->names[at], name) == 0) {
    logs->values[at] = value;
    return KNN_OK;
  }
  KNN__TRY(
      knn__grow(logs->ctx, (void **)&logs->names, &logs->cap_names, logs->n, sizeof *logs->names));
  KNN__TRY(knn__grow(logs->ctx, (void **)&logs->values, &logs->cap_values, logs->n,
                     sizeof *logs->values));
  char *copy = knn__strdup(logs->ctx, name);
  if (!copy) return KNN_ENOMEM;
  memmove(logs->names + at + 1, logs->names + at, (size_t)(logs->n - at) * sizeof *logs->names);
  memmove(logs->values + at + 1, logs->values + at, (size_t)(logs->n - at) * sizeof *logs->values);
  logs->names[at] = copy;
  logs->values[at] = value;
  logs->n++;
  return KNN_OK;
}

static knn_status set_prefixed(knn_logs *logs, const char *prefix, const char *name, double value) {
  knn__text text = {.ctx = logs->ctx};
  knn__text_add(&text, "%s%s", prefix, name);
  knn_status st = text.failed ? KNN_ENOMEM : knn_logs_set(logs, text.s, value);
  knn__free(logs->ctx, text.s);
  return st;
}

knn_status knn__logs_collect(knn_logs *logs, const knn_model *m, const char *prefix) {
  const char *name;
  const knn_object *metric;
  for (int i = 0; m->step_logs && i < m->step_logs->n; i++)
    KNN__TRY(set_prefixed(logs, prefix, m->step_logs->names[i], m->step_logs->values[i]));
  if (m->step_logs || !m->metrics_ready) return KNN_OK;
  for (int i = 0; (metric = knn_model_metric(m, i, &name)); i++)
    KNN__TRY(set_prefixed(logs, prefix, name, knn__metric_result((const knn_metric *)metric)));
  return KNN_OK;
}

knn_status knn_model_metrics(const knn_model *m, knn_logs **out) {
  knn_logs *logs = NULL;
  KNN__TRY(knn__logs_new(m->ctx, &logs));
  knn_status st = knn__logs_collect(logs, m, "");
  if (st == KNN_OK)
    *out = logs;
  else
    knn_logs_release(logs);
  return st;
}

int knn_model_log_direction(const knn_model *m, const char *log) {
  if (strcmp(log, "loss") == 0) return -1;
  for (int i = 0; i < m->n_heads; i++)
    if (m->heads[i].log && strcmp(m->heads[i].log, log) == 0) return -1;
  for (int i = 0; i < m->n_metrics; i++)
    if (strcmp(m->metrics[i].log, log) == 0) return knn__metric_direction(m->metrics[i].metric);
  return 0;
}

/* Metric number i by name. */
static const char *sorted_metric(const knn_model *m, int i) {
  for (int k = 0; k < m->n_metrics; k++) {
    int before = 0;
    for (int other = 0; other < m->n_metrics; other++)
      before += strcmp(m->metrics[other].log, m->metrics[k].log) < 0;
    if (before == i) return m->metrics[k].log;
  }
  return NULL;
}

/* Number i of a host's step: the loss, then the others by name. */
static const char *step_log_name(const knn_logs *logs, int i) {
  double value;
  if (knn_logs_get(logs, "loss", &value) && i-- == 0) return "loss";
  for (int k = 0; k < logs->n; k++)
    if (strcmp(logs->names[k], "loss") != 0 && i-- == 0) return logs->names[k];
  return NULL;
}

/* Metric i of those that layers have. */
static const char *layer_metric_name(const knn_model *m, int i) {
  const char *name;
  int before = 1 + m->n_metrics;
  for (int k = 0; k < m->n_heads; k++) before += m->heads[k].tracker != NULL;
  return knn_model_metric(m, before + i, &name) ? name : NULL;
}

const char *knn_model_log_name(const knn_model *m, int i) {
  if (i < 0) return NULL;
  if (m->step_logs) return step_log_name(m->step_logs, i);
  if (!m->metrics_ready) return NULL;
  if (i-- == 0) return "loss";
  if (m->n_heads == 1 && i < m->n_metrics) return m->metrics[i].log;
  for (int k = 0; k < m->n_heads && m->n_heads > 1; k++)
    if (m->heads[k].tracker && i-- == 0) return m->heads[k].log;
  return i < m->n_metrics ? sorted_metric(m, i) : layer_metric_name(m, i - m->n_metrics);
}
