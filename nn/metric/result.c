/* result.c - the result of a metric as a value, so that a plan may give it: an op that reads the
 * metric's states where they lie. */
#include "metric.h"

typedef struct result_args {
  knn_object *metric;
  int64_t at;
} result_args;

static const knn_param params[] = {
    KNN__PARAM(result_args, metric, KNN_P_OBJECT, NULL, "The metric.", .choices = "metric"),
    KNN__PARAM(result_args, at, KNN_P_INT, "0", "Which of its numbers."),
};

static knn_status infer(const knn__infer *q) {
  q->out[0] = (knn__spec){.dtype = KNN_F32};
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const result_args *args = call->args;
  *(float *)call->out[0].data =
      (float)knn__metric_result_at((const knn_metric *)args->metric, (int)args->at);
  return KNN_OK;
}

static const knn__op op_result = {
    .cls = {.family = "op",
            .name = "metric_result",
            .summary = "A number that a metric has found so far.",
            .shapes = "states -> one number",
            KNN__PARAMS(params, result_args)},
    .min_in = 0,
    .max_in = KNN__METRIC_STATES,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN,
    .infer = infer,
    .forward = forward,
};

knn_status knn_metric_result_value(knn_metric *m, int i, knn_value **out) {
  knn_value *states[KNN__METRIC_STATES];
  const result_args args = {&m->base, i};
  int n = 1;
  for (int k = 0; k < m->n_states; k++) states[k] = m->states[k]->value;
  return knn__apply(m->base.ctx, &op_result, &args, states, m->n_states, out, &n);
}
