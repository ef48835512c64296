/* run.c - callbacks, throttling and cancelling, shared by fit, evaluate and predict. */
#include "model.h"

knn_status knn__run_begin(knn__run *run, knn_model *m, const knn_callback *callbacks, int n) {
  *run = (knn__run){.m = m, .callbacks = callbacks, .n_callbacks = n};
  run->info.epochs = 1;
  if (n == 0) return KNN_OK;
  run->last_call = knn__alloc(m->ctx, (size_t)n * sizeof *run->last_call);
  return run->last_call ? KNN_OK : KNN_ENOMEM;
}

void knn__run_end(knn__run *run) {
  if (run->m) knn__free(run->m->ctx, run->last_call);
}

static knn_status call(const knn__run *run, const knn_callback *c, knn_event event, int64_t index,
                       knn_logs *logs) {
  if (!(c->events >> event & 1u)) return KNN_OK;
  return c->on_event(c->self, event, index, &run->info, logs);
}

knn_status knn__run_event(knn__run *run, knn_event event, int64_t index, knn_logs *logs) {
  for (int i = 0; i < run->n_callbacks; i++)
    KNN__TRY(call(run, &run->callbacks[i], event, index, logs));
  return KNN_OK;
}

static bool due(knn__run *run, int i, knn_event event, double now, bool forced) {
  const knn_callback *c = &run->callbacks[i];
  return (c->events >> event & 1u) && (forced || now - run->last_call[i] >= c->batch_interval);
}

knn_status knn__run_batch_end(knn__run *run, knn_event event, int64_t index, bool last) {
  bool wanted = false;
  for (int i = 0; i < run->n_callbacks; i++)
    wanted = wanted || (run->callbacks[i].events >> event & 1u);
  if (!wanted) return KNN_OK;
  double now = knn_clock();
  bool forced = last || index == 0;
  wanted = false;
  for (int i = 0; i < run->n_callbacks; i++) wanted = wanted || due(run, i, event, now, forced);
  if (!wanted) return KNN_OK;
  knn_logs *logs = NULL;
  KNN__TRY(knn__logs_new(run->m->ctx, &logs));
  bool predicting = event == KNN_ON_PREDICT_BATCH_END;
  knn_status st = predicting ? KNN_OK : knn__logs_collect(logs, run->m, "");
  for (int i = 0; i < run->n_callbacks && st == KNN_OK; i++) {
    if (!due(run, i, event, now, forced)) continue;
    run->last_call[i] = now;
    st = call(run, &run->callbacks[i], event, index, logs);
  }
  knn_logs_release(logs);
  return st;
}

knn_status knn__run_poll(knn__run *run) {
  const knn_ctx_options *hooks = &run->m->ctx->hooks;
  if (!hooks->cancelled || !hooks->cancelled(hooks->user)) return KNN_OK;
  return knn_fail(run->m->ctx, KNN_ECANCEL, "interrupted");
}
