/* heads.c - what compile's options mean for each output of a model: its loss, the factor of it, its
 * metrics and their names in the logs. One thing stands for every output, a list goes by position,
 * a dict by the outputs' names. Spec keras-training.md 2.8 and 4.1. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "functional.h"
#include "text.h"

void knn__model_drop_metrics(knn_model *m) {
  for (int i = 0; i < m->n_metrics; i++) {
    if (m->metrics[i].metric) knn_object_release(&m->metrics[i].metric->base);
    knn__free(m->ctx, m->metrics[i].log);
    m->metrics[i] = (knn__model_metric){0};
  }
  m->n_metrics = 0;
  m->metrics_ready = false;
}

void knn__model_drop_heads(knn_model *m) {
  knn__model_drop_metrics(m);
  for (int i = 0; i < KNN__MODEL_IO; i++) {
    knn__head *head = &m->heads[i];
    if (head->loss) knn_object_release(&head->loss->base);
    if (head->tracker) knn_object_release(&head->tracker->base);
    knn__free(m->ctx, head->name);
    knn__free(m->ctx, head->log);
    *head = (knn__head){0};
  }
  m->n_heads = m->n_losses = 0;
}

/* ---- options by output ---- */

static bool is_dict_by_name(const knn_config *config) {
  return knn_config_kind_of(config) == KNN_CONFIG_DICT && !knn_config_get(config, "class_name");
}

static bool is_nothing(const knn_config *config) {
  const knn_config_kind kind = knn_config_kind_of(config);
  if (kind == KNN_CONFIG_DICT || kind == KNN_CONFIG_LIST) return knn_config_size(config) == 0;
  return kind == KNN_CONFIG_NULL;
}

static void list_outputs(const knn_model *m, int n, char *out, size_t size) {
  size_t at = 0;
  *out = '\0';
  for (int i = 0; i < n && at < size; i++) {
    const char *name = knn_layer_output_name(m->root, i);
    const int k = snprintf(out + at, size - at, "%s%s", i ? ", " : "", name ? name : "?");
    at += k > 0 ? (size_t)k : 0;
  }
}

static knn_status check_names(const knn_model *m, const char *what, const knn_config *dict, int n) {
  char known[256];
  for (int i = 0; i < knn_config_size(dict); i++) {
    bool found = false;
    for (int k = 0; k < n; k++) {
      const char *name = knn_layer_output_name(m->root, k);
      found = found || (name && strcmp(name, knn_config_key(dict, i)) == 0);
    }
    if (found) continue;
    list_outputs(m, n, known, sizeof known);
    return knn_fail(m->ctx, KNN_EARG, "%s: model '%s' has no output '%s' (outputs: %s)", what,
                    m->root->base.name, knn_config_key(dict, i), known);
  }
  return KNN_OK;
}

static knn_status wrong_length(const knn_model *m, const char *what, const char *one, int size,
                               int n) {
  if (n == 1)
    return knn_fail(m->ctx, KNN_EARG, "%s: a model with one output takes one %s, got a list of %d",
                    what, one, size);
  return knn_fail(m->ctx, KNN_EARG,
                  "%s: model '%s' has %d outputs, so a list has %d entries (null = none), got %d",
                  what, m->root->base.name, n, n, size);
}

/* The part of an option that is for output i of n, lent: NULL = nothing. */
static knn_status part(const knn_model *m, const char *what, const char *one,
                       const knn_config *config, int i, int n, const knn_config **out) {
  *out = config;
  if (knn_config_kind_of(config) == KNN_CONFIG_LIST) {
    if (knn_config_size(config) != n) return wrong_length(m, what, one, knn_config_size(config), n);
    *out = knn_config_at(config, i);
  } else if (is_dict_by_name(config)) {
    const char *name = knn_layer_output_name(m->root, i);
    KNN__TRY(check_names(m, what, config, n));
    *out = name ? knn_config_get(config, name) : NULL;
  }
  if (is_nothing(*out)) *out = NULL;
  return KNN_OK;
}

/* ---- losses ---- */

