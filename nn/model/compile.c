/* compile.c - loss, optimizer and metrics of a model. Metrics called "accuracy" are settled when
 * the shapes are known. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "model.h"
#include "text.h"

void knn__model_drop_metrics(knn_model *m) {
  for (int i = 0; i < m->n_metrics; i++) {
    knn_object_release(&m->metrics[i]->base);
    knn__free(m->ctx, m->metric_names[i]);
  }
  m->n_metrics = 0;
  m->metrics_ready = false;
}

knn_status knn__model_require_compiled(const knn_model *m) {
  if (m->compiled) return KNN_OK;
  return knn_fail(
      m->ctx, KNN_ESTATE,
      "model '%s' is not compiled; call model:compile{loss = ..., optimizer = ...} first",
      m->root->base.name);
}

void knn__model_forget_compile(knn_model *m) {
  if (m->optimizer && m->optimizer->owner == m) m->optimizer->owner = NULL;
  knn__model_drop_plans(m);
  knn__model_drop_metrics(m);
  if (m->optimizer) knn_object_release(&m->optimizer->base);
  if (m->loss) knn_object_release(&m->loss->base);
  if (m->loss_tracker) knn_object_release(&m->loss_tracker->base);
  knn_config_release(m->metric_configs);
  knn_config_release(m->weighted_configs);
  m->optimizer = NULL;
  m->loss = NULL;
  m->loss_tracker = NULL;
  m->metric_configs = NULL;
  m->weighted_configs = NULL;
  m->compiled = false;
}

static bool shape_dependent(const char *name) {
  return strcasecmp(name, "accuracy") == 0 || strcasecmp(name, "acc") == 0 ||
         strcasecmp(name, "crossentropy") == 0 || strcasecmp(name, "ce") == 0;
}

/* Every metric but the shape-dependent ones is made now, so that a wrong name fails in compile. */
static knn_status check_metrics(knn_model *m, const knn_config *list) {
  for (int i = 0; i < knn_config_size(list); i++) {
    const knn_config *entry = knn_config_at(list, i);
    knn_object *metric = NULL;
    if (knn_config_kind_of(entry) == KNN_CONFIG_STRING &&
        shape_dependent(knn_config_get_string(entry)))
      continue;
    KNN__TRY(knn_object_resolve(m->ctx, "metric", entry, &metric));
    knn_object_release(metric);
  }
  return KNN_OK;
}

/* One metric alone, or a list; an empty dict (what Lua's {} is) counts as an empty list. */
static knn_status as_list(knn_ctx *ctx, knn_config *metrics, knn_config **out) {
  knn_config_kind kind = knn_config_kind_of(metrics);
  if (kind == KNN_CONFIG_LIST) {
    knn_config_retain(metrics);
    *out = metrics;
    return KNN_OK;
  }
  knn_config *list = NULL;
  knn_status st = knn_config_list(ctx, &list);
  bool empty =
      kind == KNN_CONFIG_NULL || (kind == KNN_CONFIG_DICT && knn_config_size(metrics) == 0);
  if (st == KNN_OK && !empty) st = knn_config_push(list, metrics);
  if (st == KNN_OK)
    *out = list;
  else
    knn_config_release(list);
  return st;
}

static knn_status loss_from(knn_ctx *ctx, const knn_config *config, knn_loss **out) {
  knn_object *object = NULL;
  if (knn_config_kind_of(config) == KNN_CONFIG_LIST && knn_config_size(config) == 1)
    config = knn_config_at(config, 0);
  if (knn_config_kind_of(config) == KNN_CONFIG_LIST)
    return knn_fail(ctx, KNN_EARG, "loss: a model with one output takes one loss, got a list of %d",
                    knn_config_size(config));
  KNN__TRY(knn_object_resolve(ctx, "loss", config, &object));
  *out = (knn_loss *)object;
  return KNN_OK;
}

static knn_status loss_weight_from(knn_ctx *ctx, const knn_config *config, double *out) {
  if (knn_config_kind_of(config) == KNN_CONFIG_LIST && knn_config_size(config) == 1)
    config = knn_config_at(config, 0);
  knn_config_kind kind = knn_config_kind_of(config);
  *out = kind == KNN_CONFIG_NULL ? 1 : knn_config_get_float(config);
  if (kind == KNN_CONFIG_NULL || kind == KNN_CONFIG_INT || kind == KNN_CONFIG_FLOAT) return KNN_OK;
  return knn_fail(ctx, KNN_EARG, "loss_weights: a model with one output takes one number");
}

static knn_status set_rate(knn_object *optimizer, double rate) {
  if (isnan(rate) || !optimizer) return KNN_OK;
  return knn_optimizer_set_learning_rate((knn_optimizer *)optimizer, rate);
}

static knn_status make_tracker(knn_ctx *ctx, knn_metric **out) {
  knn_config *options = NULL;
  knn_object *object = NULL;
  knn_status st = knn_config_parse(ctx, "name=loss", &options);
  if (st == KNN_OK) st = knn_object_new(ctx, "metric", "Mean", options, &object);
  knn_config_release(options);
  if (st == KNN_OK) *out = (knn_metric *)object;
  return st;
}

