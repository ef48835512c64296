/* evaluate.c - loss and metrics without training. */
#include "model.h"

knn_status knn__evaluate_batches(knn_model *m, knn__batches *b, const knn_callback *callbacks,
                                 int n, bool in_fit) {
  knn__run run;
  knn__model_reset_metrics(m);
  KNN__TRY(knn__run_begin(&run, m, callbacks, n));
  run.info = (knn_run_info){.epochs = 1,
                            .steps = b->count,
                            .in_fit = in_fit,
                            .batch_size = b->batch_size,
                            .samples = b->rows};
  knn_status st = knn__run_event(&run, KNN_ON_TEST_BEGIN, 0, NULL);
  for (int64_t i = 0; i < b->count && st == KNN_OK; i++) {
    st = knn__run_poll(&run);
    if (st == KNN_OK) st = knn__run_event(&run, KNN_ON_TEST_BATCH_BEGIN, i, NULL);
    if (st == KNN_OK) st = knn__batches_run(b, KNN__TEST, i, NULL, NULL);
    if (st == KNN_OK) st = knn__run_batch_end(&run, KNN_ON_TEST_BATCH_END, i, i + 1 == b->count);
  }
  knn_logs *logs = NULL;
  if (st == KNN_OK) st = knn__logs_new(m->ctx, &logs);
  if (st == KNN_OK) st = knn__logs_collect(logs, m, "");
  if (st == KNN_OK) st = knn__run_event(&run, KNN_ON_TEST_END, 0, logs);
  knn_logs_release(logs);
  knn__run_end(&run);
  return st;
}

/* Open data, build and pack at need, refuse bad data. */
static knn_status open_checked(knn_model *m, const char *who, const knn_data *data,
                               int64_t batch_size, knn__batches *b) {
  knn_status st = knn__model_require_compiled(m);
  if (st == KNN_OK) st = knn__batches_open(m, data, batch_size, b);
  if (st == KNN_OK) st = knn__preflight(m, b, true);
  if (st == KNN_OK) st = knn__model_pack(m);
  if (st == KNN_OK) return st;
  knn__batches_close(b);
  return knn_fail_in(m->ctx, st, "%s", who);
}

knn_status knn_model_evaluate(knn_model *m, const knn_data *data, const knn_config *options,
                              const knn_callback *callbacks, int n_callbacks, knn_logs **out) {
  knn__run_args args = {0};
  knn__batches b = {0};
  knn_logs *logs = NULL;
  KNN__TRY(knn__method_args(m->ctx, &knn__method_evaluate, options, &args));
  int64_t batch_size = args.batch_size;
  knn__args_clear(m->ctx, &knn__method_evaluate, &args);
  KNN__TRY(open_checked(m, "evaluate", data, batch_size, &b));
  knn_status st = knn__evaluate_batches(m, &b, callbacks, n_callbacks, false);
  if (st == KNN_OK) st = knn__logs_new(m->ctx, &logs);
  if (st == KNN_OK) st = knn__logs_collect(logs, m, "");
  knn__batches_close(&b);
  if (st == KNN_OK)
    *out = logs;
  else
    knn_logs_release(logs);
  return st;
}

/* All rows as one batch. */
static knn_status on_batch(knn_model *m, knn__mode mode, const char *who, const knn_data *data,
                           knn_logs **out) {
  knn__batches b = {0};
  knn_logs *logs = NULL;
  KNN__TRY(open_checked(m, who, data, INT64_MAX / 2, &b));
  b.batch_size = b.rows;
  b.count = 1;
  knn__model_reset_metrics(m);
  knn_status st = knn__batches_run(&b, mode, 0, NULL, NULL);
  if (st == KNN_OK) st = knn__logs_new(m->ctx, &logs);
  if (st == KNN_OK) st = knn__logs_collect(logs, m, "");
  knn__batches_close(&b);
  if (st == KNN_OK)
    *out = logs;
  else
    knn_logs_release(logs);
  return st;
}

knn_status knn_model_train_on_batch(knn_model *m, const knn_data *data, knn_logs **out) {
  if (m->compiled && !m->optimizer)
    return knn_fail(m->ctx, KNN_ESTATE,
                    "train_on_batch: the model was compiled without an optimizer");
  return on_batch(m, KNN__TRAIN, "train_on_batch", data, out);
}

knn_status knn_model_test_on_batch(knn_model *m, const knn_data *data, knn_logs **out) {
  return on_batch(m, KNN__TEST, "test_on_batch", data, out);
}