static knn_status set_weight(const knn_model *m, knn__head *head, int i, int n) {
  const knn_config *factor;
  KNN__TRY(part(m, "loss_weights", "number", m->loss_weights, i, n, &factor));
  const knn_config_kind kind = knn_config_kind_of(factor);
  head->weight = factor ? knn_config_get_float(factor) : 1;
  if (!factor || kind == KNN_CONFIG_INT || kind == KNN_CONFIG_FLOAT) return KNN_OK;
  if (n == 1)
    return knn_fail(m->ctx, KNN_EARG, "loss_weights: a model with one output takes one number");
  return knn_fail(m->ctx, KNN_EARG,
                  "loss_weights: a number for each output expected, by position or name");
}

static bool is_crossentropy(const char *name) {
  return strcasecmp(name, "crossentropy") == 0 || strcasecmp(name, "ce") == 0;
}

static knn_status set_loss(knn_model *m, knn__head *head, int i, int n) {
  const knn_config *option;
  knn_object *object = NULL;
  KNN__TRY(part(m, "loss", "loss", m->loss_option, i, n, &option));
  if (!option) return KNN_OK;
  head->by_shapes = is_crossentropy(knn_config_get_string(option));
  if (!head->by_shapes) KNN__TRY(knn_object_resolve(m->ctx, "loss", option, &object));
  head->loss = (knn_loss *)object;
  m->n_losses++;
  return KNN_OK;
}

/* Losses and metrics of this kind have the same names. */
knn_status knn__model_pick_losses(knn_model *m, const knn__spec *y, const knn__spec *y_pred) {
  for (int i = 0; i < m->n_heads; i++) {
    knn_object *loss = NULL;
    if (!m->heads[i].by_shapes || m->heads[i].loss) continue;
    const char *name = knn__metric_for_shapes("crossentropy", &y[i], &y_pred[i]);
    KNN__TRY(knn_object_new(m->ctx, "loss", name, NULL, &loss));
    m->heads[i].loss = (knn_loss *)loss;
  }
  return KNN_OK;
}

static knn_status new_mean(knn_ctx *ctx, const char *name, knn_metric **out) {
  knn_config *options = NULL;
  knn_object *object = NULL;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = knn_config_set_string(options, "name", name);
  if (st == KNN_OK) st = knn_object_new(ctx, "metric", "Mean", options, &object);
  knn_config_release(options);
  if (st == KNN_OK) *out = (knn_metric *)object;
  return st;
}

knn_status knn__model_new_tracker(knn_ctx *ctx, knn_metric **out) {
  return new_mean(ctx, "loss", out);
}

static knn_status set_name(knn_model *m, knn__head *head, int i) {
  char number[32];
  const char *name = knn_layer_output_name(m->root, i);
  snprintf(number, sizeof number, "output_%d", i + 1);
  if (!name) name = head->loss ? head->loss->base.name : number;
  head->name = knn__strdup(m->ctx, name);
  return head->name ? KNN_OK : KNN_ENOMEM;
}

/* Each loss is watched by itself where there are several. */
static knn_status watch_loss(knn_model *m, knn__head *head) {
  knn__text text = {.ctx = m->ctx};
  if (!(head->loss || head->by_shapes) || m->n_losses < 2) return KNN_OK;
  knn__text_add(&text, "%s_loss", head->name);
  if (text.failed) {
    knn__free(m->ctx, text.s);
    return KNN_ENOMEM;
  }
  head->log = text.s;
  return new_mean(m->ctx, head->log, &head->tracker);
}

static knn_status settle(knn_model *m, int n) {
  if (n > KNN__MODEL_IO)
    return knn_fail(m->ctx, KNN_EARG, "at most %d outputs can be trained, got %d", KNN__MODEL_IO,
                    n);
  m->n_heads = n;
  for (int i = 0; i < n; i++) {
    KNN__TRY(set_loss(m, &m->heads[i], i, n));
    KNN__TRY(set_weight(m, &m->heads[i], i, n));
    KNN__TRY(set_name(m, &m->heads[i], i));
  }
  if (is_dict_by_name(m->loss_option) && !is_nothing(m->loss_option) &&
      !knn_layer_outputs_named(m->root) && knn_config_size(m->loss_option) < n)
    return knn_fail(m->ctx, KNN_EARG, "loss: model '%s' has %d outputs, the table names %d of them",
                    m->root->base.name, n, knn_config_size(m->loss_option));
  for (int i = 0; i < n; i++) KNN__TRY(watch_loss(m, &m->heads[i]));
  return KNN_OK;
}