static knn_status metric_lists(knn_model *m, const knn__compile_args *args, knn_config **plain,
                               knn_config **weighted) {
  KNN__TRY(as_list(m->ctx, args->metrics, plain));
  KNN__TRY(as_list(m->ctx, args->weighted_metrics, weighted));
  KNN__TRY(check_metrics(m, *plain));
  KNN__TRY(check_metrics(m, *weighted));
  int n = knn_config_size(*plain) + knn_config_size(*weighted);
  if (n <= KNN__MODEL_METRICS) return KNN_OK;
  return knn_fail(m->ctx, KNN_EARG, "at most %d metrics, got %d", KNN__MODEL_METRICS, n);
}

static knn_status compile_with(knn_model *m, knn__compile_args *args) {
  knn_loss *loss = NULL;
  knn_metric *tracker = NULL;
  knn_config *plain = NULL, *weighted = NULL;
  double loss_weight = 1;
  knn_status st = loss_from(m->ctx, args->loss, &loss);
  if (st == KNN_OK) st = loss_weight_from(m->ctx, args->loss_weights, &loss_weight);
  if (st == KNN_OK) st = metric_lists(m, args, &plain, &weighted);
  if (st == KNN_OK) st = make_tracker(m->ctx, &tracker);
  if (st == KNN_OK) st = set_rate(args->optimizer, args->learning_rate);
  if (st != KNN_OK) {
    if (loss) knn_object_release(&loss->base);
    if (tracker) knn_object_release(&tracker->base);
    knn_config_release(plain);
    knn_config_release(weighted);
    return st;
  }
  knn__model_forget_compile(m);
  knn__model_unpack(m);
  m->loss = loss;
  m->loss_weight = loss_weight;
  m->loss_tracker = tracker;
  m->metric_configs = plain;
  m->weighted_configs = weighted;
  m->optimizer = (knn_optimizer *)args->optimizer;
  if (args->optimizer) knn_object_retain(args->optimizer);
  m->run_eagerly = args->run_eagerly;
  m->compiled = true;
  return KNN_OK;
}

knn_status knn_model_compile(knn_model *m, const knn_config *options) {
  knn__compile_args args = {0};
  KNN__TRY(knn__args_parse(m->ctx, "compile", &knn__method_compile, options, &args));
  knn_status st = compile_with(m, &args);
  knn__args_clear(m->ctx, &knn__method_compile, &args);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "compile");
}

static bool name_taken(const knn_model *m, const char *name) {
  for (int i = 0; i < m->n_metrics; i++)
    if (strcmp(m->metric_names[i], name) == 0) return true;
  return false;
}

/* A metric's name in the logs. A second one of the same name is name_1, or weighted_name among
 * those that see weights. */
static char *log_name(const knn_model *m, const char *name, bool weighted) {
  knn__text text = {.ctx = m->ctx};
  knn__text_add(&text, "%s", name);
  if (weighted && !text.failed && name_taken(m, text.s)) {
    text.n = 0;
    knn__text_add(&text, "weighted_%s", name);
  }
  for (int i = 1; !text.failed && name_taken(m, text.s); i++) {
    text.n = 0;
    knn__text_add(&text, "%s%s_%d", weighted ? "weighted_" : "", name, i);
  }
  if (!text.failed) return text.s;
  knn__free(m->ctx, text.s);
  return NULL;
}

static knn_status make_metric(knn_model *m, const knn_config *entry, bool weighted,
                              const knn__spec *y, const knn__spec *y_pred) {
  const char *given = knn_config_get_string(entry);
  knn_object *object = NULL;
  if (given[0] && shape_dependent(given))
    KNN__TRY(
        knn_object_new(m->ctx, "metric", knn__metric_for_shapes(given, y, y_pred), NULL, &object));
  else
    KNN__TRY(knn_object_resolve(m->ctx, "metric", entry, &object));
  char *name = log_name(m, given[0] ? given : knn_object_name(object), weighted);
  if (!name) {
    knn_object_release(object);
    return KNN_ENOMEM;
  }
  m->metrics[m->n_metrics] = (knn_metric *)object;
  m->metric_names[m->n_metrics++] = name;
  return knn__metric_build((knn_metric *)object, y_pred);
}

knn_status knn__model_make_metrics(knn_model *m, const knn__spec *y, const knn__spec *y_pred) {
  if (m->metrics_ready) return KNN_OK;
  knn__model_drop_metrics(m);
  knn_status st = knn__metric_build(m->loss_tracker, y_pred);
  for (int i = 0; i < knn_config_size(m->metric_configs) && st == KNN_OK; i++)
    st = make_metric(m, knn_config_at(m->metric_configs, i), false, y, y_pred);
  m->n_unweighted = m->n_metrics;
  for (int i = 0; i < knn_config_size(m->weighted_configs) && st == KNN_OK; i++)
    st = make_metric(m, knn_config_at(m->weighted_configs, i), true, y, y_pred);
  if (st != KNN_OK)
    knn__model_drop_metrics(m);
  else
    m->metrics_ready = true;
  return st;
}

void knn__model_reset_metrics(knn_model *m) {
  if (!m->metrics_ready) return;
  knn__metric_reset(m->loss_tracker);
  for (int i = 0; i < m->n_metrics; i++) knn__metric_reset(m->metrics[i]);
}
