/* metric.c - life of a metric's states, and the mean over samples that most metrics are. Spec:
 * Keras's Metric, Mean and reduce_to_samplewise_values.
 *
 * Mean update: with weights, values are reduced to the axes that the weights have, multiplied by
 * them, and the weights of a sample become their mean; then each sample's values become their mean.
 * total += sum of values; count += sum of weights, or the number of samples, or 1 for a scalar. */
#include "metric.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "loss.h"

enum { TOTAL, COUNT };

static const knn__metric_def *def_of(const knn_metric *m) {
  return (const knn__metric_def *)m->base.cls;
}

static int mean_states(knn__spec *specs, const char **names) {
  specs[TOTAL] = specs[COUNT] = (knn__spec){.dtype = KNN_F32};
  names[TOTAL] = "total";
  names[COUNT] = "count";
  return 2;
}

knn_status knn__metric_add_state(knn_metric *m, const char *name, const knn__spec *spec) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", m->base.name, name);
  KNN__TRY(knn__variable_new(m->base.ctx, name, path, spec, false, &m->states[m->n_states]));
  m->n_states++;
  return KNN_OK;
}

static void drop_states(knn_metric *m) {
  while (m->n_states > 0) {
    m->n_states--;
    knn__variable_release(m->states[m->n_states]);
    m->states[m->n_states] = NULL;
  }
}

knn_status knn__metric_build(knn_metric *m, const knn__spec *y_pred) {
  knn__spec specs[KNN__METRIC_STATES];
  const char *names[KNN__METRIC_STATES];
  if (m->n_states > 0) return KNN_OK;
  if (m->host) {
    knn_status made = m->host->build(m->self, m, y_pred->rank, y_pred->dims);
    if (made != KNN_OK) drop_states(m);
    return made;
  }
  bool mean = m->custom || !def_of(m)->states;
  int n = mean ? mean_states(specs, names) : def_of(m)->states(m, y_pred, specs, names);
  knn_status st = KNN_OK;
  for (int i = 0; i < n && st == KNN_OK; i++) st = knn__metric_add_state(m, names[i], &specs[i]);
  if (st != KNN_OK) drop_states(m);
  return st;
}

void knn__metric_finalize(knn_object *object) {
  knn_metric *m = (knn_metric *)object;
  drop_states(m);
  knn__free(object->ctx, m->thresholds);
  if (m->free_self) m->free_self(m->self);
}

void knn__metric_add(knn_metric *m, knn__scope *s, int state, knn_value *x) {
  if (s->status == KNN_OK)
    knn__assign(s, m->states[state], knn__add(s, m->states[state]->value, x));
}

/* Mean over all axes from `first` on. */
static knn_value *mean_from(knn__scope *s, knn_value *x, int first) {
  knn__axes axes = {0};
  if (s->status != KNN_OK) return NULL;
  for (int i = first; i < x->spec.rank; i++) axes.v[axes.n++] = i;
  return axes.n > 0 ? knn__mean(s, x, axes, false) : x;
}

static knn_value *number_of_samples(knn__scope *s, knn_value *values) {
  if (s->status != KNN_OK) return NULL;
  if (values->spec.rank == 0) return knn__scalar(s, KNN_F32, 1);
  if (values->spec.dims[0] != KNN_ANY) return knn__scalar(s, KNN_F32, (double)values->spec.dims[0]);
  return knn__sum(s, knn__broadcast_like(s, knn__scalar(s, KNN_F32, 1), values), KNN__ALL_AXES,
                  false);
}

/* Values times weights, and the weights as they count: one per sample. */
static void weigh(knn__scope *s, knn_value **values, knn_value **weights) {
  *weights = knn__cast(s, *weights, KNN_F32);
  knn__rank_align(s, values, weights);
  if (s->status != KNN_OK) return;
  int rank = (*weights)->spec.rank;
  if ((*values)->spec.rank > rank) *values = mean_from(s, *values, rank);
  *weights = knn__broadcast_like(s, *weights, *values);
  *values = knn__multiply(s, *values, *weights);
  if (rank > 1) *weights = mean_from(s, *weights, 1);
}

void knn__metric_mean_update(knn_metric *m, knn__scope *s, knn_value *values, knn_value *weights) {
  if (s->status != KNN_OK) return;
  values = knn__cast(s, values, KNN_F32);
  if (weights) weigh(s, &values, &weights);
  values = mean_from(s, values, 1);
  knn__metric_add(m, s, TOTAL, knn__sum(s, values, KNN__ALL_AXES, false));
  knn__metric_add(
      m, s, COUNT,
      weights ? knn__sum(s, weights, KNN__ALL_AXES, false) : number_of_samples(s, values));
}