/* ---- metrics ---- */

static bool shape_dependent(const char *name) {
  return strcasecmp(name, "accuracy") == 0 || strcasecmp(name, "acc") == 0 || is_crossentropy(name);
}

/* The metrics of output i: with one output a list is that of its metrics, with several it has an
 * entry for each, which may be a list. */
static knn_status metrics_of(const knn_model *m, const char *what, const knn_config *config, int i,
                             int n, const knn_config **out) {
  const bool whole = n == 1 && !is_dict_by_name(config);
  *out = config;
  if (whole || is_nothing(config)) return KNN_OK;
  if (knn_config_kind_of(config) != KNN_CONFIG_LIST && !is_dict_by_name(config))
    return knn_fail(m->ctx, KNN_EARG,
                    "%s: model '%s' has %d outputs; give a list with an entry for each, or a table "
                    "by name",
                    what, m->root->base.name, n);
  return part(m, what, "list", config, i, n, out);
}

static int metric_count(const knn_config *metrics) {
  if (is_nothing(metrics)) return 0;
  return knn_config_kind_of(metrics) == KNN_CONFIG_LIST ? knn_config_size(metrics) : 1;
}

static const knn_config *metric_at(const knn_config *metrics, int i) {
  return knn_config_kind_of(metrics) == KNN_CONFIG_LIST ? knn_config_at(metrics, i) : metrics;
}

/* Every metric but the shape-dependent ones is made now, so that a wrong name fails in compile. */
static knn_status check_metrics(knn_model *m, const char *what, const knn_config *config, int n,
                                int *total) {
  for (int i = 0; i < n; i++) {
    const knn_config *metrics;
    KNN__TRY(metrics_of(m, what, config, i, n, &metrics));
    for (int k = 0; k < metric_count(metrics); k++) {
      const knn_config *entry = metric_at(metrics, k);
      knn_object *metric = NULL;
      ++*total;
      if (knn_config_kind_of(entry) == KNN_CONFIG_STRING &&
          shape_dependent(knn_config_get_string(entry)))
        continue;
      KNN__TRY(knn_object_resolve(m->ctx, "metric", entry, &metric));
      knn_object_release(metric);
    }
  }
  return KNN_OK;
}

knn_status knn__model_settle(knn_model *m, int n) {
  int total = 0;
  if (m->n_heads == n && n > 0) return KNN_OK;
  knn__model_drop_heads(m);
  knn_status st = settle(m, n);
  if (st == KNN_OK) st = check_metrics(m, "metrics", m->metrics_option, n, &total);
  if (st == KNN_OK) st = check_metrics(m, "weighted_metrics", m->weighted_option, n, &total);
  if (st == KNN_OK && total > KNN__MODEL_METRICS)
    st = knn_fail(m->ctx, KNN_EARG, "at most %d metrics, got %d", KNN__MODEL_METRICS, total);
  if (st != KNN_OK) knn__model_drop_heads(m);
  return st;
}

static bool name_taken(const knn_model *m, const char *name) {
  for (int i = 0; i < m->n_metrics; i++)
    if (strcmp(m->metrics[i].log, name) == 0) return true;
  return false;
}

/* A metric's name in the logs, with the output's in front where there are several. A second one of
 * the same name is name_1, or weighted_name among those that see weights. */
static char *log_name(const knn_model *m, int output, const char *name, bool weighted) {
  knn__text text = {.ctx = m->ctx};
  const bool several = m->n_heads > 1;
  const char *front = several ? m->heads[output].name : "", *bar = several ? "_" : "";
  knn__text_add(&text, "%s%s%s", front, bar, name);
  if (weighted && !text.failed && name_taken(m, text.s)) {
    text.n = 0;
    knn__text_add(&text, "%s%sweighted_%s", front, bar, name);
  }
  for (int i = 1; !text.failed && name_taken(m, text.s); i++) {
    text.n = 0;
    knn__text_add(&text, "%s%s%s%s_%d", front, bar, weighted ? "weighted_" : "", name, i);
  }
  if (!text.failed) return text.s;
  knn__free(m->ctx, text.s);
  return NULL;
}

