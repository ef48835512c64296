/* compile.c - optimizer, loss and metrics of a model: options are checked and kept; what they mean
 * for each output is settled when the outputs are known (heads.c). */
#include <math.h>

#include "model.h"

knn_status knn__model_require_compiled(const knn_model *m) {
  if (m->compiled) return KNN_OK;
  return knn_fail(
      m->ctx, KNN_ESTATE,
      "model '%s' is not compiled; call model:compile{loss = ..., optimizer = ...} first",
      m->root->base.name);
}

void knn__model_forget_compile(knn_model *m) {
  knn_config **options[] = {&m->loss_option, &m->loss_weights, &m->metrics_option,
                            &m->weighted_option};
  if (m->optimizer && m->optimizer->owner == m) m->optimizer->owner = NULL;
  knn__model_drop_plans(m);
  knn__model_drop_heads(m);
  if (m->optimizer) knn_object_release(&m->optimizer->base);
  if (m->loss_tracker) knn_object_release(&m->loss_tracker->base);
  m->optimizer = NULL;
  m->loss_tracker = NULL;
  for (int i = 0; i < KNN__LEN(options); i++) {
    knn_config_release(*options[i]);
    *options[i] = NULL;
  }
  m->compiled = m->nan_told = false;
}

static knn_status set_rate(knn_object *optimizer, double rate) {
  if (isnan(rate) || !optimizer) return KNN_OK;
  return knn_optimizer_set_learning_rate((knn_optimizer *)optimizer, rate);
}

/* Under the policy mixed_float16, in which small gradients become 0, the optimizer is wrapped. */
static knn_status wrap_optimizer(const knn_model *m, knn__compile_args *args) {
  const knn_policy policy = knn__layer_common_of(m->root)->policy;
  const bool mixed = policy.compute == KNN_F16 && policy.variable == KNN_F32;
  knn_config *options = NULL, *inner = NULL;
  knn_object *wrapped = NULL;
  if (!mixed || !args->auto_scale_loss || !args->optimizer) return KNN_OK;
  if (((const knn_optimizer *)args->optimizer)->inner) return KNN_OK;
  knn_status st = knn_config_dict(m->ctx, &options);
  if (st == KNN_OK) st = knn_config_object(m->ctx, args->optimizer, &inner);
  if (st == KNN_OK) st = knn_config_set(options, "inner_optimizer", inner);
  if (st == KNN_OK)
    st = knn_object_new(m->ctx, "optimizer", "LossScaleOptimizer", options, &wrapped);
  knn_config_release(inner);
  knn_config_release(options);
  if (st != KNN_OK) return st;
  knn_object_release(args->optimizer);
  args->optimizer = wrapped;
  return KNN_OK;
}

static knn_config *kept(knn_config *config) {
  if (config) knn_config_retain(config);
  return config;
}

/* Outputs, as far as they are known before the first batch; else 0. */
static int known_outputs(const knn_model *m) {
  return knn__is_sequential(m->root) ? 1 : knn_model_outputs(m);
}

/* Options are checked on a model of their own, so that a failure leaves the old ones in force. */
static knn_status check_options(knn_model *m, const knn__compile_args *args) {
  const int n = known_outputs(m);
  knn_model probe = {.ctx = m->ctx,
                     .root = m->root,
                     .loss_option = args->loss,
                     .loss_weights = args->loss_weights,
                     .metrics_option = args->metrics,
                     .weighted_option = args->weighted_metrics};
  knn_status st = n > 0 ? knn__model_settle(&probe, n) : KNN_OK;
  knn__model_drop_heads(&probe);
  return st;
}

/* What is not given stays as it was. */
static void inherit(knn_config **now, knn_config *before) {
  if (knn_config_kind_of(*now) != KNN_CONFIG_NULL || !before) return;
  knn_config_release(*now);
  *now = kept(before);
}

static bool has_metrics(const knn__compile_args *args) {
  return knn_config_kind_of(args->metrics) != KNN_CONFIG_NULL ||
         knn_config_kind_of(args->weighted_metrics) != KNN_CONFIG_NULL;
}

/* Of a model that was compiled before, as in Keras: the loss with its factors, and all metrics. */
static void inherit_options(const knn_model *m, knn__compile_args *args) {
  if (knn_config_kind_of(args->loss) == KNN_CONFIG_NULL) {
    inherit(&args->loss, m->loss_option);
    inherit(&args->loss_weights, m->loss_weights);
  }
  if (has_metrics(args)) return;
  inherit(&args->metrics, m->metrics_option);
  inherit(&args->weighted_metrics, m->weighted_option);
}

static knn_status compile_with(knn_model *m, knn__compile_args *args) {
  knn_metric *tracker = NULL;
  inherit_options(m, args);
  KNN__TRY(check_options(m, args));
  KNN__TRY(set_rate(args->optimizer, args->learning_rate));
  KNN__TRY(wrap_optimizer(m, args));
  KNN__TRY(knn__model_new_tracker(m->ctx, &tracker));
  knn__model_forget_compile(m);
  knn__model_unpack(m);
  m->loss_tracker = tracker;
  m->loss_option = kept(args->loss);
  m->loss_weights = kept(args->loss_weights);
  m->metrics_option = kept(args->metrics);
  m->weighted_option = kept(args->weighted_metrics);
  m->optimizer = (knn_optimizer *)args->optimizer;
  if (args->optimizer) knn_object_retain(args->optimizer);
  m->run_eagerly = args->run_eagerly;
  m->steps_per_execution = args->steps_per_execution;
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