static knn_value *host_value(knn_metric *m, knn__scope *s, knn_value *y_true, knn_value *y_pred) {
  knn_value *out = NULL;
  s->status = m->custom(m->self, y_true, y_pred, &out);
  return s->status == KNN_OK ? knn__hold(s, out) : NULL;
}

/* Weights of the samples, 0 where the predictions' mask leaves something out. */
static knn_value *masked(knn__scope *s, knn_value *weights, knn_value *mask) {
  knn_value *kept = knn__cast(s, mask, KNN_F32);
  if (!weights) return kept;
  weights = knn__cast(s, weights, KNN_F32);
  knn__rank_align(s, &weights, &kept);
  if (s->status == KNN_OK && weights->spec.rank + 1 == kept->spec.rank)
    weights = knn__expand_dims(s, weights, -1);
  return knn__multiply(s, weights, kept);
}

void knn__metric_update(knn_metric *m, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                        knn_value *sample_weight) {
  if (s->status == KNN_OK) s->status = knn__metric_build(m, &y_pred->spec);
  if (s->status != KNN_OK) return;
  if (y_pred->mask && !m->host && (m->custom || def_of(m)->value))
    sample_weight = masked(s, sample_weight, y_pred->mask);
  if (m->host)
    s->status = m->host->update(m->self, y_true, y_pred, sample_weight);
  else if (m->custom)
    knn__metric_mean_update(m, s, host_value(m, s, y_true, y_pred), sample_weight);
  else if (def_of(m)->value)
    knn__metric_mean_update(m, s, def_of(m)->value(m->base.args, s, y_true, y_pred), sample_weight);
  else
    def_of(m)->update(m, s, y_true, y_pred, sample_weight);
  if (s->status != KNN_OK) knn_fail_in(s->ctx, s->status, "metric %s", m->base.name);
}

double knn__metric_ratio(double total, double count) {
  return count == 0 ? 0 : total / count;
}

int knn__metric_size(const knn_metric *m) {
  if (!m->custom && def_of(m)->size && m->n_states > 0) return def_of(m)->size(m);
  return m->n_results > 0 ? m->n_results : 1;
}

double knn__metric_result_at(const knn_metric *m, int i) {
  double value;
  if (m->host) return knn__metric_read(m, i, &value) == KNN_OK ? value : NAN;
  const float *states[KNN__METRIC_STATES];
  if (m->n_states == 0 || i < 0 || i >= knn__metric_size(m)) return 0;
  for (int k = 0; k < m->n_states; k++)
    states[k] = knn_tensor_data(knn__variable_tensor(m->states[k]));
  if (!m->custom && def_of(m)->result) return def_of(m)->result(m, states, i);
  return knn__metric_ratio((double)*states[TOTAL], (double)*states[COUNT]);
}

knn_status knn__metric_read(const knn_metric *m, int i, double *out) {
  *out = 0;
  if (m->host) return m->n_states > 0 ? m->host->result(m->self, out) : KNN_OK;
  *out = knn__metric_result_at(m, i);
  return KNN_OK;
}

double knn__metric_result(const knn_metric *m) {
  return knn__metric_result_at(m, 0);
}

int knn__metric_direction(const knn_metric *m) {
  return m->custom ? 0 : def_of(m)->direction;
}

void knn__metric_reset(knn_metric *m) {
  for (int i = 0; i < m->n_states; i++) {
    knn_tensor *t = knn__variable_tensor(m->states[i]);
    memset(knn_tensor_data(t), 0, knn_tensor_bytes(t));
  }
}

const char *knn__metric_for_shapes(const char *name, const knn__spec *y_true,
                                   const knn__spec *y_pred) {
  bool accuracy = name[0] == 'a' || name[0] == 'A';
  int64_t last_true = y_true->rank > 0 ? y_true->dims[y_true->rank - 1] : 1;
  int64_t last_pred = y_pred->rank > 0 ? y_pred->dims[y_pred->rank - 1] : 1;
  if (last_pred == 1) return accuracy ? "BinaryAccuracy" : "BinaryCrossentropy";
  if (y_true->rank < y_pred->rank || last_true == 1)
    return accuracy ? "SparseCategoricalAccuracy" : "SparseCategoricalCrossentropy";
  return accuracy ? "CategoricalAccuracy" : "CategoricalCrossentropy";
}