static knn_status make_metric(knn_model *m, int output, const knn_config *entry, bool weighted,
                              const knn__spec *y, const knn__spec *y_pred) {
  const char *given = knn_config_get_string(entry);
  knn_object *object = NULL;
  if (given[0] && shape_dependent(given))
    KNN__TRY(
        knn_object_new(m->ctx, "metric", knn__metric_for_shapes(given, y, y_pred), NULL, &object));
  else
    KNN__TRY(knn_object_resolve(m->ctx, "metric", entry, &object));
  char *name = log_name(m, output, given[0] ? given : knn_object_name(object), weighted);
  if (!name) {
    knn_object_release(object);
    return KNN_ENOMEM;
  }
  m->metrics[m->n_metrics++] = (knn__model_metric){(knn_metric *)object, name, output, weighted};
  return knn__metric_build((knn_metric *)object, y_pred);
}

static knn_status make_metrics(knn_model *m, const knn_config *config, bool weighted, int i,
                               const knn__spec *y, const knn__spec *y_pred) {
  const knn_config *metrics;
  KNN__TRY(metrics_of(m, "metrics", config, i, m->n_heads, &metrics));
  for (int k = 0; k < metric_count(metrics); k++)
    KNN__TRY(make_metric(m, i, metric_at(metrics, k), weighted, y, y_pred));
  return KNN_OK;
}

knn_status knn__model_make_metrics(knn_model *m, knn_value *const *y, knn_value *const *y_pred,
                                   int n) {
  knn__spec targets[KNN__MODEL_IO], outs[KNN__MODEL_IO];
  if (m->metrics_ready && m->n_heads == n) return KNN_OK;
  KNN__TRY(knn__model_settle(m, n));
  for (int i = 0; i < n; i++) {
    targets[i] = y[i]->spec;
    outs[i] = y_pred[i]->spec;
  }
  KNN__TRY(knn__model_pick_losses(m, targets, outs));
  knn__model_drop_metrics(m);
  knn_status st = knn__metric_build(m->loss_tracker, &y_pred[0]->spec);
  for (int i = 0; i < n && st == KNN_OK; i++) {
    if (m->heads[i].tracker) st = knn__metric_build(m->heads[i].tracker, &y_pred[i]->spec);
    for (int weighted = 0; weighted < 2 && st == KNN_OK; weighted++)
      st = make_metrics(m, weighted ? m->weighted_option : m->metrics_option, weighted, i,
                        &y[i]->spec, &y_pred[i]->spec);
  }
  if (st != KNN_OK)
    knn__model_drop_metrics(m);
  else
    m->metrics_ready = true;
  return st;
}

/* Metric i of a layer and those inside, but not of models there; counts i down on the way. */
static knn_object *layer_metric(const knn_layer *layer, int *i) {
  if (*i < layer->n_metrics) return layer->metrics[*i];
  *i -= layer->n_metrics;
  for (int k = 0; k < layer->n_sublayers; k++) {
    const knn_layer *sub = layer->sublayers[k];
    if (knn__is_sequential(sub) || knn__functional_of(sub) ||
        (sub->custom && sub->custom->is_model))
      continue;
    knn_object *metric = layer_metric(sub, i);
    if (metric) return metric;
  }
  return NULL;
}

knn_object *knn_model_metric(const knn_model *m, int i, const char **name) {
  *name = "loss";
  if (m->loss_tracker && i-- == 0) return &m->loss_tracker->base;
  if (i < m->n_metrics) return *name = m->metrics[i].log, &m->metrics[i].metric->base;
  i -= m->n_metrics;
  for (int k = 0; k < m->n_heads; k++)
    if (m->heads[k].tracker && i-- == 0) return *name = m->heads[k].log, &m->heads[k].tracker->base;
  knn_object *metric = layer_metric(m->root, &i);
  if (metric) *name = metric->name;
  return metric;
}

void knn_model_reset_metrics(knn_model *m) {
  const char *name;
  knn_object *metric;
  for (int i = 0; (metric = knn_model_metric(m, i, &name)); i++)
    knn__metric_reset((knn_metric *)metric);
  knn__model_drop_logs(m);
}
